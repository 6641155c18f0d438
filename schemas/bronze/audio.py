"""Bronze: audio files, by reference."""

from __future__ import annotations

from schemas.bronze.inputs import SPOTIFY_ID
from schemas.table import Rule, Table

AUDIO_FILES = Table(
    name="bronze.audio_files",
    about=(
        "One audio file by its content: copies of it are one row. The file itself stays where it "
        "is. What it is called is told by a manifest, else its tags, else its name."
    ),
    columns="""
    audio_id STRING NOT NULL COMMENT 'SHA-256 of the file, hexadecimal'
    path STRING NOT NULL COMMENT 'where it lies; of copies the first in order that is there'
    other_paths ARRAY<STRING> NOT NULL COMMENT 'where its copies lie, in order'
    file_name STRING NOT NULL COMMENT 'last part of path'
    format STRING NOT NULL COMMENT 'container: wav, flac, mp3, ogg, mp4, ...'
    codec STRING NOT NULL COMMENT 'how the sound is coded, e.g. pcm_16, vorbis, aac'
    duration_s DOUBLE NOT NULL COMMENT 'length of what is decoded, seconds'
    sample_rate INT NOT NULL COMMENT 'samples a second of each channel'
    channels INT NOT NULL COMMENT '1 mono, 2 stereo, ...'
    bits INT COMMENT 'bits of a sample; NULL for lossy codecs'
    size_bytes BIGINT NOT NULL COMMENT 'size of the file'
    title STRING COMMENT 'title; NULL where neither manifest, tags nor file name tell it'
    artist_name STRING COMMENT 'artist, likewise'
    album_name STRING COMMENT 'album, by manifest or tags'
    isrc STRING COMMENT 'ISRC, 12 characters without hyphens, by manifest or tags'
    track_id STRING COMMENT 'Spotify track id, by manifest or as its preview'
    named_by STRING COMMENT 'who tells the title: preview, manifest, tags or file_name'
    """,
    key=("audio_id",),
    rules=(
        Rule("can_be_decoded", "failure IS NULL", about="The raw row holds the decoder's reason."),
        Rule("track_id_is_spotify", f"track_id IS NULL OR {SPOTIFY_ID}", "warn"),
    ),
)

"""Silver: a DJ's collection, with the files and songs that its tracks are."""

from __future__ import annotations

from schemas.table import Rule, Table

COLLECTION_TRACKS = Table(
    name="silver.collection_tracks",
    about=(
        "A track of a DJ's collection that has a title, with its audio file, where that was "
        "ingested, and its song."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'whose collection it is'
    location STRING NOT NULL COMMENT 'path as Rekordbox has it, as in bronze.rekordbox_tracks'
    title STRING NOT NULL COMMENT 'title; without the artist, where both stood there'
    artist STRING NOT NULL COMMENT 'artist as told, or Unknown artist'
    audio_id STRING COMMENT 'its file, as in bronze.audio_files; NULL where none was found'
    song_id STRING COMMENT 'its song, as in silver.songs'
    recording_id STRING COMMENT 'the exact version'
    """,
    key=("user_id", "location"),
    rules=(Rule("has_a_song", "song_id IS NOT NULL", "warn"),),
)

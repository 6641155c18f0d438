"""Silver: stems that were separated from audio files, and loops cut from them."""

from __future__ import annotations

from schemas.table import Rule, Table

STEMS = Table(
    name="silver.stems",
    about=(
        "One stem of an audio file, by an engine that was asked for it (songlake separate). Where "
        "a file could not be separated, its stems have no path, and failure says why."
    ),
    columns="""
    audio_id STRING NOT NULL COMMENT 'the file, as in bronze.audio_files'
    engine STRING NOT NULL COMMENT 'what separated it: builtin or spleeter'
    stem_count INT NOT NULL COMMENT 'in how many stems: 2, 4 or 5'
    stem STRING NOT NULL COMMENT 'vocals, drums, bass, piano, other or accompaniment'
    path STRING COMMENT 'the stem as a file of its own, FLAC or WAV'
    duration_s DOUBLE COMMENT 'length, that of all stems and of the mix, seconds'
    sample_rate INT COMMENT 'samples a second of each channel'
    channels INT COMMENT '1 mono, 2 stereo, ...'
    loudness_lufs DOUBLE COMMENT 'integrated loudness, LUFS (ITU-R BS.1770-4); NULL of silence'
    peak_dbfs DOUBLE COMMENT 'highest sample, decibels below full scale; above 0 it was cut'
    model STRING NOT NULL COMMENT 'the method, or the weights and their SHA-256; none: not there'
    version STRING NOT NULL COMMENT 'of the engine; none where it was not there'
    failure STRING COMMENT 'why there is no stem; NULL where there is'
    """,
    key=("audio_id", "engine", "stem_count", "stem"),
    rules=(
        Rule("stem_or_reason", "(path IS NULL) = (failure IS NOT NULL)", "fail"),
        Rule("could_be_separated", "failure IS NULL", "warn"),
    ),
)

_LACKS_NO = "lacks IS DISTINCT FROM '{}'"

SEGMENTS = Table(
    name="silver.segments",
    about=(
        "One loop of a whole number of beats, cut at a bar's beginning from a separated file: from "
        "the mix and from each stem. Its end leads into its beginning without a click."
    ),
    columns="""
    audio_id STRING NOT NULL COMMENT 'the file, as in bronze.audio_files'
    engine STRING NOT NULL COMMENT 'what separated the stem: builtin or spleeter; mix for the mix'
    stem_count INT NOT NULL COMMENT 'in how many stems: 2, 4 or 5; 1 for the mix'
    stem STRING NOT NULL COMMENT 'vocals, drums, bass, piano, other, accompaniment or mix'
    number INT NOT NULL COMMENT 'of the loops of a file, from 1 in order of time'
    path STRING NOT NULL COMMENT 'the loop, FLAC or WAV, with name, tempo and key in its tags'
    start_s DOUBLE NOT NULL COMMENT 'where it begins in the file, seconds'
    duration_s DOUBLE NOT NULL COMMENT 'length: beats * 60 / tempo, seconds'
    samples BIGINT NOT NULL COMMENT 'length, samples'
    sample_rate INT NOT NULL COMMENT 'samples a second of each channel'
    beats INT NOT NULL COMMENT 'beats in it'
    tempo DOUBLE NOT NULL COMMENT 'BPM of its own beats'
    beats_from STRING NOT NULL COMMENT 'whose beats: rekordbox (a steady grid in 4/4) or measured'
    key INT COMMENT '0 C ... 11 B, of the file, by Rekordbox or else measured; NULL if unknown'
    mode INT COMMENT '1 major, 0 minor'
    camelot STRING COMMENT 'key and mode on the Camelot wheel, e.g. 8A'
    begins_at STRING NOT NULL COMMENT 'phrase (of eight bars) or downbeat'
    """,
    key=("audio_id", "engine", "stem_count", "stem", "number"),
    rules=(
        Rule("has_beats", _LACKS_NO.format("beats"), "skip", "No tempo was measured."),
        Rule("tempo_in_range", _LACKS_NO.format("tempo"), "skip", "segments.min_bpm to max_bpm."),
        Rule("long_enough", _LACKS_NO.format("length"), "skip", "It has fewer beats than a loop."),
        Rule("can_be_read", _LACKS_NO.format("sound"), "skip", "The file cannot be decoded."),
    ),
)

"""Bronze: what a DJ's Rekordbox collection tells."""

from __future__ import annotations

from schemas.table import Rule, Table

REKORDBOX_TRACKS = Table(
    name="bronze.rekordbox_tracks",
    about=(
        "A track of a DJ's Rekordbox collection: one file, or one track of a streaming service. "
        "Where several exports of a person tell of it, the newest does."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'whose collection it is'
    location STRING NOT NULL COMMENT 'path as Rekordbox has it, decoded; tidal:tracks:1 if streamed'
    rekordbox_id STRING COMMENT 'TrackID in the export it was read from'
    track_id STRING COMMENT 'Spotify track id, of tracks streamed from there'
    title STRING COMMENT 'title as told'
    artist_name STRING COMMENT 'artist as told'
    album_name STRING COMMENT 'album as told'
    composer STRING COMMENT 'composer as told'
    remixer STRING COMMENT 'remixer as told'
    label STRING COMMENT 'record label'
    mix STRING COMMENT 'name of the mix'
    genre STRING COMMENT 'genre as told'
    grouping STRING COMMENT 'grouping, as told'
    comments STRING COMMENT 'the DJ''s comments'
    year INT COMMENT 'year of release'
    disc_number INT COMMENT 'disc, from 1'
    track_number INT COMMENT 'place on its disc, from 1'
    tempo DOUBLE COMMENT 'average beats per minute; NULL where not analysed'
    tonality STRING COMMENT 'key as told: Ebm, D#m, 2A, 7m, ...'
    key INT COMMENT 'pitch class of the tonic, 0 (C) to 11 (B), read from tonality'
    mode INT COMMENT '1 major, 0 minor, read from tonality'
    duration_ms BIGINT COMMENT 'length, milliseconds; told in whole seconds'
    kind STRING COMMENT 'kind of file, in the words of the DJ''s language'
    size_bytes BIGINT COMMENT 'size of the file'
    bit_rate INT COMMENT 'kbit/s'
    sample_rate INT COMMENT 'samples a second'
    rating INT COMMENT 'stars, 0-5'
    play_count INT COMMENT 'times played in Rekordbox'
    colour STRING COMMENT 'colour it is marked with, 0xRRGGBB'
    date_added DATE COMMENT 'when it came into the collection'
    date_modified DATE COMMENT 'when it was last changed'
    last_played DATE COMMENT 'when it was last played'
    playlists ARRAY<STRING> COMMENT 'playlists it is on, with their folders: Sets/2024/Opening'
    playlist_positions ARRAY<INT> COMMENT 'its place in each, from 1'
    grid_starts_s ARRAY<DOUBLE> COMMENT 'beat grid: seconds at which each stretch begins'
    grid_tempos ARRAY<DOUBLE> COMMENT 'beats per minute of each stretch'
    grid_metres ARRAY<STRING> COMMENT 'metre of each stretch: 4/4'
    grid_beats ARRAY<INT> COMMENT 'beat of the bar at which each stretch begins, from 1'
    cue_kinds ARRAY<STRING> COMMENT 'hot or memory cue or loop, fade in, fade out, load; by time'
    cue_pads ARRAY<STRING> COMMENT 'pad of each hot cue, A to P; NULL of memory cues'
    cue_names ARRAY<STRING> COMMENT 'what the DJ calls each; may be NULL'
    cue_starts_s ARRAY<DOUBLE> COMMENT 'seconds at which each begins'
    cue_ends_s ARRAY<DOUBLE> COMMENT 'seconds at which each loop ends; NULL of cues'
    cue_colours ARRAY<STRING> COMMENT 'colour of each, #rrggbb; may be NULL'
    phrases ARRAY<STRING> COMMENT 'phrases that cues are named after: intro, verse 1, drop, ...'
    phrase_starts_s ARRAY<DOUBLE> COMMENT 'seconds at which each phrase begins'
    source_file STRING NOT NULL COMMENT 'landed file it was read from'
    """,
    key=("user_id", "location"),
    rules=(
        Rule("has_a_location", "location IS NOT NULL"),
        Rule("has_a_title", "title IS NOT NULL", "warn"),
        Rule("tonality_is_a_key", "tonality IS NULL OR key IS NOT NULL", "warn"),
        Rule("tempo_is_plausible", "coalesce(tempo > 0 AND tempo < 1000, true)", "warn"),
    ),
)

TABLES = (REKORDBOX_TRACKS,)

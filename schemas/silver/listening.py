"""Silver: songs, plays and features joined into one record that says where each fact is from."""

from __future__ import annotations

from schemas.features import FEATURE_COLUMNS
from schemas.table import Rule, Table

_FEATURE_ORIGIN = """
feature_source STRING COMMENT 'spotify, measured, kaggle or synthetic; NULL without features'
match_method STRING COMMENT 'track_id (that very id), name_key (same song), generated (synthetic)'
feature_track_id STRING COMMENT 'the id whose features these are'
"""

_ORIGIN_IS_WHOLE = Rule(
    "features_say_their_source",
    "(feature_source IS NULL) = (match_method IS NULL)"
    " AND (feature_source IS NOT NULL OR (valence IS NULL AND energy IS NULL))",
    "fail",
    "An invented number must never pass as a measured one.",
)

SONG_IDS = Table(
    name="silver.song_ids",
    about=(
        "Every id under which a song is known, and every name that was told without one. Ids and "
        "names that meet through any other are one song; ids that meet are one recording."
    ),
    columns="""
    id_type STRING NOT NULL COMMENT 'isrc, spotify, musicbrainz, audio, or name (without an id)'
    id STRING NOT NULL COMMENT 'the id; of a name, artist::title as told'
    song_id STRING NOT NULL COMMENT 'the song: its first ISRC, else Spotify id, else 16 hex digits'
    recording_id STRING NOT NULL COMMENT 'exact version: ISRC, else Spotify id, else 16 hex digits'
    version STRING NOT NULL COMMENT 'what the title says: original, remaster, live, remix, ...'
    name_key STRING NOT NULL COMMENT 'normalised artists::title without version and guests'
    found_by STRING COMMENT 'id, name_key or near_name; NULL for names that lead to no id'
    """,
    key=("id_type", "id"),
)

SONGS = Table(
    name="silver.songs",
    about="One canonical song with the facts of its best version (completest, then most popular).",
    columns="""
    song_id STRING NOT NULL COMMENT 'its first ISRC, else Spotify id, else 16 hex digits'
    recording_id STRING NOT NULL COMMENT 'its best version, as in silver.song_ids'
    version STRING NOT NULL COMMENT 'what the best version is: original, remaster, live, ...'
    track_id STRING COMMENT 'Spotify track id of the best version; NULL where none is known'
    title STRING NOT NULL COMMENT 'title of the best version'
    artist STRING NOT NULL COMMENT 'first artist'
    artists ARRAY<STRING> NOT NULL COMMENT 'all artists told for the best version'
    album_name STRING COMMENT 'album of the best version'
    duration_ms BIGINT COMMENT 'length, milliseconds'
    popularity INT COMMENT 'Spotify popularity, 0-100'
    explicit BOOLEAN COMMENT 'has explicit lyrics'
    release_date DATE COMMENT 'of its album; the first day of what release_precision says'
    release_precision STRING COMMENT 'day, month or year: how much of release_date is told'
    track_number INT COMMENT 'place on its disc, from 1'
    album_total_tracks INT COMMENT 'tracks on its album'
    isrc STRING COMMENT 'ISRC of the best version'
    lastfm_listeners BIGINT COMMENT 'people who ever scrobbled it, by Last.fm'
    lastfm_playcount BIGINT COMMENT 'scrobbles of all people, by Last.fm'
    aoty_score DOUBLE COMMENT 'mean of critics on Album of the Year for its album, 0-100'
    aoty_user_score DOUBLE COMMENT 'mean of users there, 0-100'
    aoty_ratings INT COMMENT 'ratings by users there'
    tags ARRAY<STRING> COMMENT 'what listeners call it on Last.fm, most used first'
    moods ARRAY<STRING> COMMENT 'moods that tags stand for; NULL where Last.fm was not asked'
    genres ARRAY<STRING> NOT NULL COMMENT 'genres of all versions, sorted; empty where unknown'
    versions INT NOT NULL COMMENT 'recordings known for the song'
    source STRING COMMENT 'the table that leads in the facts of the best version; others fill gaps'
    sources ARRAY<STRING> NOT NULL COMMENT 'bronze tables that know the song, sorted'
    disagreements ARRAY<STRING> COMMENT 'table: what it tells otherwise of that version'
    spotify_url STRING COMMENT 'page of the best version'
    """,
    key=("song_id",),
)

PLAYS = Table(
    name="silver.plays",
    about=(
        "One real play: what one or more sources told of it, with the song found by id, by the "
        "person's library or by name. The source of most detail leads; others fill its gaps."
    ),
    columns="""
    play_id STRING NOT NULL COMMENT 'the play: that of the leading teller in bronze.plays'
    user_id STRING NOT NULL COMMENT 'whose play it is'
    song_id STRING NOT NULL COMMENT 'the song'
    recording_id STRING NOT NULL COMMENT 'exact version, as in silver.song_ids'
    version STRING NOT NULL COMMENT 'what that version is: original, remaster, live, ...'
    track_id STRING COMMENT 'Spotify track id, told or found (see id_method)'
    id_method STRING COMMENT 'told, library, name_key or near_name; NULL: its song has no id'
    source STRING NOT NULL COMMENT 'who leads in telling it'
    sources ARRAY<STRING> NOT NULL COMMENT 'all who told it, the leader first'
    told_play_ids ARRAY<STRING> NOT NULL COMMENT 'their rows in bronze.plays, in the same order'
    disagreements ARRAY<STRING> NOT NULL COMMENT 'source: what it tells otherwise; empty is none'
    played_at TIMESTAMP NOT NULL COMMENT 'UTC, as the leading source stamps it'
    started_at TIMESTAMP NOT NULL COMMENT 'UTC; an end stamp less ms_played'
    ms_played BIGINT COMMENT 'milliseconds heard'
    counts BOOLEAN NOT NULL COMMENT 'is in the statistics: see not_counted'
    not_counted STRING COMMENT 'why not: short, private or excluded; NULL for plays that count'
    track_name STRING NOT NULL COMMENT 'title as told'
    artist_name STRING NOT NULL COMMENT 'artist as told'
    album_name STRING COMMENT 'album as told'
    reason_start STRING COMMENT 'why it began (Spotify)'
    reason_end STRING COMMENT 'why it ended (Spotify)'
    shuffle BOOLEAN COMMENT 'shuffle was on'
    skipped BOOLEAN COMMENT 'the listener skipped it'
    incognito BOOLEAN COMMENT 'played in a private session'
    """,
    key=("play_id",),
    rules=(
        Rule("not_a_library_show", "NOT is_podcast", "skip", "The person's library says: a show."),
        Rule("has_a_song", "song_id IS NOT NULL", "fail"),
    ),
)

TRACK_FEATURES = Table(
    name="silver.track_features",
    about="The features chosen for each recording by the preference order, and where from.",
    columns=f"""
    recording_id STRING NOT NULL COMMENT 'exact version, as in silver.song_ids'
    song_id STRING NOT NULL COMMENT 'the song'
    track_id STRING COMMENT 'Spotify track id; NULL where only names are known'
    {FEATURE_COLUMNS.strip()}
    {_FEATURE_ORIGIN.strip()}
    filled_from STRING COMMENT 'who tells what no file says, as valence, where measured; else NULL'
    """,
    key=("recording_id",),
    rules=(_ORIGIN_IS_WHOLE,),
)

LISTENING_WITH_FEATURES = Table(
    name="silver.listening_with_features",
    about="A play with its song's features, where they come from, and the listener's local time.",
    columns=f"""
    play_id STRING NOT NULL COMMENT 'the play'
    user_id STRING NOT NULL COMMENT 'whose play it is'
    song_id STRING NOT NULL COMMENT 'the song'
    recording_id STRING NOT NULL COMMENT 'exact version, as in silver.song_ids'
    track_id STRING COMMENT 'Spotify track id'
    id_method STRING COMMENT 'how its song was found, as in silver.plays'
    source STRING NOT NULL COMMENT 'who leads in telling it'
    sources ARRAY<STRING> NOT NULL COMMENT 'all who told it, the leader first'
    played_at TIMESTAMP NOT NULL COMMENT 'UTC, as the leading source stamps it'
    ms_played BIGINT COMMENT 'milliseconds heard'
    counts BOOLEAN NOT NULL COMMENT 'is in the statistics: see not_counted'
    not_counted STRING COMMENT 'why not: short, private or excluded; NULL for plays that count'
    track_name STRING NOT NULL COMMENT 'title as told'
    artist_name STRING NOT NULL COMMENT 'artist as told'
    album_name STRING COMMENT 'album as told'
    skipped BOOLEAN COMMENT 'the listener skipped it'
    {FEATURE_COLUMNS.strip()}
    {_FEATURE_ORIGIN.strip()}
    time_zone STRING NOT NULL COMMENT 'IANA time zone of the local columns'
    local_date DATE NOT NULL COMMENT 'the listener''s date'
    hour_of_day INT NOT NULL COMMENT '0-23, the listener''s clock'
    day_of_week INT NOT NULL COMMENT '1 Monday to 7 Sunday, the listener''s calendar'
    part_of_day STRING NOT NULL COMMENT 'night 22-5, morning 5-12, afternoon 12-17, evening 17-22'
    is_weekend BOOLEAN NOT NULL COMMENT 'Saturday or Sunday'
    """,
    key=("play_id",),
    rules=(_ORIGIN_IS_WHOLE,),
)

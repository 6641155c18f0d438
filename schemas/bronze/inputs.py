"""Bronze: what exports and catalogues told."""

from __future__ import annotations

from schemas.features import FEATURE_COLUMNS, SYNTHETIC_COLUMNS
from schemas.table import Rule, Table

#: Spotify opened in October 2008, Last.fm (Audioscrobbler) in 2002: no play is older.
_PLAUSIBLE_TIME = "played_at >= TIMESTAMP'2002-01-01' AND played_at <= landed_at + INTERVAL 1 DAY"

#: Who can tell of a play, that of most detail first.
PLAY_SOURCES = ("spotify_extended", "spotify_api", "listenbrainz", "lastfm", "spotify_basic")

SPOTIFY_ID = "track_id RLIKE '^[0-9A-Za-z]{22}$'"


def _within_unit(*names: str) -> str:
    """A predicate: each named column is NULL or in 0-1."""
    return " AND ".join(f"coalesce({name} BETWEEN 0 AND 1, true)" for name in names)


PLAYS = Table(
    name="bronze.plays",
    about="One play as one source told it. Exact repeats are kept out, nothing else.",
    columns="""
    play_id STRING NOT NULL COMMENT 'hash of user, source, time, track, names and ms_played'
    user_id STRING NOT NULL COMMENT 'whose play it is'
    source STRING NOT NULL COMMENT 'spotify_extended, spotify_basic, spotify_api, lastfm, ...'
    played_at TIMESTAMP NOT NULL COMMENT 'UTC, as the source stamps it (see stamp)'
    stamp STRING NOT NULL COMMENT 'which moment played_at is: end or start of the play'
    ms_played BIGINT COMMENT 'milliseconds heard; NULL where the source does not say'
    duration_ms BIGINT COMMENT 'length of the track, milliseconds; NULL where not told'
    track_id STRING COMMENT 'Spotify track id; NULL where the source gives names only'
    isrc STRING COMMENT 'ISRC, 12 characters without hyphens; NULL where not told'
    recording_mbid STRING COMMENT 'MusicBrainz recording id, lower case; NULL where not told'
    track_name STRING NOT NULL COMMENT 'title as told'
    artist_name STRING NOT NULL COMMENT 'artist as told'
    album_name STRING COMMENT 'album as told'
    reason_start STRING COMMENT 'why it began (Spotify): trackdone, clickrow, fwdbtn, ...'
    reason_end STRING COMMENT 'why it ended (Spotify): trackdone, endplay, fwdbtn, ...'
    shuffle BOOLEAN COMMENT 'shuffle was on'
    skipped BOOLEAN COMMENT 'the listener skipped it'
    offline BOOLEAN COMMENT 'played without a connection'
    incognito BOOLEAN COMMENT 'played in a private session'
    platform STRING COMMENT 'device and system as told'
    country STRING COMMENT 'ISO 3166 code of the connection'
    source_file STRING NOT NULL COMMENT 'landed file it was read from'
    landed_at TIMESTAMP NOT NULL COMMENT 'UTC, when this row landed'
    """,
    key=("play_id",),
    rules=(
        Rule("not_a_podcast", "NOT is_podcast", "skip", "Episodes are no songs."),
        Rule("time_is_known", "played_at IS NOT NULL"),
        Rule("time_is_plausible", _PLAUSIBLE_TIME),
        Rule("duration_is_readable", "ms_played IS NOT NULL OR ms_played_raw IS NULL"),
        Rule("duration_is_plausible", "coalesce(ms_played BETWEEN 0 AND 86400000, true)"),
        Rule("has_names", "coalesce(track_name <> '' AND artist_name <> '', false)"),
        Rule("track_id_is_spotify", f"track_id IS NULL OR {SPOTIFY_ID}", "warn"),
    ),
    changes_with_time=("landed_at",),
)

LIBRARY_ITEMS = Table(
    name="bronze.library_items",
    about=(
        "One track, episode or show that a person saved or put on a playlist, from Spotify's "
        "account data. Gives ids to plays that carry names only, and tells shows from artists."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'whose library it is'
    list_name STRING NOT NULL COMMENT 'library, or the playlist''s name'
    item_type STRING NOT NULL COMMENT 'track, show or episode'
    uri STRING NOT NULL COMMENT 'Spotify URI'
    track_id STRING COMMENT 'Spotify track id; NULL for shows and episodes'
    name STRING NOT NULL COMMENT 'title of the track, show or episode'
    artist_name STRING COMMENT 'artist of a track, publisher or show otherwise'
    album_name STRING COMMENT 'album of a track'
    added_on DATE COMMENT 'when it was put on the playlist'
    """,
    key=("user_id", "list_name", "uri"),
    rules=(
        Rule("has_a_name", "coalesce(name <> '', false)"),
        Rule("uri_is_spotify", "coalesce(uri RLIKE '^spotify:(track|show|episode):', false)"),
    ),
)

KAGGLE_TRACKS = Table(
    name="bronze.kaggle_tracks",
    about=(
        "A row of the Kaggle Spotify Tracks dataset (Maharshi Pandya, 2022, ODbL 1.0): a track "
        "under one genre. Tempo 0 and time signature 0 mean unknown there and are NULL here."
    ),
    columns=f"""
    track_id STRING NOT NULL COMMENT 'Spotify track id'
    track_genre STRING NOT NULL COMMENT 'genre under which the track is listed'
    artists STRING NOT NULL COMMENT 'artists, separated by semicolons'
    album_name STRING COMMENT 'album'
    track_name STRING NOT NULL COMMENT 'title'
    popularity INT COMMENT 'Spotify popularity, 0-100, as of 2022'
    duration_ms BIGINT COMMENT 'length, milliseconds'
    explicit BOOLEAN COMMENT 'has explicit lyrics'
    {FEATURE_COLUMNS.strip()}
    """,
    key=("track_id", "track_genre"),
    rules=(
        Rule("has_id_and_genre", "coalesce(track_id <> '' AND track_genre <> '', false)"),
        Rule("has_names", "coalesce(artists <> '' AND track_name <> '', false)"),
        Rule(
            "features_in_range",
            _within_unit(
                "danceability", "energy", "speechiness", "acousticness", "instrumentalness",
                "liveness", "valence",
            )
            + " AND coalesce(key BETWEEN 0 AND 11, true) AND coalesce(mode IN (0, 1), true)"
            + " AND coalesce(tempo > 0 AND tempo < 400, true)",
        ),
        Rule("popularity_in_range", "coalesce(popularity BETWEEN 0 AND 100, true)", "warn"),
        Rule("track_id_is_spotify", SPOTIFY_ID, "warn"),
    ),
)  # fmt: skip

SYNTHETIC_FEATURES = Table(
    name="bronze.synthetic_features",
    about=(
        "Made-up but deterministic features: a pure function of an id, the same on "
        "every machine. They fill gaps so that every song can be placed; they say nothing of how "
        "it sounds, and every table that carries them says so in feature_source."
    ),
    columns="""
    track_id STRING NOT NULL COMMENT 'Spotify track id, else ISRC, MusicBrainz id or hash of names'
    danceability DOUBLE NOT NULL COMMENT 'made up, 0-1'
    energy DOUBLE NOT NULL COMMENT 'made up, 0-1'
    key INT NOT NULL COMMENT 'made up, 0-11'
    mode INT NOT NULL COMMENT 'made up, 0 or 1'
    acousticness DOUBLE NOT NULL COMMENT 'made up, 0-1'
    instrumentalness DOUBLE NOT NULL COMMENT 'made up, 0-1'
    valence DOUBLE NOT NULL COMMENT 'made up, 0-1'
    tempo DOUBLE NOT NULL COMMENT 'made up, 60-180 BPM'
    """,
    key=("track_id",),
    rules=(
        Rule(
            "features_in_range",
            _within_unit(*[f for f in SYNTHETIC_COLUMNS if f not in ("key", "mode", "tempo")])
            + " AND key BETWEEN 0 AND 11 AND mode IN (0, 1) AND tempo BETWEEN 60 AND 180",
            "fail",
        ),
    ),
)

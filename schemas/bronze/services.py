"""Bronze: what services on the network told, asked by `songlake collect`."""

from __future__ import annotations

from schemas.bronze.inputs import SPOTIFY_ID
from schemas.features import FEATURE_COLUMNS
from schemas.table import Rule, Table

SPOTIFY_AUDIO_FEATURES = Table(
    name="bronze.spotify_audio_features",
    about=(
        "Audio features of a track as Spotify's Web API gives them to apps made before November "
        "2024. Any tool with such access may append to it: what others put there stays."
    ),
    columns=f"""
    track_id STRING NOT NULL COMMENT 'Spotify track id'
    duration_ms BIGINT COMMENT 'length, milliseconds'
    {FEATURE_COLUMNS.strip()}
    """,
    key=("track_id",),
)

SPOTIFY_TRACKS = Table(
    name="bronze.spotify_tracks",
    about="A track as Spotify's Web API tells it, asked for by its id or found by its names.",
    columns="""
    track_id STRING NOT NULL COMMENT 'Spotify track id, the one asked by where it has moved since'
    track_name STRING NOT NULL COMMENT 'title'
    artist_name STRING NOT NULL COMMENT 'first artist'
    artists ARRAY<STRING> NOT NULL COMMENT 'all artists, in order'
    artist_ids ARRAY<STRING> NOT NULL COMMENT 'Spotify ids of the artists, in order'
    isrc STRING COMMENT 'ISRC, 12 characters without hyphens'
    album_id STRING COMMENT 'Spotify id of the album'
    album_name STRING COMMENT 'album'
    album_type STRING COMMENT 'album, single or compilation'
    album_total_tracks INT COMMENT 'tracks on the album'
    release_date DATE COMMENT 'of the album; the first day of what release_precision says'
    release_precision STRING COMMENT 'day, month or year: how much of release_date is told'
    track_number INT COMMENT 'place on its disc, from 1'
    disc_number INT COMMENT 'disc of the album, from 1'
    duration_ms BIGINT COMMENT 'length, milliseconds'
    explicit BOOLEAN COMMENT 'has explicit lyrics'
    popularity INT COMMENT 'Spotify popularity, 0-100, when it was fetched'
    genres ARRAY<STRING> NOT NULL COMMENT 'genres of its artists, sorted; empty where unknown'
    preview_url STRING COMMENT '30 s of it; NULL for most'
    spotify_url STRING COMMENT 'its page'
    asked_artist STRING COMMENT 'artist it was searched by; NULL where asked by id'
    asked_title STRING COMMENT 'title it was searched by; NULL where asked by id'
    fetched_at TIMESTAMP NOT NULL COMMENT 'UTC, when Spotify told it'
    """,
    key=("track_id",),
    rules=(
        Rule("has_names", "coalesce(track_name <> '' AND artist_name <> '', false)"),
        Rule("track_id_is_spotify", SPOTIFY_ID),
        Rule("popularity_in_range", "coalesce(popularity BETWEEN 0 AND 100, true)", "warn"),
    ),
    changes_with_time=("fetched_at",),
)

LASTFM_TRACKS = Table(
    name="bronze.lastfm_tracks",
    about="A track as Last.fm's API tells it: how many listen to it, how often, what they call it.",
    columns="""
    artist_name STRING NOT NULL COMMENT 'artist it was asked by'
    track_name STRING NOT NULL COMMENT 'title it was asked by'
    told_artist STRING COMMENT 'artist as Last.fm spells it'
    told_title STRING COMMENT 'title as Last.fm spells it'
    recording_mbid STRING COMMENT 'MusicBrainz recording id, lower case'
    album_name STRING COMMENT 'album that Last.fm shows it with'
    duration_ms BIGINT COMMENT 'length, milliseconds; NULL where not known'
    listeners BIGINT COMMENT 'people who ever scrobbled it, when it was fetched'
    playcount BIGINT COMMENT 'scrobbles of all people, when it was fetched'
    tags ARRAY<STRING> NOT NULL COMMENT 'as listeners wrote them, lower case, most used first'
    genres ARRAY<STRING> NOT NULL COMMENT 'tags that are genres, by one name each (lib/tags.py)'
    moods ARRAY<STRING> NOT NULL COMMENT 'moods that tags stand for (lib/tags.py)'
    lastfm_url STRING COMMENT 'its page'
    fetched_at TIMESTAMP NOT NULL COMMENT 'UTC, when Last.fm told it'
    """,
    key=("artist_name", "track_name"),
    rules=(
        Rule("has_names", "coalesce(track_name <> '' AND artist_name <> '', false)"),
        Rule("counts_are_told", "coalesce(listeners >= 0 AND playcount >= 0, true)", "warn"),
    ),
    changes_with_time=("fetched_at",),
)

AOTY_ALBUMS = Table(
    name="bronze.aoty_albums",
    about="An album as its page on Album of the Year tells it.",
    columns="""
    artist_name STRING NOT NULL COMMENT 'artist it was asked by'
    album_name STRING NOT NULL COMMENT 'album it was asked by'
    told_artist STRING COMMENT 'artist as the page spells it'
    told_album STRING COMMENT 'album as the page spells it'
    critic_score DOUBLE COMMENT 'mean of the reviews, 0-100; NULL where not rated'
    critic_reviews INT COMMENT 'reviews in it'
    user_score DOUBLE COMMENT 'mean of the ratings by users, 0-100; NULL where not rated'
    user_ratings INT COMMENT 'ratings in it'
    release_date DATE COMMENT 'the first day of what release_precision says'
    release_precision STRING COMMENT 'day, month or year: how much of release_date is told'
    genres ARRAY<STRING> NOT NULL COMMENT 'lower case, as listed'
    aoty_url STRING COMMENT 'its page'
    fetched_at TIMESTAMP NOT NULL COMMENT 'UTC, when it was read'
    """,
    key=("artist_name", "album_name"),
    rules=(
        Rule("has_names", "coalesce(artist_name <> '' AND album_name <> '', false)"),
        Rule(
            "scores_in_range",
            "coalesce(critic_score BETWEEN 0 AND 100, true)"
            " AND coalesce(user_score BETWEEN 0 AND 100, true)",
        ),
    ),
    changes_with_time=("fetched_at",),
)

PLAY_GAPS = Table(
    name="bronze.play_gaps",
    about=(
        "A span in which plays may be missing: Spotify's API remembers 50, and more may have been "
        "heard between two collections. An export of Spotify's fills it."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'whose plays'
    from_at TIMESTAMP NOT NULL COMMENT 'UTC, the last play known before it'
    until_at TIMESTAMP NOT NULL COMMENT 'UTC, the first play known after it'
    """,
    key=("user_id", "from_at"),
)

FAILED_REQUESTS = Table(
    name="bronze.failed_requests",
    about="What a service was asked for and never told, with the reason of the last time.",
    columns="""
    kind STRING NOT NULL COMMENT 'what was asked for: a kind of landed files'
    key STRING NOT NULL COMMENT 'which one: an id, or artist::title'
    state STRING NOT NULL COMMENT 'absent: the service knows no such thing; failed: asked again'
    reason STRING COMMENT 'why it failed; NULL where absent'
    times INT NOT NULL COMMENT 'collections that asked for it'
    last_at TIMESTAMP NOT NULL COMMENT 'UTC, when it was last asked for'
    """,
    key=("kind", "key"),
    changes_with_time=("last_at",),
)

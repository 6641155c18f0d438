"""Lines of what `songlake collect` fetched, as DataFrames."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.told_plays import as_told, isrc, named, uuid
from lib.windows import whole

_LINE = (
    "STRUCT<asked: STRUCT<id: STRING, artist: STRING, title: STRING, list: STRING>, at: STRING, "
    "state: STRING, reason: STRING, body: {body}>"
)
_SPOTIFY_PLAY = (
    "STRUCT<played_at: STRING, gap: STRUCT<from: STRING, until: STRING>, "
    "track: STRUCT<id: STRING, name: STRING, duration_ms: STRING, is_local: STRING, "
    "external_ids: STRUCT<isrc: STRING>, album: STRUCT<name: STRING>, "
    "artists: ARRAY<STRUCT<name: STRING>>>>"
)
_LISTED_TRACK = (
    "STRUCT<uri: STRING, name: STRING, artists: ARRAY<STRUCT<name: STRING>>, "
    "album: STRUCT<name: STRING>>"
)
LISTS = {
    "saved": "library",
    "short_term": "top tracks, 4 weeks",
    "medium_term": "top tracks, 6 months",
    "long_term": "top tracks, a year",
}
"""Lists that Spotify's API tells of, and what they are called in bronze.library_items."""

_SCROBBLE = (
    "STRUCT<name: STRING, mbid: STRING, artist: STRUCT<`#text`: STRING, name: STRING>, "
    "album: STRUCT<`#text`: STRING>, date: STRUCT<uts: STRING>>"
)


def fetched(lines: DataFrame, body: str) -> DataFrame:
    """What lines of fetched answers hold.

    Args:
        lines: `document`, a line each, `source_file` and `user_id`.
        body: the type of what the service told, as DDL; texts where it may vary.

    Returns:
        `asked`, `at` (UTC; NULL where the answer is true of any time), `state`, `reason`, `body`,
        `source_file`, `user_id`, and `raw`, the line.
    """
    line = F.from_json("document", _LINE.format(body=body)).alias("line")
    return (
        lines.filter(F.trim("document") != "")
        .select("source_file", "user_id", F.col("document").alias("raw"), line)
        .select("source_file", "user_id", "raw", "line.*")
        .withColumn("at", F.try_to_timestamp("at"))
    )


def latest(answers: DataFrame, *key: str) -> DataFrame:
    """Of complete answers for one thing the last one; ties are broken by its text."""
    newest = Window.partitionBy(*key).orderBy(F.col("at").desc_nulls_last(), "raw")
    return (
        answers.filter("state = 'complete'")
        .withColumn("nth", F.row_number().over(newest))
        .filter("nth = 1")
        .drop("nth")
    )


def first_day(told: Column) -> Column:
    """The first day of what is told: a year, a month or a day."""
    return F.concat(told, F.substring(F.lit("0000-01-01"), F.length(told) + 1, 10)).try_cast("date")


def unanswered(answers: DataFrame, key: Column) -> DataFrame:
    """The last answer for each thing that the service never told, with how often it was asked."""
    keyed = answers.withColumn("key", key)
    of_key = whole("key")
    newest = Window.partitionBy("key").orderBy(F.col("at").desc_nulls_last(), "raw")
    return (
        keyed.withColumn("told", F.max(F.col("state") == "complete").over(of_key))
        .withColumn("times", F.count(F.lit(1)).over(of_key).cast("int"))
        .withColumn("nth", F.row_number().over(newest))
        .filter("nth = 1 AND NOT told")
    )


def spotify_plays(lines: DataFrame) -> DataFrame:
    """Rows of bronze.plays from Spotify's recently played.

    Spotify does not say which moment played_at is, and its clients differ (spotify/web-api issues
    613 and 1083); in 2024 to 2026 it was the end of the play (FoxxMD/multi-scrobbler 167 and 709).
    """
    rows = fetched(lines, _SPOTIFY_PLAY).filter("body.played_at IS NOT NULL")
    track = F.col("body.track")
    return as_told(
        rows,
        source=F.lit("spotify_api"),
        played_at=F.try_to_timestamp("body.played_at"),
        stamp=F.lit("end"),
        duration_ms=track["duration_ms"].try_cast("bigint"),
        track_id=named(track["id"]),
        isrc=isrc(track["external_ids"]["isrc"]),
        track_name=named(track["name"]),
        artist_name=named(F.get(track["artists"], F.lit(0))["name"]),
        album_name=named(track["album"]["name"]),
    )


def library_items(lines: DataFrame) -> DataFrame:
    """Rows of bronze.library_items, without `track_id`, from saved tracks and those played most."""
    track = F.col("body.track")
    listed = F.create_map(*[F.lit(word) for pair in LISTS.items() for word in pair])
    return (
        fetched(lines, f"STRUCT<added_at: STRING, track: {_LISTED_TRACK}>")
        .filter("body.track.uri IS NOT NULL")
        .select(
            "user_id",
            F.element_at(listed, F.col("asked.list")).alias("list_name"),
            track["uri"].alias("uri"),
            F.to_date(F.try_to_timestamp("body.added_at")).alias("added_on"),
            F.lit("track").alias("item_type"),
            track["name"].alias("name"),
            F.get(track["artists"], F.lit(0))["name"].alias("artist_name"),
            track["album"]["name"].alias("album_name"),
        )
    )


def spotify_gaps(lines: DataFrame) -> DataFrame:
    """Spans in which plays may be missing: `user_id`, `from_at`, `until_at`."""
    gap = F.col("body.gap")
    return (
        fetched(lines, _SPOTIFY_PLAY)
        .filter("body.gap IS NOT NULL")
        .select(
            "user_id",
            F.try_to_timestamp(gap["from"]).alias("from_at"),
            F.try_to_timestamp(gap["until"]).alias("until_at"),
        )
    )


def lastfm_plays(lines: DataFrame) -> DataFrame:
    """Rows of bronze.plays from Last.fm's recent tracks: the same as an exporter's CSV gives."""
    rows = fetched(lines, _SCROBBLE)
    body = F.col("body")
    return as_told(
        rows,
        source=F.lit("lastfm"),
        played_at=F.timestamp_seconds(body["date"]["uts"].try_cast("bigint")),
        stamp=F.lit("start"),
        track_name=named(body["name"]),
        artist_name=named(F.coalesce(body["artist"]["#text"], body["artist"]["name"])),
        album_name=named(body["album"]["#text"]),
        recording_mbid=uuid(body["mbid"]),
    )

"""Bronze: plays as each source told them. Exact repeats are kept out, nothing else."""

from __future__ import annotations

from datetime import datetime

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.delta import AppendNew
from lib.job import Job
from schemas import bronze, landing

#: Everything as text: a number where text should be is its digits, and nothing fails to parse.
_EXTENDED = (
    "ts STRING, username STRING, platform STRING, ms_played STRING, conn_country STRING, "
    "master_metadata_track_name STRING, master_metadata_album_artist_name STRING, "
    "master_metadata_album_album_name STRING, spotify_track_uri STRING, episode_name STRING, "
    "spotify_episode_uri STRING, audiobook_uri STRING, reason_start STRING, reason_end STRING, "
    "shuffle STRING, skipped STRING, offline STRING, incognito_mode STRING"
)
_BASIC = (
    "endTime STRING, artistName STRING, trackName STRING, msPlayed STRING, "
    "podcastName STRING, episodeName STRING"
)


def plays(extended: DataFrame, basic: DataFrame, now: datetime) -> DataFrame:
    """The plays of both Spotify exports.

    Args:
        extended: landed files of the extended streaming history, one document a row.
        basic: landed StreamingHistory files of the account data.
        now: when this run began.

    Returns:
        The table's columns; `is_podcast` and `ms_played_raw`, which its rules read; and `raw`,
        the row as the source gave it.
    """
    told = _from_extended(_rows(extended, _EXTENDED)).unionByName(_from_basic(_rows(basic, _BASIC)))
    identity = [
        F.coalesce(F.col(name).cast("string"), F.lit("\0"))
        for name in ("user_id", "source", "played_at", "track_id", "artist_name", "track_name")
    ]
    # A row that cannot be read is told apart by its text, so that no two pass for one another.
    unread = F.when(F.col("played_at").isNull() | F.col("ms_played").isNull(), F.col("raw"))
    length = F.coalesce(F.col("ms_played").cast("string"), F.lit("\0"))
    play_id = F.sha2(F.concat_ws("\n", *identity, length, unread), 256)
    once = Window.partitionBy("play_id").orderBy("source_file", "raw")
    return (
        told.withColumn("play_id", F.substring(play_id, 1, 32))
        .withColumn("nth", F.row_number().over(once))
        .filter("nth = 1")
        .withColumn("landed_at", F.lit(now))
        .withColumns(_untold("bigint", "duration_ms") | _untold("string", "isrc", "recording_mbid"))
    )


def _untold(kind: str, *names: str) -> dict[str, Column]:
    return {name: F.lit(None).cast(kind) for name in names}


def _rows(documents: DataFrame, schema: str) -> DataFrame:
    """One row for each element of each document's array: its fields as text, and `raw`."""
    return (
        documents.select(
            "source_file",
            "user_id",
            F.explode(F.from_json("document", "array<string>")).alias("raw"),
        )
        .withColumn("row", F.from_json("raw", schema))
        .select("source_file", "user_id", "raw", "row.*")
    )


def _from_extended(rows: DataFrame) -> DataFrame:
    uri = F.col("spotify_track_uri")
    episode = F.coalesce("spotify_episode_uri", "episode_name", "audiobook_uri")
    return rows.select(
        "user_id",
        F.lit("spotify_extended").alias("source"),
        F.try_to_timestamp("ts").alias("played_at"),
        F.lit("end").alias("stamp"),
        F.col("ms_played").try_cast("bigint").alias("ms_played"),
        F.col("ms_played").alias("ms_played_raw"),
        F.regexp_replace(uri, "^spotify:track:", "").alias("track_id"),
        F.col("master_metadata_track_name").alias("track_name"),
        F.col("master_metadata_album_artist_name").alias("artist_name"),
        F.col("master_metadata_album_album_name").alias("album_name"),
        "reason_start",
        "reason_end",
        *_flags(shuffle="shuffle", skipped="skipped", offline="offline"),
        *_flags(incognito="incognito_mode"),
        "platform",
        F.col("conn_country").alias("country"),
        "source_file",
        "raw",
        (uri.isNull() & episode.isNotNull()).alias("is_podcast"),
    )


def _from_basic(rows: DataFrame) -> DataFrame:
    nothing = F.lit(None)
    episode = F.coalesce("podcastName", "episodeName")
    return rows.select(
        "user_id",
        F.lit("spotify_basic").alias("source"),
        F.try_to_timestamp("endTime", F.lit("yyyy-MM-dd HH:mm")).alias("played_at"),
        F.lit("end").alias("stamp"),
        F.col("msPlayed").try_cast("bigint").alias("ms_played"),
        F.col("msPlayed").alias("ms_played_raw"),
        nothing.cast("string").alias("track_id"),
        F.col("trackName").alias("track_name"),
        F.col("artistName").alias("artist_name"),
        nothing.cast("string").alias("album_name"),
        nothing.cast("string").alias("reason_start"),
        nothing.cast("string").alias("reason_end"),
        *[nothing.cast("boolean").alias(n) for n in ("shuffle", "skipped", "offline", "incognito")],
        nothing.cast("string").alias("platform"),
        nothing.cast("string").alias("country"),
        "source_file",
        "raw",
        (F.col("trackName").isNull() & episode.isNotNull()).alias("is_podcast"),
    )


def _flags(**fields: str) -> list[Column]:
    return [F.col(field).try_cast("boolean").alias(name) for name, field in fields.items()]


JOB = Job(
    writes=bronze.PLAYS,
    reads=(landing.SPOTIFY_EXTENDED, landing.SPOTIFY_BASIC),
    transform=plays,
    mode=AppendNew(),
    timed=True,
)

if __name__ == "__main__":
    JOB.main()

"""Bronze: tracks as Last.fm's API tells them, their tags read as genres and moods."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib.fetched import fetched, latest
from lib.job import Job
from lib.tags import genres_in, moods_in, tidy
from lib.told_plays import named, uuid
from schemas import bronze, landing

_TRACK = (
    "STRUCT<name: STRING, mbid: STRING, url: STRING, duration: STRING, listeners: STRING, "
    "playcount: STRING, artist: STRUCT<name: STRING>, album: STRUCT<title: STRING>, "
    "toptags: STRUCT<tag: ARRAY<STRUCT<name: STRING>>>>"
)


def lastfm_tracks(lines: DataFrame) -> DataFrame:
    """The last answer for each track, by the names it was asked by."""
    asked, body = F.col("asked"), F.col("body")
    answers = fetched(lines, _TRACK).withColumns(
        {"artist_name": asked["artist"], "track_name": asked["title"]}
    )
    return (
        latest(answers, "artist_name", "track_name")
        .withColumn("tags", tidy(body["toptags"]["tag"]["name"]))
        .select(
            "artist_name",
            "track_name",
            named(body["artist"]["name"]).alias("told_artist"),
            named(body["name"]).alias("told_title"),
            uuid(body["mbid"]).alias("recording_mbid"),
            named(body["album"]["title"]).alias("album_name"),
            F.nullif(body["duration"].try_cast("bigint"), F.lit(0)).alias("duration_ms"),
            body["listeners"].try_cast("bigint").alias("listeners"),
            body["playcount"].try_cast("bigint").alias("playcount"),
            "tags",
            genres_in(F.col("tags")).alias("genres"),
            moods_in(F.col("tags")).alias("moods"),
            named(body["url"]).alias("lastfm_url"),
            F.col("at").alias("fetched_at"),
            "raw",
        )
    )


JOB = Job(
    writes=bronze.LASTFM_TRACKS,
    reads=(landing.LASTFM_API_TRACKS,),
    transform=lastfm_tracks,
)

if __name__ == "__main__":
    JOB.main()

"""Bronze: albums as their pages on Album of the Year tell them."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib.fetched import fetched, first_day, latest
from lib.job import Job
from lib.tags import tidy
from lib.told_plays import named
from schemas import bronze, landing

_ALBUM = (
    "STRUCT<artist: STRING, album: STRING, critic_score: STRING, critic_reviews: STRING, "
    "user_score: STRING, user_ratings: STRING, release_date: STRING, genres: ARRAY<STRING>, "
    "url: STRING>"
)


def aoty_albums(lines: DataFrame) -> DataFrame:
    """The last answer for each album, by the names it was asked by."""
    asked, body = F.col("asked"), F.col("body")
    answers = fetched(lines, _ALBUM).withColumns(
        {"artist_name": asked["artist"], "album_name": asked["title"]}
    )
    released = body["release_date"]
    precision = F.element_at(
        F.create_map(*map(F.lit, (4, "year", 7, "month", 10, "day"))), F.length(released)
    )
    return latest(answers, "artist_name", "album_name").select(
        "artist_name",
        "album_name",
        named(body["artist"]).alias("told_artist"),
        named(body["album"]).alias("told_album"),
        body["critic_score"].try_cast("double").alias("critic_score"),
        body["critic_reviews"].try_cast("int").alias("critic_reviews"),
        body["user_score"].try_cast("double").alias("user_score"),
        body["user_ratings"].try_cast("int").alias("user_ratings"),
        first_day(released).alias("release_date"),
        precision.alias("release_precision"),
        tidy(body["genres"]).alias("genres"),
        named(body["url"]).alias("aoty_url"),
        F.col("at").alias("fetched_at"),
        "raw",
    )


JOB = Job(
    writes=bronze.AOTY_ALBUMS,
    reads=(landing.AOTY_ALBUMS,),
    transform=aoty_albums,
)

if __name__ == "__main__":
    JOB.main()

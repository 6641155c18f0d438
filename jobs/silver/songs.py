"""Silver: one canonical song with the facts of its best version."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.identity import best_id
from lib.job import Job
from lib.windows import whole
from schemas import bronze, silver

#: Columns that make a version more complete when it has them.
_COMPLETENESS = ("track_id", "album_name", "duration_ms", "popularity", "explicit")

_IDS = ("isrc", "track_id", "recording_mbid")

_TRUST = ("kaggle_tracks", "plays", "library_items")


def songs(
    song_ids: DataFrame, plays: DataFrame, library_items: DataFrame, kaggle_tracks: DataFrame
) -> DataFrame:
    """Facts of each version from the catalogue, else plays, else the library; then the best one.

    The best version is the most complete, then the most popular, then the most played; ties are
    broken by its id.
    """
    told = _from_kaggle(kaggle_tracks)
    for others in (_from_plays(plays), _from_library(library_items)):
        told = told.unionByName(others, allowMissingColumns=True)
    told_best = Window.partitionBy("song_id", "recording_id").orderBy(
        _trust(),
        F.col("popularity").desc_nulls_last(),
        F.col("genre").desc(),
        "track_name",
        "artist_name",
        "album_name",
    )
    in_song, in_recording = whole("song_id"), whole("song_id", "recording_id")
    best = Window.partitionBy("song_id").orderBy(
        F.col("nth") != 1,
        _completeness().desc(),
        F.col("popularity").desc_nulls_last(),
        F.col("heard_in_all").desc(),
        F.col("recording_id").desc(),
    )
    return (
        told.transform(best_id)
        .join(song_ids, on=["id_type", "id"], how="inner")
        .repartition("song_id")
        .withColumn("nth", F.row_number().over(told_best))
        .withColumns(
            {
                "heard_in_all": F.sum("heard").over(in_recording),
                "track_id": F.coalesce("track_id", F.min("track_id").over(in_recording)),
            }
        )
        .withColumns(
            {
                "genres": F.array_sort(F.collect_set("genre").over(in_song)),
                "sources": F.array_sort(F.collect_set("source").over(in_song)),
                "versions": F.count_if(F.col("nth") == 1).over(in_song).cast("int"),
                "place": F.row_number().over(best),
            }
        )
        .filter("place = 1")
        .withColumn("artist", F.get("artists", F.lit(0)))
        .withColumnRenamed("track_name", "title")
        .withColumn(
            "spotify_url", F.concat(F.lit("https://open.spotify.com/track/"), F.col("track_id"))
        )
    )


def _trust() -> Column:
    """Who is asked first for a version's facts."""
    return F.array_position(F.array(*map(F.lit, _TRUST)), F.col("source"))


def _completeness() -> Column:
    has = [F.col(name).isNotNull().cast("int") for name in _COMPLETENESS]
    return sum(has[1:], has[0])


def _from_kaggle(kaggle_tracks: DataFrame) -> DataFrame:
    return kaggle_tracks.select(
        F.lit("kaggle_tracks").alias("source"),
        "track_id",
        F.col("artists").alias("artist_name"),
        "track_name",
        F.transform(F.split("artists", ";"), lambda name: F.trim(name)).alias("artists"),
        "album_name",
        "duration_ms",
        "popularity",
        "explicit",
        F.col("track_genre").alias("genre"),
        F.lit(0).cast("bigint").alias("heard"),
    )


def _from_plays(plays: DataFrame) -> DataFrame:
    return (
        plays.groupBy(*_IDS, "artist_name", "track_name", "album_name")
        .agg(F.count(F.lit(1)).alias("heard"), F.max("duration_ms").alias("duration_ms"))
        .select(
            F.lit("plays").alias("source"),
            *_IDS,
            "artist_name",
            "track_name",
            F.array("artist_name").alias("artists"),
            "album_name",
            "duration_ms",
            "heard",
        )
    )


def _from_library(library_items: DataFrame) -> DataFrame:
    return (
        library_items.filter("item_type = 'track' AND artist_name IS NOT NULL")
        .select(
            F.lit("library_items").alias("source"),
            "track_id",
            "artist_name",
            F.col("name").alias("track_name"),
            F.array("artist_name").alias("artists"),
            "album_name",
            F.lit(0).cast("bigint").alias("heard"),
        )
        .distinct()
    )


JOB = Job(
    writes=silver.SONGS,
    reads=(silver.SONG_IDS, bronze.PLAYS, bronze.LIBRARY_ITEMS, bronze.KAGGLE_TRACKS),
    transform=songs,
)

if __name__ == "__main__":
    JOB.main()

"""Silver: plays with their song, found by id, by the person's own library, or by name."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, functions as F

from lib.identity import name_key
from lib.job import Job
from schemas import bronze, silver


def plays(
    plays: DataFrame,
    library_items: DataFrame,
    song_ids: DataFrame,
    songs: DataFrame,
    *,
    min_ms: int,
) -> DataFrame:
    """Finds each play's song and, where it was told by names only, a Spotify id.

    Args:
        plays: bronze.plays.
        library_items: bronze.library_items; a person's own library comes before other versions.
        song_ids: silver.song_ids.
        songs: silver.songs; gives the best version's id where the library knows none.
        min_ms: a play counts when it lasted this long, or its length is not known.

    Returns:
        The table's columns, and `is_podcast` for names that are a show of the person's library.
    """
    key = name_key(F.col("artist_name"), F.col("track_name"))
    keyed = plays.withColumn("name_key", key).withColumns(
        {
            "id_type": F.when(F.col("track_id").isNull(), "name").otherwise("spotify"),
            "id": F.coalesce("track_id", "name_key"),
        }
    )
    best = songs.select("song_id", F.col("track_id").alias("best_track_id"))
    found = (
        keyed.join(song_ids, on=["id_type", "id"], how="left")
        .join(_library_tracks(library_items), on=["user_id", "name_key"], how="left")
        .join(best, on="song_id", how="left")
        .join(_shows(library_items), on=["user_id", "artist_name"], how="left")
    )
    told, length = F.col("track_id"), F.col("ms_played")
    return (
        found.withColumn("is_podcast", told.isNull() & F.col("is_show").isNotNull())
        .withColumn(
            "id_method",
            F.when(told.isNotNull(), "told")
            .when(F.col("library_track_id").isNotNull(), "library")
            .when(F.col("best_track_id").isNotNull(), "name_key"),
        )
        .withColumn("track_id", F.coalesce("track_id", "library_track_id", "best_track_id"))
        .withColumn("recording_id", F.coalesce("track_id", "song_id"))
        .withColumn("counts", F.coalesce(length >= min_ms, F.lit(True)))
        .withColumn("started_at", _started_at())
    )


def _started_at() -> Column:
    length = F.make_dt_interval(secs=F.coalesce("ms_played", F.lit(0)) / 1000)
    return F.when(F.col("stamp") == "end", F.col("played_at") - length).otherwise(
        F.col("played_at")
    )


def _library_tracks(library_items: DataFrame) -> DataFrame:
    """One track id for each name in a person's library; saved tracks come before playlists."""
    order = F.struct(F.col("list_name") != "library", "uri")
    return (
        library_items.filter("item_type = 'track'")
        .withColumn("name_key", name_key(F.col("artist_name"), F.col("name")))
        .groupBy("user_id", "name_key")
        .agg(F.min_by("track_id", order).alias("library_track_id"))
    )


def _shows(library_items: DataFrame) -> DataFrame:
    """Names of the shows in a person's library: as `artist` of a play they mean a podcast."""
    show = F.when(F.col("item_type") == "show", F.col("name")).when(
        F.col("item_type") == "episode", F.col("artist_name")
    )
    named = library_items.select("user_id", show.alias("artist_name"), F.lit(True).alias("is_show"))
    return named.filter("artist_name IS NOT NULL").distinct()


JOB = Job(
    writes=silver.PLAYS,
    reads=(bronze.PLAYS, bronze.LIBRARY_ITEMS, silver.SONG_IDS, silver.SONGS),
    transform=plays,
    settings={"min_ms": "plays.min_ms"},
)

if __name__ == "__main__":
    JOB.main()

"""Silver: one canonical song with the facts of its best version."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, functions as F

from lib.identity import name_key
from lib.job import Job
from schemas import bronze, silver

#: Columns that make a version more complete when it has them.
_COMPLETENESS = ("track_id", "album_name", "duration_ms", "popularity", "explicit")
_FACTS = (
    "title STRING, artists ARRAY<STRING>, album_name STRING, duration_ms BIGINT, "
    "popularity INT, explicit BOOLEAN"
)


def songs(
    song_ids: DataFrame, plays: DataFrame, library_items: DataFrame, kaggle_tracks: DataFrame
) -> DataFrame:
    """Facts of each version from whoever tells most of it, then the best version of each song.

    The best version is the most complete, then the most popular, then the most played; ties are
    broken by its id.
    """
    told = _from_kaggle(kaggle_tracks).unionByName(_from_plays(plays))
    told = told.unionByName(_from_library(library_items))
    versions = (
        _with_song(told, song_ids)
        .groupBy("song_id", "recording_id")
        .agg(
            F.min_by(F.struct("track_id", *_fact_names()), F.struct("rank", "title")).alias(
                "facts"
            ),
            F.sum("heard").alias("heard"),
            F.flatten(F.collect_set("genres")).alias("genres"),
            F.collect_set("source").alias("sources"),
        )
    )
    best = F.max_by(F.struct("recording_id", "facts.*"), _worth())
    return (
        versions.groupBy("song_id")
        .agg(
            best.alias("best"),
            F.array_sort(F.array_distinct(F.flatten(F.collect_list("genres")))).alias("genres"),
            F.array_sort(F.array_distinct(F.flatten(F.collect_list("sources")))).alias("sources"),
            F.count("facts.track_id").cast("int").alias("versions"),
        )
        .select("song_id", "best.*", "genres", "sources", "versions")
        .withColumn("artist", F.element_at("artists", 1))
        .withColumn("spotify_url", _url("track_id"))
    )


def _worth() -> Column:
    """What makes one version better than another, the greatest wins."""
    has = [F.col(f"facts.{name}").isNotNull().cast("int") for name in _COMPLETENESS]
    completeness = sum(has[1:], has[0])
    return F.struct(
        completeness, F.coalesce("facts.popularity", F.lit(-1)), "heard", "recording_id"
    )


def _fact_names() -> list[str]:
    return [part.split()[0] for part in _FACTS.split(", ")]


def _url(track_id: str) -> Column:
    return F.concat(F.lit("https://open.spotify.com/track/"), F.col(track_id))


def _with_song(told: DataFrame, song_ids: DataFrame) -> DataFrame:
    """Adds the song, found by the id where there is one, else by the name key."""
    by_id = told.filter("track_id IS NOT NULL").withColumn("id_type", F.lit("spotify"))
    by_name = told.filter("track_id IS NULL").withColumn("id_type", F.lit("name"))
    keyed = by_id.withColumn("id", F.col("track_id")).unionByName(
        by_name.withColumn("id", name_key(F.element_at("artists", 1), F.col("title")))
    )
    return keyed.join(song_ids, on=["id_type", "id"], how="inner").withColumn(
        "recording_id", F.coalesce("track_id", "song_id")
    )


def _from_kaggle(kaggle_tracks: DataFrame) -> DataFrame:
    artists = F.transform(F.split("artists", ";"), lambda name: F.trim(name))
    facts = F.struct(
        F.col("track_name").alias("title"),
        artists.alias("artists"),
        "album_name",
        "duration_ms",
        "popularity",
        "explicit",
    )
    return (
        kaggle_tracks.groupBy("track_id")
        .agg(
            F.max_by(facts, F.struct("popularity", "track_genre")).alias("facts"),
            F.collect_set("track_genre").alias("genres"),
        )
        .select("track_id", "facts.*", "genres")
        .transform(_told_by("kaggle_tracks", rank=0))
    )


def _from_plays(plays: DataFrame) -> DataFrame:
    return (
        plays.groupBy("track_id", "artist_name", "track_name", "album_name")
        .agg(F.count(F.lit(1)).alias("heard"))
        .select(
            "track_id",
            F.col("track_name").alias("title"),
            F.array("artist_name").alias("artists"),
            "album_name",
            "heard",
        )
        .transform(_told_by("plays", rank=1))
    )


def _from_library(library_items: DataFrame) -> DataFrame:
    return (
        library_items.filter("item_type = 'track' AND artist_name IS NOT NULL")
        .select(
            "track_id",
            F.col("name").alias("title"),
            F.array("artist_name").alias("artists"),
            "album_name",
        )
        .distinct()
        .transform(_told_by("library_items", rank=2))
    )


def _told_by(source: str, rank: int) -> Callable[[DataFrame], DataFrame]:
    """Completes facts with what their source does not tell."""

    def complete(facts: DataFrame) -> DataFrame:
        absent = {
            "duration_ms": "bigint",
            "popularity": "int",
            "explicit": "boolean",
            "genres": "array<string>",
            "heard": "bigint",
        }
        empty = {"genres": F.array().cast("array<string>"), "heard": F.lit(0).cast("bigint")}
        return facts.withColumns(
            {
                name: empty.get(name, F.lit(None).cast(kind))
                for name, kind in absent.items()
                if name not in facts.columns
            }
        ).withColumns({"source": F.lit(source), "rank": F.lit(rank)})

    return complete


JOB = Job(
    writes=silver.SONGS,
    reads=(silver.SONG_IDS, bronze.PLAYS, bronze.LIBRARY_ITEMS, bronze.KAGGLE_TRACKS),
    transform=songs,
)

if __name__ == "__main__":
    JOB.main()

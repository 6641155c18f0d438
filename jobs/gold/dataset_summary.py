"""Gold: counts and coverage of the lake."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame, functions as F

from lib.job import Job
from lib.listening import is_authentic
from schemas import gold, silver

_PLAYS_BY = ("user_id", "source", "feature_source", "match_method", "counts", "part_of_day")
_RECORDINGS_BY = ("feature_source", "match_method")


def dataset_summary(
    listening_with_features: DataFrame, track_features: DataFrame, songs: DataFrame
) -> DataFrame:
    """How many plays, recordings and songs there are, split by what people ask of them first."""
    by_sources = songs.select(F.concat_ws(" + ", "sources").alias("sources"))
    parts = [
        _count(listening_with_features, "plays", _PLAYS_BY),
        _count(track_features, "recordings", _RECORDINGS_BY),
        _count(by_sources, "songs", ("sources",)),
    ]
    return reduce(DataFrame.union, parts)


def _count(rows: DataFrame, subject: str, columns: tuple[str, ...]) -> DataFrame:
    """Rows by each column in one pass over `rows`, and all of them."""
    authentic = is_authentic() if "feature_source" in rows.columns else F.lit(None).cast("boolean")
    named = [
        F.struct(F.lit(name).alias("split_by"), F.col(name).cast("string").alias("item"))
        for name in columns
    ]
    all_rows = F.struct(F.lit("all").alias("split_by"), F.lit("all").alias("item"))
    counted = (
        rows.withColumn("is_authentic", authentic.cast("int"))
        .select("is_authentic", F.inline(F.array(all_rows, *named)))
        .groupBy("split_by", F.coalesce("item", F.lit("none")).alias("item"))
        .agg(
            F.count(F.lit(1)).alias("rows"),
            F.round(F.avg("is_authentic"), 6).alias("authentic_share"),
        )
    )
    total = counted.filter("split_by = 'all'").select(F.col("rows").alias("total"))
    return counted.crossJoin(F.broadcast(total)).select(
        F.lit(subject).alias("subject"),
        "split_by",
        "item",
        "rows",
        (F.col("rows") / F.col("total")).alias("share"),
        "authentic_share",
    )


JOB = Job(
    writes=gold.DATASET_SUMMARY,
    reads=(silver.LISTENING_WITH_FEATURES, silver.TRACK_FEATURES, silver.SONGS),
    transform=dataset_summary,
)

if __name__ == "__main__":
    JOB.main()

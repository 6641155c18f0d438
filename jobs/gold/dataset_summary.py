"""Gold: counts and coverage of the lake."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame, functions as F

from lib.job import Job
from lib.listening import is_authentic
from lib.windows import whole
from schemas import gold, silver

_PLAYS_BY = (
    "user_id", "source", "tellers", "id_method", "feature_source", "match_method", "counts",
    "not_counted", "part_of_day",
)  # fmt: skip
_RECORDINGS_BY = ("feature_source", "match_method")


def dataset_summary(
    listening_with_features: DataFrame, track_features: DataFrame, songs: DataFrame
) -> DataFrame:
    """How many plays, recordings and songs there are, split by what people ask of them first.

    Plays are split as a whole, and once more for each source that told of them.
    """
    told_by = F.transform("sources", lambda teller: F.concat(F.lit("plays told by "), teller))
    plays = listening_with_features.select(
        F.explode(F.concat(F.array(F.lit("plays")), told_by)).alias("subject"),
        "*",
        F.size("sources").alias("tellers"),
    )
    recordings = track_features.withColumn("subject", F.lit("recordings"))
    by_sources = songs.select(
        F.lit("songs").alias("subject"), F.concat_ws(" + ", "sources").alias("sources"), "source"
    )
    parts = [
        _count(plays, _PLAYS_BY),
        _count(recordings, _RECORDINGS_BY),
        _count(by_sources, ("sources", "source")),
    ]
    return reduce(DataFrame.union, parts)


def _count(rows: DataFrame, columns: tuple[str, ...]) -> DataFrame:
    """Rows of each subject by each column in one pass over `rows`, and all of them."""
    authentic = is_authentic() if "feature_source" in rows.columns else F.lit(None).cast("boolean")
    named = [
        F.struct(F.lit(name).alias("split_by"), F.col(name).cast("string").alias("item"))
        for name in columns
    ]
    all_rows = F.struct(F.lit("all").alias("split_by"), F.lit("all").alias("item"))
    return (
        rows.withColumn("is_authentic", authentic.cast("int"))
        .select("subject", "is_authentic", F.inline(F.array(all_rows, *named)))
        .groupBy("subject", "split_by", F.coalesce("item", F.lit("none")).alias("item"))
        .agg(
            F.count(F.lit(1)).alias("rows"),
            F.round(F.avg("is_authentic"), 6).alias("authentic_share"),
        )
        .select(
            "subject",
            "split_by",
            "item",
            "rows",
            # Each row has one item of each split, so those of any split add up to all.
            (F.col("rows") / F.sum("rows").over(whole("subject", "split_by"))).alias("share"),
            "authentic_share",
        )
    )


JOB = Job(
    writes=gold.DATASET_SUMMARY,
    reads=(silver.LISTENING_WITH_FEATURES, silver.TRACK_FEATURES, silver.SONGS),
    transform=dataset_summary,
)

if __name__ == "__main__":
    JOB.main()

"""Gold: a listener's week, hour by hour."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib.job import Job
from lib.listening import authentic_mean, minutes_heard
from lib.local_time import part_of_day
from lib.windows import whole
from schemas import gold, silver


def temporal_patterns(listening_with_features: DataFrame, *, count_by: str) -> DataFrame:
    """Plays that count, by local weekday and hour; hours without plays are rows of zeros.

    Args:
        listening_with_features: silver.listening_with_features.
        count_by: what different songs are told apart by, `song` or `recording`.
    """
    heard = listening_with_features.filter("counts")
    by_hour = heard.groupBy("user_id", "day_of_week", "hour_of_day").agg(
        F.count(F.lit(1)).alias("plays"),
        minutes_heard(),
        F.count_distinct(f"{count_by}_id").alias("songs"),
        authentic_mean("valence"),
        authentic_mean("energy"),
        authentic_mean("tempo"),
    )
    days = F.explode(F.sequence(F.lit(1), F.lit(7))).alias("day_of_week")
    hours = F.explode(F.sequence(F.lit(0), F.lit(23))).alias("hour_of_day")
    week = heard.select("user_id").distinct().select("user_id", days).select("*", hours)
    return (
        week.join(by_hour, on=["user_id", "day_of_week", "hour_of_day"], how="left")
        .fillna(0, subset=["plays", "minutes", "songs"])
        .withColumn("part_of_day", part_of_day(F.col("hour_of_day")))
        .withColumn("is_weekend", F.col("day_of_week") >= 6)
        .withColumn("share", F.col("plays") / F.sum("plays").over(whole("user_id")))
    )


JOB = Job(
    writes=gold.TEMPORAL_PATTERNS,
    reads=(silver.LISTENING_WITH_FEATURES,),
    transform=temporal_patterns,
    settings={"count_by": "statistics.count_by"},
)

if __name__ == "__main__":
    JOB.main()

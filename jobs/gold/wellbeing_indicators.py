"""Gold: a listener's day and week in numbers. They describe listening, never health."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, functions as F

from lib.job import Job
from lib.listening import authentic_mean, is_authentic, minutes_heard
from schemas import gold, silver

_PERIOD = ("user_id", "period", "period_start")
#: The hours of the late night, local: from midnight to this.
_LATE_NIGHT_ENDS = 5


def wellbeing_indicators(listening_with_features: DataFrame, *, count_by: str) -> DataFrame:
    """Volume, variety, hours and tone of each day and of each week that has a play that counts.

    Args:
        listening_with_features: silver.listening_with_features.
        count_by: what different songs are told apart by, `song` or `recording`.
    """
    starts = F.create_map(
        F.lit("day"),
        F.col("local_date"),
        F.lit("week"),
        F.to_date(F.date_trunc("week", "local_date")),
    )
    plays = listening_with_features.select("*", F.explode(starts).alias("period", "period_start"))
    skips = (
        plays.filter("counts OR not_counted = 'short'")
        .groupBy(*_PERIOD)
        .agg(F.avg(F.coalesce(F.col("skipped").cast("int"), F.lit(0))).alias("skip_share"))
    )
    heard = plays.filter("counts")
    late = F.col("hour_of_day") < _LATE_NIGHT_ENDS
    return (
        heard.groupBy(*_PERIOD)
        .agg(
            F.count(F.lit(1)).alias("plays"),
            minutes_heard(),
            F.count_distinct(f"{count_by}_id").alias("songs"),
            F.count_distinct("artist_name").alias("artists"),
            (F.count_distinct(f"{count_by}_id") / F.count(F.lit(1))).alias("variety"),
            F.avg(late.cast("int")).alias("late_night_share"),
            F.avg(is_authentic().cast("int")).alias("authentic_share"),
            authentic_mean("valence"),
            _spread("valence").alias("valence_spread"),
            authentic_mean("energy"),
            authentic_mean("acousticness"),
            authentic_mean("tempo"),
        )
        .join(_artist_entropy(heard), on=list(_PERIOD), how="inner")
        .join(skips, on=list(_PERIOD), how="inner")
    )


def _spread(feature: str) -> Column:
    return F.round(F.stddev_pop(F.when(is_authentic(), F.col(feature))), 6)


def _artist_entropy(heard: DataFrame) -> DataFrame:
    """Shannon entropy of plays over artists, bits: log2 n - sum(c log2 c) / n over counts c."""
    counts = heard.groupBy(*_PERIOD, "artist_name").agg(F.count(F.lit(1)).alias("c"))
    n = F.sum("c")
    entropy = F.log2(n.cast("double")) - F.sum(F.col("c") * F.log2(F.col("c").cast("double"))) / n
    # Rounded: the order of a sum of logarithms is not fixed across executors.
    bits = F.round(F.greatest(entropy, F.lit(0.0)), 6)
    return counts.groupBy(*_PERIOD).agg(bits.alias("artist_entropy"))


JOB = Job(
    writes=gold.WELLBEING_INDICATORS,
    reads=(silver.LISTENING_WITH_FEATURES,),
    transform=wellbeing_indicators,
    settings={"count_by": "statistics.count_by"},
)

if __name__ == "__main__":
    JOB.main()

"""Measures over plays that several gold tables share."""

from __future__ import annotations

from pyspark.sql import Column, functions as F

from schemas.features import AUTHENTIC_SOURCES


def is_authentic() -> Column:
    """Whether a row's features were measured or observed; an absent source is not authentic."""
    return F.coalesce(F.col("feature_source").isin(*AUTHENTIC_SOURCES), F.lit(False))


def authentic_mean(feature: str) -> Column:
    """Mean of a feature over rows with authentic features: an invented number says nothing."""
    # A sum of whole millionths is exact; one of fractions depends on the order of the executors,
    # and a mean that lies halfway between two roundings would then fall to either side.
    millionths = F.rint(F.col(feature) * 1_000_000)
    mean = F.avg(F.when(is_authentic(), millionths))
    return (F.round(mean) / 1_000_000).alias(feature)


def minutes_heard() -> Column:
    """Minutes heard, where lengths are known."""
    return F.coalesce(F.sum("ms_played") / 60_000, F.lit(0.0)).alias("minutes")

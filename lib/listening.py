"""Measures over plays that several gold tables share."""

from __future__ import annotations

from pyspark.sql import Column, functions as F

from schemas.features import AUTHENTIC_SOURCES


def is_authentic() -> Column:
    """Whether a row's features were measured or observed; an absent source is not authentic."""
    return F.coalesce(F.col("feature_source").isin(*AUTHENTIC_SOURCES), F.lit(False))


def authentic_mean(feature: str) -> Column:
    """Mean of a feature over rows with authentic features: an invented number says nothing."""
    return F.round(F.avg(F.when(is_authentic(), F.col(feature))), 6).alias(feature)


def minutes_heard() -> Column:
    """Minutes heard, where lengths are known."""
    return F.coalesce(F.sum("ms_played") / 60_000, F.lit(0.0)).alias("minutes")

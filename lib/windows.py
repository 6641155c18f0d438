"""The window that most aggregates over a group mean: all of its rows."""

from __future__ import annotations

from pyspark.sql import Column, Window, WindowSpec


def whole(*columns: str | Column) -> WindowSpec:
    """Every row that has the same values in these columns."""
    return Window.partitionBy(*columns).rowsBetween(
        Window.unboundedPreceding, Window.unboundedFollowing
    )

"""The windows that most aggregates over a group mean: all of its rows."""

from __future__ import annotations

from pyspark.sql import Column, Window, WindowSpec


def whole(*columns: str | Column) -> WindowSpec:
    """Every row that has the same values in these columns."""
    return all_rows(Window.partitionBy(*columns))


def all_rows(window: WindowSpec) -> WindowSpec:
    """The same window, seen as a whole from each of its rows.

    What is asked of a window and of the whole of it, Spark answers in one pass.
    """
    return window.rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)

"""Frames without rows, which Spark's optimizer sees through."""

from __future__ import annotations

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType


def no_rows(spark: SparkSession, schema: StructType | str) -> DataFrame:
    """A frame without rows: what only joins, groups or filters it starts no task.

    The limit says so to the optimizer, to which any list of rows is of unknown length.
    """
    return spark.createDataFrame([], schema).limit(0)

"""Rows of a table of which a test tells only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, Row, SparkSession, functions as F
from pyspark.sql.types import DateType, TimestampType
from pyspark.testing import assertDataFrameEqual

from schemas.table import Column, Table

_PLAIN = {
    "STRING": "-",
    "INT": 0,
    "BIGINT": 0,
    "DOUBLE": 0.0,
    "BOOLEAN": False,
    "DATE": date(2024, 1, 1),
    "TIMESTAMP": datetime(2024, 1, 1, tzinfo=UTC),
    "ARRAY<STRING>": [],
}


def frame(spark: SparkSession, table: Table, *rows: Mapping[str, Any]) -> DataFrame:
    """A DataFrame with the table's columns.

    Args:
        spark: the session.
        table: whose columns it has.
        rows: what each row tells. A column left out is NULL or, where the table forbids that, a
            plain value of its type. Times and dates may be ISO text, in UTC.
    """
    for row in rows:
        assert set(row) <= set(table.column_names), f"{table.name} has no {set(row)}"
    # By Arrow it is a local relation, which Spark plans and reads fastest.
    columns = {column.name: [_value(column, row) for row in rows] for column in table.fields}
    return spark.createDataFrame(pa.table(columns), table.ddl)


def _value(column: Column, row: Mapping[str, Any]) -> Any:
    if column.name not in row:
        return None if column.nullable else _PLAIN[column.type]
    told = row[column.name]
    if isinstance(told, str) and column.type == "TIMESTAMP":
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    if isinstance(told, str) and column.type == "DATE":
        return date.fromisoformat(told)
    return told


def assert_rows(shown: DataFrame, columns: str, *expected: tuple[Any, ...]) -> None:
    """Asserts what a frame holds, in any order.

    Args:
        shown: the frame.
        columns: which of its columns to look at, parted by blanks.
        expected: their values, row by row; times and dates as text, in UTC.
    """
    names = columns.split()
    assert all(len(row) == len(names) for row in expected), "each row tells each column"
    kinds = {field.name: field.dataType for field in shown.schema}
    as_text = (TimestampType, DateType)
    told = [
        F.col(name).cast("string") if isinstance(kinds[name], as_text) else F.col(name)
        for name in names
    ]
    assertDataFrameEqual(shown.select(*told), [Row(*names)(*row) for row in expected])

"""Rejected rows on their way into ops.quarantine, each once however often it is rejected."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import DataFrame, functions as F

from lib import delta, delta_table
from lib.parts import BROKEN, RAW
from lib.places import Places
from schemas import ops
from schemas.table import Table

# Two jobs may reject rows at once; one writer at a time spares them Delta's conflicts.
_ONE_AT_A_TIME = threading.Lock()

_NEW = f"""
    WITH rejected AS (
        SELECT DISTINCT $table AS table_name, {BROKEN} AS rule, {RAW} AS raw,
            sha256(concat_ws(chr(10), $table, {BROKEN}, {RAW})) AS quarantine_id
        FROM read_parquet($files)
    )
    SELECT {{columns}} FROM (SELECT *, $now::TIMESTAMPTZ AS quarantined_at FROM rejected)
    WHERE quarantine_id NOT IN (SELECT quarantine_id FROM kept)
"""


def quarantine(
    rejected: DataFrame | Sequence[str], table: Table, places: Places, now: datetime
) -> None:
    """Keeps rows of a table that were rejected, and that were not before.

    Args:
        rejected: the rows, or the Parquet files that they are in: the rule that each broke first,
            and its raw form, as `quality.mark` adds them.
        table: whose they would have been.
        places: where ops.quarantine is.
        now: when.
    """
    path = places.path(ops.QUARANTINE)
    with _ONE_AT_A_TIME:
        if isinstance(rejected, DataFrame):
            rows = as_quarantined(rejected, table, now)
            delta.write(rows, ops.QUARANTINE, path, delta.AppendNew())
        else:
            _append(list(rejected), table, path, now)


def as_quarantined(rejected: DataFrame, table: Table, now: datetime) -> DataFrame:
    """Rejected rows of a table as ops.quarantine keeps them."""
    return (
        rejected.select(
            F.lit(table.name).alias("table_name"),
            F.col(BROKEN).alias("rule"),
            F.col(RAW).alias("raw"),
            F.lit(now).alias("quarantined_at"),
        )
        .withColumn("quarantine_id", F.sha2(F.concat_ws("\n", "table_name", "rule", "raw"), 256))
        .distinct()
    )


def _append(files: list[str], table: Table, path: str, now: datetime) -> None:
    """By way of the driver: Spark takes five seconds to append a row."""
    delta_table.prepare(ops.QUARANTINE, path)
    query = _NEW.format(columns=", ".join(ops.QUARANTINE.column_names))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("kept", DeltaTable(path).to_pyarrow_dataset())
        values = {"table": table.name, "files": files, "now": now}
        rows: pa.Table = connection.sql(query, params=values).to_arrow_table()
    if rows.num_rows:
        write_deltalake(path, rows, mode="append")

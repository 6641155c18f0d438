"""Reading a table, by its files where its log says no more than their names."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable
from pyspark.sql import DataFrame, SparkSession, functions as F
from pyspark.sql.types import StructType

from lib import delta_log
from lib.delta_table import spark_schema
from lib.no_rows import no_rows
from schemas.table import Table

#: What Spark would take for a pattern in a path.
_GLOB = re.compile(r"[][{}*?\\]")


def read(spark: SparkSession, table: Table, path: str, version: int | None = None) -> DataFrame:
    """The table at `path` as of a version; without rows where there is no table.

    A declared column that it was built without is NULL.
    """
    if version is None:
        state = delta_log.read_log(path)
        version = state.version if state else None
    if version is None:
        return no_rows(spark, spark_schema(table))
    found = _read_files(spark, path, version) or _read_any(spark, path, version)
    has = set(found.columns)
    return found.select(
        *(
            F.col(c.name) if c.name in has else F.lit(None).cast(c.type).alias(c.name)
            for c in table.fields
        )
    )


def is_empty(path: str, version: int) -> bool:
    """Whether the table at `path` had no rows then, as its log tells without a JVM."""
    return not len(pa.table(DeltaTable(path, version=version).get_add_actions()))


def _read_any(spark: SparkSession, path: str, version: int) -> DataFrame:
    return spark.read.format("delta").option("versionAsOf", version).load(path)


def _read_files(spark: SparkSession, path: str, version: int) -> DataFrame | None:
    """A table by the files that its log names; None where it needs more than that.

    Spark reads a Delta table's log by a job of its own, which takes longer than most tables' rows.
    """
    if "://" in path or _GLOB.search(path):
        return None
    found = DeltaTable(path, version=version)
    if found.metadata().partition_columns or found.protocol().reader_features:
        return None
    schema = StructType.fromJson(json.loads(found.schema().to_json()))
    files = pa.table(found.get_add_actions()).column("path").to_pylist()
    if not files:
        return no_rows(spark, schema)
    return spark.read.schema(schema).parquet(*(f"{path}/{unquote(name)}" for name in files))

"""Every write of a table: how it comes to be, and the three ways in which rows land in it."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import pyarrow as pa
import pyarrow.compute as pc
from delta.tables import DeltaTable as SparkDeltaTable
from deltalake import CommitProperties, DeltaTable, Field, Schema, write_deltalake
from deltalake.schema import ArrayType, PrimitiveType
from pyspark.sql import DataFrame, SparkSession, functions as F
from pyspark.sql.types import StructType

from lib import delta_log
from lib.errors import TableError
from schemas.table import Column, Table

_USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata"

#: Rows that the driver may hold to commit them itself.
_FEW = 20_000

_PRIMITIVES = {
    "STRING": "string",
    "INT": "integer",
    "BIGINT": "long",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
}


_IN_TIME = ("DATE", "TIMESTAMP")


class Mode(Protocol):
    """A way in which rows land: `Replace`, `Upsert` or `AppendNew`."""

    def write(self, frame: DataFrame, table: Table, path: str, fresh: bool) -> None:
        """Commits the rows of `frame`, which has just the table's columns, in one transaction."""


@dataclass(frozen=True)
class Replace:
    """The table becomes exactly these rows, in one atomic overwrite."""

    def write(self, frame: DataFrame, table: Table, path: str, fresh: bool) -> None:
        """Overwrites."""
        frame.write.format("delta").mode("overwrite").save(path)


@dataclass(frozen=True)
class AppendNew:
    """Rows whose key is not there yet are added; a row once landed never changes."""

    def write(self, frame: DataFrame, table: Table, path: str, fresh: bool) -> None:
        """Inserts what is new by its key."""
        if fresh:
            # Two first writes at once conflict, as two overwrites: neither duplicates a row.
            Replace().write(frame, table, path, fresh)
        else:
            _merge(frame, table, path).whenNotMatchedInsertAll().execute()


@dataclass(frozen=True)
class Upsert:
    """Rows whose key is new are added, rows whose values differ are updated, the rest stay."""

    def write(self, frame: DataFrame, table: Table, path: str, fresh: bool) -> None:
        """Inserts what is new by its key and updates what differs."""
        if fresh:
            Replace().write(frame, table, path, fresh)
            return
        # A MERGE rewrites every file it matches, even where no value differs: take out first
        # the rows that are there already, so that landing twice changes nothing.
        old = read(frame.sparkSession, table, path).alias("old")
        same = [
            F.col(f"new.{name}").eqNullSafe(F.col(f"old.{name}"))
            for name in table.column_names
            if name not in table.changes_with_time
        ]
        changed = frame.alias("new").join(old, on=same, how="left_anti")
        merge = _merge(changed, table, path).whenMatchedUpdateAll()
        merge.whenNotMatchedInsertAll().execute()


def _merge(frame: DataFrame, table: Table, path: str) -> Any:
    same_key = " AND ".join(f"old.`{name}` = new.`{name}`" for name in table.key)
    target = SparkDeltaTable.forPath(frame.sparkSession, path)
    return target.alias("old").merge(frame.alias("new"), same_key)


def write(
    frame: DataFrame,
    table: Table,
    path: str,
    mode: Mode,
    record: dict[str, Any] | None = None,
    row_count: int | None = None,
) -> int:
    """Lands the rows of `frame` in the table at `path`, which is made where it is not there.

    The commit carries `record` in its userMetadata; where nothing changes, a commit without data
    carries it. The frame's session must belong to this write alone. A table that becomes a few
    rows of a known `row_count` is written by delta-rs: Spark takes a second to commit ten rows.

    Returns:
        The table's version afterwards.

    Raises:
        TableError: the frame lacks a column, has one of another type, or the table at `path` has
            columns that its declaration has not.
    """
    rows = declared_columns(frame, table)
    fresh = prepare(table, path)
    marked = {delta_log.MARK: 1, **record} if record is not None else None
    becomes_rows = fresh or isinstance(mode, Replace)
    if row_count is not None and row_count <= _FEW and becomes_rows and "://" not in path:
        _replace_by_few(rows, table, path, marked)
    else:
        if marked is not None:
            frame.sparkSession.conf.set(_USER_METADATA, json.dumps(marked))
        try:
            mode.write(rows, table, path, fresh)
        finally:
            frame.sparkSession.conf.unset(_USER_METADATA)
    state = delta_log.read_log(path)
    if record is not None and (state is None or state.record != marked):
        _commit_record(table, path, json.dumps(marked))
        state = delta_log.read_log(path)
    assert state is not None
    return state.version


def _replace_by_few(
    rows: DataFrame, table: Table, path: str, marked: dict[str, Any] | None
) -> None:
    """`Replace` by way of the driver, for a bounded number of rows and a table on this machine."""
    metadata = {"userMetadata": json.dumps(marked)} if marked is not None else None
    write_deltalake(
        path,
        rows.toArrow(),
        mode="overwrite",
        partition_by=list(table.partition_by) or None,
        commit_properties=CommitProperties(custom_metadata=metadata, max_commit_retries=0),
    )


def declared_columns(frame: DataFrame, table: Table) -> DataFrame:
    """The frame cut to the table's columns in order; extra ones are dropped.

    Raises:
        TableError: a column is missing or has another type than declared.
    """
    has = {field.name: field.dataType for field in frame.schema}
    wrong = [
        f"{field.name} is {has[field.name].simpleString() if field.name in has else 'missing'}"
        f", not {field.dataType.simpleString()}"
        for field in spark_schema(table)
        if field.name not in has or has[field.name].simpleString() != field.dataType.simpleString()
    ]
    if wrong:
        raise TableError(f"{table.name}: the job's rows do not fit its declaration: {wrong}")
    return frame.select(*table.column_names)


def spark_schema(table: Table) -> StructType:
    """The declared columns as Spark's own type."""
    return cast(StructType, StructType.fromDDL(table.ddl))


def read(spark: SparkSession, table: Table, path: str, version: int | None = None) -> DataFrame:
    """The table at `path` as of a version; without rows where there is no table.

    A declared column that it was built without is NULL.
    """
    if version is None:
        state = delta_log.read_log(path)
        version = state.version if state else None
    if version is None:
        return spark.createDataFrame([], spark_schema(table))
    found = _read_few(spark, path, version) or _read_all(spark, path, version)
    has = set(found.columns)
    return found.select(
        *(
            F.col(c.name) if c.name in has else F.lit(None).cast(c.type).alias(c.name)
            for c in table.fields
        )
    )


def _read_all(spark: SparkSession, path: str, version: int) -> DataFrame:
    return spark.read.format("delta").option("versionAsOf", version).load(path)


def _read_few(spark: SparkSession, path: str, version: int) -> DataFrame | None:
    """A table of a few rows by way of the driver; None where it is larger, or not on this machine.

    Spark reads a Delta table's log by a job of its own, which takes longer than its few rows.
    """
    if "://" in path:
        return None
    found = DeltaTable(path, version=version)
    counts = pa.table(found.get_add_actions())["num_records"]
    if counts.null_count or (pc.sum(counts).as_py() or 0) > _FEW:
        return None
    rows = found.to_pyarrow_table()
    if not rows.num_rows:  # Spark takes no column without a chunk
        rows = pa.table([pa.array([], field.type) for field in rows.schema], schema=rows.schema)
    return spark.createDataFrame(rows)


def prepare(table: Table, path: str) -> bool:
    """Sees that the table is there, as declared; says whether it has never had data.

    A folder that has files but no log is what a write leaves that was killed before its first
    commit. It is moved aside, never deleted: it may be something else that we did not write.
    """
    state = delta_log.read_log(path)
    if state is None:
        _set_aside(path)
        DeltaTable.create(
            path,
            schema=_delta_schema(table),
            mode="ignore",
            name=table.name,
            description=table.about,
            partition_by=list(table.partition_by),
            configuration=_properties(table),
        )
        return True
    _alter(table, path)
    return state.version == 0 and state.record is None


def _properties(table: Table) -> dict[str, str | None]:
    """Statistics only of columns that queries skip files by: those of all take half of a write."""
    skipped_by = [c.name for c in table.fields if c.name in table.key or c.type in _IN_TIME]
    return {"delta.dataSkippingStatsColumns": ",".join(skipped_by)}


def _set_aside(path: str) -> None:
    folder = Path(path)
    if "://" not in path and folder.is_dir() and any(folder.rglob("*")):
        kept = folder.parent / f".set-aside-{folder.name}-{time.time_ns()}"
        folder.rename(kept)


def _alter(table: Table, path: str) -> None:
    """Brings the schema of an existing table to its declaration: new columns and comments."""
    found = DeltaTable(path)
    has = {field.name: field for field in found.schema().fields}
    wanted = {field.name: field for field in _delta_schema(table).fields}
    changed = [
        name
        for name, field in has.items()
        if name not in wanted or str(wanted[name].type) != str(field.type)
    ]
    added = [field for name, field in wanted.items() if name not in has]
    if changed or not all(field.nullable for field in added):
        names = changed + [field.name for field in added if not field.nullable]
        raise TableError(
            f"{table.name} at {path} was built with other columns ({', '.join(names)}). Move that "
            "folder away and run again: the table is then built anew from its inputs."
        )
    if added:
        found.alter.add_columns(added)
    for name, field in has.items():
        if field.metadata != wanted[name].metadata:
            found.alter.set_column_metadata(name, wanted[name].metadata)


def _delta_schema(table: Table) -> Schema:
    def field(column: Column) -> Field:
        nested = re.fullmatch(r"ARRAY<(\w+)>", column.type)
        kind: PrimitiveType | ArrayType
        if nested:
            kind = ArrayType(PrimitiveType(_PRIMITIVES[nested[1]]), contains_null=True)
        else:
            kind = PrimitiveType(_PRIMITIVES[column.type])
        comment = {"comment": column.comment}
        return Field(column.name, kind, nullable=column.nullable, metadata=comment)

    return Schema([field(column) for column in table.fields])


def _commit_record(table: Table, path: str, text: str) -> None:
    """A commit without data: this run found nothing to change, and says so."""
    properties = CommitProperties(custom_metadata={"userMetadata": text}, max_commit_retries=10)
    DeltaTable(path).create_write_transaction(
        [], "append", _delta_schema(table), list(table.partition_by), commit_properties=properties
    )

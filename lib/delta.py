"""Every write of a table: how it comes to be, and the three ways in which rows land in it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import unquote

import pyarrow as pa
from delta.tables import DeltaTable as SparkDeltaTable
from deltalake import CommitProperties, DeltaTable, Field, Schema
from deltalake.schema import ArrayType, PrimitiveType
from deltalake.transaction import AddAction, RemoveAction
from pyspark.sql import DataFrame, SparkSession, functions as F
from pyspark.sql.types import StructType

from lib import delta_log
from lib.errors import TableError
from lib.no_rows import no_rows
from lib.parts import Part
from schemas.table import Column, Table

_USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata"

#: What Spark would take for a pattern in a path.
_GLOB = re.compile(r"[][{}*?\\]")

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
) -> int:
    """Lands the rows of `frame` in the table at `path`, which is made where it is not there.

    The commit carries `record` in its userMetadata; where nothing changes, a commit without data
    carries it. The frame's session must belong to this write alone.

    Returns:
        The table's version afterwards.

    Raises:
        TableError: the frame lacks a column, has one of another type, or the table at `path` has
            columns that its declaration has not.
    """
    rows = declared_columns(frame, table)
    fresh = prepare(table, path)
    marked = _marked(record)
    if marked is not None:
        frame.sparkSession.conf.set(_USER_METADATA, json.dumps(marked))
    try:
        mode.write(rows, table, path, fresh)
    finally:
        frame.sparkSession.conf.unset(_USER_METADATA)
    return _recorded(table, path, marked)


def commit(
    parts: Iterable[Part], table: Table, path: str, record: dict[str, Any] | None = None
) -> int:
    """Makes the table at `path` exactly the rows of these files, which move into its folder.

    Returns:
        The table's version afterwards.
    """
    prepare(table, path)
    marked = _marked(record)
    added: list[AddAction | RemoveAction] = []
    for part in parts:
        file = Path(part.path)
        now, size = int(time.time() * 1000), file.stat().st_size
        added.append(AddAction(file.name, size, {}, now, True, part.stats))
        file.rename(Path(path) / file.name)
    found = DeltaTable(path)
    metadata = {"userMetadata": json.dumps(marked)} if marked is not None else None
    found.create_write_transaction(
        added,
        "overwrite",
        found.schema(),
        commit_properties=CommitProperties(custom_metadata=metadata, max_commit_retries=0),
    )
    return _recorded(table, path, marked)


def replaces(mode: Mode, path: str) -> bool:
    """Whether a table becomes just the rows that land, as one does that had no data before."""
    state = delta_log.read_log(path)
    return isinstance(mode, Replace) or state is None or _never_written(state)


def _never_written(state: delta_log.LogState) -> bool:
    return state.version == 0 and state.record is None


def _marked(record: dict[str, Any] | None) -> dict[str, Any] | None:
    return {delta_log.MARK: 1, **record} if record is not None else None


def _recorded(table: Table, path: str, marked: dict[str, Any] | None) -> int:
    """The table's version, whose log tells of the job's record even where no data has changed."""
    state = delta_log.read_log(path)
    if marked is not None and (state is None or state.record != marked):
        _commit_record(table, path, json.dumps(marked))
        state = delta_log.read_log(path)
    assert state is not None
    return state.version


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
        return no_rows(spark, spark_schema(table))
    found = _read_files(spark, path, version) or _read_any(spark, path, version)
    has = set(found.columns)
    return found.select(
        *(
            F.col(c.name) if c.name in has else F.lit(None).cast(c.type).alias(c.name)
            for c in table.fields
        )
    )


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
    return _never_written(state)


def _properties(table: Table) -> dict[str, str | None]:
    return {"delta.dataSkippingStatsColumns": ",".join(skipped_by(table))}


def skipped_by(table: Table) -> list[str]:
    """Columns that queries skip files by: statistics of all take half of a write."""
    return [c.name for c in table.fields if c.name in table.key or c.type in _IN_TIME]


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

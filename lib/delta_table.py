"""How a table comes to be, and how it is brought to its declaration."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import cast

from deltalake import DeltaTable, Field, Schema
from deltalake.schema import ArrayType, PrimitiveType
from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from lib import delta_log
from lib.errors import TableError
from schemas.table import Column, Table

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
            schema=delta_schema(table),
            mode="ignore",
            name=table.name,
            description=table.about,
            partition_by=list(table.partition_by),
            configuration=_properties(table),
        )
        return True
    _alter(table, path)
    return never_written(state)


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
    wanted = {field.name: field for field in delta_schema(table).fields}
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


def delta_schema(table: Table) -> Schema:
    """The declared columns as Delta's own type."""

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


def never_written(state: delta_log.LogState) -> bool:
    """Whether a table was made, and nothing landed in it yet."""
    return state.version == 0 and state.record is None


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

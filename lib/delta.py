"""Every write of a table: the three ways in which rows land in it, one commit each."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from delta.tables import DeltaTable as SparkDeltaTable
from deltalake import CommitProperties, DeltaTable
from deltalake.transaction import AddAction, RemoveAction
from pyspark.sql import DataFrame, functions as F

from lib import delta_log
from lib.delta_read import read
from lib.delta_table import declared_columns, delta_schema, never_written, prepare
from lib.parts import Part
from schemas.table import Table

_USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata"


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
    return isinstance(mode, Replace) or state is None or never_written(state)


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


def _commit_record(table: Table, path: str, text: str) -> None:
    """A commit without data: this run found nothing to change, and says so."""
    properties = CommitProperties(custom_metadata={"userMetadata": text}, max_commit_retries=10)
    DeltaTable(path).create_write_transaction(
        [], "append", delta_schema(table), list(table.partition_by), commit_properties=properties
    )

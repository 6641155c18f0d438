"""Small tables for the tests of the machinery, filled and read without Spark."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake

from lib import delta_log, delta_table
from lib.job import Job
from lib.places import Places, record_of
from lib.settings import load_settings
from schemas.table import Table

_COLUMNS = """
    id STRING NOT NULL COMMENT 'which one'
    size INT COMMENT 'in m'
    seen_at TIMESTAMP COMMENT 'when last seen, UTC'
"""
_ARROW = {
    "STRING": pa.string(),
    "INT": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us", "UTC"),
    "ARRAY<STRING>": pa.list_(pa.string()),
    "ARRAY<INT>": pa.list_(pa.int32()),
    "ARRAY<DOUBLE>": pa.list_(pa.float64()),
}


def toy(name: str, columns: str = _COLUMNS, **more: Any) -> Table:
    """A table of things."""
    more = {"key": ("id",), "changes_with_time": ("seen_at",)} | more
    return Table(name=name, about="A thing.", columns=columns, **more)


THINGS = toy("bronze.things")
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def row(table: Table, **told: Any) -> dict[str, Any]:
    """A row with plain values where the table asks for some."""
    plain: dict[str, Any] = {"STRING": "x", "BOOLEAN": True, "ARRAY<STRING>": ["x"]}
    plain |= {"TIMESTAMP": NOON, "DATE": NOON.date()}
    return {c.name: plain.get(c.type, 0) for c in table.fields if not c.nullable} | told


def toy_places(folder: Path, **flags: Any) -> Places:
    """Places in a folder; two underscores stand for the dot in a setting's name."""
    told = {name.replace("__", "."): value for name, value in flags.items()}
    return Places(load_settings({"data": folder, **told})[0])


def pour(
    path: str, table: Table, *rows: Mapping[str, Any], record: Mapping[str, Any] | None = None
) -> None:
    """Appends rows to a table, which is made where it is not there; `record` as a job would."""
    delta_table.prepare(table, path)
    schema = pa.schema([(column.name, _ARROW[column.type]) for column in table.fields])
    metadata = None
    if record is not None:
        metadata = {"userMetadata": json.dumps({delta_log.MARK: 1, **record})}
    write_deltalake(
        path,
        pa.Table.from_pylist([dict(row) for row in rows], schema=schema),
        mode="append",
        commit_properties=CommitProperties(custom_metadata=metadata),
    )


def build(job: Job, places: Places, *rows: Mapping[str, Any]) -> None:
    """Commits rows as the job would have made them from its inputs' present state."""
    inputs = {what.name: places.state(what) for what in job.reads}
    pour(
        places.path(job.writes),
        job.writes,
        *rows,
        record=record_of(job, places, inputs, "a run"),
    )


def held(path: str, columns: str = "id size", version: int | None = None) -> list[tuple[Any, ...]]:
    """What a table holds, in order, as delta-rs reads it."""
    names = columns.split()
    found = DeltaTable(path, version=version).to_pyarrow_table(columns=names)
    return sorted((tuple(row[name] for name in names) for row in found.to_pylist()), key=repr)


def actions(path: str, version: int | None = None) -> list[dict[str, Any]]:
    """What a commit says, by default the newest."""
    commits = dict(delta_log.commit_files(path))
    text = Path(commits[max(commits) if version is None else version]).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def user_metadata(path: str, version: int | None = None) -> dict[str, Any] | None:
    """The record in a commit, by default the newest, or None."""
    [info] = [action["commitInfo"] for action in actions(path, version) if "commitInfo" in action]
    return json.loads(info.get("userMetadata", "null"))

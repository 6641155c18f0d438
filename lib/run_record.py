"""The record of runs: ops.job_runs and ops.quality_results, written without Spark."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, write_deltalake

from lib import delta_table
from lib.places import Places
from lib.quality import RuleCount
from schemas import ops
from schemas.table import Table

_ARROW = {
    "STRING": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "TIMESTAMP": pa.timestamp("us", "UTC"),
}
_ONE_AT_A_TIME = threading.Lock()


def record_job(
    places: Places,
    run_id: str,
    table: Table,
    status: str,
    started_at: datetime,
    reason: str | None,
    *,
    rows: int | None = None,
    version: int | None = None,
    error: str | None = None,
    counts: Sequence[RuleCount] = (),
) -> None:
    """Adds one job of a run to ops.job_runs, and its rules to ops.quality_results."""
    ended_at = datetime.now(UTC)
    job = {
        "run_id": run_id,
        "table_name": table.name,
        "status": status,
        "started_at": started_at,
        "seconds": (ended_at - started_at) / timedelta(seconds=1),
        "rows": rows,
        "version": version,
        "reason": reason,
        "error": error,
    }
    rules = [
        {
            "run_id": run_id,
            "table_name": table.name,
            "rule": count.rule.name,
            "severity": count.rule.severity,
            "checked": count.checked,
            "broken": count.broken,
            "checked_at": ended_at,
        }
        for count in counts
    ]
    with _ONE_AT_A_TIME:
        _append(places, ops.JOB_RUNS, [job])
        if rules:
            _append(places, ops.QUALITY_RESULTS, rules)


def _append(places: Places, table: Table, rows: list[dict[str, Any]]) -> None:
    path = places.path(table)
    delta_table.prepare(table, path)
    schema = pa.schema(
        [pa.field(c.name, _ARROW[c.type], nullable=c.nullable) for c in table.fields]
    )
    write_deltalake(
        path,
        pa.Table.from_pylist(rows, schema=schema),
        mode="append",
        commit_properties=CommitProperties(max_commit_retries=10),
    )

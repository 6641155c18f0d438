"""What there is to know of the lake and its tables, as plain values."""

from __future__ import annotations

from typing import Any

import jobs
from apps.coverage import coverage
from lib import delta_log, lake
from lib.errors import TableError
from lib.places import Places
from schemas import TABLES
from schemas.table import Table


def full_name(name: str) -> str:
    """`silver.plays` for itself; for `songs`, the one table of that short name.

    Raises:
        TableError: no table, or more than one, is called so.
    """
    matches = [known for known in TABLES if name in (known, known.partition(".")[2])]
    if len(matches) != 1:
        known = ", ".join(matches or TABLES)
        raise TableError(f"{name} names no single table. There is: {known}")
    return matches[0]


def describe(table: Table) -> dict[str, Any]:
    """A table's declaration, for programs."""
    return {
        "name": table.name,
        "about": table.about,
        "key": list(table.key),
        "columns": [column.__dict__ for column in table.fields],
        "rules": [rule.__dict__ for rule in table.rules],
    }


def lake_status(places: Places) -> dict[str, Any]:
    """Rows, version, age and freshness of each table; coverage of plays; the last run."""
    pipeline = jobs.pipeline()
    stale = pipeline.stale(places, pipeline.select())
    built = {
        table.name: log
        for table in TABLES.values()
        if (log := delta_log.read_log(places.path(table))) is not None
    }
    connection = lake.connect(places)
    tables = []
    for name, log in built.items():
        [(rows,)] = connection.sql(f"SELECT count(*) FROM {name}").fetchall()
        record = log.record or {}
        tables.append(
            {
                "table": name,
                "rows": rows,
                "version": log.version,
                "run": record.get("run", ""),
                "state": stale.get(name, "up to date") if name in pipeline.jobs else "",
            }
        )
    return {
        "lake": places.settings.lake,
        "tables": tables,
        "not_built": [name for name in pipeline.order if name not in built],
        "coverage": coverage(places),
        "last_run": _last_run(places, built),
    }


def _last_run(places: Places, built: dict[str, Any]) -> list[dict[str, Any]]:
    if "ops.job_runs" not in built:
        return []
    return lake.rows(
        places,
        "SELECT run_id, table_name, status, started_at, seconds, rows, reason, error "
        "FROM ops.job_runs WHERE run_id = (SELECT max(run_id) FROM ops.job_runs) "
        "ORDER BY started_at",
    )

"""How answers look on a terminal."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from rich.tree import Tree

from apps.coverage import coverage_grid
from lib.ingest import FileReport
from lib.lineage import Origin
from lib.pipeline import Report, Step
from lib.places import Places
from schemas import TABLES
from schemas.table import Table

#: Rows that a table on screen shows; `--format csv` or `json` gives them all.
_ROWS_ON_SCREEN = 100

#: What `status` shows of a table; `--json` gives more.
_OF_TABLES = ("table", "rows", "version", "state")

console = Console(highlight=False)


def print_json(value: Any) -> None:
    """Prints one JSON value and nothing else; a number that JSON has not (NaN) is null."""
    print(orjson.dumps(value, default=_plain, option=orjson.OPT_INDENT_2).decode())


def _plain(value: Any) -> Any:
    if not isinstance(value, Decimal):
        return str(value)
    # What DuckDB adds up from whole numbers is as wide as 128 bits; JSON's are not.
    return int(value) if abs(value) < 2**63 and value == int(value) else float(value)


def grid(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> Grid:
    """Rows as a table; numbers to the right."""
    made = Grid(title=title or None, title_justify="left", header_style="bold")
    names = list(columns) or (list(rows[0]) if rows else [])
    for name in names:
        numeric = bool(rows) and all(isinstance(r[name], int | float | None) for r in rows)
        made.add_column(
            name, justify="right" if numeric else "left", overflow="fold", no_wrap=name == "table"
        )
    for row in rows:
        made.add_row(*[_cell(row[name]) for name in names])
    return made


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return escape(str(value))


def show_ingested(reports: Iterable[FileReport]) -> None:
    """A line a file: what it is, how many rows, what became of it."""
    sign = {"landed": "[green]✓", "already": "[cyan]=", "ignored": "[dim]·", "refused": "[red]✗"}
    reports = list(reports)
    for report in reports:
        what = [report.kind or "", f"{report.rows:,} rows" if report.rows else ""]
        if report.podcast_rows:
            what.append(f"{report.podcast_rows:,} of them podcasts")
        what += [f"of {report.user}" if report.user else "", report.detail]
        text = escape(f"{report.source}: {report.status}: {', '.join(w for w in what if w)}")
        console.print(f"{sign[report.status]}[/] {text}", soft_wrap=True)
    if any(report.status == "landed" for report in reports):
        console.print("Next: [bold]songlake run[/]")


def show_report(report: Report, places: Places) -> None:
    """What became of each job, and what to do where one failed."""
    steps = list(report.steps.values())
    if all(step.status == "up to date" for step in steps):
        console.print(f"Everything is up to date ({len(steps)} tables in {places.settings.lake}).")
        return
    planned = any(step.status == "would run" for step in steps)
    console.print(grid("", [_planned(step) if planned else _ended(step) for step in steps]))
    for step in steps:
        for count in step.made.counts if step.made else ():
            if count.broken:
                where = {
                    "reject": "in ops.quarantine",
                    "skip": "left out",
                    "warn": "landed all the same",
                }.get(count.rule.severity, "")
                rule = f"{count.broken:,} rows break {count.rule.name}"
                console.print(f"{step.table}: {rule} ({where})")
    for step in steps:
        if step.status == "blocked":
            console.print(f"[yellow]{step.table} did not run:[/] it {step.reason}, which failed")
        if step.status == "failed":
            console.print(f"[red]{step.table} failed:[/] {escape(step.error)}", soft_wrap=True)
    if any(step.status == "failed" for step in steps):
        log = places.settings.data / "logs" / "spark.log"
        console.print(f"What ended well stays. Mend the cause and run again; details: {log}")


def _planned(step: Step) -> dict[str, Any]:
    return {"table": step.table, "status": step.status, "why": step.reason}


def _ended(step: Step) -> dict[str, Any]:
    counts = step.made.counts if step.made else ()
    left = sum(c.broken for c in counts if c.rule.severity in ("reject", "skip"))
    return {
        "table": step.table,
        "status": step.status,
        "rows": step.made.rows - left if step.made else None,
        "not landed": left if step.made else None,
        "seconds": round(step.seconds, 1) if step.seconds else None,
    }


def show_status(found: Mapping[str, Any]) -> None:
    """The lake at a glance."""
    if not found["tables"]:
        console.print(
            f"There is no table in {found['lake']} yet. Start with [bold]songlake ingest PATH[/] "
            "and [bold]songlake run[/], or see [bold]songlake demo[/]."
        )
        return
    console.print(grid(f"Tables in {found['lake']}", found["tables"], _OF_TABLES))
    for user, told in groupby(found["coverage"], key=itemgetter("user_id")):
        console.print(coverage_grid(user, list(told)))
    if any(told["found_a_song"] < told["plays"] for told in found["coverage"]):
        console.print("What found no song: [bold]songlake unmatched[/]")
    failed = [run for run in found["last_run"] if run["status"] != "done"]
    for run in failed:
        why = escape(str(run["error"] or run["reason"]))
        console.print(f"[red]{run['table_name']}[/] {run['status']}: {why}")
    if found["not_built"]:
        console.print(
            f"Not built yet: {', '.join(found['not_built'])}. Next: [bold]songlake run[/]"
        )


def show_tables() -> None:
    """Every table and what one row of it is."""
    rows = [{"table": table.name, "one row is": table.about} for table in TABLES.values()]
    console.print(grid("", rows))


def show_table(table: Table) -> None:
    """All about one table."""
    console.print(f"[bold]{table.name}[/]: {escape(table.about)}")
    console.print(f"Key: {', '.join(table.key)}")
    console.print(
        f"Declared in schemas/{table.layer}.py; made by jobs/{table.layer}/{table.short_name}.py"
    )
    rows = [
        {
            "column": c.name,
            "type": c.type,
            "null": "" if not c.nullable else "yes",
            "what": c.comment,
        }
        for c in table.fields
    ]
    console.print(grid("", rows))
    if table.rules:
        rules = [
            {"rule": rule.name, "severity": rule.severity, "holds when": rule.predicate}
            for rule in table.rules
        ]
        console.print(grid("Rules", rules))


def print_answer(answer: pa.Table, format_: str) -> None:
    """The answer to a query as a table on screen, as CSV, or as a JSON array of objects."""
    if format_ == "json":
        print_json(answer.to_pylist())
    elif format_ == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.column_names)
        for batch in answer.to_batches():
            writer.writerows(row.values() for row in batch.to_pylist())
    else:
        rows = answer.slice(0, _ROWS_ON_SCREEN).to_pylist()
        console.print(grid("", rows, answer.column_names))
        if answer.num_rows > _ROWS_ON_SCREEN:
            console.print(f"{_ROWS_ON_SCREEN} of {answer.num_rows:,} rows; --format csv gives all.")


def show_lineage(origin: Origin) -> None:
    """The tree of what a table was made from; a table met again is not unfolded again."""
    tree = Tree(_label(origin))
    _unfold(origin, tree, set())
    console.print(tree)


def _unfold(origin: Origin, tree: Tree, seen: set[str]) -> None:
    for above in origin.inputs:
        met = above.name in seen and bool(above.inputs)
        seen.add(above.name)
        branch = tree.add(_label(above, met))
        if not met:
            _unfold(above, branch, seen)


def _label(origin: Origin, met: bool = False) -> str:
    read, _, _ = origin.read.partition("@")
    version = f" version {read}" if "@" in origin.read else f" {read[:12]}"
    if met:
        return escape(f"{origin.name}{version}, as above")
    record = origin.record or {}
    made = f", made by run {record['run']}" if "run" in record else ""
    settings = ", ".join(f"{name}={value}" for name, value in record.get("settings", {}).items())
    with_settings = f" with {settings}" if settings else ""
    return escape(f"{origin.name}{version if origin.read else ''}{made}{with_settings}")


def show_config(rows: Sequence[Mapping[str, Any]]) -> None:
    """Settings, their values and where these came from."""
    console.print(grid("", [{**row, "value": str(row["value"])} for row in rows]))

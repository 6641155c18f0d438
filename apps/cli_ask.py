"""Commands that tell what is in the lake: its tables, where they come from, and the settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from apps.options import AsJson, DataFolder, SetTo, places_of, print_json, settings_of
from lib.clients.redact import redact
from lib.errors import SettingsError

ask = typer.Typer()


@ask.command()
def status(data: DataFolder = None, set_to: SetTo = None, as_json: AsJson = False) -> None:
    """What is in the lake: each table's rows, what is known of plays, how the last run went."""
    from apps.show import show_status
    from apps.status import lake_status

    found = lake_status(places_of(data, set_to))
    if as_json:
        print_json(found)
    else:
        show_status(found)


@ask.command()
def unmatched(
    limit: Annotated[int, typer.Option(min=1, help="How many names at most.")] = 25,
    user: Annotated[str | None, typer.Option(help="Whose plays; otherwise everyone's.")] = None,
    features: Annotated[
        bool, typer.Option("--features", help="What has no authentic audio features instead.")
    ] = False,
    data: DataFolder = None,
    set_to: SetTo = None,
    as_json: AsJson = False,
) -> None:
    """What found no song, by the names that were told, most played first."""
    from apps.unmatched import NO_FEATURES, NO_SONG, find_unmatched, show_unmatched

    lack = NO_FEATURES if features else NO_SONG
    found = find_unmatched(places_of(data, set_to), lack, user, limit)
    if as_json:
        print_json(found)
    else:
        show_unmatched(found, lack)


@ask.command("tables")
def tables_(
    table: Annotated[str | None, typer.Argument(help="Show this one's columns and rules.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every table and what one row of it is; or all about one table."""
    from apps.show import show_table, show_tables
    from apps.status import describe, full_name
    from schemas import TABLES

    if as_json:
        names = [full_name(table)] if table else list(TABLES)
        print_json([describe(TABLES[name]) for name in names])
    elif table:
        show_table(TABLES[full_name(table)])
    else:
        show_tables()


@ask.command()
def query(
    sql: Annotated[str, typer.Argument(help="Names are as in gold.mood_clusters.")],
    format_: Annotated[str, typer.Option("--format", help="table, csv or json.")] = "table",
    data: DataFolder = None,
    set_to: SetTo = None,
) -> None:
    """Ask the tables in SQL (DuckDB's), without Spark."""
    from apps.show import print_answer
    from lib.lake import query as answer

    if format_ not in ("table", "csv", "json"):
        raise SettingsError(f"--format {format_}: choose table, csv or json")
    print_answer(answer(places_of(data, set_to), sql), format_)


@ask.command()
def export(
    kind: Annotated[str, typer.Argument(metavar="csv|parquet", help="csv or parquet.")],
    dataset: Annotated[
        str, typer.Option(help="training (one row a song, with features), or a table.")
    ] = "training",
    out: Annotated[Path | None, typer.Option(help="The file; otherwise DATASET.csv here.")] = None,
    data: DataFolder = None,
    set_to: SetTo = None,
) -> None:
    """Write a table, or the training dataset, as one file."""
    from apps.export import export as write

    path, rows = write(places_of(data, set_to), kind, dataset, out)
    typer.echo(f"{path}: {rows:,} rows")


@ask.command()
def lineage(
    table: str, data: DataFolder = None, set_to: SetTo = None, as_json: AsJson = False
) -> None:
    """What a table was made from, back to the landed files."""
    from dataclasses import asdict

    from apps.show import show_lineage
    from apps.status import full_name
    from lib.lineage import lineage as trace

    found = trace(full_name(table), places_of(data, set_to))
    if as_json:
        print_json(asdict(found))
    else:
        show_lineage(found)


@ask.command()
def config(data: DataFolder = None, set_to: SetTo = None, as_json: AsJson = False) -> None:
    """Every setting, its value and where it came from. Secrets are masked."""
    from apps.show import show_config

    settings, origin = settings_of(data, set_to)
    rows = [
        {"setting": name, "value": _masked(name, settings.value(name)), "from": origin[name]}
        for name in sorted(origin)
    ]
    if as_json:
        print_json(rows)
    else:
        show_config(rows)


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict):  # settings of Spark's own, of its file systems too
        return {inner: _masked(inner, held) for inner, held in value.items()}
    secret = any(word in name.lower() for word in ("secret", "password", "token", "key"))
    if isinstance(value, str) and "://" in value:  # a URL may hold a password
        return redact(value)
    return "****" if secret and value else value

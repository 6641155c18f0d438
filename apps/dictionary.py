"""The data dictionary: every table, column and rule in Markdown, made from schemas/ and jobs/.

`./songlake python -m apps.dictionary` writes docs/data-dictionary.md; a test holds that the file is
what this makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import jobs
from lib.job import Job
from schemas import TABLES
from schemas.landing import FETCHED, KINDS, REFERENCES
from schemas.table import Table

DICTIONARY = Path(__file__).resolve().parents[1] / "docs" / "data-dictionary.md"
COMMAND = "./songlake python -m apps.dictionary"

_LAYERS = {
    "bronze": "What each source told, in rows.",
    "silver": "Songs, plays and features joined into one record that says where each fact is from.",
    "gold": "What people look at.",
    "ops": "How runs went. No job reads these, so they make nothing stale.",
}
_INTRODUCTION = f"""\
# Data dictionary

Made from `schemas/` and `jobs/` by `{COMMAND}`: change those, not this file.
A NULL is allowed only where the column says so. Timestamps are UTC.
[architecture.md](architecture.md) tells what layers, keys and rules are for."""


def dictionary() -> str:
    """The whole dictionary: the graph, the landed files, then every table by layer."""
    made = jobs.pipeline().jobs
    parts = [_INTRODUCTION, "## What is made from what", graph(made.values()), *_landing()]
    for layer, about in _LAYERS.items():
        parts += [f"## {layer.capitalize()}", about]
        for table in TABLES.values():
            if table.layer == layer:
                parts += _table(table, made.get(table.name))
    return "\n\n".join(parts) + "\n"


def graph(all_jobs: Iterable[Job]) -> str:
    """What the jobs read and write as a Mermaid flowchart, one box a layer."""
    all_jobs = sorted(all_jobs, key=lambda job: job.name)
    names = {what.name for job in all_jobs for what in (job.writes, *job.reads)}
    lines = ["flowchart LR"]
    for layer in ("landing", *_LAYERS):
        inside = sorted(name for name in names if name.startswith(f"{layer}."))
        if inside:
            boxes = [f"    {_node(name)}[{name.partition('.')[2]}]" for name in inside]
            lines += [f"  subgraph {layer}", *boxes, "  end"]
    for job in all_jobs:
        lines += [f"  {_node(what.name)} --> {_node(job.name)}" for what in job.reads]
    return "\n".join(["```mermaid", *lines, "```"])


def _node(name: str) -> str:
    return name.replace(".", "_")


def _landing() -> Iterator[str]:
    yield "## Landing"
    yield "Input files as they came, one folder a kind, named by their contents."
    rows = [
        (f"`{kind.name}`", kind.about, "yes" if kind.personal else "")
        for kind in (*KINDS, *REFERENCES, *FETCHED)
    ]
    yield _grid(("kind", "a file is", "belongs to a listener"), rows)


def _table(table: Table, job: Job | None) -> Iterator[str]:
    yield f"### {table.name}"
    yield table.about
    yield "\n".join(f"- {fact}" for fact in _facts(table, job))
    columns = [
        (f"`{c.name}`", c.type, "yes" if c.nullable else "", c.comment) for c in table.fields
    ]
    yield _grid(("column", "type", "NULL", "what it is"), columns)
    if table.rules:
        rules = [(r.name, r.severity, f"`{r.predicate}`", r.about) for r in table.rules]
        yield _grid(("rule", "severity", "holds when", "because"), rules)


def _facts(table: Table, job: Job | None) -> Iterator[str]:
    yield f"Key: {_listed(table.key)}"
    if table.partition_by:
        yield f"Partitioned by {_listed(table.partition_by)}"
    if table.changes_with_time:
        yield f"Differs between equal runs: {_listed(table.changes_with_time)}"
    if job is None:
        yield "Written by every run" if table.layer == "ops" else "No job writes it yet"
        return
    file = f"jobs/{table.layer}/{table.short_name}.py"
    yield f"Made by [{file}](../{file}), {_how(job)}"
    yield f"From {_listed([what.name for what in job.reads])}"
    if job.settings:
        yield f"Settings: {_listed(sorted(job.settings.values()))}"


def _how(job: Job) -> str:
    """The way in which rows land: the name of the mode, and its docstring's first line."""
    mode = type(job.mode)
    first = (mode.__doc__ or "").partition("\n")[0].rstrip(".")
    return f"{mode.__name__}: {first[:1].lower()}{first[1:]}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def main() -> None:
    """Writes the dictionary."""
    DICTIONARY.write_text(dictionary(), encoding="utf-8")
    print(f"wrote {DICTIONARY}")


if __name__ == "__main__":
    main()

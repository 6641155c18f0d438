"""`songlake run`: progress while it runs, a summary after."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table as Grid

import jobs
from apps.coverage import filled_from
from apps.show import print_json, show_report
from lib.errors import SettingsError
from lib.lock import hold_lake, hold_lake_in_jvm
from lib.pipeline import Pipeline, Report, Step
from lib.places import Places
from lib.session import start_spark
from schemas.gold import DATASET_SUMMARY

_STAGES = {"1": "bronze", "2": "silver", "3": "gold"}
_SIGN = {"running": "…", "done": "[green]✓", "failed": "[red]✗", "blocked": "[yellow]-"}


def layers_of(stages: str) -> tuple[str, ...]:
    """`all`, or numbers or names of layers parted by commas.

    Raises:
        SettingsError: one of them is no stage.
    """
    if stages == "all":
        return ()
    layers = tuple(_STAGES.get(stage.strip(), stage.strip()) for stage in stages.split(","))
    if unknown := [layer for layer in layers if layer not in _STAGES.values()]:
        raise SettingsError(
            f"--stages {', '.join(unknown)}: choose all, or of 1 (bronze), 2 (silver), 3 (gold)"
        )
    return layers


def run_jobs(
    places: Places,
    tables: Sequence[str] = (),
    layers: Collection[str] = (),
    *,
    dry_run: bool = False,
    full_refresh: bool = False,
    as_json: bool = False,
) -> bool:
    """Runs what is stale among the tables asked for; says whether all went well.

    Where nothing is stale, no JVM is started and no lock is taken.
    """
    pipeline = jobs.pipeline()
    selected = pipeline.select(tables, layers)
    if not selected:
        raise SettingsError(
            f"--stages {', '.join(layers)} leaves nothing of what {', '.join(tables)} is made from."
        )
    stale = pipeline.stale(places, selected)
    if full_refresh:
        stale = {name: stale.get(name, "full refresh") for name in selected}
    if dry_run or not stale:
        steps = {
            name: Step(name, "would run", stale[name])
            if name in stale
            else Step(name, "up to date")
            for name in selected
        }
        report = Report("", steps)
    else:
        report = _run_stale(pipeline, places, selected, full_refresh, quiet=as_json)
    if as_json:
        print_json({"run_id": report.run_id, "steps": [asdict(s) for s in report.steps.values()]})
    else:
        show_report(report, places)
        if report.done(DATASET_SUMMARY.name):
            for line in filled_from(places):
                Console(highlight=False).print(escape(line), soft_wrap=True)
    return dry_run or report.ok


def _run_stale(
    pipeline: Pipeline, places: Places, selected: Collection[str], full_refresh: bool, quiet: bool
) -> Report:
    settings = places.settings
    console = Console(stderr=True, quiet=quiet)
    with hold_lake(settings.lake, lambda: console.print("Another run holds the lake: waiting…")):
        with console.status("Starting Spark…"), spark_output_in(settings.data / "logs"):
            spark = start_spark(settings, input_bytes(places))
            hold_lake_in_jvm(spark, settings.lake)
        progress = _Progress(console, len(selected))
        with Live(
            get_renderable=progress.grid, console=console, refresh_per_second=8, transient=True
        ):
            try:
                return pipeline.run(places, selected, spark, progress.note, full_refresh)
            except KeyboardInterrupt:
                spark.sparkContext.cancelAllJobs()
                raise
            finally:
                if settings.spark.master is None:
                    spark.stop()  # a cluster counts a driver that just goes away as failed


class _Progress:
    """What runs now and what has ended; a line a job where there is no terminal."""

    def __init__(self, console: Console, total: int) -> None:
        self.console, self.total, self.ended = console, total, 0
        self.running: dict[str, Step] = {}

    def note(self, step: Step) -> None:
        if step.status == "running":
            self.running[step.table] = step
            return
        self.ended += 1
        self.running.pop(step.table, None)
        if step.status != "up to date":
            rows = f"{step.made.rows:,} rows" if step.made else step.error or step.reason
            took = f"{step.seconds:.1f} s" if step.seconds else ""
            self.console.print(
                f"{_SIGN[step.status]}[/] {step.table:34} {took:>7}  {rows}", highlight=False
            )

    def grid(self) -> Grid:
        grid = Grid.grid(padding=(0, 2))
        grid.add_row(f"{self.ended} of {self.total} tables", ", ".join(self.running))
        return grid


def input_bytes(places: Places) -> int:
    """How much there is to read: landed files decide how Spark is tuned."""
    landing = places.settings.landing
    return sum(file.stat().st_size for file in landing.rglob("*") if file.is_file())


@contextmanager
def spark_output_in(folder: Path) -> Iterator[None]:
    """While Spark starts, what it and Java print goes to a log file, and stays there.

    A child process keeps the error stream that it was started with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    kept = os.dup(2)
    with (folder / "spark.log").open("ab") as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)

"""Pipeline: the jobs in the order that their reads and writes give, side by side where they can."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal

from pyspark.sql import SparkSession

from lib.errors import SettingsError, SonglakeError
from lib.job import Job
from lib.places import Places, why_stale
from lib.run_job import Made, Run, run_job
from lib.run_record import record_job

Status = Literal["up to date", "would run", "running", "done", "failed", "blocked"]


@dataclass(frozen=True)
class Step:
    """What became of one job in a run."""

    table: str
    status: Status
    reason: str = ""
    seconds: float = 0.0
    made: Made | None = None
    error: str = ""


@dataclass
class Report:
    """How a run went, job by job."""

    run_id: str
    steps: dict[str, Step] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether every job asked for is done or was up to date."""
        return all(step.status in ("done", "up to date") for step in self.steps.values())

    def done(self, table: str) -> bool:
        """Whether this run made the table."""
        return table in self.steps and self.steps[table].status == "done"


class Pipeline:
    """Jobs and the graph between them, derived from what they read and write."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        """Takes the jobs.

        Raises:
            ValueError: two jobs write one table, or jobs read each other in a circle.
        """
        self.jobs: dict[str, Job] = {}
        for job in jobs:
            if job.name in self.jobs:
                raise ValueError(f"two jobs write {job.name}")
            self.jobs[job.name] = job
        self.reads = {
            name: {what.name for what in job.reads} & set(self.jobs)
            for name, job in self.jobs.items()
        }
        try:
            self.order = tuple(TopologicalSorter(self.reads).static_order())
        except CycleError as error:
            raise ValueError(f"jobs read each other in a circle: {error.args[1]}") from None
        #: How many jobs follow one another from each: those with the most ahead go first.
        self.ahead = dict.fromkeys(self.order, 0)
        for name in reversed(self.order):
            for above in self.reads[name]:
                self.ahead[above] = max(self.ahead[above], self.ahead[name] + 1)

    def select(self, tables: Collection[str] = (), layers: Collection[str] = ()) -> tuple[str, ...]:
        """The tables asked for and all they are made from, within the layers, in order.

        Raises:
            SettingsError: a name is no table that a job writes.
        """
        wanted: set[str] = set()
        queue = [self.full_name(name) for name in tables] or list(self.jobs)
        while queue:
            name = queue.pop()
            if name not in wanted:
                wanted.add(name)
                queue += self.reads[name]
        return tuple(
            name
            for name in self.order
            if name in wanted and (not layers or self.jobs[name].writes.layer in layers)
        )

    def full_name(self, name: str) -> str:
        """`silver.plays` for itself; for `songs`, the one table of that short name."""
        matches = [known for known in self.jobs if name in (known, known.partition(".")[2])]
        if len(matches) != 1:
            known = ", ".join(matches or self.jobs)
            raise SettingsError(
                f"{name} names no single table that a job writes. There is: {known}"
            )
        return matches[0]

    def stale(self, places: Places, selected: Collection[str]) -> dict[str, str]:
        """Why each selected job would run; up-to-date ones are left out. Starts no JVM."""
        reasons: dict[str, str] = {}
        for name in self.order:
            if name in selected:
                above = sorted(self.reads[name] & set(reasons))
                reason = why_stale(self.jobs[name], places)
                if reason or above:
                    reasons[name] = reason or f"reads {', '.join(above)}"
        return reasons

    def run(
        self,
        places: Places,
        selected: Collection[str],
        spark: SparkSession,
        on_step: Callable[[Step], None] = lambda step: None,
        full_refresh: bool = False,
    ) -> Report:
        """Runs what is stale among the selected jobs; what depends on a failed job is blocked.

        Args:
            places: where tables lie; its settings say how many jobs run at once.
            selected: names of tables, as from `select`.
            spark: the process's session; each job gets one of its own from it.
            on_step: told when a job begins and when it ends.
            full_refresh: run all of them, and make the tables anew.
        """
        now = datetime.now(UTC)
        run = Run(f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}", now, full_refresh)
        report = Report(run.run_id)
        graph = TopologicalSorter({name: self.reads[name] & set(selected) for name in selected})
        graph.prepare()
        running: dict[Future[Step], str] = {}
        ready: list[str] = []
        at_once = places.settings.spark.jobs_at_once
        with ThreadPoolExecutor(at_once) as threads:
            while graph.is_active():
                for name in graph.get_ready():
                    if step := self._settled(name, report, places, full_refresh):
                        _note(step, report, on_step)
                        graph.done(name)
                    else:
                        ready.append(name)
                ready.sort(key=lambda name: self.ahead[name])
                while ready and len(running) < at_once:
                    name = ready.pop()
                    reason = "full refresh" if full_refresh else self._why(name, places)
                    on_step(Step(name, "running", reason))
                    work = threads.submit(_run_step, self.jobs[name], reason, spark, places, run)
                    running[work] = name
                for work in _finished(running):
                    _note(work.result(), report, on_step)
                    graph.done(running.pop(work))
        for step in report.steps.values():
            if step.status == "blocked":
                table = self.jobs[step.table].writes
                _record(places, run.run_id, table, "blocked", now, step.reason)
        return report

    def _why(self, name: str, places: Places) -> str:
        return why_stale(self.jobs[name], places) or ""

    def _settled(
        self, name: str, report: Report, places: Places, full_refresh: bool
    ) -> Step | None:
        """The step of a job that need not or cannot run."""
        failed = sorted(
            above
            for above in self.reads[name]
            if above in report.steps and report.steps[above].status in ("failed", "blocked")
        )
        if failed:
            return Step(name, "blocked", f"reads {', '.join(failed)}")
        if not full_refresh and not self._why(name, places):
            return Step(name, "up to date")
        return None


def _note(step: Step, report: Report, on_step: Callable[[Step], None]) -> None:
    report.steps[step.table] = step
    on_step(step)


def _finished(running: dict[Future[Step], str]) -> Iterator[Future[Step]]:
    """Waits until at least one running job has ended; nothing where none runs."""
    yield from wait(running, return_when=FIRST_COMPLETED).done


def _run_step(job: Job, reason: str, spark: SparkSession, places: Places, run: Run) -> Step:
    started = datetime.now(UTC)
    spark.sparkContext.setLocalProperty("spark.scheduler.pool", job.name)
    made: Made | None = None
    error = ""
    try:
        made = _made(job, spark, places, run)
    except SonglakeError as problem:
        error = str(problem)
    except Exception as problem:  # one job's failure, whatever it is, stops only what reads it
        error = explain(problem)
    not_recorded = _record(
        places,
        run.run_id,
        job.writes,
        "failed" if error else "done",
        started,
        reason,
        rows=made.rows if made else None,
        version=made.version if made else None,
        error=error or None,
        counts=made.counts if made else (),
    )
    error = error or not_recorded
    seconds = (datetime.now(UTC) - started).total_seconds()
    return Step(job.name, "failed" if error else "done", reason, seconds, made, error)


def _made(job: Job, spark: SparkSession, places: Places, run: Run) -> Made:
    """Runs a job, and once more where Python's parser failed it.

    Threads of Python 3.11 that parse at once (inspect does, for SciPy and scikit-learn) can fail by
    no fault of theirs: python/cpython#106905. A job that fails has committed nothing.
    """
    try:
        return run_job(job, spark, places, run)
    except SystemError as problem:
        if "AST constructor recursion depth mismatch" not in str(problem):
            raise
        return run_job(job, spark, places, run)


def _record(*what: Any, **more: Any) -> str:
    """`record_job`; gives why it could not, which must not hide how the job itself ended."""
    try:
        record_job(*what, **more)
    except Exception as problem:  # whatever keeps the lake from being written, as a full disk
        return f"ops.job_runs could not be written. {explain(problem)}"
    return ""


#: Spark ends its JVM when a task finds no memory; other jobs then meet a JVM that shuts down.
_OUT_OF_MEMORY = ("OutOfMemoryError", "SparkContext was shut down", "[Shutting down, pool size")


def explain(problem: BaseException) -> str:
    """An unexpected error in one paragraph: what it is, and the remedy where it is known."""
    text = str(problem).strip()
    if "No space left on device" in text:
        return "The disk is full: every table is whole, as it was or new. Free room and run again."
    if "Permission denied" in text or "AccessControlException" in text:
        return "The lake's folder cannot be written: make it writable and run again."
    if any(sign in text for sign in _OUT_OF_MEMORY):
        return (
            "Spark ran out of memory and stopped. Give it more and run again: "
            "songlake run --set spark.driver_memory=4g"
        )
    # Py4J's own first line names only a reference to a Java object.
    lines = [line for line in text.splitlines() if line.strip() and "calling o" not in line]
    first = lines[0].strip(" :") if lines else type(problem).__name__
    return f"{type(problem).__name__}: {first[:500]}"

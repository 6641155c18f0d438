"""One job, from its inputs' state to its commit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession, functions as F

from lib import delta, delta_read, delta_table, quality
from lib.errors import TableError
from lib.job import Input, Job
from lib.landed_frames import read_landing
from lib.landing import landed_files
from lib.no_rows import no_rows
from lib.places import ABSENT, Places, record_of
from lib.quarantine import quarantine
from lib.staging import as_frame, can_stage, staged
from schemas.landing import Landing
from schemas.table import Table


@dataclass(frozen=True)
class Run:
    """What all jobs of a run share.

    Attributes:
        run_id: names the run in ops tables and in commits.
        now: UTC time at which the run began; the only clock that a job sees.
        full_refresh: whether tables are made anew rather than added to.
    """

    run_id: str
    now: datetime
    full_refresh: bool = False


@dataclass(frozen=True)
class Made:
    """What a job made: rows of its transform, the table's version, and its rules' counts."""

    rows: int
    version: int
    counts: tuple[quality.RuleCount, ...]


def run_job(job: Job, spark: SparkSession, places: Places, run: Run) -> Made:
    """Runs the job in a session of its own and commits its rows with the record of its inputs.

    Raises:
        SonglakeError: a rule of severity `fail` is broken, or the rows do not fit the table.
    """
    session = spark.newSession()
    path = places.path(job.writes)
    mode = delta.Replace() if run.full_refresh else job.mode
    states = {what.name: places.state(what) for what in job.reads}
    record = record_of(job, places, states, run.run_id)
    stages = delta.replaces(mode, path) and can_stage(session, job.writes, path)
    if stages and not job.remembers and _nothing_in(job, places, states):
        counts = quality.judged(job.writes, 0, {})
        return Made(0, delta.commit((), job.writes, path, record), counts)
    frames = [read_input(session, what, places, states[what.name]) for what in job.reads]
    arguments = job.arguments(places.settings) | ({"now": run.now} if job.timed else {})
    if job.remembers:
        record["earlier"] = {} if run.full_refresh else places.state(job.writes)
        arguments["earlier"] = _earlier_rows(session, job.writes, places, record["earlier"])
    made = job.transform(*frames, **arguments)
    if stages:
        with staged(made, job.writes, path) as files:
            # Before the rows themselves: a job that has committed is not run again.
            if files.rejected:
                quarantine(files.rejected, job.writes, places, run.now)
            version = delta.commit(files.parts, job.writes, path, record)
        return Made(files.rows, version, files.counts)
    with _kept(quality.mark(as_frame(made), job.writes)) as marked:
        rows = quality.check(marked, job.writes)
        if rows.rejected is not None:
            quarantine(rows.rejected, job.writes, places, run.now)
        version = delta.write(rows.good, job.writes, path, mode, record)
    return Made(rows.rows, version, rows.counts)


def _nothing_in(job: Job, places: Places, states: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether no input has a row: then no job makes one."""
    for what in job.reads:
        path = places.path(what)
        if isinstance(what, Landing):
            if landed_files(Path(path).parent, what):
                return False
        elif states[what.name]["data"] == ABSENT:
            if what.name in places.paths:  # a folder of Parquet files, or a mistake
                return False
        elif not delta_read.is_empty(path, states[what.name]["version"]):
            return False
    return bool(job.reads)


@contextmanager
def _kept(rows: DataFrame) -> Iterator[DataFrame]:
    """Rows that are made once, and read by their check and their write.

    On disk: Spark would fill half of the heap with them before it spills, and Parquet's writers,
    whose buffers it does not count, find no room at a million plays.
    """
    kept = rows.persist(StorageLevel.DISK_ONLY)
    try:
        yield kept
    finally:
        kept.unpersist()


def _earlier_rows(
    spark: SparkSession, table: Table, places: Places, state: Mapping[str, Any]
) -> DataFrame:
    if state.get("version") is None:
        return no_rows(spark, delta_table.spark_schema(table))
    return delta_read.read(spark, table, places.path(table), state["version"])


def read_input(
    spark: SparkSession, what: Input, places: Places, state: Mapping[str, Any]
) -> DataFrame:
    """An input as a DataFrame: a table as of the version in `state`, or landed files.

    A path given on the command line may also be a folder of Parquet files with the table's columns.

    Raises:
        TableError: a place was named where there is no table.
    """
    path = places.path(what)
    if isinstance(what, Landing):
        return read_landing(spark, what, path)
    if state["data"] == ABSENT and what.name in places.paths:
        return _read_parquet(spark, what, path)
    return delta_read.read(spark, what, path, state["version"])


def _read_parquet(spark: SparkSession, table: Table, path: str) -> DataFrame:
    is_parquet = path.endswith(".parquet") or any(Path(path).glob("*.parquet"))
    if not is_parquet:
        raise TableError(
            f"There is no table at {path} (for {table.name}). Give the folder of a Delta table or "
            "of Parquet files; leave the flag out to read the lake's own table."
        )
    frame = spark.read.parquet(path)
    if missing := set(table.column_names) - set(frame.columns):
        raise TableError(f"{path} lacks columns of {table.name}: {', '.join(sorted(missing))}.")
    # pandas, for one, writes whole numbers as floats where some are missing.
    return frame.select([F.col(c.name).cast(c.type).alias(c.name) for c in table.fields])

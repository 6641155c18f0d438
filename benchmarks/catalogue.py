"""The real catalogue as tables, made once for a benchmark, and one Spark over them."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.sql import DataFrame, SparkSession

from benchmarks.measure import measure, real_inputs
from lib import delta_read
from lib.ingest import ingest
from lib.job import Job
from lib.places import Places
from lib.session import LARGE_BYTES, start_spark
from lib.settings import Settings, load_settings
from schemas.table import Table
from tests.processes import songlake


def arguments(about: str | None) -> argparse.ArgumentParser:
    """What every benchmark of the catalogue takes."""
    parser = real_inputs(about, "kaggle/")
    parser.add_argument("--built", type=Path, help="a data folder whose tables are already made")
    return parser


@contextmanager
def tables(
    given: argparse.Namespace, job: Job
) -> Iterator[tuple[SparkSession, Settings, list[DataFrame]]]:
    """A Spark, the settings, and the inputs of a job, made from the Kaggle file where not given."""
    with TemporaryDirectory(prefix="songlake-benchmark-") as scratch:
        data = given.built or Path(scratch)
        if not given.built:
            ingest([given.data / "kaggle"], data / "landing", "me")
            wanted = [what.name for what in job.reads]
            made = measure(songlake("run", *wanted, "--data", data), data / "run.log")
            print(f"inputs made in {made.seconds:.0f} s", flush=True)
        settings, _ = load_settings({"data": data})
        began = time.monotonic()
        spark = start_spark(settings, LARGE_BYTES + 1, app="songlake benchmark")
        print(f"Spark's start, told apart: {time.monotonic() - began:.1f} s", flush=True)
        places = Places(settings)
        frames = [
            delta_read.read(spark, what, places.path(what), places.state(what)["version"])
            for what in job.reads
            if isinstance(what, Table)
        ]
        try:
            yield spark, settings, frames
        finally:
            spark.stop()


def seconds(run: Callable[[], object]) -> float:
    """Wall clock of a call."""
    began = time.monotonic()
    run()
    return time.monotonic() - began


def make_all(job: Job, frames: list[DataFrame], settings: Settings) -> None:
    """Runs a job to its last row and column, which go nowhere."""
    made = job.transform(*frames, **job.arguments(settings))
    made.write.format("noop").mode("overwrite").save()

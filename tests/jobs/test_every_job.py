"""What holds of every job, whatever table it writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession

import jobs
from jobs.silver.listening_with_features import FROM_BRONZE
from lib.delta_table import declared_columns
from lib.job import Job
from lib.landed_frames import read_landing
from lib.quality import check, mark
from lib.settings import load_settings
from schemas.landing import Landing

JOBS = [*jobs.pipeline().jobs.values(), FROM_BRONZE]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.transform.__name__)
def test_nothing_in_gives_nothing_out_in_the_declared_columns(
    job: Job, frame: Callable[..., DataFrame], spark: SparkSession, tmp_path: Path
) -> None:
    empty = [
        read_landing(spark, what, str(tmp_path / what.kind))
        if isinstance(what, Landing)
        else frame(what)
        for what in job.reads
    ]
    settings, _ = load_settings()
    now = {"now": datetime(2024, 1, 1, tzinfo=UTC)} if job.timed else {}
    earlier = {"earlier": frame(job.writes)} if job.remembers else {}
    made = job.transform(*empty, **job.arguments(settings), **now, **earlier)
    declared_columns(made, job.writes)  # raises where a column is missing or of another type
    checked = check(mark(made, job.writes), job.writes)
    assert checked.rows == 0


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.transform.__name__)
def test_a_job_is_named_after_its_table_and_lies_in_its_file(job: Job) -> None:
    module = job.transform.__module__
    assert module == f"jobs.{job.writes.name}"

"""The whole run against the same jobs as one spark-submit each, with Spark's default settings.

Both begin from the same landed files and nothing else: Kaggle's file and an extended export. Whole
runs stand before, between and after the single jobs, so that a machine whose speed varies is as
kind to one as to the other. The tables of both must be equal.

The single jobs get from Songlake what Delta needs (extension and catalogue) and what makes tables
the same everywhere (UTC, ANSI), and nothing else: that is `spark.profile: stock`.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import jobs
from benchmarks.measure import Measured, measure, real_inputs
from lib.ingest import ingest
from tests.processes import songlake, spark_submit
from tests.table_equality import lake_differences

LEAST_RATIO = 5.0
MOST_MEMORY = 2 * 10**9


def main() -> int:
    parser = real_inputs(__doc__, "kaggle/ and spotify_extended_export/")
    parser.add_argument("--whole-only", action="store_true", help="one whole run and no more")
    given = parser.parse_args()
    with TemporaryDirectory(prefix="songlake-benchmark-") as folder:
        return compare(given.data, Path(folder), given.whole_only)


def compare(data: Path, folder: Path, whole_only: bool) -> int:
    landed = folder / "landed"
    inputs = [data / "kaggle", data / "spotify_extended_export"]
    rows = sum(report.rows for report in ingest(inputs, landed / "landing", "me"))
    print(f"{rows:,} rows landed from {data}", flush=True)
    wholes = [whole_run(landed, folder / "whole-0")]
    single = 0.0
    if not whole_only:
        apart = shutil.copytree(landed, folder / "apart")
        order = jobs.pipeline().order
        for half in (order[: len(order) // 2], order[len(order) // 2 :]):
            single += sum(single_job(job, apart).seconds for job in half)
            wholes.append(whole_run(landed, folder / f"whole-{len(wholes)}"))
    whole = statistics.median(run.seconds for run in wholes)
    heaviest = max(max(run.java, run.python) for run in wholes)
    good = heaviest < MOST_MEMORY
    print(f"whole run: {whole:.1f} s (median of {len(wholes)}); at most {heaviest / 1e9:.2f} GB")
    if not whole_only:
        differences = lake_differences(folder / "whole-0" / "lake", apart / "lake")
        good = good and single / whole >= LEAST_RATIO and not differences
        print(f"single jobs: {single:.1f} s")
        print(f"ratio: {single / whole:.1f} (at least {LEAST_RATIO:.0f} is wanted)")
        print(f"tables: {differences or 'equal'}")
    return 0 if good else 1


def whole_run(landed: Path, data: Path) -> Measured:
    shutil.copytree(landed, data)
    run = measure(songlake("run", "--data", data), data / "run.log")
    print(f"  whole run {run.seconds:6.1f} s  {run.memory}", flush=True)
    return run


def single_job(job: str, data: Path) -> Measured:
    settings = {"SONGLAKE_DATA": str(data), "SONGLAKE_SPARK__PROFILE": "stock"}
    run = measure(spark_submit(job), data / "logs" / f"{job}.log", settings)
    print(f"    {job:34} {run.seconds:6.1f} s  {run.memory}", flush=True)
    return run


if __name__ == "__main__":
    sys.exit(main())

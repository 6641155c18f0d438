"""The whole `songlake run` against a plain script that makes the same tables, in turns.

Both begin from the same landed files (Kaggle's file and an extended export) and no tables. The
script is `benchmarks/by_hand`: polars, deltalake, scikit-learn and faiss. Of Songlake's seconds the
fixed part is told apart: a run with nothing landed, which starts Spark, warms it up and makes every
table without rows. The tables of both must be equal, floats to a millionth.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deltalake import DeltaTable

from benchmarks.measure import Measured, measure, real_inputs
from lib.ingest import ingest
from schemas import TABLES, ops
from tests.processes import songlake
from tests.table_equality import table_difference

MOST_RATIO = 2.0
TOLERANCE = 1e-6
#: Of these the script has no part yet.
NOT_BY_HAND = ("gold.user_recommendations", "gold.playlists")


def main() -> int:
    parser = real_inputs(__doc__, "kaggle/ and spotify_extended_export/")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument(
        "--one-at-a-time",
        action="store_true",
        help="one more run, job after job: seconds that no other job has a part in",
    )
    given = parser.parse_args()
    with TemporaryDirectory(prefix="songlake-benchmark-") as folder:
        return compare(given.data, Path(folder), given.rounds, given.one_at_a_time)


def compare(data: Path, folder: Path, rounds: int, one_at_a_time: bool) -> int:
    landed = folder / "landed"
    inputs = [data / "kaggle", data / "spotify_extended_export"]
    rows = sum(report.rows for report in ingest(inputs, landed / "landing", "me"))
    print(f"{rows:,} rows landed from {data}", flush=True)
    ours, theirs, fixed = [], [], []
    for number in range(rounds):
        ours.append(_whole(landed, folder / f"songlake-{number}"))
        theirs.append(_by_hand(landed, folder / f"by-hand-{number}"))
        (folder / f"nothing-{number}").mkdir()
        fixed.append(measure(_run(folder / f"nothing-{number}"), folder / "nothing.log"))
        print(f"  with nothing landed {fixed[-1].seconds:6.1f} s", flush=True)
    middle = sorted(range(rounds), key=lambda number: ours[number].seconds)[rounds // 2]
    _show_jobs(folder / f"songlake-{middle}", ours[middle].seconds)
    _show_steps(folder / "by-hand-0.log")
    if one_at_a_time:
        alone = folder / "alone"
        run = _whole(landed, alone, "--set", "spark.jobs_at_once=1")
        print("job after job:")
        _show_jobs(alone, run.seconds)
    differences = _differences(folder / "songlake-0" / "lake", folder / "by-hand-0" / "lake")
    whole, script, start = (statistics.median(x.seconds for x in y) for y in (ours, theirs, fixed))
    ratio = whole / script
    print(
        f"songlake: {whole:.1f} s, of which fixed: {start:.1f} s, the rest: {whole - start:.1f} s"
    )
    print(f"by hand: {script:.1f} s")
    print(f"ratio of medians: {ratio:.2f} (at most {MOST_RATIO} is wanted)")
    print(f"ratio without the fixed part: {(whole - start) / script:.2f}")
    print(f"tables unlike: {differences} (0 is wanted)")
    return 0 if ratio <= MOST_RATIO and not differences else 1


def _run(data: Path, *words: str) -> list[str]:
    return songlake("run", "--data", data, *words)


def _whole(landed: Path, data: Path, *words: str) -> Measured:
    shutil.copytree(landed, data)
    run = measure(_run(data, *words), data / "run.log")
    print(f"  songlake            {run.seconds:6.1f} s  {run.memory}", flush=True)
    return run


def _by_hand(landed: Path, data: Path) -> Measured:
    shutil.copytree(landed, data)
    command = [sys.executable, "-m", "benchmarks.by_hand", str(data)]
    run = measure(command, data.with_suffix(".log"))
    print(f"  by hand             {run.seconds:6.1f} s  {run.memory}", flush=True)
    return run


def _show_jobs(data: Path, seconds: float) -> None:
    """When each job of a run began and how long it took; several run at once."""
    runs = _rows(ops.JOB_RUNS.name, data / "lake")
    first = min(run["started_at"] for run in runs)
    last = max(_seconds(first, run["started_at"]) + run["seconds"] for run in runs)
    print(f"  {'table':34} {'begins':>7} {'seconds':>7} {'rows':>10}")
    for run in sorted(runs, key=lambda run: run["started_at"]):
        begins = _seconds(first, run["started_at"])
        print(f"  {run['table_name']:34} {begins:7.1f} {run['seconds']:7.1f} {run['rows']:10,}")
    print(f"  before the first job and after the last: {seconds - last:.1f} s", flush=True)


def _show_steps(log: Path) -> None:
    """The script's steps; the rest of its time is Python's start and imports."""
    steps = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    for name, seconds in steps.items():
        print(f"  by hand: {name:25} {seconds:7.1f}", flush=True)


def _seconds(first: datetime, later: datetime) -> float:
    return (later - first).total_seconds()


def _rows(table: str, lake: Path) -> list[dict[str, Any]]:
    path = lake / table.replace(".", "/")
    rows: list[dict[str, Any]] = DeltaTable(str(path)).to_pyarrow_table().to_pylist()
    return rows


def _differences(ours: Path, theirs: Path) -> int:
    """Prints how the tables of both compare; gives how many are unlike."""
    unlike = 0
    for table in TABLES.values():
        if table.layer == "ops":
            continue
        if table.name in NOT_BY_HAND:
            print(f"  {table.name:34} not made by hand yet")
            continue
        made, by_hand = (lake / table.layer / table.short_name for lake in (ours, theirs))
        if not by_hand.exists() and not _rows(table.name, ours):
            continue  # of a service that is not connected: neither has a row
        difference = table_difference(table, made, by_hand, TOLERANCE)
        print(f"  {table.name:34} {difference or 'equal'}", flush=True)
        unlike += difference is not None
    return unlike


if __name__ == "__main__":
    sys.exit(main())

"""Seconds per play of a whole run on 100,000 and on 1,000,000 plays of one listener.

A real extended export is repeated, each time four weeks and a second further back, so that no play
repeats another, and written as Spotify does: JSON files of about 16,000 rows. Podcasts stay in.
Each run begins with landed files and no tables.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.compute as pc
from deltalake import DeltaTable

from benchmarks.measure import Measured, measure, real_inputs
from lib.ingest import ingest
from tests.processes import songlake

ROWS_PER_FILE = 16_000
SHIFT = timedelta(weeks=4, seconds=1)
STAMP = "%Y-%m-%dT%H:%M:%SZ"


def main() -> int:
    parser = real_inputs(__doc__, "spotify_extended_export/ and kaggle/")
    parser.add_argument(
        "--plays",
        type=int,
        nargs="+",
        default=[100_000, 1_000_000],
        help="how many; default: 100000 1000000",
    )
    parser.add_argument("--with-kaggle", action="store_true", help="Kaggle's file beside each")
    parser.add_argument(
        "--set", action="append", default=[], help="NAME=VALUE, as songlake run takes"
    )
    given = parser.parse_args()
    files = sorted((given.data / "spotify_extended_export").glob("*.json"))
    export = [row for file in files for row in json.loads(file.read_bytes())]
    catalogue = [given.data / "kaggle"] if given.with_kaggle else []
    per_play = []
    for plays in given.plays:
        with TemporaryDirectory(prefix="songlake-benchmark-") as folder:
            write_history(export, plays, Path(folder) / "inputs")
            run = whole_run([Path(folder) / "inputs", *catalogue], Path(folder), plays, given.set)
        per_play.append(run.seconds / plays)
        print(
            f"{plays:9,} plays: {run.seconds:6.1f} s, {1e6 * per_play[-1]:5.0f} µs a play; "
            f"{run.memory}",
            flush=True,
        )
    ratio = per_play[-1] / per_play[0]
    print(f"ratio: {ratio:.2f} (at most 1 is wanted)")
    return 0 if ratio <= 1 else 1


def write_history(export: list[dict[str, Any]], plays: int, folder: Path) -> None:
    """Writes files with just so many track plays, and the podcasts between them."""
    rows = repeated(export, plays)
    folder.mkdir(parents=True)
    for number in count():
        if not (part := list(islice(rows, ROWS_PER_FILE))):
            return
        name = f"Streaming_History_Audio_{part[-1]['ts'][:4]}_{number}.json"
        (folder / name).write_text(json.dumps(part, ensure_ascii=False), encoding="utf-8")


def repeated(export: list[dict[str, Any]], plays: int) -> Iterator[dict[str, Any]]:
    """The export's distinct rows over and over, until there are so many track plays."""
    rows = list({json.dumps(row): row for row in export}.values())
    stamps = [datetime.strptime(row["ts"], STAMP) for row in rows]
    for shift in count():
        for row, stamp in zip(rows, stamps, strict=True):
            if not plays:
                return
            plays -= row["spotify_track_uri"] is not None
            yield row | {"ts": (stamp - shift * SHIFT).strftime(STAMP)}


def whole_run(inputs: list[Path], folder: Path, plays: int, set_to: list[str]) -> Measured:
    """Lands the inputs and runs all jobs.

    Raises:
        RuntimeError: a play is missing: two of them were taken for one.
    """
    data = folder / "data"
    ingest(inputs, data / "landing", "me")
    flags = [word for pair in set_to for word in ("--set", pair)]
    run = measure(songlake("run", "--data", data, *flags), folder / "run.log")
    landed = DeltaTable(str(data / "lake" / "bronze" / "plays")).to_pyarrow_dataset().count_rows()
    if landed != plays:
        raise RuntimeError(f"{landed:,} of {plays:,} plays landed")
    show_jobs(data / "lake" / "ops" / "job_runs")
    return run


def show_jobs(job_runs: Path) -> None:
    """Where the time goes: each job's seconds, the slowest first."""
    ended = DeltaTable(str(job_runs)).to_pyarrow_table(columns=["table_name", "seconds"])
    for job in ended.sort_by([("seconds", "descending")]).to_pylist():
        print(f"    {job['table_name']:34} {job['seconds']:6.1f} s")
    print(f"    all jobs, some of them side by side  {pc.sum(ended['seconds']).as_py():6.1f} s")


if __name__ == "__main__":
    sys.exit(main())

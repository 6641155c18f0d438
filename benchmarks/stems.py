"""silver.stems against what a plain script does, on the same made-up songs.

Builtin: the script calls the engine's own functions on a file after the other, in one process, and
its start and imports do not count. Spleeter (--pins PYTHON): each file has a process of its own,
one after the other, that is Spleeter's own Separator under the versions that it declares, in an
environment of its own, fed and written by soundfile. Songlake's time is that of the whole stage:
workers start, load the engine, separate, write, check and give rows back to Spark; Spark's own
start is told apart. With --hour a mix of 60 minutes is separated for each core at once instead, and
the workers' peak memory is told.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import soundfile

from benchmarks.measure import PROJECT, family_peaks
from jobs.silver.stems import stems
from lib.audio.decode import info
from lib.session import start_spark
from lib.settings import load_settings
from schemas import bronze
from tests.audio_songs import plans, sing

LEAST_RATIO = 1.5
MOST_MEMORY = {"builtin": 4 * 10**9, "spleeter": 8 * 10**9}
RATE = 44_100

_BUILTIN = """
import sys, time
from pathlib import Path
from lib.audio.separation.builtin import Builtin
from lib.audio.stems import separate_file
began = time.monotonic()
for file in sys.argv[2:]:
    to = Path(sys.argv[1], Path(file).stem)
    to.mkdir()
    separate_file(file, Builtin(), to, "flac")
print(time.monotonic() - began)
"""
_SPLEETER = """
import sys
import soundfile
from spleeter.separator import Separator
mix, rate = soundfile.read(sys.argv[1], dtype="float32", always_2d=True)
separator = Separator(f"spleeter:{sys.argv[3]}stems", multiprocess=False)
for name, stem in separator.separate(mix).items():
    soundfile.write(f"{sys.argv[2]}/{name}.flac", stem, rate)
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--files", type=int, default=20, help="how many; default: 20")
    parser.add_argument("--seconds", type=float, help="length of each; default: 60")
    parser.add_argument(
        "--pins", type=Path, help="a Python that has Spleeter as it declares itself"
    )
    parser.add_argument("--models", type=Path, help="holds Spleeter's models; with --pins")
    parser.add_argument("--stems", type=int, default=2, help="of Spleeter; default: 2")
    parser.add_argument("--hour", action="store_true", help="memory on 60 minutes instead")
    given = parser.parse_args()
    engine = "spleeter" if given.models else "builtin"
    with TemporaryDirectory(prefix="songlake-benchmark-") as name:
        folder = Path(name)
        if given.hour:
            length = given.seconds or 3_600
            files = [write_song(folder / f"{n}.flac", length, n) for n in range(cores())]
        else:
            length = given.seconds or 60
            files = [write_song(folder / f"{n}.wav", length, n) for n in range(given.files)]
        print(f"{len(files)} files of {info(files[0]).duration_s:.0f} s, {engine}", flush=True)
        count = given.stems if given.models else 4
        took, peak = stage(files, engine, count, folder / "audio", given.models)
        if given.hour:
            print(f"{took:.0f} s; peak of all workers {peak / 1e9:.2f} GB")
            return 0 if peak < MOST_MEMORY[engine] else 1
        plainly = folder / "plainly"
        plainly.mkdir()
        if given.models:
            alone = process_per_file(files, plainly, given.pins, given.models, count)
        else:
            alone = plain_loop(files, plainly)
    script = "a process per file" if given.models else "a plain loop"
    for who, seconds in (("songlake", took), (script, alone)):
        print(f"{who}: {seconds:.1f} s, {60 * len(files) / seconds:.1f} files per minute")
    print(f"peak of all workers: {peak / 1e9:.2f} GB")
    print(f"ratio: {alone / took:.2f} (at least {LEAST_RATIO} is wanted)")
    return 0 if alone / took >= LEAST_RATIO else 1


def cores() -> int:
    """How many of them there are: as many workers run."""
    return os.cpu_count() or 1


def write_song(path: Path, seconds: float, number: int) -> Path:
    """A song of the tests at 44.1 kHz, again and again until it is long enough."""
    plan = list(plans(number + 1, seconds=20))[number]
    once = sing(plan, RATE).mix.T.astype(np.float32)
    left = round(seconds * RATE)
    with soundfile.SoundFile(path, "w", RATE, once.shape[1]) as out:
        while left > 0:
            out.write(once[:left])
            left -= len(once)
    return path


def stage(
    files: list[Path], engine: str, count: int, root: Path, models: Path | None
) -> tuple[float, int]:
    """Seconds that the stage takes, and the sum of its workers' peaks, bytes."""
    settings, _ = load_settings({"data": root.parent, "spark.master": f"local[{cores()}]"})
    began = time.monotonic()
    spark = start_spark(settings, app="songlake benchmark")
    print(f"Spark's start, told apart: {time.monotonic() - began:.1f} s", flush=True)
    asked = [{"audio_id": f"{n:064x}", "engine": engine, "stems": count} for n in range(len(files))]
    lines = spark.createDataFrame([(json.dumps(each),) for each in asked], "document STRING")
    known = [
        (each["audio_id"], str(file), file.stat().st_size)
        for each, file in zip(asked, files, strict=True)
    ]
    columns = "audio_id STRING, path STRING, size_bytes BIGINT"
    assert set(columns.replace(",", "").split()[::2]) <= set(bronze.AUDIO_FILES.column_names)
    rows = stems(
        lines,
        spark.createDataFrame(known, columns),
        root=str(root),
        form="flac",
        models=str(models) if models else None,
        model_url=settings.stems.model_url,
    )
    began = time.monotonic()
    failures = [row["failure"] for row in rows.select("failure").collect() if row["failure"]]
    took = time.monotonic() - began
    peak = sum(family_peaks(os.getpid(), "python")[1:])
    spark.stop()
    if failures:
        raise RuntimeError(failures[0])
    return took, peak


def plain_loop(files: list[Path], to: Path) -> float:
    """Seconds that the builtin engine's functions take for one file after the other."""
    command = [sys.executable, "-c", _BUILTIN, to, *files]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return float(done.stdout)


def process_per_file(files: list[Path], to: Path, python: Path, models: Path, count: int) -> float:
    """Seconds that a process for each file takes, Spleeter as it is published, on all cores."""
    environment = {**os.environ, "MODEL_PATH": str(models), "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment.pop("PYTHONPATH", None)
    began = time.monotonic()
    for file in files:
        stems = to / file.stem
        stems.mkdir()
        command = [python, "-c", _SPLEETER, file, stems, str(count)]
        subprocess.run(command, env=environment, check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())

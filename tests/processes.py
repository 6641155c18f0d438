"""Songlake's programs as people start them: processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyspark

PROJECT = Path(__file__).resolve().parents[1]
SPARK_HOME = Path(pyspark.__file__).parent

#: As `./songlake` sets it: workers run this Python, and Spark binds to the loopback.
ENVIRONMENT = {
    "SPARK_HOME": str(SPARK_HOME),
    "PYSPARK_PYTHON": sys.executable,
    "PYSPARK_DRIVER_PYTHON": sys.executable,
    "SPARK_LOCAL_IP": "127.0.0.1",
}


def songlake(*words: str | Path) -> list[str]:
    """The command line `songlake WORDS…`."""
    return [sys.executable, "-m", "apps.cli", *map(str, words)]


def spark_submit(job: str, *words: str | Path) -> list[str]:
    """The command line `spark-submit` for the job that writes a table, e.g. `silver.plays`."""
    layer, name = job.split(".")
    file = PROJECT / "jobs" / layer / f"{name}.py"
    return [str(SPARK_HOME / "bin" / "spark-submit"), str(file), *map(str, words)]


def start(
    command: Sequence[str], log: Path, settings: Mapping[str, str] = {}
) -> subprocess.Popen[bytes]:
    """Starts a command as its own process group, in the folder of `log`, which takes its output.

    Args:
        command: program and arguments.
        log: a file, not a pipe: a JVM that outlives its Python would keep a pipe open.
        settings: SONGLAKE_* variables.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        return subprocess.Popen(
            command,
            cwd=log.parent,
            env={**os.environ, **ENVIRONMENT, **settings},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def run(command: Sequence[str], log: Path, settings: Mapping[str, str] = {}) -> str:
    """Runs a command to its end.

    Returns:
        What it printed.

    Raises:
        AssertionError: it did not exit with 0.
    """
    code = start(command, log, settings).wait()
    printed = log.read_text(encoding="utf-8", errors="replace")
    assert code == 0, f"{' '.join(command)} exited with {code}:\n{printed[-3000:]}"
    return printed

"""Runs that are killed at any moment, each followed by a run to the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from lib.demo import write_demo_inputs
from lib.ingest import ingest
from tests.processes import run, songlake, start
from tests.table_equality import lake_differences

Victim = Literal["group", "python"]


@dataclass(frozen=True)
class Moment:
    """When a run is killed, and what of it.

    Attributes:
        part: of the time that an undisturbed run takes, 0-1.
        victim: `group`: Python and its JVM at once; `python`: Python alone, whose JVM then lives
            on for seconds and may still commit.
    """

    part: float
    victim: Victim

    def __str__(self) -> str:
        return f"{self.part:.0%}-{self.victim}"


@dataclass(frozen=True)
class Undisturbed:
    """A run that nothing disturbed.

    Attributes:
        ingested: a data folder that holds the inputs and no tables.
        lake: the tables made of them.
        seconds: how long that took.
    """

    ingested: Path
    lake: Path
    seconds: float


@dataclass(frozen=True)
class Killed:
    """What became of a killed run and of the run after it.

    Attributes:
        after: seconds from the start to the kill.
        committed: commits that the tables had then.
        again: seconds that the run after it took.
        problems: what is wrong in the end; empty where the lake is as after an undisturbed run.
    """

    after: float
    committed: int
    again: float
    problems: dict[str, str]


def moments(count: int, seed: int = 7) -> list[Moment]:
    """So many moments, one drawn from each equal part of the run; the victims take turns."""
    draw = Random(seed)
    victims: tuple[Victim, Victim] = ("group", "python")
    return [Moment((n + draw.random()) / count, victims[n % 2]) for n in range(count)]


def run_undisturbed(folder: Path) -> Undisturbed:
    """Ingests the demo's inputs in `folder` and runs all jobs on a copy of them."""
    ingested = folder / "ingested"
    inputs = write_demo_inputs(folder / "inputs", tracks=300, plays=600)
    ingest(inputs, ingested / "landing", "demo")
    data = shutil.copytree(ingested, folder / "undisturbed")
    began = time.monotonic()
    run(songlake("run", "--data", data), folder / "undisturbed.log")
    return Undisturbed(ingested, data / "lake", time.monotonic() - began)


def kill_and_run_again(reference: Undisturbed, moment: Moment, folder: Path) -> Killed:
    """Kills a run at the moment, starts another at once, and compares what that one leaves.

    Where the run ends before its moment (the machine has become quicker), it is tried anew
    with an earlier one.
    """
    after = moment.part * reference.seconds
    data = shutil.copytree(reference.ingested, folder / "data")
    while not _killed(data, folder / "killed.log", after, moment.victim):
        after *= 0.8
        shutil.rmtree(data)
        shutil.copytree(reference.ingested, data)
    committed = len(list(data.glob("lake/*/*/_delta_log/*.json")))
    began = time.monotonic()
    run(songlake("run", "--data", data), folder / "again.log")
    again = time.monotonic() - began
    problems = lake_differences(reference.lake, data / "lake")
    for file in data.glob("lake/*/*/_delta_log/*.json"):
        if not file.stat().st_size:
            problems[str(file.relative_to(data))] = "an empty commit"
    return Killed(after, committed, again, problems)


def _killed(data: Path, log: Path, after: float, victim: Victim) -> bool:
    """Whether a run on `data` lasted `after` seconds, and was then killed."""
    process = start(songlake("run", "--data", data), log)
    try:
        code = process.wait(after)
        assert code == 0, f"it exited with {code} before it was killed:\n{log.read_text()[-3000:]}"
        return False
    except subprocess.TimeoutExpired:
        if victim == "group":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        return True
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        raise

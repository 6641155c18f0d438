"""Separation that is killed again and again makes the same, and makes nothing twice."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

from lib.audio.store import RESULT
from tests.processes import run, songlake, start
from tests.table_equality import lake_differences

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]

FILES, KILLS, RATE = 200, 10, 8_000
SETTINGS = ("--set", "segments.beats=4")

Made = dict[Path, tuple[int, int]]


def test_ten_kills_change_nothing_and_nothing_is_made_twice(tmp_path: Path) -> None:
    """Kills come when so many things are in the store, wherever that is in a run."""
    music, data = write_music(tmp_path / "music"), tmp_path / "data"
    separate = songlake("separate", music, "--data", data, *SETTINGS)
    run(separate, tmp_path / "undisturbed.log")
    reference = data.rename(tmp_path / "undisturbed")  # tables hold paths: both lie there in turn
    draw = Random(7)
    made: Made = {}
    for number, things in enumerate(sorted(draw.sample(range(count(reference)), KILLS))):
        kill(separate, tmp_path / "log", data, things, draw.random() / 4, number % 2 == 0)
        for path, seen in made_in(data).items():
            made.setdefault(path, seen)
    run(separate, tmp_path / "log")
    made = made_in(data) | made
    assert contents(data / "audio") == contents(reference / "audio")
    again = songlake("run", "silver.segments", "--full-refresh", "--data", data, *SETTINGS)
    run(again, tmp_path / "log")  # every table anew, from what is in the store
    assert made_in(data) == made
    assert len(made) > FILES
    assert lake_differences(reference / "lake", data / "lake") == {}


def write_music(folder: Path) -> Path:
    """Files of 0.3 s, every tenth of 4 s with a beat, so that it gives loops."""
    folder.mkdir()
    for number in range(FILES):
        rng = np.random.default_rng(number)
        time_ = np.arange(4 * RATE if number % 10 == 0 else RATE * 3 // 10) / RATE
        beat = np.exp(-(time_ % 0.5) / 0.03) * rng.normal(0, 0.3, len(time_))
        tone = 0.2 * np.sin(2 * np.pi * rng.uniform(100, 900) * time_)
        soundfile.write(folder / f"{number:03}.wav", beat + tone, RATE)
    return folder


def kill(
    command: list[str], log: Path, data: Path, things: int, later: float, whole_group: bool
) -> None:
    """Starts a command; kills it soon after the store holds so many things, and one of its own."""
    things = max(things, count(data))
    process = start(command, log)
    while count(data) <= things:
        assert process.poll() is None, f"it ended by itself:\n{log.read_text()[-3_000:]}"
        time.sleep(0.1)
    time.sleep(later)
    assert process.poll() is None, "it ended before it was killed"
    if whole_group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def count(data: Path) -> int:
    """Things that the audio store holds: probes, measures, stems of a file, loops of one."""
    return sum(path.name == RESULT for path in made_in(data))


def made_in(data: Path) -> Made:
    """What the audio store holds: each file's inode and time, which are others if made anew."""
    files = (path for path in (data / "audio").rglob("*") if path.is_file())
    kept = [path for path in files if ".incoming" not in path.parts]
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in kept}


def contents(audio: Path) -> dict[str, str]:
    files = (path for path in audio.rglob("*") if path.is_file())
    return {
        str(path.relative_to(audio)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }

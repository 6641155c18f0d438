"""Separation that is killed again and again makes the same, and makes nothing twice."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
import soundfile

from tests.processes import run, songlake, start
from tests.table_equality import lake_differences

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]

FILES, KILLS, RATE = 200, 10, 8_000
SETTINGS = ("--set", "segments.beats=4")

Made = dict[Path, tuple[int, int]]


def test_ten_kills_change_nothing_and_nothing_is_made_twice(tmp_path: Path) -> None:
    music, data = write_music(tmp_path / "music"), tmp_path / "data"
    separate = songlake("separate", music, "--data", data, *SETTINGS)
    again = songlake("run", "silver.segments", "--full-refresh", "--data", data, *SETTINGS)
    began = time.monotonic()
    run(separate, tmp_path / "undisturbed.log")
    seconds = time.monotonic() - began
    reference = data.rename(tmp_path / "undisturbed")  # tables hold paths: both lie there in turn
    draw, kills, command = Random(7), 0, separate
    made: Made = {}
    while kills < KILLS:
        if killed(
            command, tmp_path / "log", (0.3 + draw.random()) * seconds, whole_group=kills % 2 == 0
        ):
            kills += 1
        else:  # all is there: from now on runs that make every table anew are killed
            command = again
        made |= {path: seen for path, seen in made_in(data).items() if path not in made}
    run(separate, tmp_path / "log")
    run(again, tmp_path / "log")
    print(f"{seconds:.0f} s undisturbed; {len(made)} files made before the last kill")
    assert len(made) > FILES
    assert {path: seen for path, seen in made_in(data).items() if path in made} == made
    assert lake_differences(reference / "lake", data / "lake") == {}
    assert contents(data / "audio") == contents(reference / "audio")


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


def killed(command: list[str], log: Path, after: float, whole_group: bool) -> bool:
    """Whether a command lasted `after` seconds, and was then killed."""
    process = start(command, log)
    try:
        code = process.wait(after)
        assert code == 0, log.read_text()[-3_000:]
        return False
    except subprocess.TimeoutExpired:
        if whole_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        return True


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

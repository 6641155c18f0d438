"""How right tempo, key, beats and downbeats are on songs made by the tests.

    ./songlake python benchmarks/audio.py [--songs 72] [--seeds 2 3] [--hour]

Tempos spread over 60-180, all keys, five timbres, five drum patterns, three levels of noise, four
tunings. `--hour` measures a mix of an hour as well, with the memory that takes. Exits with 1 where
less than 95 % of tempos are right or an octave off, 85 % of keys right, 97 % compatible.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile

from lib.audio.measures import analyse
from tests.audio_accuracy import judge_all, summary
from tests.audio_songs import Plan, sing

_WANTED = {"key": 0.85, "compatible": 0.97}
_RATE = 44_100


def an_hour(path: Path) -> None:
    """Writes an hour at 124 BPM: a song over and over."""
    song = sing(Plan(tempo=124.0, key=5, seconds=64 * 60 / 124, seed=3), _RATE).mix
    part = song.T.astype(np.float32)
    with soundfile.SoundFile(path, "w", _RATE, 2, subtype="PCM_16") as out:
        for _ in range(3_600 * _RATE // len(part)):
            out.write(part)


def measure_one(path: str) -> None:
    """Measures a file and says what it took; for a process of its own."""
    began = time.process_time()
    found = analyse(path)
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{found['duration_s']:,.0f} s of sound at {found['tempo']} BPM in {found['camelot']}: "
        f"{seconds:.1f} s of processor time, {peak:,.0f} MiB at its peak"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--songs", type=int, default=72)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seeds", type=int, nargs="*", default=[2, 3])
    parser.add_argument("--hour", action="store_true")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.measure:
        measure_one(told.measure)
        return 0
    good = True
    for seed in told.seeds:
        judged = judge_all(told.songs, told.seconds, seed)
        found = summary(judged)
        print(f"seed {seed}, {len(judged)} songs: " + ", ".join(
            f"{name} {share:.1%}" for name, share in found.items()
        ))  # fmt: skip
        for each in judged:
            if (each.tempo, each.key) != ("right", "right"):
                print(f"  {each.plan}: tempo {each.tempo} {each.found.get('tempo')}, "
                      f"key {each.key} {each.found.get('camelot')}")  # fmt: skip
        good &= found["tempo"] + found["octave"] >= 0.95
        good &= all(found[name] >= share for name, share in _WANTED.items())
    if told.hour:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "hour.wav"
            an_hour(path)
            subprocess.run([sys.executable, "-m", "benchmarks.audio", "--measure", path],
                           check=True)  # fmt: skip
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())

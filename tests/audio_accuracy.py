"""How often tempo, key and downbeats of songs made by the tests are found."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lib.audio.measures import analyse
from lib.camelot import CODES, RELATIONS, camelot
from tests.audio_songs import Plan, plans, sing, write


@dataclass(frozen=True)
class Judged:
    """One song, and what was found of it.

    Attributes:
        tempo: `right` (within 2 %), `octave` (twice or half of it) or `wrong`.
        key: `right`, `compatible` (mixes by the Camelot wheel: relative or a fifth) or `wrong`.
        downbeat: whether the beat said to begin a bar does; None where the tempo is not right.
        beats: share of beats within 50 ms of a true one; None likewise.
    """

    plan: Plan
    found: dict[str, Any]
    tempo: str
    key: str
    downbeat: bool | None
    beats: float | None


def judge(plan: Plan) -> Judged:
    """Makes a song, measures it and compares."""
    with tempfile.TemporaryDirectory() as folder:
        found = analyse(str(write(Path(folder) / "song.flac", sing(plan))))
    tempo = _tempo(found.get("tempo") or 0.0, plan.tempo)
    beats = np.array(found.get("beats") or [0.0])
    is_right = tempo == "right"
    off = np.abs(beats[:, None] - plan.beats[None]).min(axis=1)
    first = found.get("first_downbeat")
    downbeat = None
    if is_right and first is not None:
        downbeat = round((beats[first] - plan.start_s) * plan.tempo / 60) % 4 == 0
    share = float((off < 0.05).mean()) if is_right else None
    return Judged(plan, found, tempo, _key(found, plan), downbeat, share)


def judge_all(count: int, seconds: float, seed: int, workers: int = 2) -> list[Judged]:
    """Judges so many songs, in processes side by side."""
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(judge, plans(count, seconds, seed)))


def summary(judged: Iterable[Judged]) -> dict[str, float]:
    """Shares, 0-1: `tempo` and `octave`, `key` and `compatible` (the right ones too), ..."""
    judged = list(judged)

    def share(is_so: Iterable[bool]) -> float:
        told = list(is_so)
        return sum(told) / len(told) if told else 0.0

    return {
        "tempo": share(each.tempo == "right" for each in judged),
        "octave": share(each.tempo == "octave" for each in judged),
        "key": share(each.key == "right" for each in judged),
        "compatible": share(each.key != "wrong" for each in judged),
        "downbeat": share(each.downbeat for each in judged if each.downbeat is not None),
        "beats": float(np.mean([each.beats for each in judged if each.beats is not None] or [0])),
    }


def _tempo(found: float, true: float) -> str:
    for name, times in (("right", (1.0,)), ("octave", (0.5, 2.0))):
        if any(abs(found / (true * each) - 1) <= 0.02 for each in times):
            return name
    return "wrong"


def _key(found: dict[str, Any], plan: Plan) -> str:
    if (found.get("key"), found.get("mode")) == (plan.key, plan.mode):
        return "right"
    if found.get("camelot") is None:
        return "wrong"
    true = int(camelot(np.array(plan.key), np.array(plan.mode)))
    mixes = {
        CODES[code]
        for relation in RELATIONS
        if relation.tier in ("perfect", "close")
        for code in relation.targets(true)
    }
    return "compatible" if found["camelot"] in mixes else "wrong"

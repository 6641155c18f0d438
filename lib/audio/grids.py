"""The beats that loops are cut at: a DJ's own beat grid, or else those that were measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lib.audio.loops import BAR

Times = npt.NDArray[np.float64]

#: Rekordbox writes tempos with two decimals, and places in milliseconds.
_SAME_TEMPO, _SAME_PLACE_S = 0.011, 0.02
#: So much silence some decoders leave before the sound of an mp3 or AAC file, and others cut off.
_DELAY_S = 0.06
#: Heard beats lie so close around the grid where both mean the same beats.
_AGREE_S = 0.02


@dataclass(frozen=True)
class Beats:
    """The beats of a file.

    Attributes:
        told_by: `rekordbox` or `measured`.
        tempo: BPM.
        times: seconds from the beginning, rising.
        first_downbeat: which of them is the first to begin a bar.
    """

    told_by: str
    tempo: float
    times: Sequence[float]
    first_downbeat: int


def beats_of(file: Mapping[str, Any]) -> Beats | None:
    """The beats of a file; None where nobody tells of any.

    Args:
        file: `tempo`, `beats` and `first_downbeat` as in silver.audio_analysis, `duration_s` and
            `bits` as in bronze.audio_files, and the grid as in bronze.rekordbox_tracks. What is
            not known is None or NaN.
    """
    heard = _list(file, "beats")
    grid = _steady(*(_list(file, f"grid_{of}") for of in ("starts_s", "tempos", "metres", "beats")))
    if grid:
        start, tempo, beat = grid
        period = 60 / tempo
        before = math.floor(start / period)
        times = np.arange(start - before * period, file["duration_s"], period)
        if file["bits"] is None or np.isnan(file["bits"]):
            times = times + _delay(times[0], period, np.array(heard)) if len(times) else times
        return Beats("rekordbox", tempo, list(times), (before + 1 - beat) % BAR)
    tempo = file["tempo"]
    if tempo is None or np.isnan(tempo) or not heard:
        return None
    first = file["first_downbeat"]
    return Beats("measured", tempo, heard, 0 if first is None or np.isnan(first) else int(first))


def _steady(
    starts: list[Any], tempos: list[Any], metres: list[Any], beats: list[Any]
) -> tuple[float, float, int] | None:
    """Where a grid of one tempo in 4/4 begins, its tempo, and the beat of the bar (from 1) there.

    None where a grid changes its tempo, skips beats, or is not all told: what was heard says more.
    """
    told = np.array([starts, tempos, beats], float)
    if not told.size or not np.isfinite(told).all() or set(metres) != {f"{BAR}/4"}:
        return None
    start, tempo, beat = told[:, 0]
    if not 0 < tempo < 1_000 or np.abs(told[1] - tempo).max() > _SAME_TEMPO:
        return None
    period = 60 / tempo
    since = np.round((told[0] - start) / period)
    off = np.abs(told[0] - start - since * period)
    if off.max() > _SAME_PLACE_S or ((told[2] - beat - since) % BAR).any():
        return None
    return float(start), float(tempo), int(beat)


def _delay(first: float, period: float, heard: Times) -> float:
    """How much later the beats are heard than a grid has them, as far as decoders may differ."""
    if not len(heard):
        return 0.0
    off = (heard - first + period / 2) % period - period / 2
    delay = float(np.median(off))
    agree = np.median(np.abs(off - delay)) < _AGREE_S
    return delay if agree and abs(delay) < _DELAY_S else 0.0


def _list(file: Mapping[str, Any], column: str) -> list[Any]:
    value = file[column]
    return [] if value is None or isinstance(value, float) else list(value)

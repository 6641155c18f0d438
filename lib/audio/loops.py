"""Loops: where they are cut, and how an end is made to lead into its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.audio.decode import Samples

BAR = 4
PHRASE = 8 * BAR
"""Beats of a bar, and of the eight bars by which most dance music is built."""


@dataclass(frozen=True)
class Cut:
    """One loop of a file.

    Attributes:
        number: from 1, in order of time.
        start_s: where it begins, seconds.
        tempo: BPM of its own beats.
        begins_at: `phrase` or `downbeat`.
    """

    number: int
    start_s: float
    tempo: float
    begins_at: str

    def samples(self, beats: int, rate: int) -> int:
        """Its length: beats * 60 / tempo."""
        return round(beats * 60 / self.tempo * rate)


def cuts(beats: Sequence[float], first_downbeat: int, length: int) -> list[Cut]:
    """Loops of `length` beats, one behind the other, each from the beginning of a bar.

    Trackers place beats on their frames, some 10 ms off. A loop's beginning and tempo are those of
    the straight line through its beats, so that it fits other loops of that tempo.

    Args:
        beats: their times in seconds, rising.
        first_downbeat: which of them is the first to begin a bar.
        length: beats in a loop.
    """
    found: list[Cut] = []
    step = -(-length // BAR) * BAR
    for first in range(first_downbeat, len(beats) - length, step):
        period, start = np.polyfit(np.arange(length + 1), beats[first : first + length + 1], 1)
        tempo = round(60 / float(period), 6)
        begins_at = "downbeat" if (first - first_downbeat) % PHRASE else "phrase"
        found.append(Cut(len(found) + 1, max(0.0, float(start)), tempo, begins_at))
    return found


def looped(sound: Samples, before: int, length: int, fade: int) -> Samples:
    """A stretch of a sound that can be repeated without a click.

    Its last samples fade out while those that come before it in the sound fade in, so that what
    its end leads to is its beginning, whose first hit is left alone. Where too little comes before,
    what follows fades out over its beginning instead. The squares of the weights sum to 1: equal
    power, for the two are unlike.

    Args:
        sound: [channels, samples]: the stretch, with something before or after it.
        before: samples before the stretch; these or those after it are as many as `fade`.
        length: samples of the stretch.
        fade: samples that fade.
    """
    found = sound[:, before : before + length].copy()
    after = sound[:, before + length :]
    rising, falling = _fades(fade)
    if before < fade:
        found[:, :fade] = found[:, :fade] * rising + after[:, :fade] * falling
        return found
    earlier = sound[:, before - fade : before]
    found[:, length - fade :] = found[:, length - fade :] * falling + earlier * rising
    return found


def _fades(length: int) -> tuple[Samples, Samples]:
    angles = (np.arange(length, dtype=np.float32) + np.float32(0.5)) * np.float32(np.pi / 2)
    angles /= np.float32(length)
    return np.sin(angles), np.cos(angles)

"""What repeats in a spectrogram: REPET-SIM.

Rafii and Pardo, "Music/voice separation using the similarity matrix", ISMIR 2012: a frame's
background is the median of the frames most like it, for what differs between them (a voice) falls
out. Here frames are alike when the stretch around them is, as in REPET's repeating bars: a single
frame that a voice dominates is like others with the same voice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Spectrogram = NDArray[np.float32]
"""Magnitudes [frames, bins]."""

ALIKE = 9
"""Frames that the median is taken of."""

MOST_REPEATING = np.float32(0.99)
"""What repeats to the last bit leaves this much to voices: 80 dB below, for no stem is silent."""

_BANDS = 96


def repeating(magnitudes: Spectrogram, context: int, apart: int) -> Spectrogram:
    """The part of each frame that comes again elsewhere, MOST_REPEATING of it at most.

    Args:
        magnitudes: a spectrogram.
        context: frames on each side that must be alike too.
        apart: frames that lie nearer are one time, not two.
    """
    places = _alike(magnitudes, context, apart)
    background = np.empty_like(magnitudes)
    for frame, alike in enumerate(places):
        found = magnitudes[alike]
        found.sort(axis=0)
        background[frame] = found[len(alike) // 2]
        if len(alike) == 1:  # too short for anything to come again: who knows
            background[frame] /= 2
    np.minimum(background, MOST_REPEATING * magnitudes, out=background)
    return background


def _alike(magnitudes: Spectrogram, context: int, apart: int) -> list[NDArray[np.intp]]:
    """For each frame the places of those most like it, itself among them."""
    likeness = _likeness(magnitudes, context)
    frames = len(likeness)
    places = []
    for frame in range(frames):
        row = likeness[frame].copy()
        chosen = [frame]
        row[max(0, frame - apart) : frame + apart + 1] = -np.inf
        for _ in range(ALIKE - 1):
            best = int(row.argmax())
            if row[best] == -np.inf:
                break
            chosen.append(best)
            row[max(0, best - apart) : best + apart + 1] = -np.inf
        places.append(np.array(chosen))
    return places


def _likeness(magnitudes: Spectrogram, context: int) -> Spectrogram:
    """Cosine of all pairs of frames' band energies, averaged over the stretch around them."""
    edges = np.unique(np.geomspace(1, magnitudes.shape[1], _BANDS + 1).astype(int)) - 1
    bands = np.log1p(np.add.reduceat(magnitudes, edges[:-1], axis=1))
    bands -= bands.mean(axis=0)
    bands /= np.linalg.norm(bands, axis=1, keepdims=True) + 1e-9
    return _along_diagonals(bands @ bands.T, context)


def _along_diagonals(pairs: Spectrogram, context: int) -> Spectrogram:
    frames = len(pairs)
    summed, counted = np.zeros_like(pairs), np.zeros(frames, dtype=np.float32)
    context = min(context, frames - 1)
    for shift in range(-context, context + 1):
        mine = slice(max(0, -shift), min(frames, frames - shift))
        other = slice(max(0, shift), min(frames, frames + shift))
        summed[mine, mine] += pairs[other, other]
        counted[mine] += 1
    summed /= np.minimum.outer(counted, counted)
    return summed

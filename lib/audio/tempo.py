"""Tempo, beats and downbeats, from how sound rises over time.

Tempo is where the onsets' autocorrelation is high at a period and its multiples, weighed by how
common that tempo is (a log-normal preference, as in Ellis, "Beat Tracking by Dynamic Programming",
2007). Beats are then laid through the onsets by Ellis's dynamic programming, and the tempo is read
off them anew, far finer than frames are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

Array = npt.NDArray[np.float64]

SLOWEST, FASTEST = 40.0, 220.0
"""BPM between which tempos are looked for."""

COMMON, SPREAD = 115.0, 0.8
"""BPM that is preferred, and how far from it, in octaves, half a standard deviation's worth."""

#: Seconds over which the autocorrelation is taken at a time: a tempo that drifts blurs no more.
_WINDOW_S = 12.0
#: How dear it is to leave the period, in units of an onset of one standard deviation (Ellis: 100).
_TIGHT = 100.0
_LAGS = 4
#: BPM between which octaves of a tempo are weighed, and from where on more is asked of them.
_SLOW, _BRISK, _FAST = 56.0, 150.0, 190.0
#: How well beats recur at least, as a share of how well every other beat does; found on the songs
#: of benchmarks/audio.py, where it is below 0.5 for strokes between beats and above 0.7 for beats.
_EVERY, _EVERY_BRISK = 0.6, 0.68
#: Seconds by which frames see a rise before its middle, measured on sounds of known times.
_EARLY_S = 0.0127


@dataclass(frozen=True)
class Beats:
    """Tempo and beats.

    Attributes:
        tempo: BPM.
        confidence: 0-1: how much more rises on the beats than between them.
        times: of the beats, seconds.
        first_downbeat: which of the first four beats begins a bar; None where too few are there.
        downbeat_confidence: 0-1: how much it stands out among the four.
    """

    tempo: float
    confidence: float
    times: Array
    first_downbeat: int | None
    downbeat_confidence: float | None


def beats_of(onsets: Array, rate: float, changes: Array | None = None) -> Beats | None:
    """Tempo, beats and downbeats; None where nothing recurs.

    Args:
        onsets: [bands, frames], rises of sound in some bands, the lowest (kick, bass) first.
        rate: frames a second.
        changes: [frames], how much harmony changes there; helps to tell which beat begins a bar.
    """
    envelope = onset_envelope(onsets, rate)
    if envelope is None:
        return None
    period = _period(envelope, rate)
    if period is None:
        return None
    frames = _laid(envelope, period)
    if len(frames) < 4:
        return None
    times = _between_frames(envelope, frames) / rate + _EARLY_S
    tempo = _tempo_of(times, 60 * rate / period)
    first, stands_out = _downbeat(onsets, frames, changes)
    return Beats(tempo, _confidence(envelope, frames), times, first, stands_out)


def onset_envelope(onsets: Array, rate: float) -> Array | None:
    """One curve of rises over all bands, each counted alike; None where nothing rises.

    What is usual around a place is taken off, so that a loud part weighs as much as a quiet one.
    """
    total = np.zeros(onsets.shape[1])
    if not total.size:
        return None
    for band in onsets:
        usual = uniform_filter1d(band, max(1, round(2 * rate)), mode="nearest")
        rises = np.maximum(0, band - usual)
        if (scale := rises.std()) > 1e-6:
            total += rises / scale
    spread = total.std()
    return gaussian_filter1d(total / spread, 1.5) if spread > 0 else None


def _period(envelope: Array, rate: float) -> float | None:
    """Frames from beat to beat."""
    correlation = _autocorrelation(envelope, rate)
    if correlation is None:
        return None
    tempos = np.geomspace(SLOWEST, FASTEST, 1_000)
    lags = 60 * rate / tempos
    at = np.arange(len(correlation))
    strength = np.zeros(len(tempos))
    for multiple in range(1, _LAGS + 1):
        strength += np.interp(multiple * lags, at, correlation, right=0.0)
    preference = np.exp(-0.5 * (np.log2(tempos / COMMON) / SPREAD) ** 2)
    scores = np.maximum(0, strength) * preference
    best = int(scores.argmax())
    if scores[best] <= 0:
        return None
    return 60 * rate / _octave_of(float(tempos[best]), rate, correlation)


def _octave_of(tempo: float, rate: float, correlation: Array) -> float:
    """The tempo or one of its octaves: the fastest whose beats recur nearly as every other does.

    Where strokes between the beats are taken for beats, every other one recurs far better.
    """
    octaves = [tempo * 2.0**octave for octave in (2, 1, 0, -1, -2)]
    for faster in (each for each in octaves if _SLOW <= each <= _FAST):
        lag = 60 * rate / faster
        one, two = np.interp([lag, 2 * lag], np.arange(len(correlation)), correlation)
        if two > 0 and one >= (_EVERY if faster <= _BRISK else _EVERY_BRISK) * two:
            return faster
    return tempo


def _autocorrelation(envelope: Array, rate: float) -> Array | None:
    """The mean autocorrelation of windows, at lags of up to four of the longest beats."""
    longest = round(_LAGS * 60 * rate / SLOWEST) + 2
    size = max(round(_WINDOW_S * rate), longest)
    total = np.zeros(longest)
    for start in range(0, max(1, len(envelope) - size // 2), size // 2):
        part = envelope[start : start + size]
        if len(part) < rate:
            continue
        part = part - part.mean()
        power = np.abs(np.fft.rfft(part, 2 * len(part))) ** 2
        found = np.fft.irfft(power)[: min(longest, len(part))]
        if found[0] <= 1e-9:
            continue
        total[: len(found)] += found / found[0] * len(part) / size
    return total if total[0] > 0 else None


def _laid(envelope: Array, period: float) -> npt.NDArray[np.int64]:
    """Frames of the beats: those that rise most while keeping the period (Ellis 2007)."""
    near = gaussian_filter1d(envelope, period / 32)
    low, high = round(period / 2), round(2 * period)
    steps = np.arange(low, high + 1)
    cost = -_TIGHT * np.log(steps / period) ** 2
    score = near.copy()
    before = np.full(len(near), -1, np.int64)
    for frame in range(low, len(near)):
        first = max(0, frame - high)
        seen = score[first : frame - low + 1]
        best = int(np.argmax(seen + cost[frame - first - low :: -1][: len(seen)]))
        gain = seen[best] + cost[frame - first - best - low]
        if gain > 0:
            score[frame] += gain
            before[frame] = first + best
    end = len(near) - round(1.5 * period)
    at = max(0, end) + int(np.argmax(score[max(0, end) :]))
    path = []
    while at >= 0:
        path.append(at)
        at = int(before[at])
    return _trimmed(np.array(path[::-1], np.int64), near)


def _trimmed(frames: npt.NDArray[np.int64], envelope: Array) -> npt.NDArray[np.int64]:
    """Without beats in what is silent before the first and after the last that is heard."""
    loud = envelope[frames] > 0.25 * np.sqrt(np.mean(envelope[frames] ** 2))
    found = np.flatnonzero(loud)
    return frames[found[0] : found[-1] + 1] if len(found) else frames[:0]


def _between_frames(envelope: Array, frames: npt.NDArray[np.int64]) -> Array:
    """Frames of beats with a fraction: the top of a parabola through the envelope there."""
    inner = np.clip(frames, 1, len(envelope) - 2)
    left, mid, right = (envelope[inner + step] for step in (-1, 0, 1))
    bend = left - 2 * mid + right
    shift = np.where(bend < -1e-9, 0.5 * (left - right) / np.where(bend < -1e-9, bend, 1), 0)
    return np.asarray(frames + np.clip(shift, -0.5, 0.5))


def _tempo_of(times: Array, guess: float) -> float:
    """BPM of a line through the beats, where they keep to one; else the median of their steps."""
    steps = np.diff(times)
    usual = float(np.median(steps))
    numbers = np.concatenate([[0], np.cumsum(np.maximum(1, np.round(steps / usual)))])
    slope, offset = np.polyfit(numbers, times, 1)
    off = np.abs(times - (slope * numbers + offset))
    good = off <= max(0.03, 3 * float(np.median(off)))
    if good.sum() >= 4:
        slope, _ = np.polyfit(numbers[good], times[good], 1)
    if abs(slope / usual - 1) > 0.03:
        slope = usual
    found = 60 / slope
    return float(found if abs(np.log2(found / guess)) < 0.1 else guess)


def _confidence(envelope: Array, frames: npt.NDArray[np.int64]) -> float:
    """How much more rises on the beats than on average, 0-1."""
    reach = np.clip(frames[:, None] + np.arange(-2, 3), 0, len(envelope) - 1)
    on_beats = float(envelope[reach].max(axis=1).mean())
    usual = float(envelope.mean())
    return float(np.clip((on_beats - usual) / (on_beats + usual + 1e-9), 0, 1))


def _downbeat(
    onsets: Array, frames: npt.NDArray[np.int64], changes: Array | None
) -> tuple[int | None, float | None]:
    """Which of the first four beats begins a bar of four: kick, bass and new chords tell it."""
    if len(frames) < 8:
        return None, None
    evidence = _standard(_near(onsets[0], frames))
    if changes is not None and changes.any():
        evidence = evidence + 2 * _standard(_near(changes, frames))
    of_phase = np.array([evidence[phase::4].mean() for phase in range(4)])
    order = np.argsort(-of_phase)
    spread = of_phase.max() - of_phase.min()
    lead = of_phase[order[0]] - of_phase[order[1]]
    return int(order[0]), float(np.clip(lead / spread, 0, 1)) if spread > 0 else 0.0


def _near(curve: Array, frames: npt.NDArray[np.int64]) -> Array:
    reach = np.clip(frames[:, None] + np.arange(-3, 4), 0, len(curve) - 1)
    return np.asarray(curve[reach].max(axis=1), np.float64)


def _standard(values: Array) -> Array:
    spread = float(values.std())
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)

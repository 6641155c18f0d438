"""The measures of silver.audio_analysis, from one pass over a file.

Energy, danceability and acousticness are estimates: weighted means of what sound tells of them,
scaled by eye to Spotify's 0-1. They are no model of Spotify's, and no listener was asked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import uniform_filter1d

from lib.audio.keys import key_of
from lib.audio.listening import ONSET_RATE, PITCH_RATE, Heard, listen
from lib.audio.store import AudioStore
from lib.audio.tempo import Beats, beats_of
from lib.camelot import CODES, camelot
from lib.errors import SonglakeError

ANALYSIS = "analysis-1"
"""The way of measuring; another number makes every file be measured anew."""

SHORTEST_S = 1.0
"""Seconds of sound below which nothing is measured."""

#: Seconds that count as the beginning: a bar at 120 BPM.
_OPENING_S = 2.0

Array = npt.NDArray[np.float64]


def measures(audio_id: str, path: str, store: AudioStore) -> dict[str, Any]:
    """A row of silver.audio_analysis: as the store keeps it, or else measured now and kept.

    Why a file cannot be decoded is not kept: it may be another day.
    """
    try:
        found = store.result("analysis", audio_id, ANALYSIS, lambda: analyse(path))
    except Exception as error:  # one file must not keep the others from being measured
        known = isinstance(error, SonglakeError)
        found = {"failure": str(error) if known else f"{type(error).__name__}: {error}"}
    return found | {"audio_id": audio_id, "version": ANALYSIS}


def analyse(path: str) -> dict[str, Any]:
    """The measures of one file, by column of silver.audio_analysis; `failure` says why none are.

    Never more than some blocks of it are in memory, and about 20 MB for each hour of it.

    Raises:
        AudioError: it cannot be decoded, or is not there.
    """
    heard = listen(path)
    sound_s = (heard.sounds_until or 0.0) - (heard.sounds_from or 0.0)
    known: dict[str, Any] = {"duration_s": round(heard.duration_s, 6)}
    if heard.loudness is None and sound_s < SHORTEST_S <= heard.duration_s:
        return known | {"failure": "silence"}
    if sound_s < SHORTEST_S:
        return known | {
            "failure": f"{sound_s:.2f} s of sound: less than {SHORTEST_S:g} s tells nothing"
        }
    if heard.loudness is None:
        return known | {"failure": "no sound that can be heard: a constant level, or too faint"}
    return known | _levels(heard) | _rhythm(heard) | _harmony(heard) | {"failure": None}


def _levels(heard: Heard) -> dict[str, Any]:
    assert heard.loudness is not None
    return {
        "loudness_lufs": round(heard.loudness, 2),
        "peak_dbfs": round(20 * float(np.log10(max(heard.peak, 1e-6))), 2),
        "spectral_centroid_hz": round(heard.centroid, 1),
        "spectral_bandwidth_hz": round(heard.bandwidth, 1),
        "spectral_rolloff_hz": round(heard.rolloff, 1),
        "spectral_flatness": round(heard.flatness, 6),
        "silence_start_s": round(heard.sounds_from or 0.0, 3),
        "silence_end_s": round(heard.duration_s - (heard.sounds_until or 0.0), 3),
        "acousticness_estimate": _acousticness(heard),
    }


def _rhythm(heard: Heard) -> dict[str, Any]:
    beats = beats_of(heard.onsets.astype(np.float64), ONSET_RATE, _changes(heard))
    facts: dict[str, Any] = {"energy_estimate": _energy(heard, beats)}
    if beats is None:
        return facts | {"danceability_estimate": 0.0}
    return facts | {
        "tempo": round(beats.tempo, 3),
        "tempo_confidence": round(beats.confidence, 3),
        "beats": [round(float(time), 4) for time in beats.times],
        "first_downbeat": beats.first_downbeat,
        "downbeat_confidence": (
            None if beats.downbeat_confidence is None else round(beats.downbeat_confidence, 3)
        ),
        "danceability_estimate": _danceability(heard, beats),
    }


def _harmony(heard: Heard) -> dict[str, Any]:
    found = key_of(heard.pitches.astype(np.float64), _opening(heard))
    if found is None:
        return {}
    return {
        "key": found.key,
        "mode": found.mode,
        "camelot": CODES[int(camelot(np.array(found.key), np.array(found.mode)))],
        "key_confidence": round(found.confidence, 3),
        "tuning_cents": round(found.tuning_cents, 1),
    }


def _opening(heard: Heard) -> Array:
    """How much of each third of a semitone there is in the first seconds in which tones sound."""
    total = heard.classes.sum(axis=0)
    first = int(np.argmax(total > 0.2 * total.mean())) if len(total) else 0
    opening = heard.classes[:, first : first + round(_OPENING_S * PITCH_RATE)]
    return np.asarray(opening.sum(axis=1), np.float64)


def _changes(heard: Heard) -> Array:
    """How much harmony changes at each onset frame: what sounds after it against what did before.

    Means over half a second of pitch classes are compared by the cosine of their angle.
    """
    frames = heard.onsets.shape[1]
    chroma = np.log1p(20 * heard.classes.reshape(12, 3, -1).sum(axis=1)).astype(np.float64)
    span = max(1, round(0.5 * PITCH_RATE))
    if chroma.shape[1] < 2 * span + 1:
        return np.zeros(frames)
    means = uniform_filter1d(chroma, span, axis=1, mode="nearest")
    means /= np.linalg.norm(means, axis=0, keepdims=True) + 1e-9
    half = (span + 1) // 2
    change = np.zeros(chroma.shape[1])
    change[half:-half] = 1 - (means[:, : -2 * half] * means[:, 2 * half :]).sum(axis=0)
    at = np.arange(frames) / ONSET_RATE * PITCH_RATE
    return np.interp(at, np.arange(len(change)), np.maximum(0, change))


def _energy(heard: Heard, beats: Beats | None) -> float:
    """Loud, bright and full of strokes."""
    assert heard.loudness is not None
    rises = heard.onsets.mean(axis=0)
    strokes = float(np.mean(rises > rises.mean() + rises.std())) * ONSET_RATE
    return _weighted(
        (0.5, _scaled(heard.loudness, -35, -7)),
        (0.2, _scaled(strokes, 0, 8)),
        (0.2, _scaled(float(np.log2(max(heard.centroid, 1))), np.log2(500), np.log2(4_500))),
        (0.1, 0.0 if beats is None else beats.confidence),
    )


def _danceability(heard: Heard, beats: Beats) -> float:
    """Beats that stand out, keep time, and are neither slow nor fast."""
    steps = np.diff(beats.times)
    wander = float(np.median(np.abs(steps / np.median(steps) - 1)))
    low = float(heard.onsets[0].std() / (heard.onsets.std() + 1e-9))
    near = float(np.exp(-0.5 * (np.log2(beats.tempo / 118) / 0.45) ** 2))
    return _weighted(
        (0.35, beats.confidence),
        (0.25, 1 - _scaled(wander, 0, 0.08)),
        (0.25, near),
        (0.15, _scaled(low, 0.3, 1.2)),
    )


def _acousticness(heard: Heard) -> float:
    """Few strokes, little above a few kHz, and not pressed to one level."""
    loud = heard.levels[heard.levels > 0.01 * heard.levels.max(initial=0.0)]
    decibels = 20 * np.log10(loud + 1e-9)
    spread = float(np.subtract(*np.percentile(decibels, [90, 20]))) if len(loud) else 0.0
    return _weighted(
        (0.4, 1 - _scaled(heard.percussive, 0.05, 0.5)),
        (0.35, 1 - _scaled(heard.rolloff, 1_500, 7_000)),
        (0.25, _scaled(spread, 3, 18)),
    )


def _scaled(value: float, low: float, high: float) -> float:
    """Where a value lies between two others, 0-1."""
    return float(np.clip((value - low) / (high - low), 0, 1))


def _weighted(*parts: tuple[float, float]) -> float:
    return round(float(sum(weight * value for weight, value in parts)), 3)

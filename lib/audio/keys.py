"""Key and mode, by correlating how much of each pitch class sounds with what a key has.

The pitches are counted in bins of ten cents over the whole file, so its tuning is found first and
the classes are those of its own tuning ("tuned chroma").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lib.audio.listening import CENTS, LOWEST

Array = npt.NDArray[np.float64]

#: How much of each degree from the tonic there is: Faraldo, Jordà and Herrera, "A Multi-Profile
#: Method for Key Estimation in EDM", 2017 (`bgate`).
MAJOR = np.array([1.0, 0.0, 0.42, 0.0, 0.53, 0.37, 0.0, 0.77, 0.0, 0.38, 0.21, 0.30])
MINOR = np.array([1.0, 0.0, 0.36, 0.39, 0.0, 0.38, 0.0, 0.74, 0.27, 0.0, 0.42, 0.23])
MAJOR_TRIAD = np.isin(np.arange(12), (0, 4, 7)).astype(float)
MINOR_TRIAD = np.isin(np.arange(12), (0, 3, 7)).astype(float)

#: Below C3 sounds the bass, which tells the tonic; its notes count apart.
_BASS_BELOW = 48
#: What else than the notes above has a say, for a relative key has the same notes: the notes of the
#: bass, how much of the bass is the tonic, and whether the tonic's triad opens; that says a little
#: about any key, and more about which of two relatives it is. Tried on the songs of
#: benchmarks/audio.py.
_BASS, _TONIC, _OPENING, _OPENING_OF_RELATIVES = 0.45, 0.3, 0.1, 0.4


@dataclass(frozen=True)
class Key:
    """A key.

    Attributes:
        key: 0 C to 11 B.
        mode: 1 major, 0 minor.
        confidence: 0-1: its correlation less that of the best key that is not related to it.
        tuning_cents: how far the sound is tuned above A4 = 440 Hz, -50 to 50.
    """

    key: int
    mode: int
    confidence: float
    tuning_cents: float


def key_of(pitches: Array, opening: Array | None = None) -> Key | None:
    """The key of a file's pitches; None where there are none, or all alike.

    Args:
        pitches: how much of each pitch there is, from MIDI note `LOWEST` in steps of `CENTS`.
        opening: how much of each pitch class there is at the beginning, in thirds of a semitone
            from C, [36].
    """
    if pitches.sum() <= 0:
        return None
    cents = tuning(pitches)
    notes = tuned_notes(pitches, cents)
    opens = np.zeros((2, 12))
    if opening is not None:
        opens = correlations(tuned_classes(opening, cents), MINOR_TRIAD, MAJOR_TRIAD)
    mode, key, lead = best_key(key_scores(notes), opens)
    return Key(key, mode, lead, cents) if lead > 0 else None


def key_scores(notes: Array) -> Array:
    """[mode, key]: how well each key fits, given how much of each MIDI note there is, [128]."""
    bass = classes(notes, 0, _BASS_BELOW)
    scores = (1 - _BASS) * correlations(classes(notes, _BASS_BELOW, 128), MINOR, MAJOR)
    scores += _BASS * correlations(bass, MINOR, MAJOR) + _TONIC * bass / (bass.sum() + 1e-9)
    return scores


def best_key(scores: Array, opens: Array) -> tuple[int, int, float]:
    """Mode, key, and by how much it leads those that are not related to it, 0-1.

    Args:
        scores: [mode, key], how well each fits.
        opens: [mode, key], how well its tonic's triad fits the beginning.
    """
    scores = scores + _OPENING * opens
    mode, key = (int(at) for at in np.unravel_index(int(scores.argmax()), scores.shape))
    lead = float(np.clip(scores[mode, key] - scores[~_related(key, mode)].max(), 0, 1))
    other = (1 - mode, relative_of(key, mode))
    gain = _OPENING_OF_RELATIVES * (opens[other] - opens[mode, key])
    if scores[other] + gain > scores[mode, key]:
        mode, key = other
    return mode, key, lead


def relative_of(key: int, mode: int) -> int:
    """The key of the other mode with the same notes: A minor of C major, and back."""
    return (key + (9 if mode else 3)) % 12


def tuned_classes(thirds: Array, cents: float) -> Array:
    """Pitch classes of a tuning, [12, ...], from thirds of a semitone from C, [36, ...]."""
    found = np.zeros((12, *thirds.shape[1:]))
    np.add.at(found, np.round(np.arange(36) / 3 - cents / 100).astype(int) % 12, thirds)
    return found


def tuning(pitches: Array) -> float:
    """How far pitches lie above those of A4 = 440 Hz: their circular mean, cents, -50 to 50."""
    at = (np.arange(len(pitches)) + 0.5) * CENTS / 100
    mean = np.sum(pitches * np.exp(2j * np.pi * at))
    return float(np.angle(mean) / (2 * np.pi) * 100)


def tuned_notes(pitches: Array, cents: float) -> Array:
    """How much of each MIDI note there is, [128]; what lies between two counts for none much."""
    at = LOWEST + ((np.arange(len(pitches)) + 0.5) * CENTS - cents) / 100
    note = np.round(at).astype(int)
    weight = np.cos(np.pi * (at - note)) ** 2
    return np.asarray(np.bincount(note, pitches * weight, 128)[:128], np.float64)


def classes(notes: Array, low: int, high: int) -> Array:
    """How much of each pitch class there is between two MIDI notes, [12]."""
    found = np.zeros(12)
    np.add.at(found, np.arange(low, high) % 12, notes[low:high])
    return found


def correlations(chroma: Array, minor: Array, major: Array) -> Array:
    """[mode, key]: the correlation of pitch classes with each key's; 0 where all are alike."""
    if chroma.std() <= 1e-9:
        return np.zeros((2, 12))
    return np.array(
        [[np.corrcoef(chroma, np.roll(p, key))[0, 1] for key in range(12)] for p in (minor, major)]
    )


def _related(key: int, mode: int) -> npt.NDArray[np.bool_]:
    """[mode, key]: the key itself, its relative and its neighbours on the circle of fifths."""
    found = np.zeros((2, 12), bool)
    for step in (-7, 0, 7):
        found[mode, (key + step) % 12] = True
    found[1 - mode, relative_of(key, mode)] = True
    return found

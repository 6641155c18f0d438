"""Keys of scales and chords that are known."""

from __future__ import annotations

import numpy as np
import pytest

from lib.audio.keys import Array, key_of, key_scores, tuned_classes, tuning
from lib.audio.listening import CENTS, HIGHEST, LOWEST

#: Pitch classes above the tonic of I IV V I, and of i iv V i, with how often they sound.
_MAJOR = {0: 5, 4: 3, 7: 5, 5: 2, 9: 2, 11: 2, 2: 2}
_MINOR = {0: 5, 3: 3, 7: 5, 5: 2, 8: 2, 11: 1, 2: 2, 10: 1}


def pitches(weights: dict[int, int], tonic: int, cents: float = 0.0) -> Array:
    found = np.zeros((HIGHEST - LOWEST) * 100 // CENTS)
    for octave in (36, 48, 60, 72):
        for step, weight in weights.items():
            note = octave + (tonic + step) % 12
            found[int(((note - LOWEST) * 100 + cents) // CENTS)] += weight
    return found


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("mode", [0, 1])
@pytest.mark.parametrize("cents", [-38.0, 2.0, 41.0])
def test_a_cadence_tells_its_key_in_any_tuning(tonic: int, mode: int, cents: float) -> None:
    found = key_of(pitches(_MAJOR if mode else _MINOR, tonic, cents))
    assert found is not None
    assert (found.key, found.mode) == (tonic, mode)
    assert found.tuning_cents == pytest.approx(cents, abs=CENTS)
    assert 0 < found.confidence <= 1


def test_the_opening_tells_a_key_from_its_relative() -> None:
    """The same notes, all alike, once opened by A minor's chord and once by C major's."""
    notes = np.zeros(128)
    notes[[note for note in range(36, 84) if note % 12 in (0, 2, 4, 5, 7, 9, 11)]] = 1
    for tonic, mode, triad in ((9, 0, (9, 0, 4)), (0, 1, (0, 4, 7))):
        opening = np.isin(np.arange(12), triad).astype(float)
        scores, other = key_scores(notes, opening), (0, 9) if mode else (1, 0)
        without = key_scores(notes)
        gained = scores - without
        assert np.unravel_index(gained.argmax(), gained.shape) == (mode, tonic)
        assert scores[mode, tonic] - without[mode, tonic] > scores[other] - without[other]


def test_thirds_of_semitones_are_classes_of_the_tuning() -> None:
    thirds = np.zeros(36)
    thirds[[10, 11]] = 1  # one and two thirds of a semitone above D#
    assert tuned_classes(thirds, -33.0).argmax() == 4
    assert tuned_classes(thirds, 33.0).argmax() == 3


@pytest.mark.parametrize("cents", [-49.0, -20.0, 0.0, 30.0, 49.0])
def test_tuning_is_within_half_a_semitone(cents: float) -> None:
    assert -50 <= tuning(pitches(_MAJOR, 0, cents)) <= 50


def test_no_pitches_have_no_key() -> None:
    assert key_of(np.zeros((HIGHEST - LOWEST) * 100 // CENTS)) is None

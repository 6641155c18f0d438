"""Keys of scales and chords that are known."""

from __future__ import annotations

import numpy as np
import pytest

from lib.audio.keys import Array, best_key, key_of, relative_of, tuned_classes, tuning
from lib.audio.listening import CENTS, HIGHEST, LOWEST
from lib.camelot import CODES, camelot

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


def test_the_opening_tells_a_key_from_its_relative_and_from_no_other() -> None:
    """A minor and C major have the same notes; D minor's chord opens no C major."""
    scores = np.zeros((2, 12))
    scores[0, 9], scores[1, 0] = 0.9, 0.9
    for tonic, mode in ((9, 0), (0, 1)):
        opens = np.zeros((2, 12))
        opens[mode, tonic] = 1.0
        assert best_key(scores, opens)[:2] == (mode, tonic)
    by_d_minor = np.zeros((2, 12))
    by_d_minor[0, 2] = 1.0
    assert best_key(scores, by_d_minor)[:2] in {(0, 9), (1, 0)}


@pytest.mark.parametrize("key", range(12))
def test_relatives_are_relatives_both_ways_and_neighbours_on_the_wheel(key: int) -> None:
    for mode in (0, 1):
        other = relative_of(key, mode)
        assert relative_of(other, 1 - mode) == key
        codes = {CODES[int(camelot(np.array(k), np.array(m)))][:-1]
                 for k, m in ((key, mode), (other, 1 - mode))}  # fmt: skip
        assert len(codes) == 1


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

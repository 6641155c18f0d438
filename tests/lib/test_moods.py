from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays
from mood_groups import EUPHORIC, TENDER, TRANCE, around

from lib.moods import SPACE, Matrix, coordinates, fit, nearest_centres


def test_a_step_in_tempo_or_valence_has_its_fixed_size() -> None:
    slow_and_sad, fast_and_glad = coordinates(
        np.array([[0.0, 0.5, 0.1, 0.2, 0.3, 60.0], [1.0, 0.5, 0.1, 0.2, 0.3, 180.0]])
    )
    assert slow_and_sad.tolist() == [0.0, 1.0, 0.1, 0.2, 0.3, 0.0]
    assert (fast_and_glad - slow_and_sad).tolist() == [2.0, 0.0, 0.0, 0.0, 0.0, 0.5]


def test_centres_lie_in_the_groups_by_falling_energy() -> None:
    found = fit(around(EUPHORIC, TENDER, TRANCE), 3, seed=7)
    expected = coordinates(np.array([EUPHORIC, TRANCE, TENDER]))
    np.testing.assert_allclose(coordinates(found), expected, atol=0.01)


def test_the_same_songs_give_the_same_moods_to_the_last_digit() -> None:
    songs = around(EUPHORIC, TENDER, spread=0.3)
    one, other = (fit(songs, 4, seed=7) for _ in range(2))
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("songs", [1, 2, 3])
def test_fewer_songs_than_moods_asked_for(songs: int) -> None:
    few = np.array([EUPHORIC, TENDER, TRANCE][:songs])
    assert len(fit(few, 4, seed=7)) == songs


def test_songs_that_are_all_alike_are_one_mood() -> None:
    assert fit(np.array([EUPHORIC] * 50), 4, seed=7).tolist() == [list(EUPHORIC)]


def test_a_song_between_two_centres_is_of_the_first() -> None:
    centres = np.array([[1.0, 0, 0, 0, 0, 0], [-1.0, 0, 0, 0, 0, 0]])
    labels, distances = nearest_centres(np.array([[0, 0, 0, 0, 0, 2.0]]), centres)
    assert (labels.tolist(), distances.tolist()) == ([0], [np.sqrt(5.0)])


unit = st.floats(0, 1, width=32)


@settings(max_examples=15, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.integers(1, 30), st.just(6)), elements=unit),
    st.integers(0, 2**31),
)
def test_centres_lie_among_the_songs(songs: Matrix, seed: int) -> None:
    centres = fit(songs, 4, seed)
    energy = centres[:, list(SPACE).index("energy")]
    assert (np.diff(energy) <= 0).all()
    assert (centres >= songs.min(axis=0) - 1e-5).all()
    assert (centres <= songs.max(axis=0) + 1e-5).all()

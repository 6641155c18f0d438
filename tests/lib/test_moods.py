from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from lib.moods import PROTOTYPES, SPACE, Matrix, coordinates, fit, names

EUPHORIC, TENDER, TRANCE = (
    next(p.centre for p in PROTOTYPES if p.mood == mood)
    for mood in ("Euphoric", "Tender", "Club trance")
)


def around(*centres: tuple[float, ...], songs: int = 40, spread: float = 0.01) -> Matrix:
    """Songs scattered around each centre, the same ones at every call."""
    scatter = np.random.default_rng(5).normal(size=(len(centres) * songs, len(SPACE)))
    scale = np.array([scale for _, scale in SPACE.values()])
    return np.repeat(np.array(centres), songs, axis=0) + scatter * spread * scale


def test_a_step_in_tempo_or_valence_has_its_fixed_size() -> None:
    slow_and_sad, fast_and_glad = coordinates(
        np.array([[0.0, 0.5, 0.1, 0.2, 0.3, 60.0], [1.0, 0.5, 0.1, 0.2, 0.3, 180.0]])
    )
    assert slow_and_sad.tolist() == [0.0, 1.0, 0.1, 0.2, 0.3, 0.0]
    assert (fast_and_glad - slow_and_sad).tolist() == [2.0, 0.0, 0.0, 0.0, 0.0, 0.5]


def test_as_many_moods_as_there_are_groups() -> None:
    found = fit(around(EUPHORIC, TENDER, TRANCE), ks=range(2, 7), seed=7)
    assert [prototype.mood for prototype in names(found.centres)] == [
        "Euphoric", "Club trance", "Tender",  # by falling energy
    ]  # fmt: skip
    np.testing.assert_allclose(coordinates(found.centres), coordinates(
        np.array([EUPHORIC, TRANCE, TENDER])), atol=0.01)  # fmt: skip
    assert found.silhouette is not None
    assert found.silhouette > 0.9


def test_a_given_k_is_kept_whatever_the_silhouette_says() -> None:
    assert len(fit(around(EUPHORIC, TENDER, TRANCE), ks=[5], seed=7).centres) == 5


def test_the_same_songs_give_the_same_moods_to_the_last_digit() -> None:
    songs = around(EUPHORIC, TENDER, spread=0.3)
    one, other = (fit(songs, ks=[2, 3, 4], seed=7) for _ in range(2))
    assert one.centres.tobytes() == other.centres.tobytes()
    assert one.silhouette == other.silhouette


@pytest.mark.parametrize("songs", [1, 2, 3])
def test_fewer_songs_than_moods_asked_for(songs: int) -> None:
    few = np.array([EUPHORIC, TENDER, TRANCE][:songs])
    found = fit(few, ks=[4, 5, 6], seed=7)
    assert len(found.centres) == songs
    assert found.silhouette is None


def test_songs_that_are_all_alike_are_one_mood() -> None:
    found = fit(np.array([EUPHORIC] * 50), ks=[4, 5], seed=7)
    assert found.centres.tolist() == [list(EUPHORIC)]
    assert found.silhouette is None


def test_every_prototype_has_its_own_name() -> None:
    centres = np.array([prototype.centre for prototype in PROTOTYPES])
    assert names(centres) == list(PROTOTYPES)
    assert len({prototype.mood for prototype in PROTOTYPES}) == len(PROTOTYPES)


unit = st.floats(0, 1, width=32)


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, len(PROTOTYPES)), st.just(6)), elements=unit))
def test_no_two_moods_share_a_name_even_where_their_centres_meet(centres: Matrix) -> None:
    given_names = [prototype.mood for prototype in names(centres)]
    assert len(set(given_names)) == len(given_names) == len(centres)


@settings(max_examples=15, deadline=None)
@given(
    arrays(np.float64, st.tuples(st.integers(1, 30), st.just(6)), elements=unit),
    st.integers(0, 2**31),
)
def test_centres_lie_among_the_songs_by_falling_energy(songs: Matrix, seed: int) -> None:
    centres = fit(songs, ks=[2, 3, 4], seed=seed).centres
    energy = centres[:, list(SPACE).index("energy")]
    assert (np.diff(energy) <= 0).all()
    assert (centres >= songs.min(axis=0) - 1e-5).all()
    assert (centres <= songs.max(axis=0) + 1e-5).all()

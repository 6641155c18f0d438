"""The same song keeps the same mood, and the same mood its id and name, unless much changed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from mood_groups import EUPHORIC, TENDER, TRANCE, around

from lib.lasting_moods import Mood, identified, lasting_centres
from lib.mood_names import PROTOTYPES
from lib.moods import SPACE, Matrix, coordinates, fit, nearest_centres

DARK = next(p.centre for p in PROTOTYPES if p.mood == "Dark and intense")


def settled(
    values: Matrix, k: int, earlier: list[Mood], next_id: int = 0, seed: int = 7
) -> list[Mood]:
    return identified(lasting_centres(values, k, seed, earlier), earlier, next_id)


def mood_of(songs: Matrix, moods: list[Mood]) -> list[tuple[int, str]]:
    centres = coordinates(np.array([mood.centre for mood in moods]))
    labels, _ = nearest_centres(coordinates(songs), centres)
    return [(moods[label].cluster_id, moods[label].mood) for label in labels]


def told(moods: list[Mood]) -> set[tuple[int, str]]:
    return {(mood.cluster_id, mood.mood) for mood in moods}


def brighter(centre: tuple[float, ...], by: float) -> tuple[float, ...]:
    return (centre[0] + by, *centre[1:])


def catalogue(songs: int, seed: int = 1) -> Matrix:
    """Songs all over mood space, without clear groups: the hard case."""
    draw = np.random.default_rng(seed)
    unit = draw.beta(0.7, 0.7, size=(songs, len(SPACE)))
    return np.asarray(unit * [1, 1, 1, 1, 1, 140] + [0, 0, 0, 0, 0, 60])


def test_at_first_ids_count_from_zero_by_falling_energy() -> None:
    found = settled(around(TENDER, TRANCE, EUPHORIC), 3, [])
    assert [(m.cluster_id, m.mood) for m in found] == [
        (0, "Euphoric"), (1, "Club trance"), (2, "Tender"),
    ]  # fmt: skip


@pytest.mark.parametrize("change", ["a tenth more", "a tenth less", "shuffled", "another seed"])
def test_each_song_keeps_its_mood_where_little_changed(change: str) -> None:
    songs = catalogue(2_000)
    first = settled(songs, 8, [])
    seed, now = 7, songs
    if change == "a tenth more":
        now = np.vstack([songs, catalogue(200, seed=2)])
    elif change == "a tenth less":
        now = songs[:1_800]
    elif change == "shuffled":
        now = np.random.default_rng(3).permutation(songs)
    else:
        seed = 8
    fresh = identified(fit(now, 8, seed=8), [], 0)
    assert mood_of(songs, fresh) != mood_of(songs, first), "a fit alone would have kept them"
    assert mood_of(songs, settled(now, 8, first, 8, seed)) == mood_of(songs, first)


def test_running_again_changes_nothing() -> None:
    songs = around(EUPHORIC, TENDER, TRANCE, spread=0.1)
    first = settled(songs, 3, [])
    moved = settled(np.vstack([songs, around(DARK, songs=200)]), 3, first, 3)
    assert settled(np.vstack([songs, around(DARK, songs=200)]), 3, moved, 4) == moved


def test_a_mood_that_comes_gets_a_new_id_and_its_own_name() -> None:
    first = settled(around(EUPHORIC, TENDER, TRANCE), 3, [])
    then = settled(around(EUPHORIC, TENDER, TRANCE, DARK), 4, first, 3)
    assert told(then) == told(first) | {(3, "Dark and intense")}


def test_a_mood_that_vanishes_takes_its_id_along() -> None:
    first = settled(around(EUPHORIC, TENDER, TRANCE), 3, [])
    then = settled(around(EUPHORIC, TRANCE), 2, first, 3)
    assert told(then) == {(0, "Euphoric"), (1, "Club trance")}
    again = settled(around(EUPHORIC, TENDER, TRANCE), 3, then, 3)
    assert told(again) == told(then) | {(3, "Tender")}


def test_one_goes_and_another_comes_in_one_turn() -> None:
    first = settled(around(EUPHORIC, TENDER, TRANCE), 3, [])
    then = settled(around(EUPHORIC, DARK, TRANCE), 3, first, 3)
    assert told(then) == {(0, "Euphoric"), (3, "Dark and intense"), (1, "Club trance")}


def test_a_mood_far_from_where_it_was_is_another_and_is_called_otherwise() -> None:
    elsewhere = brighter(TENDER, 0.2)
    first = identified(np.array([TENDER]), [], 0)
    (found,) = identified(np.array([elsewhere]), first, 1)
    assert found.cluster_id == 1
    assert found.mood != "Tender"


def test_a_mood_that_moved_a_little_is_the_same_at_its_new_place() -> None:
    near = brighter(TENDER, 0.1)
    (found,) = identified(np.array([near]), identified(np.array([TENDER]), [], 0), 1)
    assert (found.cluster_id, found.mood, found.centre) == (0, "Tender", near)


def test_centres_follow_where_the_music_changed_for_good() -> None:
    first = settled(around(EUPHORIC, TENDER, spread=0.02), 2, [])
    shifted = brighter(TENDER, 0.1)
    then = settled(around(EUPHORIC, shifted, spread=0.02), 2, first, 2)
    assert told(then) == told(first)
    np.testing.assert_allclose(then[1].centre[0], shifted[0], atol=0.01)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(0, 12))
def test_ids_and_names_are_told_once_whatever_came_before(seed: int, k: int, before: int) -> None:
    draw = np.random.default_rng(seed)
    earlier = identified(draw.random((before, 6)), [], 0) if before else []
    centres = draw.random((k, 6))
    found = identified(centres, earlier, before)
    assert len({mood.cluster_id for mood in found}) == len({mood.mood for mood in found}) == k
    kept = told(found) & told(earlier)
    new = told(found) - kept
    assert {number for number, _ in new} == set(range(before, before + len(new)))
    assert not {name for _, name in new} & {mood.mood for mood in earlier}
    np.testing.assert_array_equal([mood.centre for mood in found], centres)

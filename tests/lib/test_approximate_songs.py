from __future__ import annotations

import numpy as np
import pytest

from lib.approximate_songs import approximate, recall
from lib.nearest_songs import NearestSongs
from lib.song_vectors import Weights, song_vectors

WEIGHTS = Weights(dict.fromkeys("abcde", 1.0), genre=2.0, mood=0.5)


def catalogue(songs: int, artists: int) -> NearestSongs:
    rng = np.random.default_rng(4)
    genres = [[f"genre {genre}"] for genre in rng.integers(0, 40, songs)]
    vectors = song_vectors(rng.normal(size=(songs, 5)), genres, [None] * songs, WEIGHTS)
    return NearestSongs(vectors, rng.integers(0, artists, songs), 10, 2)


def test_what_the_graph_finds_is_nearly_the_exact_list_and_as_far() -> None:
    exact = catalogue(4_000, 900)
    found = approximate(exact)
    assert recall(found, 300) > 0.95
    lists = found.lists(np.arange(0, 4_000, 40))
    assert (np.bincount(lists.songs)[::40] == 10).all()
    assert lists.squared == pytest.approx(
        exact.vectors.squared_distances(lists.songs, lists.similar)
    )


def test_where_the_cap_empties_lists_more_songs_are_asked_for() -> None:
    # Five artists at most twice each: every list of ten needs two songs of each.
    found = approximate(catalogue(300, 5))
    lists = found.lists(np.arange(300))
    assert (np.bincount(lists.songs) == 10).all()
    by_artist = lists.songs * 5 + found.exact.artists[lists.similar]
    assert (np.bincount(by_artist) == 2).all()
    assert recall(found, 300) > 0.95


def test_the_same_songs_give_the_same_graph() -> None:
    exact = catalogue(500, 90)
    assert (approximate(exact).graph == approximate(exact).graph).all()


def test_songs_all_alike() -> None:
    vectors = song_vectors(np.ones((30, 5)), [["a"]] * 30, [None] * 30, WEIGHTS)
    found = approximate(NearestSongs(vectors, np.arange(30), 10, 2))
    assert (np.bincount(found.lists(np.arange(30)).songs) == 10).all()
    assert recall(found, 30) == 1.0

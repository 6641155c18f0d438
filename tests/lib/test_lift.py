"""A path from a low mood to a bright one."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings, strategies as st

from lib.lift import path

part = st.floats(0, 1, allow_nan=False)
songs = st.lists(st.tuples(part, part, st.sampled_from("abcdef"), st.integers(0, 1)), max_size=40)


def path_of(told: list[tuple[float, float, str, int]], steps: int = 8) -> np.ndarray:
    points = np.array([one[:2] for one in told], np.float64).reshape(-1, 2)
    artists = np.array([one[2] for one in told], dtype=object)
    return path(points, artists, np.array([one[3] for one in told], np.int64), steps, 2)


@given(songs)
@settings(deadline=None)
def test_each_step_is_brighter_no_song_comes_twice_and_an_artist_twice_at_most(
    told: list[tuple[float, float, str, int]],
) -> None:
    chosen = path_of(told)
    assert len(set(chosen)) == len(chosen) <= 8
    assert max(Counter(told[song][2] for song in chosen).values(), default=0) <= 2
    if len(chosen) > 1:
        points = np.array([one[:2] for one in told])
        low, high = np.quantile(points, 0.1, axis=0), np.quantile(points, 0.9, axis=0)
        assert (np.diff(points[chosen] @ (high - low)) >= -1e-8).all()


def test_steps_are_even_where_songs_are_many_and_known_songs_come_first() -> None:
    draw = np.random.default_rng(2)
    told = [(*draw.random(2), f"artist {n}", n % 2) for n in range(2_000)]
    chosen = path_of(told, 10)
    points = np.array([told[song][:2] for song in chosen])
    sizes = np.hypot(*np.diff(points, axis=0).T)
    assert len(chosen) == 10
    assert sizes.max() < 0.25
    assert points[0].max() < 0.2
    assert points[-1].min() > 0.8
    assert all(told[song][3] == 0 for song in chosen)


def test_songs_all_alike_lead_nowhere() -> None:
    assert len(path_of([(0.5, 0.5, "a", 0)] * 20)) == 0
    assert len(path_of([])) == 0

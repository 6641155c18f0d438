from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings as hypothesis_settings, strategies as st

from lib import nearest_songs
from lib.nearest_songs import NearestSongs
from lib.song_vectors import SongVectors, Weights, enough_known, song_vectors

Told = list[tuple[int, float]]


def placed(
    values: np.ndarray, genres: list[list[str]], moods: list[str | None], genre: float = 2.0
) -> SongVectors:
    features = {f"feature {number}": 1.0 for number in range(values.shape[1])}
    return song_vectors(values, genres, moods, Weights(features, genre, 0.5))


def brute_force(finder: NearestSongs, song: int) -> Told:
    """Every song in float64, taken in turn; artists who have had their share are passed over."""
    vectors = np.hstack([finder.vectors.points, finder.vectors.genres.toarray()])
    squared = np.round(((vectors - vectors[song]) ** 2).sum(axis=1), 9)
    told: Told = []
    had: Counter[int] = Counter()
    for other in np.lexsort((np.arange(len(vectors)), squared)):
        artist = int(finder.artists[other])
        if other != song and had[artist] < finder.per_artist and len(told) < finder.k:
            had[artist] += 1
            told.append((int(other), float(squared[other])))
    return told


def lists(finder: NearestSongs, songs: list[int]) -> dict[int, Told]:
    found = finder.lists(np.array(songs, dtype=np.int64))
    told: dict[int, Told] = {song: [] for song in songs}
    for song, similar, squared, rank in zip(
        found.songs, found.similar, found.squared, found.ranks, strict=True
    ):
        told[int(song)].append((int(similar), float(squared)))
        assert rank == len(told[int(song)])
    return told


def assert_exact(finder: NearestSongs, songs: list[int]) -> None:
    for song, told in lists(finder, songs).items():
        expected = brute_force(finder, song)
        # Ties aside: the last bits of another order of adding decide among them.
        assert [far for _, far in told] == pytest.approx([far for _, far in expected], abs=3e-9)
        assert len({other for other, _ in told} | {song}) == len(told) + 1
        assert max(Counter(finder.artists[[other for other, _ in told]]).values(), default=0) <= (
            finder.per_artist
        )


def test_of_one_genre_the_nearest_come_first() -> None:
    values = np.array([[0.0], [1.0], [3.0], [6.0]])
    finder = NearestSongs(placed(values, [["pop"]] * 4, [None] * 4), np.arange(4), 2, 1)
    assert [other for other, _ in lists(finder, [0])[0]] == [1, 2]
    assert [other for other, _ in lists(finder, [3])[3]] == [2, 1]


def test_another_genre_lies_its_weight_away_and_an_unknown_one_halfway() -> None:
    genres = [["pop"], ["pop"], ["rock"], [], ["pop", "rock"]]
    vectors = placed(np.ones((5, 1)), genres, [None] * 5, genre=3.0)
    far = vectors.squared_distances(np.zeros(5, np.int64), np.arange(5))
    assert far == pytest.approx([0, 0, 9, 4.5, 9 * (1 - 0.5**0.5)])


def test_an_artist_has_no_more_than_their_share_also_with_their_own_song() -> None:
    values = np.arange(6.0)[:, None]
    artists = np.array([0, 0, 0, 0, 1, 1])
    finder = NearestSongs(placed(values, [["pop"]] * 6, [None] * 6), artists, 5, 2)
    assert [other for other, _ in lists(finder, [0])[0]] == [1, 2, 4, 5]


def test_a_feature_counts_alike_in_any_unit() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(80, 3))
    plain = placed(values, [["a"]] * 80, [None] * 80)
    scaled = placed(values * [60, 1, 0.001] + [120, 0, 5], [["a"]] * 80, [None] * 80)
    pairs = np.arange(80), np.arange(80)[::-1]
    assert plain.squared_distances(*pairs) == pytest.approx(scaled.squared_distances(*pairs))


def test_a_missing_feature_counts_as_average_and_too_many_as_no_place() -> None:
    values = np.array([[1.0, np.nan], [3.0, 5.0], [2.0, np.inf], [np.nan, np.nan]])
    vectors = placed(values, [[]] * 4, [None] * 4)
    assert np.isfinite(vectors.points).all()
    assert vectors.points[2] == pytest.approx([0, 0])
    assert enough_known(values).tolist() == [True, True, True, False]


catalogues = st.integers(1, 50).flatmap(
    lambda songs: st.builds(
        lambda values, genres, moods, artists, k, cap, genre: NearestSongs(
            placed(np.array(values), genres, moods, genre), np.array(artists), k, cap
        ),
        st.lists(st.lists(st.sampled_from([0.0, 0.1, 1.0]) | st.floats(-5, 5), min_size=2,
                          max_size=2), min_size=songs, max_size=songs),
        st.lists(st.lists(st.sampled_from("abc"), max_size=2), min_size=songs, max_size=songs),
        st.lists(st.sampled_from(["calm", "wild", None]), min_size=songs, max_size=songs),
        st.lists(st.integers(0, 9), min_size=songs, max_size=songs),
        st.integers(1, 8),
        st.integers(1, 3),
        st.sampled_from([0.0, 0.3, 2.0]),
    )
)  # fmt: skip


@hypothesis_settings(max_examples=80, deadline=None)
@given(catalogues)
def test_lists_are_those_of_brute_force(finder: NearestSongs) -> None:
    assert_exact(finder, list(range(len(finder.vectors))))


@pytest.mark.parametrize("genres", [0, 1, 12])
def test_a_larger_catalogue_is_as_exact(genres: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Small blocks, so that the seams between them are met.
    monkeypatch.setattr(nearest_songs, "_BLOCK", 2_000)
    monkeypatch.setattr(nearest_songs, "_BLOCK_ROWS", 16)
    monkeypatch.setattr(nearest_songs, "_SPREAD", 100)
    monkeypatch.setattr(nearest_songs, "_WAITING", 3_000)
    rng = np.random.default_rng(2)
    tags = [
        [f"genre {g}" for g in set(rng.integers(0, genres, rng.integers(1, 3)))] if genres else []
        for _ in range(1_500)
    ]
    values = rng.normal(size=(1_500, 5)) * np.exp(rng.normal(size=(1_500, 1)))
    vectors = placed(values, tags, [None] * 1_500)
    finder = NearestSongs(vectors, rng.integers(0, 90, 1_500), 20, 2)
    assert_exact(finder, list(range(0, 1_500, 25)))


def test_a_list_does_not_depend_on_who_else_is_asked_for() -> None:
    rng = np.random.default_rng(3)
    tags = [[f"genre {g}"] for g in rng.integers(0, 9, 600)]
    finder = NearestSongs(
        placed(rng.normal(size=(600, 4)), tags, [None] * 600), rng.integers(0, 70, 600), 10, 2
    )
    together = lists(finder, list(range(600)))
    assert all(lists(finder, [song])[song] == together[song] for song in range(0, 600, 60))


def test_songs_all_alike_come_by_their_ids() -> None:
    finder = NearestSongs(placed(np.ones((9, 2)), [["a"]] * 9, [None] * 9), np.arange(9), 3, 2)
    told = lists(finder, [0, 8])
    assert [other for other, _ in told[0]] == [1, 2, 3]
    assert [other for other, _ in told[8]] == [0, 1, 2]


def test_one_song_has_an_empty_list() -> None:
    finder = NearestSongs(placed(np.ones((1, 2)), [["a"]], [None]), np.arange(1), 3, 2)
    assert lists(finder, [0]) == {0: []}

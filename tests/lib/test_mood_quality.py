from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mood_groups import EUPHORIC, TENDER, TRANCE, around
from sklearn.metrics import silhouette_samples

from lib.mood_quality import STABLE, Quality, choose, measure, silhouette
from lib.moods import SPACE, coordinates, k_means, nearest_centres

GROUPS = around(EUPHORIC, TENDER, TRANCE, spread=0.02)
GENRES = [[genre] for genre in ("pop", "folk", "trance") for _ in range(40)]
DRAW = np.random.default_rng(1)


def test_groups_are_found_above_chance_each_time_and_along_their_genres() -> None:
    order = DRAW.permutation(len(GROUPS))
    told = [GENRES[row] for row in order]
    found = {one.k: one for one in measure(GROUPS[order], told, [2, 3, 4, 5], seed=7)}
    assert choose(list(found.values()), None)[0] == 3
    three = found[3]
    assert (three.ari_seeds, three.ari_halves, three.ami_genre) == (1.0, 1.0, 1.0)
    assert three.silhouette is not None
    assert three.silhouette > 0.9
    assert three.margin > 0.3
    assert found[5].stability < STABLE


def test_noise_is_not_above_chance() -> None:
    noise = DRAW.uniform(size=(600, len(SPACE))) * [1, 1, 1, 1, 1, 240] + [0, 0, 0, 0, 0, 60]
    (found,) = measure(noise, [["a"], ["b"]] * 300, [6], seed=7)
    assert abs(found.margin) < 0.03
    assert found.ari_halves is not None
    assert found.ari_halves < STABLE
    assert found.ami_genre == pytest.approx(0, abs=0.02)


def test_the_silhouette_is_the_mean_over_all_songs() -> None:
    points = coordinates(around(EUPHORIC, TENDER, spread=0.3))
    labels, _ = nearest_centres(points, k_means(points, 4, seed=1))
    assert silhouette(points, labels) == round(silhouette_samples(points, labels).mean(), 4)


@pytest.mark.parametrize("songs", [1, 2, 50])
def test_songs_that_are_all_alike_allow_one_mood(songs: int) -> None:
    (found,) = measure(np.array([EUPHORIC] * songs), [[]] * songs, range(6, 11), seed=7)
    assert (found.k, found.silhouette, found.ami_genre) == (1, None, None)
    assert choose([found], None)[0] == 1


def test_no_more_moods_than_different_songs() -> None:
    few = np.array([EUPHORIC, TENDER, TRANCE] * 2)
    assert [one.k for one in measure(few, [[]] * 6, [2, 5, 6], seed=7)] == [2, 3]


def test_a_mix_of_genres_counts_each() -> None:
    songs = np.array([EUPHORIC, TENDER] * 30)
    (found,) = measure(songs, [["pop", "dance"], ["folk"]] * 30, [2], seed=7)
    assert found.ami_genre is not None
    assert 0.5 < found.ami_genre < 1


def quality(k: int, margin: float, stability: float = 0.95) -> Quality:
    return Quality(k, 0.2 + margin, 0.2, 1.0, stability, None)


SIX, SEVEN, EIGHT = quality(6, 0.04), quality(7, 0.05), quality(8, 0.09, stability=0.85)


@pytest.mark.parametrize(
    ("found", "before", "chosen", "why"),
    [
        ([SIX, SEVEN, EIGHT], None, 7, "of the stable ones the furthest above chance"),
        ([SIX, SEVEN, EIGHT], 6, 6, "as before: no other is better by 0.02 or more"),
        ([SIX, SEVEN, EIGHT], 8, 7, "of the stable ones the furthest above chance"),
        ([SIX, quality(7, 0.07)], 6, 7, "of the stable ones the furthest above chance"),
        ([SIX, SEVEN], 12, 7, "of the stable ones the furthest above chance"),
        ([SIX, quality(7, 0.04)], None, 6, "of the stable ones the furthest above chance"),
        ([replace(SIX, ari_seeds=0.6), EIGHT], None, 8, "none is stable (0.9): the nearest to it"),
        (
            [quality(6, 0, stability=0.8), EIGHT],
            6,
            6,
            "as before: no other is better by 0.1 or more",
        ),
        ([EIGHT], None, 8, "the only number that was asked for, or that songs allow"),
    ],
)
def test_which_k_and_why(found: list[Quality], before: int | None, chosen: int, why: str) -> None:
    k, reasons = choose(found, before)
    assert (k, reasons[k]) == (chosen, why)
    assert set(reasons) == {one.k for one in found}


def test_why_not() -> None:
    assert choose([SIX, SEVEN, EIGHT], None)[1][6] == "stable, but less far above chance"
    assert choose([SIX, SEVEN, EIGHT], None)[1][8] == "not stable"
    assert choose([SIX, SEVEN, EIGHT], 6)[1][7] == "stable, but not clearly better than 6"


def test_choosing_again_chooses_the_same() -> None:
    for found in ([SIX, SEVEN, EIGHT], [EIGHT, quality(9, 0.1, stability=0.8)]):
        once, _ = choose(found, None)
        assert choose(found, once)[0] == once

from __future__ import annotations

import numpy as np

from lib.similar_reasons import reasons
from lib.song_vectors import Weights, song_vectors

NAMES = ("energy", "valence", "tempo", "liveness")


def said(values: list[list[float]], genres: list[list[str]]) -> str:
    """The reason for the first song and the second; others make the average."""
    weights = Weights(dict.fromkeys(NAMES, 1.0), 2.0, 0.5)
    vectors = song_vectors(np.array(values), genres, [None] * len(values), weights)
    (reason,) = reasons(vectors, NAMES, np.array([0]), np.array([1])).to_pylist()
    return str(reason)


OTHERS = [[0.0, 0, 0, 0], [10.0, 10, 10, 10]]


def test_the_closest_features_and_the_shared_genre() -> None:
    reason = said([[1, 1, 1, 9], [4, 3, 2, 1], *OTHERS], [["ska", "pop"], ["ska"], [], []])
    assert reason == "both ska; close in tempo, valence and energy"


def test_of_shared_genres_the_rarest() -> None:
    reason = said([[1, 1, 1, 9], [4, 3, 2, 1], *OTHERS], [["ska", "pop"]] * 2 + [["pop"]] * 2)
    assert reason.startswith("both ska; ")


def test_without_a_shared_genre_only_features() -> None:
    reason = said([[1, 1, 1, 9], [4, 3, 2, 1], *OTHERS], [["ska"], ["pop"], [], []])
    assert reason == "close in tempo, valence and energy"


def test_of_features_as_close_the_least_ordinary_first() -> None:
    reason = said([[5, 9, 4, 1], [5, 9, 4, 9], *OTHERS], [[]] * 4)
    assert reason == "close in valence, tempo and energy"


def test_a_feature_that_one_lacks_is_not_named() -> None:
    lacks = float("nan")
    reason = said([[1, lacks, 1, 9], [4, 3, 2, lacks], *OTHERS], [[]] * 4)
    assert reason == "close in tempo and energy"
    nothing = said([[1, lacks, 1, lacks], [lacks, 3, lacks, 4], *OTHERS], [["ska"]] * 4)
    assert nothing == "both ska; close in none that both tell"

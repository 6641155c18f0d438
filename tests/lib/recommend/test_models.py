"""Models against the formulas they are named after, written out densely."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from lib.evaluation.protocol import evaluate
from lib.evaluation.splits import leave_one_out
from lib.recommend.ease import Ease
from lib.recommend.interactions import interactions
from lib.recommend.item_knn import ItemKnn
from lib.recommend.popularity import Popularity
from lib.recommend.ranking import best, recommend
from lib.recommend.songlake import RIDGES, Songlake, TunedEase, climb


def matrix(users: int, items: int, seed: int = 3, density: float = 0.3) -> Any:
    drawn = np.random.default_rng(seed)
    plays = drawn.integers(1, 50, (users, items)) * (drawn.random((users, items)) < density)
    return sparse.csr_matrix(plays.astype(np.float64))


def tastes(users: int = 240, groups: int = 6, items_each: int = 40, seed: int = 1) -> Any:
    """Users who hear mostly items of one or two groups, the first items of each most often."""
    drawn = np.random.default_rng(seed)
    told: list[tuple[str, str, float]] = []
    chance = 1 / np.arange(1, items_each + 1) ** 0.7
    for user in range(users):
        liked = drawn.choice(groups, 2, replace=False)
        for _ in range(24):
            group = drawn.choice(liked) if drawn.random() < 0.9 else drawn.integers(groups)
            item = drawn.choice(items_each, p=chance / chance.sum())
            told.append((f"u{user:04}", f"g{group}i{item:03}", float(drawn.integers(1, 30))))
    return interactions(*map(list, zip(*told, strict=True))).weights  # type: ignore[arg-type]


def textbook_ease(weights: Any, ridge: float, dropout: float) -> Any:
    x = (weights.toarray() > 0).astype(float)
    gram = x.T @ x
    penalty = ridge + dropout / (1 - dropout) * np.diag(gram)
    inverse = np.linalg.inv(gram + np.diag(penalty))
    b = -inverse / np.diag(inverse)
    np.fill_diagonal(b, 0)
    return x @ b


@pytest.mark.parametrize("shape", [(12, 40), (40, 12), (20, 20), (1, 5), (5, 1)])
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_ease_is_the_closed_form_on_whichever_side_is_smaller(
    shape: tuple[int, int], dropout: float
) -> None:
    weights = matrix(*shape)
    found = Ease(5.0, dropout).fit(weights).scores(weights)
    np.testing.assert_allclose(found, textbook_ease(weights, 5.0, dropout), atol=2e-5)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 999), st.floats(1, 500))
def test_ease_whatever_the_matrix(users: int, items: int, seed: int, ridge: float) -> None:
    weights = matrix(users, items, seed)
    found = Ease(ridge).fit(weights).scores(weights)
    np.testing.assert_allclose(found, textbook_ease(weights, ridge, 0.0), atol=1e-4)


def test_ease_scores_people_it_never_saw() -> None:
    weights, strangers = matrix(12, 40), matrix(3, 40, seed=9)
    scorer, x = Ease(5.0).fit(weights), weights.toarray() > 0
    inverse = np.linalg.inv(x.T.astype(float) @ x + 5 * np.eye(40))
    b = -inverse / np.diag(inverse)
    np.fill_diagonal(b, 0)
    expected = (strangers.toarray() > 0) @ b
    np.testing.assert_allclose(scorer.scores(strangers), expected, atol=2e-5)


def test_where_both_sides_are_too_large_the_most_heard_items_are_kept() -> None:
    weights = matrix(30, 25)
    heard_by = np.diff(weights.tocsc().indptr)
    kept = np.sort(np.argsort(-heard_by, kind="stable")[:10])
    found = Ease(5.0, largest=10).fit(weights).scores(weights)
    np.testing.assert_allclose(found[:, kept], textbook_ease(weights[:, kept], 5.0, 0.0), atol=2e-5)
    others = np.setdiff1d(np.arange(25), kept)
    assert not found[:, others].any()


def test_item_knn_is_the_shrunk_cosine_of_the_nearest() -> None:
    weights, most, shrinkage = matrix(15, 12), 3, 2.0
    x = (weights.toarray() > 0).astype(float)
    norms = np.sqrt(x.sum(axis=0))
    alike = (x.T @ x) / (np.outer(norms, norms) + shrinkage)
    expected = np.zeros_like(x)
    for item in range(12):
        others = [i for i in range(12) if i != item and alike[item, i] > 0]
        near = sorted(others, key=lambda i: (-round(alike[item, i], 6), i))[:most]
        expected[:, item] = x[:, near] @ alike[item, near]
    found = ItemKnn(most, shrinkage).fit(weights).scores(weights)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_popularity_counts_people_not_plays() -> None:
    weights = sparse.csr_matrix([[900.0, 1, 0], [0, 1, 0]])
    assert Popularity().fit(weights).scores(weights[:1]).tolist() == [[1, 2, 0]]


def test_tastes_are_found_and_what_ships_is_no_worse_than_ease() -> None:
    weights, models = tastes(), (Popularity(), TunedEase(), Songlake())
    splits = [leave_one_out(weights, seed) for seed in range(3)]
    popular, ease, ours = (
        np.mean([evaluate(model, split).ndcg for split in splits]) for model in models
    )
    assert ease > 1.3 * popular
    assert ours >= ease


def test_the_same_matrix_gives_the_same_scores() -> None:
    weights = tastes(users=60)
    one, other = (Songlake().fit(weights).scores(weights) for _ in range(2))
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize(
    "weights",
    [
        sparse.csr_matrix((0, 0)),
        sparse.csr_matrix((3, 4)),
        sparse.csr_matrix([[5.0]]),
        sparse.csr_matrix([[1.0, 2.0, 3.0]]),
        sparse.csr_matrix([[1.0], [2.0]]),
        sparse.csr_matrix(np.ones((4, 6))),
        sparse.csr_matrix([[1.0, 0, 0], [0, 0, 0]]),
    ],
    ids=["empty", "no pair", "one pair", "one user", "one item", "all alike", "idle user"],
)
@pytest.mark.parametrize("model", [Popularity(), ItemKnn(), Ease(), TunedEase(), Songlake()])
def test_odd_matrices_are_scored_with_numbers(weights: Any, model: Any) -> None:
    scores = model.fit(weights).scores(weights)
    assert scores.shape == weights.shape
    assert np.isfinite(scores).all()


def test_recommended_is_the_best_of_what_was_not_heard() -> None:
    weights = matrix(30, 40)
    scorer = Ease(5.0).fit(weights)
    scores = scorer.scores(weights)
    for user, (items, given_scores) in enumerate(recommend(scorer, weights, 5)):
        unheard = [i for i in range(40) if weights[user, i] == 0]
        assert items.tolist() == sorted(unheard, key=lambda i: (-scores[user, i], i))[:5]
        assert given_scores.tolist() == scores[user, items].tolist()


def test_equal_scores_go_by_column_and_what_is_hidden_is_never_listed() -> None:
    scores = np.array([[1, 3, 1, 3, 1], [-np.inf, 2, -np.inf, -np.inf, 1]], np.float32)
    assert [row.tolist() for row in best(scores, 3)] == [[1, 3, 0], [1, 4]]
    assert [row.tolist() for row in best(scores, 9)] == [[1, 3, 0, 2, 4], [1, 4]]
    assert [row.tolist() for row in best(scores, 0)] == [[], []]


@pytest.mark.parametrize("top", RIDGES)
def test_the_walk_comes_to_the_top_from_the_middle(top: float) -> None:
    models = [Ease(ridge) for ridge in RIDGES]
    assert climb(models, lambda model: -abs(np.log(model.ridge / top))).ridge == top

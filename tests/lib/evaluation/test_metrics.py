"""Figures by hand, and by a second implementation that sorts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy import sparse

from lib.errors import InputError
from lib.evaluation.metrics import coverage, lone_ranks, ndcg, novelty, recall, target_ranks
from lib.evaluation.protocol import evaluate
from lib.evaluation.splits import by_time, hold_out, leave_one_out
from lib.recommend.interactions import interactions
from lib.recommend.popularity import Popularity

SCORES = np.array([[5, 4, 3, 2, 1], [1, 1, 1, 1, 1], [-np.inf, 9, 8, 7, 6]], np.float32)
TARGETS = sparse.csr_matrix([[1, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 1]])


def test_ranks_count_from_one_and_ties_are_lost() -> None:
    assert target_ranks(SCORES, TARGETS).tolist() == [1, 3, 5, 4]


def test_a_targets_lone_rank_leaves_the_other_targets_out() -> None:
    assert lone_ranks(SCORES, TARGETS).tolist() == [1, 2, 5, 4]


def test_ndcg_and_recall_by_hand() -> None:
    ranks = target_ranks(SCORES, TARGETS)
    ideal = 1 + 1 / math.log2(3)
    assert ndcg(ranks, TARGETS, 4).tolist() == pytest.approx(
        [(1 + 1 / 2) / ideal, 0, 1 / math.log2(5)]
    )
    assert recall(ranks, TARGETS, 2).tolist() == [0.5, 0, 0]
    assert recall(ranks, TARGETS, 4).tolist() == [1, 0, 1]


def test_who_has_no_target_has_no_figure() -> None:
    none = sparse.csr_matrix((1, 5))
    ranks = target_ranks(SCORES[:1], none)
    assert np.isnan(ndcg(ranks, none, 10)).all()
    assert np.isnan(recall(ranks, none, 10)).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_ndcg_is_what_sorting_gives(seed: int, k: int) -> None:
    drawn = np.random.default_rng(seed)
    scores = drawn.permuted(np.tile(np.arange(15, dtype=np.float32), (4, 1)), axis=1)
    targets = sparse.csr_matrix(drawn.random((4, 15)) < 0.3)
    found = ndcg(target_ranks(scores, targets), targets, k)
    for user in range(4):
        wanted = set(targets[user].indices.tolist())
        listed = sorted(range(15), key=lambda i: -scores[user, i])[:k]
        gain = sum(1 / math.log2(2 + at) for at, item in enumerate(listed) if item in wanted)
        most = sum(1 / math.log2(2 + at) for at in range(min(k, len(wanted))))
        assert found[user] == pytest.approx(gain / most) if wanted else math.isnan(found[user])


def test_coverage_and_novelty_by_hand() -> None:
    lists = [np.array([0, 1]), np.array([1])]
    assert coverage(lists, 4) == 0.5
    assert novelty(lists, np.array([8, 2, 0, 0]), 8) == pytest.approx((0 + 2 + 2) / 3)
    assert novelty([np.array([3])], np.array([8, 2, 0, 0]), 8) == 3
    assert novelty([], np.array([8]), 8) == 0


def some_weights(seed: int = 0) -> Any:
    drawn = np.random.default_rng(seed)
    return sparse.csr_matrix(drawn.integers(1, 9, (20, 15)) * (drawn.random((20, 15)) < 0.2))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_one_item_of_each_is_held_out_and_nothing_is_lost(seed: int) -> None:
    weights = some_weights(seed)
    split = leave_one_out(weights, seed)
    assert (split.train + split.held != weights).nnz == 0
    assert split.train.multiply(split.held).nnz == 0
    had = np.diff(weights.indptr)
    assert np.diff(split.held.indptr).tolist() == (had > 1).astype(int).tolist()
    assert split.asked.tolist() == np.flatnonzero(had > 1).tolist()


def test_seeds_differ_and_every_item_has_its_turn() -> None:
    weights = sparse.csr_matrix(np.ones((1, 4)))
    held = [leave_one_out(weights, seed).held.indices[0] for seed in range(60)]
    assert set(held) == {0, 1, 2, 3}
    assert held[0] == leave_one_out(weights, 0).held.indices[0]


def test_so_many_are_held_out_as_asked_for() -> None:
    weights = sparse.csr_matrix(np.ones((3, 6)))
    assert np.diff(hold_out(weights, np.array([2, 0, 5]), 1).held.indptr).tolist() == [2, 0, 5]


def test_by_time_only_what_is_new_after_the_moment_is_asked_for() -> None:
    told = interactions(
        ["a", "a", "a", "b", "b", "c"],
        ["x", "x", "y", "x", "z", "y"],
        [1.0, 5.0, 1.0, 1.0, 1.0, 1.0],
        np.array([1.0, 9.0, 8.0, 2.0, 3.0, 7.0]),
    )
    split = by_time(told, 0.4)  # of the first times 1 2 3 7 8, the last two
    assert split.train.toarray().tolist() == [[1, 0, 0], [1, 0, 1], [0, 0, 0]]
    assert split.held.toarray().tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0]]


def test_without_times_there_is_no_split_by_time() -> None:
    with pytest.raises(InputError, match="add a column seen_at"):
        by_time(interactions(["a"], ["x"], [1.0]), 0.2)


def test_a_model_in_figures_by_hand() -> None:
    # Who is asked: a and b, each for the one item that a seed holds out.
    weights = interactions(list("aabbc"), list("xyxzx"), [1.0] * 5).weights
    split = leave_one_out(weights, 0)
    found = evaluate(Popularity(), split)
    heard_by = np.bincount(split.train.indices, minlength=3)
    places = []
    for user in split.asked:
        target = split.held[user].indices[0]
        rivals = [i for i in range(3) if split.train[user, i] == 0 and i != target]
        places.append(1 + sum(heard_by[i] >= heard_by[target] for i in rivals))
    assert found.ndcg == pytest.approx(np.mean([1 / math.log2(1 + place) for place in places]))
    assert found.recall == 1
    assert (
        found.coverage
        == len({i for u in split.asked for i in range(3) if split.train[u, i] == 0}) / 3
    )

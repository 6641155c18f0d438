"""How good rankings are: NDCG, recall, coverage and novelty.

All items that a user has not in their history are ranked, never a sample of them: W. Krichene and
S. Rendle, On Sampled Metrics for Item Recommendation (KDD 2020).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lib.recommend.interactions import Weights
from lib.recommend.model import Scores

Vector = NDArray[np.float64]


def target_ranks(scores: Scores, targets: Weights) -> NDArray[np.intp]:
    """At which place, from 1, each target stands in its row; a tie is lost to all that it is with.

    Args:
        scores: users × items; -inf for what is not ranked.
        targets: the same shape, CSR; what is stored is a target.

    Returns:
        In the order of what `targets` stores.
    """
    user_of = np.repeat(np.arange(len(scores)), np.diff(targets.indptr))
    ranks = np.empty(targets.nnz, np.intp)
    for place, (user, item) in enumerate(zip(user_of, targets.indices, strict=True)):
        ranks[place] = np.count_nonzero(scores[user] >= scores[user, item])
    return ranks


def lone_ranks(scores: Scores, targets: Weights) -> NDArray[np.intp]:
    """The same, of each target as if it were its user's only one: the others are not ranked."""
    ranks = target_ranks(scores, targets)
    for user, (start, stop) in enumerate(pairwise(targets.indptr)):
        own = scores[user, targets.indices[start:stop]]
        ranks[start:stop] -= (own[None, :] >= own[:, None]).sum(axis=1) - 1
    return ranks


def ndcg(ranks: NDArray[np.intp], targets: Weights, k: int) -> Vector:
    """Of each user: the discounted gain of targets in the first k, over the most there could be.

    K. Järvelin and J. Kekäläinen, Cumulated gain-based evaluation of IR techniques (TOIS 2002),
    with a gain of 1: a target at rank r gives 1 / log2(1 + r). Users without a target have NaN.
    """
    discounts = 1 / np.log2(np.arange(2, k + 2))
    gains = np.where(ranks <= k, discounts[np.minimum(ranks, k) - 1], 0)
    ideal = np.concatenate([[np.nan], np.cumsum(discounts)])
    held = np.diff(targets.indptr)
    return np.asarray(_sum_by_user(gains, targets) / ideal[np.minimum(held, k)])


def recall(ranks: NDArray[np.intp], targets: Weights, k: int) -> Vector:
    """Of each user: the share of their targets in the first k. Users without one have NaN."""
    held = np.diff(targets.indptr).astype(np.float64)
    held[held == 0] = np.nan
    return np.asarray(_sum_by_user((ranks <= k).astype(np.float64), targets) / held)


def _sum_by_user(values: Vector, targets: Weights) -> Vector:
    users = targets.shape[0]
    user_of = np.repeat(np.arange(users), np.diff(targets.indptr))
    return np.asarray(np.bincount(user_of, values, users), np.float64)


def coverage(lists: Iterable[NDArray[np.intp]], items: int) -> float:
    """Share of all items that stand in the list of anyone."""
    return len({int(item) for columns in lists for item in columns}) / items


def novelty(lists: Iterable[NDArray[np.intp]], heard_by: NDArray[np.intp], users: int) -> float:
    """Mean self-information of what is listed, bits: -log2 of the share of users who heard it.

    T. Zhou et al., Solving the apparent diversity-accuracy dilemma of recommender systems (PNAS
    2010). An item that nobody heard counts as heard by one.

    Args:
        lists: columns listed to each user.
        heard_by: users of each column.
        users: how many there are.
    """
    listed = np.concatenate([*lists, np.zeros(0, np.intp)])
    if not len(listed):
        return 0.0
    return float(-np.log2(np.maximum(heard_by[listed], 1) / users).mean())

"""What ships: EASE with dropout and item-kNN, as much of each as held-out items ask for.

All is chosen within the matrix that a model is fitted on: some items of some users are put aside,
and what ranks them best by NDCG@10 is fitted anew on everything. Plain EASE stays where neither
dropout nor item-kNN is clearly better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.evaluation.metrics import lone_ranks
from lib.evaluation.splits import Split, hold_out
from lib.recommend.ease import LARGEST, Ease
from lib.recommend.interactions import Weights
from lib.recommend.item_knn import ItemKnn
from lib.recommend.model import Scorer, Scores
from lib.recommend.ranking import blocks, hide_seen

#: λ of EASE. The search begins in the middle and goes on to either side while that helps.
RIDGES = (3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0)
#: The dropout of EASE that is tried besides none.
DROPOUT = 0.4
#: How much item-kNN counts, of 1, besides nothing.
KNN_SHARES = (0.1, 0.2, 0.3)

#: So many users are asked at most, and a fifth of each one's items is put aside, at least one.
_USERS_ASKED = 1_000
_PUT_ASIDE = 5
_SEED = 0
_K = 10


Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Search:
    """What was found on one matrix, for all models that choose by it.

    Attributes:
        weights: the matrix.
        aside: some of it put aside.
        plain: EASE without dropout, with the best λ that a walk from the middle comes to.
        fitted: `plain`, on what was not put aside.
        gains: what it found of that; see `gains`.
    """

    weights: Weights
    aside: Split
    plain: Ease
    fitted: Scorer
    gains: Vector


def search(weights: Weights, largest: int = LARGEST) -> Search:
    """Looks for the best λ; see `Ease` for `largest`."""
    aside = put_aside(weights)
    tried: dict[Ease, tuple[Vector, Scorer]] = {}

    def value(model: Ease) -> float:
        fitted = model.fit(aside.train)
        tried[model] = gains(fitted, aside), fitted
        best = max(tried, key=lambda one: float(tried[one][0].sum()))
        for other in set(tried) - {best, model}:
            del tried[other]  # a fitted model may be large
        return float(tried[model][0].sum())

    plain = climb([Ease(ridge, largest=largest) for ridge in RIDGES], value)
    found, fitted = tried[plain]
    return Search(weights, aside, plain, fitted, found)


@dataclass(frozen=True)
class TunedEase:
    """Plain EASE with the λ that ranks best what is put aside.

    Attributes:
        found: a search on the matrix to be fitted on, where one was made; else it is made.
    """

    found: Search | None = None

    def fit(self, weights: Weights) -> Scorer:
        """Chooses, then fits on everything."""
        found = self.found if self.found and self.found.weights is weights else search(weights)
        return found.plain.fit(weights)


@dataclass(frozen=True)
class Songlake:
    """The recommender that ships; `found` is as in `TunedEase`."""

    found: Search | None = None

    def fit(self, weights: Weights) -> Scorer:
        """Chooses, then fits on everything."""
        found = self.found if self.found and self.found.weights is weights else search(weights)
        ease, on_rest = found.plain, found.fitted
        dropping = replace(ease, dropout=DROPOUT)
        dropped = dropping.fit(found.aside.train)
        if is_clearly_more(gains(dropped, found.aside), found.gains):
            ease, on_rest = dropping, dropped
        share = _best_share(on_rest, ItemKnn().fit(found.aside.train), found.aside)
        fitted = ease.fit(weights)
        return Blend(fitted, ItemKnn().fit(weights), share) if share else fitted


@dataclass(frozen=True)
class Blend:
    """Two fitted models; `share` of 1 is the second's."""

    first: Scorer
    second: Scorer
    share: float

    def scores(self, histories: Weights) -> Scores:
        """See `blend`."""
        return blend(self.first.scores(histories), self.second.scores(histories), self.share)


def blend(first: Scores, second: Scores, share: float) -> Scores:
    """The sum of both, each row over its largest number; `share` of 1 is the second's."""
    return np.float32(1 - share) * _by_largest(first) + np.float32(share) * _by_largest(second)


def _by_largest(scores: Scores) -> Scores:
    largest = np.abs(scores).max(axis=1, keepdims=True, initial=0)
    return np.asarray(scores / np.where(largest > 0, largest, 1), np.float32)


def put_aside(weights: Weights) -> Split:
    """A fifth of the items of some users, to choose by; of who has one item, nothing."""
    stored = np.diff(weights.indptr)
    many = np.where(stored > 1, np.maximum(stored // _PUT_ASIDE, 1), 0)
    asked = np.random.default_rng(_SEED).permutation(np.flatnonzero(many))[:_USERS_ASKED]
    put = np.zeros_like(many)
    put[asked] = many[asked]
    return hold_out(weights, put, _SEED)


def gains(scorer: Scorer, aside: Split) -> Vector:
    """Of each user asked, the mean NDCG@10 of what was put aside, each item by itself.

    Several of a user at once would reward what is popular: some of them are found by that alone.
    """
    return _gains(aside, lambda histories: [scorer.scores(histories)])[0]


def _gains(aside: Split, score: Callable[[Weights], Iterable[Scores]]) -> list[Vector]:
    """The same of several ways to score that share their work."""
    histories, targets = aside.train[aside.asked], aside.held[aside.asked]
    if not len(aside.asked):
        return [np.zeros(0) for _ in score(histories)]
    found = [
        [
            _of_users(hide_seen(scores, histories[rows]), targets[rows])
            for scores in score(histories[rows])
        ]
        for rows in blocks(histories)
    ]
    return list(np.concatenate(found, axis=1))


def _of_users(scores: Scores, targets: Weights) -> Vector:
    ranks = lone_ranks(scores, targets)
    found = np.where(ranks <= _K, 1 / np.log2(1 + ranks), 0)
    return np.asarray(np.add.reduceat(found, targets.indptr[:-1]) / np.diff(targets.indptr))


def is_clearly_more(more: Vector, less: Vector) -> bool:
    """Whether the mean of a difference, user by user, is above three times its standard error.

    What is less plain has to earn its place: of what is about as good, chance would choose.
    """
    gained = more - less
    if len(gained) < 2:
        return False
    return bool(gained.mean() > 3 * gained.std(ddof=1) / np.sqrt(len(gained)))


def climb(models: list[Ease], value: Callable[[Ease], float]) -> Ease:
    """The best of a row of models where values rise to one top: it walks up from the middle."""
    known: dict[int, float] = {}

    def at(place: int) -> float:
        if not 0 <= place < len(models):
            return -np.inf
        if place not in known:
            known[place] = value(models[place])
        return known[place]

    here = len(models) // 2
    for step in (1, -1):
        while at(here) < at(here + step):  # the middle is tried first, and kept where all are equal
            here += step
    return models[here]


def _best_share(ease: Scorer, knn: Scorer, aside: Split) -> float:
    def blended(histories: Weights) -> Iterator[Scores]:
        both = ease.scores(histories), knn.scores(histories)
        return (blend(*both, share) for share in (0.0, *KNN_SHARES))

    alone, *mixed = _gains(aside, blended)
    best = int(np.argmax([found.sum() for found in mixed]))
    return KNN_SHARES[best] if is_clearly_more(mixed[best], alone) else 0.0

"""What is kept from the models, to see whether they find it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lib.errors import InputError
from lib.recommend.interactions import Interactions, Weights


@dataclass(frozen=True)
class Split:
    """Two matrices of the same users and items that have no pair in common.

    Attributes:
        train: what models see.
        held: what they should find. A user who has nothing here is not asked for.
    """

    train: Weights
    held: Weights

    @property
    def asked(self) -> NDArray[np.intp]:
        """Rows of users who have something held out."""
        return np.flatnonzero(np.diff(self.held.indptr))


def leave_one_out(weights: Weights, seed: int) -> Split:
    """One random item of each user is held out; who has only one item keeps it.

    Args:
        weights: users × items, CSR.
        seed: another seed, other items.
    """
    return hold_out(weights, np.minimum(np.diff(weights.indptr) - 1, 1), seed)


def hold_out(weights: Weights, many: NDArray[np.integer], seed: int) -> Split:
    """So many random items of each user are held out, none where it is below 1."""
    drawn = np.random.default_rng(seed).random(weights.nnz)
    user_of = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    order = np.lexsort((drawn, user_of))
    held = np.empty(weights.nnz, bool)
    held[order] = np.arange(weights.nnz) - weights.indptr[:-1][user_of] < many[user_of]
    return Split(_only(weights, ~held), _only(weights, held))


def _only(weights: Weights, stored: NDArray[np.bool_]) -> Weights:
    before = np.concatenate([[0], np.cumsum(stored)])
    return sparse.csr_matrix(
        (weights.data[stored], weights.indices[stored], before[weights.indptr]),
        shape=weights.shape,
    )


def by_time(told: Interactions, share: float) -> Split:
    """What users heard for the first time after a moment is held out, the same moment for all.

    So nothing that a model learns from lies after anything it is asked for: see J. Sun, Take a
    Fresh Look at Recommender Systems from an Evaluation Standpoint (SIGIR 2023). Who heard nothing
    before it, or nothing new after it, is not asked for.

    Args:
        told: with times.
        share: of all pairs of user and item, by when they were first seen, how many come after.

    Raises:
        InputError: times are not known.
    """
    if told.seen_at is None:
        raise InputError(
            "A temporal split needs times: add a column seen_at (epoch seconds, or as in "
            "2024-12-31T23:59:00), or take --split leave-one-out."
        )
    first = told.seen_at[_first_rows(told, told.seen_at)]
    moment = np.quantile(first, 1 - share, method="inverted_cdf") if len(first) else 0.0
    train = told.weights_of(told.seen_at <= moment)
    after = told.weights_of(told.seen_at > moment)
    knows = (np.diff(train.indptr) > 0)[:, None]
    new = after - after.multiply(train.astype(bool))
    held = sparse.csr_matrix(new.multiply(knows))
    held.eliminate_zeros()
    held.sort_indices()
    return Split(train, held)


def _first_rows(told: Interactions, seen_at: NDArray[np.float64]) -> NDArray[np.intp]:
    order = np.lexsort((seen_at, told.item_of, told.user_of))
    users, items = told.user_of[order], told.item_of[order]
    is_first = np.ones(len(order), bool)
    is_first[1:] = (users[1:] != users[:-1]) | (items[1:] != items[:-1])
    return order[is_first]

"""Who heard what how often: rows of ids and weights, and the sparse matrix that they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

#: Users × items, CSR with sorted indices; what is stored is above 0. scipy ships no types.
Weights = Any

Ids = Sequence[str] | NDArray[np.object_]


@dataclass(frozen=True)
class Interactions:
    """Rows of what users did with items, with ids kept apart; made by `interactions`.

    Attributes:
        users: ids, sorted: row `r` of `weights` is that of `users[r]`.
        items: ids, sorted, of its columns.
        user_of: of each row, which user.
        item_of: of each row, which item.
        amounts: of each row, how much: plays or the like, above 0.
        seen_at: of each row, when, in seconds since any fixed time; None where that is not known.
    """

    users: NDArray[np.object_]
    items: NDArray[np.object_]
    user_of: NDArray[np.intp]
    item_of: NDArray[np.intp]
    amounts: NDArray[np.float64]
    seen_at: NDArray[np.float64] | None = None

    @cached_property
    def weights(self) -> Weights:
        """All rows added up, users × items."""
        return self.weights_of(slice(None))

    def weights_of(self, rows: slice | NDArray[np.bool_]) -> Weights:
        """Some of the rows added up, users × items: of the same shape, whichever they are."""
        return sparse.csr_matrix(
            (self.amounts[rows], (self.user_of[rows], self.item_of[rows])),
            shape=(len(self.users), len(self.items)),
        )


def interactions(
    users: Ids,
    items: Ids,
    amounts: Sequence[float] | NDArray[np.float64],
    seen_at: NDArray[np.float64] | None = None,
) -> Interactions:
    """Columns of a table as interactions; several rows may tell of one user and item.

    Args:
        users: a user's id a row.
        items: an item's id a row.
        amounts: how much, above 0.
        seen_at: when, in seconds since any fixed time.
    """
    user_ids, user_of = _coded(users)
    item_ids, item_of = _coded(items)
    return Interactions(
        user_ids, item_ids, user_of, item_of, np.asarray(amounts, np.float64), seen_at
    )


def _coded(ids: Ids) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    known, code_of = np.unique(np.asarray(ids, dtype=object), return_inverse=True)
    return known, code_of


def binarised(weights: Weights) -> Weights:
    """1 for each stored pair: whether it was heard, not how often."""
    return sparse.csr_matrix(
        (np.ones(weights.nnz, np.float32), weights.indices, weights.indptr), shape=weights.shape
    )

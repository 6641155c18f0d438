"""Item-kNN: an item suits whoever heard the items nearest to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from lib.recommend.interactions import Weights, binarised
from lib.recommend.model import Scores

#: Items whose likenesses to all others are held at a time.
_ITEMS_AT_ONCE = 2_000


@dataclass(frozen=True)
class ItemKnn:
    """Cosine of the users of two items, shrunk where they are few.

    M. Deshpande and G. Karypis, Item-Based Top-N Recommendation Algorithms (TOIS 2004), with
    shrinkage after R. Bell and Y. Koren, Scalable Collaborative Filtering (ICDM 2007).

    Attributes:
        neighbours: of each item at most, nearest first; equally near ones by column.
        shrinkage: added to the product of norms, in users.
    """

    neighbours: int = 100
    shrinkage: float = 10.0

    def fit(self, weights: Weights) -> ItemKnnScorer:
        """Finds every item's neighbours, some items at a time."""
        by_user = binarised(weights)
        by_item = by_user.T.tocsr()
        norms = np.sqrt(np.diff(by_item.indptr)).astype(np.float32)
        blocks = []
        for start in range(0, max(by_item.shape[0], 1), _ITEMS_AT_ONCE):
            alike = (by_item[start : start + _ITEMS_AT_ONCE] @ by_user).tocsr()
            items = start + np.repeat(np.arange(alike.shape[0]), np.diff(alike.indptr))
            alike.data /= norms[items] * norms[alike.indices] + np.float32(self.shrinkage)
            alike.data[alike.indices == items] = 0
            blocks.append(nearest(alike, self.neighbours))
        return ItemKnnScorer(sparse.vstack(blocks, format="csr").T.tocsr())


def nearest(alike: Weights, most: int) -> Weights:
    """The largest numbers of each row, above 0; of equal ones the first columns.

    Args:
        alike: CSR.
        most: how many of a row.
    """
    kept = alike.data > 0
    for row in np.flatnonzero(np.diff(alike.indptr) > most):
        stored = slice(alike.indptr[row], alike.indptr[row + 1])
        in_order = np.lexsort((alike.indices[stored], -alike.data[stored]))
        kept[stored][in_order[most:]] = False
    before = np.concatenate([[0], np.cumsum(kept)])
    return sparse.csr_matrix(
        (alike.data[kept], alike.indices[kept], before[alike.indptr]), alike.shape
    )


@dataclass(frozen=True)
class ItemKnnScorer:
    """Attributes: near, items × items, CSR: row `i` has `i`'s likeness to the items it is near."""

    near: Weights

    def scores(self, histories: Weights) -> Scores:
        """Of an item, the sum of its likenesses to those of its neighbours that were heard."""
        return np.asarray((binarised(histories) @ self.near).toarray(), np.float32)

"""EASE: each item predicted from all others by ridge regression, in closed form.

H. Steck, Embarrassingly Shallow Autoencoders for Sparse Data (WWW 2019): of X, users × items, the
weights B = I - C · diag(1 / diag(C)), C = (XᵀX + Λ)⁻¹, predict X from X·B with a diagonal of 0.
With Λ = λ·I that is EASE. Dropping each entry of the input with probability p while training adds
p / (1 - p) · diag(XᵀX) to Λ: H. Steck, Autoencoders that don't overfit towards the Identity
(NeurIPS 2020), there called EDLAE.

With Y = X·Λ^(-1/2), C = Λ^(-1/2) · (I + YᵀY)⁻¹ · Λ^(-1/2), and by Woodbury's identity
(I + YᵀY)⁻¹ = I - Yᵀ·(I + YYᵀ)⁻¹·Y. So the matrix to be inverted is as large as the items or the
users, whichever are fewer, and no eigenvalue of it is below 1: single precision is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from lib.recommend.interactions import Weights, binarised
from lib.recommend.model import Scorer, Scores

#: Rows of the matrix that is inverted, at most: 8,000 in single precision are 256 MB, held twice
#: while it is made. Where both users and items are more, the most heard items are kept.
LARGEST = 8_000
#: Items whose products are held at a time: times LARGEST in single precision, 32 MB.
_ITEMS_AT_ONCE = 1_000

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Ease:
    """EASE on who heard what; how often does not count.

    Attributes:
        ridge: λ, above 0, in users: an item's own count is weighed against it.
        dropout: p, from 0 (plain EASE) to below 1.
        largest: rows of the matrix to be inverted, at most.
    """

    ridge: float = 100.0
    dropout: float = 0.0
    largest: int = LARGEST

    def fit(self, weights: Weights) -> Scorer:
        """Solves on the side, users or items, that has fewer."""
        heard_by = np.bincount(weights.indices, minlength=weights.shape[1])
        kept = np.flatnonzero(heard_by)
        if min(weights.shape[0], len(kept)) > self.largest:
            most_heard = np.argsort(-heard_by, kind="stable")[: self.largest]
            kept = np.sort(most_heard)
        penalty = self.ridge + self.dropout / (1 - self.dropout) * heard_by[kept]
        scale = np.sqrt(penalty).astype(np.float32)
        scaled = _scaled(weights, kept, scale)
        if scaled.shape[0] < scaled.shape[1]:
            inverse = _inverse(scaled @ scaled.T)
            own = _own(scaled, inverse)
            return _ByUsers(weights.shape[1], kept, scale, scaled, inverse, own)
        return _ByItems(weights.shape[1], kept, scale, _inverse(scaled.T @ scaled))


def _scaled(weights: Weights, kept: NDArray[np.intp], scale: Vector) -> Weights:
    return (binarised(weights)[:, kept] @ sparse.diags(1 / scale)).tocsr().astype(np.float32)


def _inverse(gram: Weights) -> NDArray[np.float32]:
    """(I + Gram)⁻¹, made in place: positive definite, so by Cholesky's factors."""
    dense: NDArray[np.float32] = gram.toarray(order="F")
    if not len(dense):
        return dense
    dense[np.diag_indices_from(dense)] += 1
    factor, failed = lapack.spotrf(dense, lower=1, overwrite_a=1)
    inverse, failed_too = lapack.spotri(factor, lower=1, overwrite_c=1)
    if failed or failed_too:
        raise FloatingPointError("I + XᵀX/λ is positive definite, but not to this precision")
    for start in range(0, len(inverse), _ITEMS_AT_ONCE):  # it holds the lower half alone
        stop = start + _ITEMS_AT_ONCE
        square = np.tril(inverse[start:stop, start:stop])
        inverse[start:stop, start:stop] = square + np.tril(square, -1).T
        inverse[start:stop, stop:] = inverse[stop:, start:stop].T
    return np.asarray(inverse.T)  # the same matrix, laid out by rows


@dataclass(frozen=True)
class _ByItems:
    items: int
    kept: NDArray[np.intp]
    scale: Vector
    inverse: NDArray[np.float32]  # (I + YᵀY)⁻¹

    def scores(self, histories: Weights) -> Scores:
        rows = _scaled(histories, self.kept, self.scale)
        own = np.diag(self.inverse)
        found = -(rows @ self.inverse)
        _add_at(found, rows, own)
        return _spread(found * (self.scale / own), self.kept, self.items)


@dataclass(frozen=True)
class _ByUsers:
    items: int
    kept: NDArray[np.intp]
    scale: Vector
    scaled: Weights  # Y
    inverse: NDArray[np.float32]  # (I + YYᵀ)⁻¹
    own: Vector  # diag(Yᵀ·(I + YYᵀ)⁻¹·Y), each below 1

    def scores(self, histories: Weights) -> Scores:
        rows = _scaled(histories, self.kept, self.scale)
        found = ((rows @ self.scaled.T).toarray() @ self.inverse) @ self.scaled
        _add_at(found, rows, -self.own)
        found *= self.scale / (1 - self.own)
        return _spread(found, self.kept, self.items)


def _own(scaled: Weights, inverse: NDArray[np.float32]) -> Vector:
    by_item = scaled.T.tocsr()
    own = np.zeros(by_item.shape[0], np.float32)
    for start in range(0, len(own), _ITEMS_AT_ONCE):
        block = by_item[start : start + _ITEMS_AT_ONCE]
        item_of = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
        products = block.data * (block @ inverse)[item_of, block.indices]
        own[start : start + _ITEMS_AT_ONCE] = np.bincount(item_of, products, block.shape[0])
    return own


def _add_at(found: NDArray[np.float32], rows: Weights, own: Vector) -> None:
    """Takes out what an item says of itself: the diagonal of B is 0."""
    user_of = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    found[user_of, rows.indices] += rows.data * own[rows.indices]


def _spread(found: NDArray[np.float32], kept: NDArray[np.intp], items: int) -> Scores:
    """Scores of all items; one that nothing is known of has 0."""
    if len(kept) == items:
        return np.ascontiguousarray(found, np.float32)
    spread = np.zeros((len(found), items), np.float32)
    spread[:, kept] = found
    return spread

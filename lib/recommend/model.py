"""What every recommender is: fitted on a matrix, it scores all items for rows of histories."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lib.recommend.interactions import Weights

Scores = NDArray[np.float32]


class Scorer(Protocol):
    """A fitted model."""

    def scores(self, histories: Weights) -> Scores:
        """How well each item suits each history; items that are in it are scored too.

        Args:
            histories: users × items, CSR, with the columns that the model was fitted on. The
                users need not be among those it was fitted on.

        Returns:
            Users × items; more is better, and only their order within a row has a meaning.
        """
        ...


class Model(Protocol):
    """A way to recommend."""

    def fit(self, weights: Weights) -> Scorer:
        """Learns from users × items, CSR, numbers above 0."""
        ...

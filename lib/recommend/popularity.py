"""The most heard, the same for everyone: what any recommender has to beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lib.recommend.interactions import Weights
from lib.recommend.model import Scores


@dataclass(frozen=True)
class Popularity:
    """Scores an item by how many users it has."""

    def fit(self, weights: Weights) -> PopularityScorer:
        """Counts users."""
        return PopularityScorer(np.bincount(weights.indices, minlength=weights.shape[1]))


@dataclass(frozen=True)
class PopularityScorer:
    """Attributes: users, how many each item has."""

    users: np.ndarray[tuple[int], np.dtype[np.int64]]

    def scores(self, histories: Weights) -> Scores:
        """The same row for each history."""
        return np.tile(self.users.astype(np.float32), (histories.shape[0], 1))

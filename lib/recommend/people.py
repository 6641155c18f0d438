"""What people with like histories hear: the shipped model, fitted on a bounded number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from lib.recommend.model import Scorer
from lib.recommend.ranking import Columns, recommend
from lib.recommend.songlake import Songlake, search

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Rows of the matrix that EASE inverts, at most: 64 MB in single precision, sent to each worker.
_LARGEST = 4_000


@dataclass(frozen=True)
class People:
    """A model fitted on who heard what.

    Attributes:
        scorer: the fitted model.
        songs: of each of its columns the song, as a place in the catalogue; sorted.
        listeners: of each column, by how many people it was heard.
    """

    scorer: Scorer
    songs: Rows
    listeners: Rows

    def offers(self, heard: Sequence[Rows], k: int) -> list[tuple[Columns, Floats]]:
        """Of each history the best songs that are not in it, best first, and their scores.

        Args:
            heard: songs of each listener, as places in the catalogue.
            k: how many at most.
        """
        users = np.repeat(np.arange(len(heard)), [len(songs) for songs in heard])
        songs = np.concatenate([np.empty(0, np.int64), *heard])
        columns = np.minimum(np.searchsorted(self.songs, songs), len(self.songs) - 1)
        known = self.songs[columns] == songs
        histories = sparse.csr_matrix(
            (np.ones(known.sum(), np.float32), (users[known], columns[known])),
            shape=(len(heard), len(self.songs)),
        )
        with threadpool_limits(1):
            found = recommend(self.scorer, histories, k)
        return [(self.songs[chosen], np.asarray(of, np.float64)) for chosen, of in found]

    def reason(self, song: int) -> str:
        """Why a song was told, in words."""
        listeners = int(self.listeners[np.searchsorted(self.songs, song)])
        return f"people with a taste like yours play it, {listeners:,} of those here"


def learn(users: Rows, songs: Rows) -> People:
    """Fits the model on pairs of a person (a number) and a song, as a place in the catalogue."""
    kept, columns = np.unique(songs, return_inverse=True)
    weights = sparse.csr_matrix(
        (np.ones(len(users)), (users, columns)), shape=(int(users.max()) + 1, len(kept))
    )
    weights.sum_duplicates()
    # With several threads sums differ between machines.
    with threadpool_limits(1):
        fitted = Songlake(search(weights, _LARGEST)).fit(weights)
    return People(fitted, kept, np.bincount(weights.indices, minlength=len(kept)))

"""Lists of similar songs, side by side in arrays, and places within them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.song_vectors import Floats, Rows


@dataclass(frozen=True)
class Lists:
    """Pairs of a song and a similar one, list by list, the nearest first.

    Attributes:
        songs: whose list.
        similar: who is in it.
        squared: their squared distance.
        ranks: place in the list, from 1.
    """

    songs: Rows
    similar: Rows
    squared: Floats
    ranks: Rows

    def of(self, songs: Rows) -> Lists:
        """The lists of some of the songs."""
        kept = np.isin(self.songs, songs)
        return Lists(self.songs[kept], self.similar[kept], self.squared[kept], self.ranks[kept])

    @classmethod
    def together(cls, parts: Sequence[Lists]) -> Lists:
        """Lists of different songs, one after the other."""
        columns = ("songs", "similar", "squared", "ranks")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in columns))


def places(*keys: Rows) -> Rows:
    """Place of each entry, from 0, in its run of equal keys."""
    count = len(keys[0])
    every = np.arange(count)
    begins = np.ones(count, dtype=bool)
    begins[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return every - np.maximum.accumulate(np.where(begins, every, 0))


def places_in_rows(values: Rows) -> Rows:
    """How many equal values stand before each one in its row."""
    order = np.argsort(values, axis=1, kind="stable")
    rows = np.repeat(np.arange(len(values)), values.shape[1])
    ordered = np.take_along_axis(values, order, axis=1).ravel()
    found = np.empty_like(order)
    np.put_along_axis(found, order, places(rows, ordered).reshape(values.shape), axis=1)
    return found

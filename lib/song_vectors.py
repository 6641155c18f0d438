"""Songs as points whose distance is how differently they sound: audio features, moods and genres.

The squared distance of two songs is that of their points (weighted standard scores of the audio
features, and the mood) plus that of their genres. Songs of no common genre lie `genre` apart before
a note is heard, songs of the same genres 0, and one whose genres are unknown halfway, in squares.
Moods count in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lib.computed_once import computed_once

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: Decimals of a squared distance that count: below them lie the last bits of other machines.
_DECIMALS = 9


@dataclass(frozen=True)
class Weights:
    """What a standard deviation of each feature, another genre and another mood count for."""

    features: Mapping[str, float]
    genre: float
    mood: float


@dataclass(frozen=True)
class SongVectors:
    """All songs of a catalogue, in the order of their ids.

    Attributes:
        points: songs × (features, moods), weighted.
        genres: songs × genres; rows of length weight / √2, or empty where none is known.
        scores: songs × features, standard scores without weights; NaN where not known.
        genre_names: names of the columns of `genres`.
    """

    points: Floats
    genres: sparse.csr_matrix
    scores: Floats
    genre_names: tuple[str, ...]

    def __len__(self) -> int:
        """Songs."""
        return len(self.points)

    def squared_distances(self, these: Rows, those: Rows) -> Floats:
        """Pair by pair, rounded, the same on every machine: summed column by column."""
        total = np.zeros(len(these))
        for column in self.points.T:
            total += (column[these] - column[those]) ** 2
        lengths = self.genre_lengths
        total += lengths[these] + lengths[those] - 2 * self.genre_products(these, those)
        return np.asarray(np.round(np.maximum(total, 0.0), _DECIMALS), dtype=np.float64)

    @computed_once
    def genre_lengths(self) -> Floats:
        """Squared lengths of the rows of `genres`; 0 where none is known."""
        return _row_sums(self.genres.multiply(self.genres))

    @computed_once
    def genre_sets(self) -> Rows:
        """A number for each different set of genres, song by song; empty sets come first."""
        starts, columns = self.genres.indptr, self.genres.indices
        sets = [tuple(columns[a:b]) for a, b in pairwise(starts)]
        number = {one: place for place, one in enumerate(sorted(set(sets)))}
        return np.array([number[one] for one in sets], dtype=np.int64)

    @computed_once
    def by_genres(self) -> Rows:
        """All songs, those of equal sets of genres side by side: neighbours are often similar."""
        return np.argsort(self.genre_sets, kind="stable")

    def genre_products(self, these: Rows, those: Rows) -> Floats:
        """Inner products of genres, pair by pair; 0 where none is common."""
        return _row_sums(self.genres[these].multiply(self.genres[those]))


def _row_sums(matrix: sparse.csr_matrix) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float64).ravel()


def enough_known(values: Floats) -> NDArray[np.bool_]:
    """Songs (rows) of which at least half of the features are known: others have no place."""
    known = np.isfinite(values).sum(axis=1)
    return np.asarray(2 * known >= values.shape[1])


def song_vectors(
    values: Floats,
    genres: Sequence[Sequence[str] | None],
    moods: Sequence[str | None],
    weights: Weights,
) -> SongVectors:
    """Places songs.

    Args:
        values: songs × the features of `weights`, in its order and any unit; NaN or infinite
            where not known, which counts as average.
        genres: of each song.
        moods: of each song; one at most.
        weights: how much each counts.
    """
    scores = np.column_stack([_standard_scores(column) for column in values.T])
    weighted = np.nan_to_num(scores) * np.array(list(weights.features.values()))
    mood_rows, _ = _tags([[mood] if mood else [] for mood in moods], weights.mood)
    genre_rows, names = _tags([one if one is not None else [] for one in genres], weights.genre)
    return SongVectors(np.hstack([weighted, mood_rows.toarray()]), genre_rows, scores, names)


def _standard_scores(column: Floats) -> Floats:
    """Standard scores of the known values; sums are exact, and so the same on every machine."""
    known = column[np.isfinite(column)]
    scores = np.full(len(column), np.nan)
    if len(known):
        mean = math.fsum(known) / len(known)
        deviation = math.sqrt(math.fsum((known - mean) ** 2) / len(known))
        # A constant has no spread to measure by, but for the last bits of its mean.
        constant = deviation <= 1e-12 * max(1.0, abs(mean))
        scores[np.isfinite(column)] = 0.0 if constant else (known - mean) / deviation
    return scores


def _tags(
    tags: Sequence[Sequence[str]], weight: float
) -> tuple[sparse.csr_matrix, tuple[str, ...]]:
    """Rows of length weight / √2, so that rows without a common tag lie `weight` apart."""
    told = [sorted(set(one)) for one in tags]
    names = tuple(sorted({tag for one in told for tag in one}))
    number = {name: place for place, name in enumerate(names)}
    counts = np.array([len(one) for one in told], dtype=np.int64)
    columns = np.array([number[tag] for one in told for tag in one], dtype=np.int64)
    values = np.repeat(weight / np.sqrt(2.0 * np.maximum(counts, 1)), counts)
    starts = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix((values, columns, starts), shape=(len(told), len(names))), names

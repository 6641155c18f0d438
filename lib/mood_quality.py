"""How good so many moods are: more than chance, the same each time, other than genres?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import attrgetter
from statistics import fmean

import numpy as np

from lib.moods import Labels, Matrix, coordinates, k_means, nearest_centres, one_thread, possible

#: Adjusted Rand index from which two fits count as the same moods.
STABLE = 0.9
#: What another k must gain before it takes the place of the k of before: in silhouette above
#: chance among stable ones, else in stability.
_GAIN, _GAIN_IN_STABILITY = 0.02, 0.1
#: Rows on which a silhouette is measured: it compares all pairs.
_SILHOUETTE_ROWS = 3_000
_SEEDS, _HALVES, _COPIES = 3, 3, 3
#: Permuted copies have no optimum that starts would have to find.
_COPY_RESTARTS = 3


@dataclass(frozen=True)
class Quality:
    """What was measured of k moods; None where it is undefined.

    Attributes:
        k: how many moods.
        silhouette: of the songs, -1 to 1.
        permuted_silhouette: of copies whose features are each permuted by themselves (the same
            values, no structure) and fitted as the songs are; mean.
        ari_seeds: adjusted Rand index of fits from different seeds, mean of all pairs.
        ari_halves: the same of fits on different random halves of the songs, each song then placed.
        ami_genre: adjusted mutual information of mood and genre; a song counts once a genre.
    """

    k: int
    silhouette: float | None
    permuted_silhouette: float | None
    ari_seeds: float | None
    ari_halves: float | None
    ami_genre: float | None

    @property
    def margin(self) -> float:
        """How far the silhouette is above chance."""
        if self.silhouette is None or self.permuted_silhouette is None:
            return 0.0
        return self.silhouette - self.permuted_silhouette

    @property
    def stability(self) -> float:
        """The lower of the two Rand indices."""
        return min((ari for ari in (self.ari_seeds, self.ari_halves) if ari is not None), default=0)


def measure(
    values: Matrix, genres: Sequence[Sequence[str]], ks: Iterable[int], seed: int
) -> list[Quality]:
    """Measures each k that the songs allow, at least one.

    Args:
        values: rows × the features of SPACE, in feature units, in an order as good as random.
        genres: of each row.
        ks: numbers of moods to try.
        seed: the first of those that fits start from.
    """
    points = coordinates(values)
    tried = sorted({possible(points, k) for k in ks})
    _, told = np.unique([genre for of in genres for genre in of], return_inverse=True)
    rows = np.arange(len(points)).repeat([len(of) for of in genres])
    with one_thread():
        fits = {k: _fits(points, k, seed) for k in tried}
        real = _silhouettes(points, {k: found[0] for k, found in fits.items()})
        copies = [_permuted_silhouettes(points, tried, seed + n) for n in range(_COPIES)]
        return [
            Quality(
                k,
                real[k],
                _mean(copy[k] for copy in copies),
                _agreement(fits[k]),
                _agreement(_fits_on_halves(points, k, seed)),
                _shared_with_genres(fits[k][0][rows], told),
            )
            for k in tried
        ]


def choose(found: Sequence[Quality], before: int | None) -> tuple[int, dict[int, str]]:
    """The k to use, and for each k in words why or why not.

    The one furthest above chance among the stable ones; the most stable where none is; the one
    of before unless another is clearly better.

    Args:
        found: at least one.
        before: k of the moods that there are.
    """
    stable = [one for one in found if one.stability >= STABLE]
    score = attrgetter("margin" if stable else "stability")
    gain = _GAIN if stable else _GAIN_IN_STABILITY
    best = max(stable or found, key=lambda one: (score(one), -one.k))
    near = (one for one in stable or found if score(one) >= score(best) - gain)
    chosen = next((one for one in near if one.k == before), best)
    if len(found) == 1:
        reason = "the only number that was asked for, or that songs allow"
    elif chosen.k != best.k:
        reason = f"as before: no other is better by {gain} or more"
    elif stable:
        reason = "of the stable ones the furthest above chance"
    else:
        reason = f"none is stable ({STABLE}): the nearest to it"
    why = {
        one.k: f"stable, but {_ahead(chosen, one)}" if one in stable else "not stable"
        for one in found
    }
    return chosen.k, why | {chosen.k: reason}


def _ahead(chosen: Quality, other: Quality) -> str:
    if other.margin > chosen.margin:
        return f"not clearly better than {chosen.k}"
    return "less far above chance"


def _fits(points: Matrix, k: int, seed: int) -> list[Labels]:
    return [nearest_centres(points, k_means(points, k, seed + n))[0] for n in range(_SEEDS)]


def _fits_on_halves(points: Matrix, k: int, seed: int) -> list[Labels]:
    labels = []
    for number in range(seed, seed + _HALVES):
        half = np.random.default_rng(number).permutation(len(points))[: len(points) // 2]
        if not len(half) or possible(points[half], k) < k:
            return []
        labels.append(nearest_centres(points, k_means(points[half], k, number))[0])
    return labels


def _permuted_silhouettes(points: Matrix, ks: Iterable[int], seed: int) -> dict[int, float | None]:
    draw = np.random.default_rng(seed)
    copy = np.column_stack([draw.permutation(column) for column in points.T])
    centres = {k: k_means(copy, possible(copy, k), seed, _COPY_RESTARTS) for k in ks}
    return _silhouettes(copy, {k: nearest_centres(copy, at)[0] for k, at in centres.items()})


def _silhouettes(points: Matrix, labels: dict[int, Labels]) -> dict[int, float | None]:
    from sklearn.metrics import pairwise_distances

    distances = pairwise_distances(points[:_SILHOUETTE_ROWS])
    return {k: _silhouette(distances, one[:_SILHOUETTE_ROWS]) for k, one in labels.items()}


def silhouette(points: Matrix, labels: Labels) -> float | None:
    """Of the first rows, whose order is as good as random; None where it is undefined."""
    return _silhouettes(points, {0: labels})[0]


def _silhouette(distances: Matrix, labels: Labels) -> float | None:
    from sklearn.metrics import silhouette_score

    if not 1 < len(np.unique(labels)) < len(labels):
        return None
    return _rounded(silhouette_score(distances, labels, metric="precomputed"))


def _agreement(fits: Sequence[Labels]) -> float | None:
    from sklearn.metrics import adjusted_rand_score

    return _mean(adjusted_rand_score(one, other) for one, other in combinations(fits, 2))


def _shared_with_genres(moods: Labels, genres: Labels) -> float | None:
    from sklearn.metrics import adjusted_mutual_info_score

    return _rounded(adjusted_mutual_info_score(genres, moods)) if len(genres) else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _rounded(fmean(known)) if known else None


def _rounded(value: float) -> float:
    """Below lie the last bits of other machines."""
    return round(float(value), 4)

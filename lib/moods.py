"""Moods: k-means in a feature space with fixed scales.

Scales are fixed rather than fitted, so a distance means the same in every lake and a new song
never moves an old one.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

#: Feature to (offset, scale): (value - offset) / scale is its coordinate. Valence and energy span
#: the plane that moods are named from and weigh most.
SPACE: dict[str, tuple[float, float]] = {
    "valence": (0.0, 0.5),
    "energy": (0.0, 0.5),
    "danceability": (0.0, 1.0),
    "acousticness": (0.0, 1.0),
    "instrumentalness": (0.0, 1.0),
    "tempo": (60.0, 240.0),
}
#: Starts of k-means, of which the best counts. On the Kaggle catalogue four end in different
#: optima at 8 moods and more (adjusted Rand index 0.85); ten find the same one up to 9 moods.
_RESTARTS = 10

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]

_OFFSETS, _SCALES = np.array(list(SPACE.values())).T


def coordinates(values: Matrix) -> Matrix:
    """Feature values (rows × the features of SPACE) as points of the mood space."""
    return np.asarray((values - _OFFSETS) / _SCALES, dtype=np.float64)


def one_thread() -> AbstractContextManager[object]:
    """Keeps NumPy and scikit-learn to one thread: sums of several differ in their last bits.

    Beside other work several are slow, too: k-means waits for the slowest at each of its steps.
    """
    import sklearn.cluster  # noqa: F401  # only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limits


def possible(points: Matrix, k: int) -> int:
    """So many moods, or as many as there are different songs."""
    return max(1, min(k, len(np.unique(points, axis=0))))


def k_means(points: Matrix, k: int, seed: int, restarts: int = _RESTARTS) -> Matrix:
    """Centres of the best of several k-means runs, in mood space."""
    from sklearn.cluster import KMeans  # takes a second to import, and most runs fit nothing

    model = KMeans(k, n_init=restarts, random_state=seed).fit(points)
    return np.asarray(model.cluster_centers_, dtype=np.float64)


def moved(points: Matrix, start: Matrix) -> Matrix:
    """Where k-means brings centres that start here."""
    from sklearn.cluster import KMeans

    model = KMeans(len(start), init=start, n_init=1).fit(points)
    return np.asarray(model.cluster_centers_, dtype=np.float64)


def nearest_centres(points: Matrix, centres: Matrix) -> tuple[Labels, Matrix]:
    """For each point the number of its nearest centre (the lowest of equals), and the distance."""
    squares = np.stack([((points - centre) ** 2).sum(axis=1) for centre in centres])
    labels = squares.argmin(axis=0)
    return labels, np.sqrt(np.take_along_axis(squares, labels[None], axis=0)[0])


def fit(values: Matrix, k: int, seed: int) -> Matrix:
    """Centres of k moods in feature units, by falling energy; fewer where songs are all alike.

    Rounded: the same rows give the same moods on every machine.

    Args:
        values: rows × the features of SPACE, in feature units, in a total order.
        k: how many moods.
        seed: of the starts.
    """
    points = coordinates(values)
    with one_thread():
        return tidy(k_means(points, possible(points, k), seed))


def tidy(points: Matrix) -> Matrix:
    """Centres in mood space as feature values, rounded, by falling energy."""
    centres: Matrix = np.round(points * _SCALES + _OFFSETS, 6)
    return np.asarray(centres[np.lexsort((centres[:, 0], -centres[:, 1]))])

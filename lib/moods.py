"""Moods: k-means in a feature space with fixed scales, and names from the valence-energy plane.

Scales are fixed rather than fitted, so a distance means the same in every lake and a new song
never moves an old one. The plane is Russell's circumplex (A circumplex model of affect, 1980) as
music research uses it: valence for pleasure, energy for arousal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
#: Rows on which a silhouette is measured: it compares all pairs.
_SILHOUETTE_ROWS = 3_000
_RESTARTS = 4

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Prototype:
    """A mood that people have a word for, and where it lies in feature units."""

    mood: str
    about: str
    centre: tuple[float, float, float, float, float, float]


#: valence, energy, danceability, acousticness, instrumentalness, tempo
PROTOTYPES = (
    Prototype("Euphoric", "bright and driving", (0.80, 0.85, 0.65, 0.10, 0.02, 130)),
    Prototype("Feel-good groove", "happy and made to move to", (0.78, 0.65, 0.75, 0.25, 0.02, 112)),
    Prototype("Sunny acoustic", "warm, light and unplugged", (0.68, 0.42, 0.58, 0.70, 0.02, 112)),
    Prototype("High energy", "fast, loud, in between", (0.45, 0.88, 0.58, 0.06, 0.05, 132)),
    Prototype("Dark and intense", "heavy, tense and loud", (0.22, 0.88, 0.42, 0.05, 0.20, 128)),
    Prototype("Club trance", "electronic drive without words", (0.30, 0.82, 0.66, 0.06, 0.75, 128)),
    Prototype("Instrumental groove", "wordless and cheerful", (0.70, 0.62, 0.66, 0.35, 0.75, 116)),
    Prototype("Laid-back", "easy, mid-paced, balanced", (0.48, 0.55, 0.64, 0.30, 0.03, 112)),
    Prototype("Bittersweet", "moody, with some drive", (0.28, 0.58, 0.56, 0.22, 0.04, 120)),
    Prototype("Melancholic", "low, soft and sad", (0.26, 0.32, 0.50, 0.72, 0.03, 112)),
    Prototype("Tender", "quiet and hopeful", (0.42, 0.28, 0.48, 0.85, 0.04, 108)),
    Prototype("Calm and wordless", "still, to focus or sleep", (0.22, 0.18, 0.36, 0.88, 0.82, 100)),
)  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """Centres in feature units, by falling energy, and how well they part the sample."""

    centres: Matrix
    silhouette: float | None


def coordinates(values: Matrix) -> Matrix:
    """Feature values (rows × the features of SPACE) as points of the mood space."""
    offset, scale = np.array(list(SPACE.values())).T
    return np.asarray((values - offset) / scale, dtype=np.float64)


def fit(values: Matrix, ks: Sequence[int], seed: int) -> Fit:
    """Fits k-means for each k that the rows allow, and keeps the k of the best silhouette.

    One thread and rounded centres: the same rows give the same moods on every machine.

    Args:
        values: rows × the features of SPACE, in feature units, in a total order.
        ks: numbers of moods to try, ascending.
        seed: of the starts.
    """
    from sklearn.cluster import KMeans  # takes a second to import, and most runs fit nothing
    from threadpoolctl import threadpool_limits

    points = coordinates(values)
    distinct = len(np.unique(points, axis=0))
    best: tuple[float, Matrix] | None = None
    with threadpool_limits(limits=1):
        for k in [k for k in ks if k <= distinct] or [max(1, min(distinct, ks[0]))]:
            model = KMeans(k, n_init=_RESTARTS, random_state=seed).fit(points)
            score = _silhouette(points, model.labels_, seed)
            if best is None or score > best[0]:
                best = (score, model.cluster_centers_)
    assert best is not None
    offset, scale = np.array(list(SPACE.values())).T
    centres = np.round(best[1] * scale + offset, 6)
    order = np.lexsort((centres[:, 0], -centres[:, 1]))
    return Fit(centres[order], None if best[0] < -1 else round(best[0], 6))


def _silhouette(points: Matrix, labels: NDArray[np.int32], seed: int) -> float:
    """Silhouette on the first rows, whose order is as good as random; -2 where undefined."""
    from sklearn.metrics import silhouette_score

    some = slice(0, _SILHOUETTE_ROWS)
    found = len(np.unique(labels[some]))
    if found < 2 or found >= len(points[some]):
        return -2.0
    return float(silhouette_score(points[some], labels[some], random_state=seed))


def names(centres: Matrix) -> list[Prototype]:
    """A different mood for each centre, so that all centres together lie nearest to their names."""
    from scipy.optimize import linear_sum_assignment

    ideal = coordinates(np.array([prototype.centre for prototype in PROTOTYPES], dtype=np.float64))
    gaps = np.linalg.norm(coordinates(centres)[:, None, :] - ideal[None, :, :], axis=2)
    _, chosen = linear_sum_assignment(gaps**2)
    return [PROTOTYPES[place] for place in chosen]

"""Songs scattered around moods that have a name."""

from __future__ import annotations

import numpy as np

from lib.mood_names import PROTOTYPES
from lib.moods import SPACE, Matrix

EUPHORIC, TENDER, TRANCE = (
    next(p.centre for p in PROTOTYPES if p.mood == mood)
    for mood in ("Euphoric", "Tender", "Club trance")
)


def around(*centres: tuple[float, ...], songs: int = 40, spread: float = 0.01) -> Matrix:
    """Songs scattered around each centre, the same ones at every call."""
    scatter = np.random.default_rng(5).normal(size=(len(centres) * songs, len(SPACE)))
    scale = np.array([scale for _, scale in SPACE.values()])
    return np.repeat(np.array(centres), songs, axis=0) + scatter * spread * scale

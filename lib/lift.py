"""A path of songs from a low mood to a bright one, through the plane of valence and energy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: The path leads between these quantiles of the songs: their extremes are often odd ones.
_LOW, _HIGH = 0.1, 0.9
#: A shorter way is no lift.
_SHORTEST = 0.3
#: A song that is new has to lie this much nearer to be taken: a mood is led by what one knows.
_NEW = 0.1
_DECIMALS = 9


def path(points: Floats, artists: NDArray[Any], is_new: Rows, steps: int, per_artist: int) -> Rows:
    """Places of the songs, each brighter than the one before.

    Waypoints lie evenly on a straight line; each takes the nearest song that is left.

    Args:
        points: songs × (valence, energy), 0-1, in any order; of equally near ones the first.
        artists: of each song.
        is_new: 1 where the listener has never heard it.
        steps: songs at most.
        per_artist: of one artist at most.

    Returns:
        None where all songs are much alike.
    """
    if not len(points):
        return np.empty(0, np.int64)
    low, high = np.quantile(points, _LOW, axis=0), np.quantile(points, _HIGH, axis=0)
    way = high - low
    if float(np.hypot(*way)) < _SHORTEST:
        return np.empty(0, np.int64)
    taken: list[int] = []
    is_left = np.ones(len(points), dtype=bool)
    for share in np.linspace(0, 1, steps):
        if not is_left.any():
            break
        far = np.hypot(*(points - (low + share * way)).T) + _NEW * is_new
        # Another artist than the one before, while there is one.
        other = is_left & (artists != artists[taken[-1]]) if taken else is_left
        far = np.where(other if other.any() else is_left, np.round(far, _DECIMALS), np.inf)
        song = int(far.argmin())
        taken.append(song)
        is_left[song] = False
        if sum(artists[other] == artists[song] for other in taken) >= per_artist:
            is_left &= artists != artists[song]
    chosen = np.array(taken, dtype=np.int64)
    # Nearest songs may lie a little behind the one before: by how far along the way they are.
    along = np.round(points[chosen] @ way, _DECIMALS)
    return np.asarray(chosen[np.lexsort((chosen, along))])

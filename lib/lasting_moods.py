"""Moods that last: how the moods of one fit are known again in the next.

A listener who calls a song Tender today should find it Tender tomorrow. So centres stay as they are
while they explain the songs about as well as new ones would, and new centres near old ones take
over their ids and names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lib.mood_names import names
from lib.moods import Matrix, coordinates, fit, moved, nearest_centres, one_thread, tidy

#: How much larger the squared distances of songs from their centres may be before the centres
#: move. Another mood more or less is worth 6 to 10 % on the Kaggle catalogue.
_SLACK = 0.03
#: Beyond this distance in mood space a centre is of another mood: half the way between neighbours
#: (0.55 to 0.9 on the Kaggle catalogue).
_SAME_MOOD = 0.3


@dataclass(frozen=True)
class Mood:
    """A mood and its identity; the centre is in feature units, in the order of SPACE."""

    cluster_id: int
    mood: str
    about: str
    centre: tuple[float, ...]


def lasting_centres(values: Matrix, k: int, seed: int, earlier: Sequence[Mood]) -> Matrix:
    """Centres of k moods in feature units: of before, moved from there, or new.

    The first of these that is as good as the best, but for a slack; of before only where there
    were as many, each of which still has a song.

    Args:
        values: rows × the features of SPACE, in a total order.
        k: how many moods.
        seed: of the starts.
        earlier: the moods of before; none at first.
    """
    fresh = fit(values, k, seed)
    if len(earlier) != len(fresh):
        return fresh
    points = coordinates(values)
    old = np.array([mood.centre for mood in earlier])
    with one_thread():
        offers = [old, tidy(moved(points, coordinates(old))), fresh]
    spreads = [_spread(points, coordinates(centres)) for centres in offers]
    enough = min(spreads) * (1 + _SLACK)
    return next(o for o, spread in zip(offers, spreads, strict=True) if spread <= enough)


def _spread(points: Matrix, centres: Matrix) -> float:
    """Squared distances of songs from their centres, in sum; infinite if a centre has no song."""
    labels, distances = nearest_centres(points, centres)
    if len(np.unique(labels)) < len(centres):
        return np.inf
    return float((distances**2).sum())


def identified(centres: Matrix, earlier: Sequence[Mood], next_id: int) -> list[Mood]:
    """Gives each centre the id and name of the nearest mood of before, or new ones.

    Nearest are all together (the Hungarian method), and none beyond a limit. A mood that finds no
    centre is gone: no other gets its id, now or later, nor its name in this turn.

    Args:
        centres: rows × the features of SPACE, in feature units, by falling energy.
        earlier: the moods of before; none at first.
        next_id: the first id that no mood ever had.

    Returns:
        A mood for each centre, in their order.
    """
    same = _same(centres, earlier)
    new = [row for row in range(len(centres)) if row not in same]
    given = names(centres[new], taken=[mood.mood for mood in earlier])
    ids = range(next_id, next_id + len(new))
    found = {row: (earlier[at].cluster_id, earlier[at].mood, earlier[at].about)
             for row, at in same.items()}  # fmt: skip
    found |= {
        row: (number, name.mood, name.about)
        for row, number, name in zip(new, ids, given, strict=True)
    }
    return [Mood(*found[row], tuple(map(float, centre))) for row, centre in enumerate(centres)]


def _same(centres: Matrix, earlier: Sequence[Mood]) -> dict[int, int]:
    """Rows of centres, and places among the earlier moods, that are one mood."""
    from scipy.optimize import linear_sum_assignment

    if not earlier:
        return {}
    old = coordinates(np.array([mood.centre for mood in earlier]))
    gaps = np.linalg.norm(coordinates(centres)[:, None, :] - old[None, :, :], axis=2)
    # Capped: how far beyond the limit a pair lies must not decide over those within it.
    pairs = zip(*linear_sum_assignment(np.minimum(gaps, _SAME_MOOD)), strict=True)
    return {int(row): int(at) for row, at in pairs if gaps[row, at] < _SAME_MOOD}

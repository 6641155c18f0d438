"""The best of what a history has not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lib.recommend.interactions import Weights
from lib.recommend.model import Scorer, Scores

#: Scores that are held at a time: 16 MB in single precision, and a few copies of them.
_SCORES_AT_ONCE = 4_000_000
_USERS_AT_ONCE = 1_000

Columns = NDArray[np.intp]


def blocks(weights: Weights) -> Iterator[slice]:
    """Rows in blocks whose scores fit in memory."""
    users, items = weights.shape
    at_once = max(1, min(_USERS_AT_ONCE, _SCORES_AT_ONCE // max(items, 1)))
    for start in range(0, users, at_once):
        yield slice(start, min(start + at_once, users))


def hide_seen(scores: Scores, histories: Weights) -> Scores:
    """The same array, with -inf for what is in a row's history."""
    user_of = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    scores[user_of, histories.indices] = -np.inf
    return scores


def best(scores: Scores, k: int) -> list[Columns]:
    """Of each row the k columns of the highest scores, best first; of equal ones the first.

    A score of -inf is never among them, so that a row may have fewer.
    """
    k = min(k, scores.shape[1])
    if not k:
        return [np.zeros(0, np.intp) for _ in scores]
    least = np.partition(scores, -k, axis=1)[:, -k]
    found = []
    for row, limit in zip(scores, least, strict=True):
        columns = np.flatnonzero((row >= limit) & (row > -np.inf))
        found.append(columns[np.lexsort((columns, -row[columns]))[:k]])
    return found


def recommend(scorer: Scorer, histories: Weights, k: int) -> list[tuple[Columns, Scores]]:
    """What each user should hear next, of what they have not heard.

    Args:
        scorer: a fitted model, e.g. `Songlake().fit(weights)`.
        histories: users × items, CSR: rows of the matrix it was fitted on, or of other users.
        k: how many at most.

    Returns:
        Of each row the items' columns, best first, and their scores.
    """
    found = []
    for rows in blocks(histories):
        scores = hide_seen(scorer.scores(histories[rows]), histories[rows])
        chosen = best(scores, k)
        found += [(columns, row[columns]) for columns, row in zip(chosen, scores, strict=True)]
    return found

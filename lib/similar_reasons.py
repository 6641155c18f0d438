"""Why a song is like another, in words: the genre they share and the features that are closest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from scipy import sparse

from lib.song_vectors import Floats, Rows, SongVectors

#: Features that a reason names at most.
_NAMED = 3
#: Standard deviations that a listener takes for the same.
_SAME = 0.1


def reasons(vectors: SongVectors, features: Sequence[str], these: Rows, those: Rows) -> pa.Array:
    """A reason for each pair, e.g. `both techno; close in energy, tempo and valence`.

    Of features that are as close as an ear can tell, those come first in which the song is least
    ordinary: that neither has a singer says more than that both are loud like most.

    Args:
        vectors: the songs.
        features: names of the columns of `vectors.scores`.
        these: the songs that the lists are of.
        those: the similar songs.
    """
    genre = _rarest_common(vectors.genres, these, those)
    closest = _closest(vectors.scores, these, those)
    codes = genre + 1
    for column in closest.T:
        codes = codes * (len(features) + 1) + column
    texts, place = np.unique(codes, return_inverse=True)
    _, first = np.unique(place, return_index=True)
    said = [
        _said(
            vectors.genre_names[genre[row]] if genre[row] >= 0 else None,
            [features[feature] for feature in closest[row] if feature < len(features)],
        )
        for row in first
    ]
    assert len(said) == len(texts)
    return pa.array(said, pa.string()).take(pa.array(place))


def _closest(scores: Floats, these: Rows, those: Rows) -> Rows:
    """Columns of the closest features, closest first; the number of features where none is left."""
    gaps = np.abs(scores[these] - scores[those])
    # Known gaps in steps that can be heard; within a step by how unusual the song is.
    order = np.floor(gaps / _SAME) - np.minimum(np.abs(scores[these]), 9.9) / 10
    order[np.isnan(gaps)] = np.inf
    closest = np.argsort(order, axis=1, kind="stable")[:, :_NAMED]
    known = np.isfinite(np.take_along_axis(order, closest, axis=1))
    return np.where(known, closest, scores.shape[1])


def _rarest_common(genres: sparse.csr_matrix, these: Rows, those: Rows) -> Rows:
    """Column of the genre that both have and fewest songs have; -1 where they share none."""
    has = sparse.csr_matrix(
        (np.ones(genres.nnz), genres.indices, genres.indptr), shape=genres.shape
    )
    songs_of = np.asarray(has.sum(axis=0)).ravel()
    common = has[these].multiply(has[those]).tocsr()
    rows = np.repeat(np.arange(len(these)), np.diff(common.indptr))
    order = np.lexsort((common.indices, songs_of[common.indices], rows))
    found = np.full(len(these), -1, dtype=np.int64)
    # Written last to first, so that the rarest, which comes first, stays.
    found[rows[order][::-1]] = common.indices[order][::-1]
    return found


def _said(genre: str | None, features: Sequence[str]) -> str:
    *others, last = features or ["none that both tell"]
    close = f"close in {', '.join(others)} and {last}" if others else f"close in {last}"
    return f"both {genre}; {close}" if genre else close

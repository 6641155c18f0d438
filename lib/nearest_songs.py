"""Each song's nearest songs, exactly, with a cap per artist.

Every song is compared with those that share a genre with it. What shares none is at least the
weight of a genre away, so most lists are complete by then; only songs that live apart from their
genre are compared with all. Comparing is a product of float32 matrices that lets through whatever
may be near enough, by a bound that no rounding breaks; float64 then ranks what came through.

A list takes the nearest songs in turn and passes over those whose artist has had their share. Its
last song is no farther than that of a list drawn from fewer songs (the sets that a cap allows form
a matroid, whose greedy bases improve place by place as it grows), so any such list is a bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lib.computed_once import computed_once
from lib.similar_lists import Lists, places, places_in_rows
from lib.song_vectors import Floats, Rows, SongVectors

Singles = NDArray[np.float32]
Pairs = tuple[Rows, Rows]

#: Entries of one matrix of distances: 4 MB, which stays in a core's cache.
_BLOCK = 1_000_000
_BLOCK_ROWS = 256
#: Songs, evenly spread, whose list is a bound for a song whose genres give none.
_SPREAD = 4_096
#: Pairs let through before they are ranked and the needless ones dropped.
_WAITING = 4_000_000

_NOBODY = np.empty(0, np.int64)


@dataclass(frozen=True)
class NearestSongs:
    """Finds the lists of some songs among all.

    Attributes:
        vectors: all songs.
        artists: a number for the artist of each.
        k: songs in a list.
        per_artist: songs of one artist in a list at most, the song's own artist included.
    """

    vectors: SongVectors
    artists: Rows
    k: int
    per_artist: int

    def lists(self, songs: Rows) -> Lists:
        """The lists of these songs, which are found fastest where they share their genres."""
        if not len(songs):
            return self.ranked([])
        sets = self.vectors.genre_sets[songs]
        songs = songs[np.argsort(sets, kind="stable")]
        bounds = np.full(len(self.vectors), np.inf)
        pairs: list[Pairs] = []
        for alike in np.split(songs, np.flatnonzero(np.diff(np.sort(sets))) + 1):
            pairs += self._of_its_genres(alike, bounds)
        return self.ranked(pairs + self._of_no_such_genre(songs, bounds))

    def ranked(self, pairs: list[Pairs]) -> Lists:
        """The lists that these pairs hold; no pair may come twice."""
        songs, similar = (
            np.concatenate([_NOBODY, *(pair[side] for pair in pairs)]) for side in (0, 1)
        )
        squared = self.vectors.squared_distances(songs, similar)
        order = np.lexsort((similar, squared, songs))
        songs, similar, squared = songs[order], similar[order], squared[order]
        by_artist = np.lexsort((self.artists[similar], songs))
        of_artist = np.empty(len(songs), np.int64)
        of_artist[by_artist] = places(songs[by_artist], self.artists[similar[by_artist]])
        kept = of_artist < self.per_artist
        songs, similar, squared = songs[kept], similar[kept], squared[kept]
        ranks = places(songs) + 1
        kept = ranks <= self.k
        return Lists(songs[kept], similar[kept], squared[kept], ranks[kept])

    def _of_its_genres(self, songs: Rows, bounds: Floats) -> list[Pairs]:
        """Pairs that may be in the lists of songs of one set of genres; sets their bounds."""
        genres = self.vectors.genres[songs[0]].indices
        shares = np.zeros(len(self.vectors), dtype=bool)
        for genre in genres:
            shares[self._members(genre)[0]] = True
        columns = np.flatnonzero(shares)
        right = self._right(columns, genres)
        pairs = []
        rows = max(1, min(_BLOCK_ROWS, _BLOCK // max(1, len(columns))))
        for start in range(0, len(songs), rows):
            some = songs[start : start + rows]
            squared = self._left(some, genres) @ right
            bound = self._bound(some, columns, squared)
            bounds[some] = bound + self._slack(some, len(genres))
            pairs.append(_through(some, columns, squared <= bounds[some, None]))
        return pairs

    def _of_no_such_genre(self, songs: Rows, bounds: Floats) -> list[Pairs]:
        """Pairs without a common genre that may be in the lists of songs with these bounds."""
        lengths = self.vectors.genre_lengths
        pairs: list[Pairs] = []
        for columns, right in self._classes:
            apart = lengths[songs] + lengths[columns].min(initial=np.inf)
            open_ = songs[bounds[songs] >= apart]
            for start in range(0, len(open_), _BLOCK_ROWS):
                some = open_[start : start + _BLOCK_ROWS]
                spread = self._spread_bound(some) + self._slack(some, 0)
                # No two songs are farther apart than this.
                farthest = 1 + 2 * (self._lengths[some] + self._lengths.max())
                bounds[some] = np.minimum(np.minimum(bounds[some], spread), farthest)
                left = self._left(some, [])
                left[:, -1] -= (bounds[some] + self._slack(some, 0)).astype(np.float32)
                width = _BLOCK // _BLOCK_ROWS
                for first in range(0, len(columns), width):
                    part = slice(first, first + width)
                    a, b = _through(some, columns[part], left @ right[:, part] <= 0)
                    strangers = self._common_genres(a, b) == 0
                    pairs.append((a[strangers], b[strangers]))
                if sum(len(a) for a, _ in pairs) > _WAITING:
                    best = self.ranked(pairs)
                    pairs = [(best.songs, best.similar)]
        return pairs

    def _bound(self, songs: Rows, columns: Rows, squared: Singles) -> Floats:
        """Squared distance of the last song of each list drawn from some columns; inf if short."""
        bounds = np.full(len(songs), np.inf)
        own = np.searchsorted(columns, songs)
        itself = columns[np.minimum(own, len(columns) - 1)] == songs if len(columns) else []
        squared[np.flatnonzero(itself), own[itself]] = np.inf
        short, width = np.arange(len(songs)), 0
        while len(short) and width < len(columns):
            width = min(4 * width or 2 * self.k + 8, len(columns))
            near = np.argpartition(squared[short], width - 1, axis=1)[:, :width]
            far = np.take_along_axis(squared[short], near, axis=1)
            order = np.argsort(far, axis=1)
            far = np.take_along_axis(far, order, axis=1)
            artists = self.artists[columns[np.take_along_axis(near, order, axis=1)]]
            nth = np.cumsum(places_in_rows(artists) < self.per_artist, axis=1)
            full = nth[:, -1] >= self.k
            last = np.argmax(nth >= self.k, axis=1)
            bounds[short] = np.where(full, far[np.arange(len(short)), last], np.inf)
            short = short[~full]
        return bounds

    def _spread_bound(self, songs: Rows) -> Floats:
        """A bound from songs spread over the catalogue, as if none had a common genre."""
        step = max(1, len(self.vectors) // _SPREAD)
        columns = np.arange(0, len(self.vectors), step)
        return self._bound(songs, columns, self._left(songs, []) @ self._right(columns, []))

    def _slack(self, songs: Rows, genres: int) -> Floats:
        """What float32 may be wrong by: twice its error bound for |a|² + |b|² - 2ab, and more."""
        terms = self.vectors.points.shape[1] + genres + 10
        unit = float(np.finfo(np.float32).eps)
        slack: Floats = 1e-6 + 2 * terms * unit * (self._lengths[songs] + self._lengths.max())
        return slack

    def _left(self, songs: Rows, genres: Rows | list[int]) -> Singles:
        """Rows that, times the columns of `_right`, are squared distances.

        Of genres only those named count; others are as if not shared.
        """
        lengths = self._lengths[songs, None].astype(np.float32)
        points = np.hstack([self._points[songs], *self._genre_columns(songs, genres)])
        return np.hstack([-2 * points, np.ones_like(lengths), lengths])

    def _right(self, songs: Rows, genres: Rows | list[int]) -> Singles:
        lengths = self._lengths[songs, None].astype(np.float32)
        points = (self._points[songs], *self._genre_columns(songs, genres))
        return np.ascontiguousarray(np.hstack([*points, lengths, np.ones_like(lengths)]).T)

    def _genre_columns(self, songs: Rows, genres: Rows | list[int]) -> list[Singles]:
        columns = []
        for genre in genres:
            members, values = self._members(genre)
            rows = np.minimum(np.searchsorted(members, songs), len(members) - 1)
            columns.append(np.where(members[rows] == songs, values[rows], np.float32(0)))
        return [column[:, None] for column in columns]

    def _members(self, genre: int) -> tuple[Rows, Singles]:
        """Songs that have a genre, in order, and their entries."""
        start, end = self._by_genre.indptr[genre : genre + 2]
        return self._by_genre.indices[start:end], self._by_genre.data[start:end]

    def _common_genres(self, these: Rows, those: Rows) -> Rows:
        common: Rows = np.asarray(self._has[these].multiply(self._has[those]).sum(axis=1)).ravel()
        return common

    @computed_once
    def _lengths(self) -> Floats:
        """Squared lengths of the songs' vectors, genres included."""
        points = self.vectors.points
        lengths: Floats = np.einsum("ij,ij->i", points, points) + self.vectors.genre_lengths
        return lengths

    @computed_once
    def _has(self) -> sparse.csr_matrix:
        """Which song has which genre: ones, however little genres weigh."""
        has = self.vectors.genres.astype(np.int32)
        has.data[:] = 1
        return has

    @computed_once
    def _points(self) -> Singles:
        return self.vectors.points.astype(np.float32)

    @computed_once
    def _by_genre(self) -> sparse.csc_matrix:
        return self.vectors.genres.astype(np.float32).tocsc()

    @computed_once
    def _classes(self) -> list[tuple[Rows, Singles]]:
        """Songs with genres, and songs without: each class, and its matrix."""
        told = np.diff(self.vectors.genres.indptr) > 0
        classes = [np.flatnonzero(told), np.flatnonzero(~told)]
        return [(songs, self._right(songs, [])) for songs in classes if len(songs)]


def _through(songs: Rows, columns: Rows, near: NDArray[np.bool_]) -> Pairs:
    """The pairs that a matrix lets through, but for a song and itself."""
    rows, found = np.divmod(np.flatnonzero(near), max(1, len(columns)))
    these, those = songs[rows], columns[found]
    return these[these != those], those[these != those]

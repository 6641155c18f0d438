"""Each song's nearest songs in a catalogue too large to compare all with all: by an HNSW graph.

Malkov and Yashunin, Efficient and robust approximate nearest neighbor search using Hierarchical
Navigable Small World graphs (2018), as faiss has it. The graph proposes, exact distances rank: a
list may lack a song that belongs in it, which `recall` measures, and tells nothing wrong of those
that it has. One thread builds the graph: with more of them, no two graphs are alike.

Songs of a genre lie side by side in the graph, and come in one after the other: what a search looks
at is mostly in a core's cache, and twice the songs take little more than twice the time. A sample
of all songs comes first, so that the graph spans the catalogue from the start.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.computed_once import computed_once
from lib.nearest_songs import NearestSongs
from lib.similar_lists import Lists
from lib.song_vectors import Rows, SongVectors

#: Links of a song in the graph, and how many songs are looked at while it is built and searched.
_LINKS, _BUILDING, _SEARCHING = 16, 60, 96
#: Share of the songs that come into the graph first, and how many of the others do at once: faiss
#: shuffles those that come together.
_FIRST, _AT_ONCE = 0.1, 2_000
#: Genres are told in so many numbers: a random projection keeps their distances near enough.
_GENRE_NUMBERS = 48
_SEED = 7


@dataclass(frozen=True)
class ApproximateSongs:
    """Finds lists as NearestSongs does, nearly.

    Attributes:
        exact: the catalogue, and what a list is.
        order: the song at each place of the graph.
        graph: the index as faiss writes it.
    """

    exact: NearestSongs
    order: Rows
    graph: NDArray[np.uint8]

    @property
    def vectors(self) -> SongVectors:
        """All songs."""
        return self.exact.vectors

    def lists(self, songs: Rows) -> Lists:
        """The lists of these songs; where a cap leaves one short, more are asked for.

        The graph may not lead to all songs: the few lists that stay short are made exactly.
        """
        found = []
        for wanted in (2 * self.exact.k + 1, 8 * self.exact.k + 1):
            lists = self.exact.ranked([self._proposed(songs, min(wanted, len(self.vectors)))])
            sizes = np.bincount(lists.songs, minlength=len(self.vectors))[songs]
            done = sizes == self.exact.k
            found.append(lists.of(songs[done]))
            songs = songs[~done]
        return Lists.together([*found, self.exact.lists(songs)])

    def _proposed(self, songs: Rows, wanted: int) -> tuple[Rows, Rows]:
        import faiss

        faiss.omp_set_num_threads(1)  # Spark runs a worker on each core
        self._index.hnsw.efSearch = max(_SEARCHING, wanted)
        _, others = self._index.search(self._numbers[songs], wanted)
        these, places = np.repeat(songs, wanted), others.ravel()
        those = self.order[places]
        pairs = (places >= 0) & (these != those)
        return these[pairs], those[pairs]

    @computed_once
    def _numbers(self) -> NDArray[np.float32]:
        return _numbers(self.vectors)

    @computed_once
    def _index(self) -> Any:
        import faiss

        return faiss.deserialize_index(self.graph)


def approximate(exact: NearestSongs) -> ApproximateSongs:
    """Builds the graph."""
    import faiss

    order, first = _order(exact.vectors)
    numbers = _numbers(exact.vectors)[order]
    faiss.omp_set_num_threads(1)
    index = faiss.IndexHNSWFlat(numbers.shape[1], _LINKS)
    index.hnsw.efConstruction = _BUILDING
    for some in np.split(numbers, range(first, len(numbers), _AT_ONCE)):
        index.add(some)
    return ApproximateSongs(exact, order, faiss.serialize_index(index))


def _order(vectors: SongVectors) -> tuple[Rows, int]:
    """Songs in the order that they come into the graph, and how many of them span it."""
    count = len(vectors)
    first = math.ceil(_FIRST * count)
    spans = np.zeros(count, dtype=bool)
    spans[np.random.default_rng(_SEED).choice(count, first, replace=False)] = True
    order = vectors.by_genres
    return np.concatenate([order[spans[order]], order[~spans[order]]]), first


def recall(found: ApproximateSongs, sample: int) -> float:
    """Share of the songs of exact lists that the graph finds too, over so many songs."""
    count = len(found.vectors)
    songs = np.sort(np.random.default_rng(_SEED).choice(count, min(sample, count), replace=False))
    exact, near = found.exact.lists(songs), found.lists(songs)
    # A song as near as the last of the exact list is as good as it.
    farthest = np.zeros(count)
    np.maximum.at(farthest, exact.songs, exact.squared)
    hits = int((near.squared <= farthest[near.songs]).sum())
    return hits / max(1, len(exact.songs))


def _numbers(vectors: SongVectors) -> NDArray[np.float32]:
    """Points for the graph: features, mood, and genres in a few numbers."""
    genres = vectors.genres
    if genres.shape[1] > _GENRE_NUMBERS:
        shape = (genres.shape[1], _GENRE_NUMBERS)
        genres = genres @ np.random.default_rng(_SEED).normal(0, _GENRE_NUMBERS**-0.5, shape)
    else:
        genres = genres.toarray()
    return np.ascontiguousarray(np.hstack([vectors.points, genres]), dtype=np.float32)

"""gold.track_recommendations against faiss's flat index on the same vectors, side by side.

faiss gets the vectors as one float32 matrix in memory, all cores, and is asked for the nearest k
and the song itself: no reading, no cap per artist, no reasons, no rows. Songlake's time is that of
the whole job: reading the tables, making the vectors, broadcast, workers, caps, reasons, and every
row of the result handed back to Spark (not written). They run in turns. Then lists are compared
with brute force in float64 on a sample, and the approximate index is measured on the catalogue
multiplied by jittered copies: one size, and twice that.
"""

from __future__ import annotations

import statistics
import sys
import time

import faiss
import numpy as np
import pyarrow as pa

from benchmarks.catalogue import arguments, make_all, seconds, tables
from jobs.gold.track_recommendations import JOB, catalogue, exact_finder
from lib.approximate_songs import approximate, recall
from lib.nearest_songs import NearestSongs
from lib.settings import Settings
from lib.song_vectors import SongVectors, Weights

MOST_OF_FAISS = 1.0
MOST_OF_DOUBLING = 2.4
SAMPLE = 2_000
ROUNDS = 3
#: Sizes of the approximate index, in catalogues.
COPIES = (2, 4)


def main() -> int:
    given = arguments(__doc__).parse_args()
    with tables(given, JOB) as (_, settings, frames):
        known = catalogue(*frames)
        finder = _finder(known, settings)
        vectors = np.hstack([finder.vectors.points, finder.vectors.genres.toarray()])
        print(f"{len(vectors):,} songs in {vectors.shape[1]} dimensions", flush=True)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(seconds(lambda: make_all(JOB, frames, settings)))
            theirs.append(seconds(lambda: _flat(vectors, finder.k)))
            print(f"  songlake {ours[-1]:6.1f} s   faiss {theirs[-1]:6.1f} s", flush=True)
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"ratio of medians: {ratio:.2f} (at most {MOST_OF_FAISS} is wanted)")
    wrong = _differences(finder, vectors)
    print(f"lists unlike float64 brute force, of {SAMPLE:,}: {wrong} (0 is wanted)", flush=True)
    doubling = _doubling(finder)
    print(f"twice the songs take {doubling:.2f} times as long (at most {MOST_OF_DOUBLING})")
    return 0 if ratio <= MOST_OF_FAISS and not wrong and doubling <= MOST_OF_DOUBLING else 1


def _finder(known: pa.Table, settings: Settings) -> NearestSongs:
    told = settings.similar
    weights = Weights(told.features.model_dump(), told.genre, told.mood)
    return exact_finder(known, weights, told.k, told.per_artist)


def _flat(vectors: np.ndarray, k: int) -> None:
    singles = np.ascontiguousarray(vectors, dtype=np.float32)
    index = faiss.IndexFlatL2(singles.shape[1])
    index.add(singles)
    index.search(singles, k + 1)


def _differences(finder: NearestSongs, vectors: np.ndarray) -> int:
    """Sampled songs whose list has other distances than that of brute force."""
    rng = np.random.default_rng(0)
    songs = np.sort(rng.choice(len(vectors), min(SAMPLE, len(vectors)), replace=False))
    found = finder.lists(songs)
    wrong = 0
    for song in songs:
        squared = ((vectors - vectors[song]) ** 2).sum(axis=1)
        had: dict[int, int] = {}
        expected: list[float] = []
        for other in np.argsort(squared, kind="stable"):
            artist = int(finder.artists[other])
            if other != song and had.get(artist, 0) < finder.per_artist:
                had[artist] = had.get(artist, 0) + 1
                expected.append(float(squared[other]))
            if len(expected) == finder.k:
                break
        told = found.squared[found.songs == song]
        wrong += len(told) != len(expected) or not np.allclose(told, expected, rtol=0, atol=1e-8)
    return wrong


def _doubling(finder: NearestSongs) -> float:
    """Time to index and list a larger catalogue, against one of half the songs."""
    took = []
    for copies in COPIES:
        larger = _multiplied(finder, copies)
        began = time.monotonic()
        index = approximate(larger)
        built = time.monotonic() - began
        every = larger.vectors.by_genres
        for block in np.array_split(every, len(every) // 1_000):
            index.lists(block)
        listed = time.monotonic() - began - built
        took.append(built + listed)
        print(
            f"approximate, {len(every):,} songs: built in {built:.1f} s, listed in {listed:.1f} s "
            f"on one core; recall {recall(index, 500):.4f}",
            flush=True,
        )
    return took[1] / took[0]


def _multiplied(finder: NearestSongs, copies: int) -> NearestSongs:
    """The catalogue several times over, each copy a little off and by artists of its own."""
    vectors = finder.vectors
    rng = np.random.default_rng(copies)
    jitter = rng.normal(0, 0.2, (copies, *vectors.points.shape))
    points = np.concatenate([vectors.points + one for one in jitter])
    genres = vectors.genres[np.tile(np.arange(len(vectors)), copies)]
    artists = [finder.artists + copy * (finder.artists.max() + 1) for copy in range(copies)]
    larger = SongVectors(points, genres, points, vectors.genre_names)
    return NearestSongs(larger, np.concatenate(artists), finder.k, finder.per_artist)


if __name__ == "__main__":
    sys.exit(main())

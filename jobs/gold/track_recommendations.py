"""Gold: the songs most similar to each song, by how they sound, their genres and their mood."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from lib.approximate_songs import ApproximateSongs, approximate, recall
from lib.job import Job
from lib.listening import is_authentic
from lib.nearest_songs import NearestSongs
from lib.no_rows import no_rows
from lib.similar_reasons import reasons
from lib.song_blocks import rows_of_blocks
from lib.song_vectors import Rows, Weights, enough_known, song_vectors
from lib.staging import MadeByWorkers
from schemas import gold, silver
from schemas.features import SIMILAR_FEATURES

_BLOCK = 1_000
#: Songs on which the recall of approximate lists is measured: within a few tenths of a percent.
_RECALL_SAMPLE = 500
_LOG = logging.getLogger(__name__)


def track_recommendations(
    songs: DataFrame,
    track_features: DataFrame,
    mood_clusters: DataFrame,
    *,
    k: int,
    per_artist: int,
    genre: float,
    mood: float,
    features: Mapping[str, float],
    exact_up_to: int,
) -> DataFrame | MadeByWorkers:
    """Lists of each song with authentic features, drawn from all such songs.

    A song is told by its best version, so that versions of one song never meet. One with synthetic
    features, none, or fewer than half of them has no list and is in none. The catalogue's vectors
    (about 200 bytes a song) pass through the driver.

    Args:
        songs: silver.songs.
        track_features: silver.track_features.
        mood_clusters: gold.mood_clusters.
        k: songs in a list.
        per_artist: songs of one artist in a list at most, the song's own artist included.
        genre: weight, see lib/song_vectors.py.
        mood: the same.
        features: the same, of each feature.
        exact_up_to: songs above which the lists are approximate.
    """
    known = catalogue(songs, track_features, mood_clusters)
    if not len(known):
        return no_rows(songs.sparkSession, gold.TRACK_RECOMMENDATIONS.ddl)
    weights = Weights({name: features[name] for name in SIMILAR_FEATURES}, genre, mood)
    exact = exact_finder(known, weights, k, per_artist)
    finder = exact if len(known) <= exact_up_to else _approximate(exact)
    told = (known[name].combine_chunks() for name in ("song_id", "title", "artist"))
    order = exact.vectors.by_genres
    blocks = np.split(order, range(_BLOCK, len(order), _BLOCK))
    schema = gold.TRACK_RECOMMENDATIONS.ddl
    return rows_of_blocks(songs.sparkSession, _Recommender(finder, *told), blocks, schema)


def catalogue(songs: DataFrame, track_features: DataFrame, mood_clusters: DataFrame) -> pa.Table:
    """Songs that have a place, in the order of their ids."""
    known = track_features.filter(is_authentic()).select("recording_id", *SIMILAR_FEATURES)
    told = (
        songs.select("song_id", "recording_id", "title", "artist", "genres")
        .join(known, on="recording_id", how="inner")
        .join(mood_clusters.select("song_id", "mood"), on="song_id", how="left")
        .select("song_id", "title", "artist", "genres", "mood", *SIMILAR_FEATURES)
    )
    table = told.toArrow().sort_by("song_id")
    return table.filter(pa.array(enough_known(_values(table))))


def exact_finder(known: pa.Table, weights: Weights, k: int, per_artist: int) -> NearestSongs:
    """What finds the lists of a catalogue's songs."""
    genres, moods = known["genres"].to_pylist(), known["mood"].to_pylist()
    vectors = song_vectors(_values(known), genres, moods, weights)
    # One artist, however their name is written.
    names = [artist.casefold() for artist in known["artist"].to_pylist()]
    artists = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return NearestSongs(vectors, artists, k, per_artist)


@dataclass(frozen=True)
class _Recommender:
    """Lists in the table's columns."""

    finder: NearestSongs | ApproximateSongs
    song_ids: pa.Array
    titles: pa.Array
    artists: pa.Array

    def rows_of(self, songs: Rows) -> pa.RecordBatch:
        lists = self.finder.lists(songs)
        similar = pa.array(lists.similar)
        said = reasons(self.finder.vectors, SIMILAR_FEATURES, lists.songs, lists.similar)
        columns = {
            "song_id": self.song_ids.take(pa.array(lists.songs)),
            "rank": pa.array(lists.ranks, pa.int32()),
            "similar_song_id": self.song_ids.take(similar),
            "similar_title": self.titles.take(similar),
            "similar_artist": self.artists.take(similar),
            "distance": pa.array(np.round(np.sqrt(lists.squared), 6)),
            "reason": said,
        }
        return pa.RecordBatch.from_pydict(columns)


def _approximate(exact: NearestSongs) -> ApproximateSongs:
    found = approximate(exact)
    _LOG.warning(
        "gold.track_recommendations: %s songs are more than similar.exact_up_to, so lists are "
        "approximate: they hold %.1f %% of the songs of exact ones (recall on a sample of %s).",
        f"{len(exact.vectors):,}",
        100 * recall(found, _RECALL_SAMPLE),
        _RECALL_SAMPLE,
    )
    return found


def _values(known: pa.Table) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    columns = [known[name].to_pandas().to_numpy(dtype="float64") for name in SIMILAR_FEATURES]
    return np.column_stack(columns)


JOB = Job(
    writes=gold.TRACK_RECOMMENDATIONS,
    reads=(silver.SONGS, silver.TRACK_FEATURES, gold.MOOD_CLUSTERS),
    transform=track_recommendations,
    settings={
        name: f"similar.{name}"
        for name in ("k", "per_artist", "genre", "mood", "features", "exact_up_to")
    },
)

if __name__ == "__main__":
    JOB.main()

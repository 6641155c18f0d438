"""Gold: similar songs by faiss's flat index, with a cap per artist.

faiss gives the nearest songs in float32; those are ranked again in float64, and a list is done
where the cap left it full and no song beyond those asked for can belong in it.
"""

from __future__ import annotations

import faiss
import numpy as np
import polars as pl
import pyarrow as pa

from lib.similar_reasons import reasons
from lib.song_vectors import SongVectors, Weights, song_vectors
from schemas.features import SIMILAR_FEATURES

K, PER_ARTIST = 20, 2
_WEIGHTS = Weights(dict.fromkeys(SIMILAR_FEATURES, 1.0), genre=2.0, mood=0.5)
#: Songs asked for at first: enough for most lists, whatever the cap takes out of them.
_ASKED = 48
#: More than float32 is wrong by in a squared distance.
_SLACK = 1e-3


def track_recommendations(
    songs: pl.DataFrame, track_features: pl.DataFrame, clusters: pl.DataFrame
) -> pl.DataFrame:
    """Lists of each song with authentic features, drawn from all such songs."""
    known = (
        songs.select("song_id", "recording_id", "title", "artist", "genres")
        .join(
            track_features.filter(pl.col("feature_source") == "kaggle").select(
                "recording_id", *SIMILAR_FEATURES
            ),
            on="recording_id",
            how="inner",
        )
        .join(clusters.select("song_id", "mood"), on="song_id", how="left")
        .sort("song_id")
    )
    vectors = song_vectors(
        known.select(*SIMILAR_FEATURES).cast(pl.Float64).to_numpy(),
        known["genres"].to_list(),
        known["mood"].to_list(),
        _WEIGHTS,
    )
    names = [artist.casefold() for artist in known["artist"]]
    these, those, squared, ranks = _lists(vectors, np.unique(names, return_inverse=True)[1])
    similar = known.select("song_id", "title", "artist")[those]
    return pl.DataFrame(
        {
            "song_id": known["song_id"].gather(these),
            "rank": ranks,
            "similar_song_id": similar["song_id"],
            "similar_title": similar["title"],
            "similar_artist": similar["artist"],
            "distance": np.round(np.sqrt(squared), 6),
            "reason": pa.chunked_array([reasons(vectors, SIMILAR_FEATURES, these, those)]),
        }
    )


def _lists(vectors: SongVectors, artists: np.ndarray) -> tuple[np.ndarray, ...]:
    """Songs, similar songs, squared distances and ranks."""
    singles = np.hstack([vectors.points, vectors.genres.toarray()]).astype(np.float32)
    index = faiss.IndexFlatL2(singles.shape[1])
    index.add(singles)
    open_, asked = np.arange(len(singles)), min(_ASKED, len(singles))
    found = []
    while len(open_):
        far, others = index.search(singles[open_], asked)
        lists = _ranked(vectors, artists, np.repeat(open_, asked), others.ravel())
        sizes = np.bincount(lists[0], minlength=len(singles))[open_]
        last = np.zeros(len(singles))
        np.maximum.at(last, lists[0], lists[2])
        done = (sizes == K) & (far[:, -1] > last[open_] + _SLACK) | (asked == len(singles))
        kept = np.isin(lists[0], open_[done])
        found.append([column[kept] for column in lists])
        open_, asked = open_[~done], min(4 * asked, len(singles))
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))


def _ranked(
    vectors: SongVectors, artists: np.ndarray, these: np.ndarray, those: np.ndarray
) -> list[np.ndarray]:
    """The lists that these pairs hold: the nearest first, no more of an artist than the cap."""
    others = these != those
    these, those = these[others], those[others]
    squared = vectors.squared_distances(these, those)
    order = np.lexsort((those, squared, these))
    these, those, squared = these[order], those[order], squared[order]
    pairs = pl.DataFrame({"song": these, "similar": those, "artist": artists[those]})
    capped = pairs.with_columns(squared=pl.Series(squared)).filter(
        pl.int_range(pl.len()).over("song", "artist") < PER_ARTIST
    )
    ranked = capped.with_columns(rank=pl.int_range(1, pl.len() + 1).over("song")).filter(
        pl.col("rank") <= K
    )
    return [ranked[name].to_numpy() for name in ("song", "similar", "squared", "rank")]

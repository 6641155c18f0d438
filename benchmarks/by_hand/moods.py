"""Gold: moods by scikit-learn's k-means, and the nearest one of each song.

`lib.moods.fit` is scikit-learn's KMeans, called with Songlake's space and its sample.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.by_hand.xxhash import xxhash64
from lib import moods

_KS = range(6, 11)
_SAMPLE, _SEED = 20_000, 7


def placeable(songs: pl.DataFrame, track_features: pl.DataFrame) -> pl.DataFrame:
    """Songs whose best version has every feature of the mood space."""
    known = track_features.select("recording_id", *moods.SPACE, "feature_source").drop_nulls()
    return songs.join(known, on="recording_id", how="inner").select(
        "song_id", "track_id", "title", "artist", *moods.SPACE, "feature_source"
    )


def mood_profiles(placed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The moods, and each song with the nearest one: gold.mood_profiles, gold.mood_clusters."""
    real = placed.filter(pl.col("feature_source") != "synthetic")
    order = np.lexsort((real["song_id"].to_numpy(), xxhash64(real["song_id"])))
    sample = real.select(*moods.SPACE).to_numpy()[order[:_SAMPLE]]
    fit = moods.fit(sample, _KS, _SEED)
    scale = np.array(list(moods.SPACE.values()))[:, 1]
    values = placed.select(*moods.SPACE).to_numpy()
    gaps = np.stack([(((values - centre) / scale) ** 2).sum(axis=1) for centre in fit.centres])
    nearest = gaps.argmin(axis=0)
    names = moods.names(fit.centres)
    clusters = placed.with_columns(
        cluster_id=pl.Series(nearest),
        mood=pl.Series(np.array([prototype.mood for prototype in names])[nearest]),
        distance=pl.Series(np.sqrt(gaps.min(axis=0))),
    )
    sizes = np.bincount(nearest, minlength=len(names))
    profiles = pl.DataFrame(
        {
            "cluster_id": range(len(names)),
            "mood": [prototype.mood for prototype in names],
            "about": [prototype.about for prototype in names],
            **dict(zip(moods.SPACE, fit.centres.T, strict=True)),
            "songs": sizes,
            "share": sizes / len(placed),
            "silhouette": fit.silhouette,
            "fitted_on": len(sample),
        }
    )
    return profiles, clusters

"""Gold: moods by scikit-learn's k-means, and the nearest one of each song.

How many moods there are and what they are called is Songlake's own music knowledge, in plain Python
over scikit-learn: `lib.mood_quality` and `lib.lasting_moods`, called on Songlake's sample.
"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import polars as pl

from benchmarks.by_hand.xxhash import xxhash64
from lib.lasting_moods import identified, lasting_centres
from lib.mood_quality import choose, measure, silhouette
from lib.moods import SPACE, coordinates, nearest_centres

_KS = range(6, 11)
_SAMPLE, _SEED = 20_000, 7


def placeable(songs: pl.DataFrame, track_features: pl.DataFrame) -> pl.DataFrame:
    """Songs whose best version has every feature of the mood space."""
    known = track_features.select("recording_id", *SPACE, "feature_source").drop_nulls()
    return songs.join(known, on="recording_id", how="inner").select(
        "song_id", "track_id", "title", "artist", "genres", *SPACE, "feature_source"
    )


def fitting_sample(placed: pl.DataFrame) -> pl.DataFrame:
    """The songs that moods are fitted on."""
    real = placed.filter(pl.col("feature_source") != "synthetic")
    order = np.lexsort((real["song_id"].to_numpy(), xxhash64(real["song_id"])))
    return real[order[:_SAMPLE]]


def mood_report(sample: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """gold.mood_report, and the number of moods that it chose."""
    found = measure(sample.select(*SPACE).to_numpy(), sample["genres"].to_list(), _KS, _SEED)
    chosen, why = choose(found, None)
    rows = [asdict(one) | {"chosen": one.k == chosen, "why": why[one.k]} for one in found]
    return pl.DataFrame(rows).with_columns(fitted_on=len(sample)), chosen


def mood_profiles(
    placed: pl.DataFrame, sample: pl.DataFrame, k: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The moods, and each song with the nearest one: gold.mood_profiles, gold.mood_clusters."""
    fitted_on = sample.select(*SPACE).to_numpy()
    centres = lasting_centres(fitted_on, k, _SEED, [])
    moods = identified(centres, [], 0)
    points = coordinates(fitted_on)
    labels, _ = nearest_centres(points, coordinates(centres))
    scale = np.array(list(SPACE.values()))[:, 1]
    values = placed.select(*SPACE).to_numpy()
    told = np.array([mood.centre for mood in moods])
    gaps = np.stack([(((values - centre) / scale) ** 2).sum(axis=1) for centre in told])
    nearest = gaps.argmin(axis=0)
    clusters = placed.with_columns(
        cluster_id=pl.Series(np.array([mood.cluster_id for mood in moods])[nearest]),
        mood=pl.Series(np.array([mood.mood for mood in moods])[nearest]),
        distance=pl.Series(np.sqrt(gaps.min(axis=0))),
    )
    sizes = np.bincount(nearest, minlength=len(moods))
    profiles = pl.DataFrame(
        {
            "cluster_id": [mood.cluster_id for mood in moods],
            "mood": [mood.mood for mood in moods],
            "about": [mood.about for mood in moods],
            **dict(zip(SPACE, told.T, strict=True)),
            "songs": sizes,
            "share": sizes / len(placed),
            "silhouette": silhouette(points, labels),
            "fitted_on": len(sample),
            "next_id": max(mood.cluster_id for mood in moods) + 1,
        }
    )
    return profiles, clusters

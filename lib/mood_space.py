"""Songs in mood space, in Spark: which can be placed, and which centre is nearest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from pyspark.sql import Column, DataFrame, functions as F

from lib.moods import SPACE, Matrix
from schemas.features import AUTHENTIC_SOURCES

#: Below this many authentic songs the invented ones help to fit: some moods are better than none.
_ENOUGH = 200


def placeable(songs: DataFrame, track_features: DataFrame) -> DataFrame:
    """Songs whose best version has every feature of the mood space.

    Returns:
        `song_id`, `track_id`, `title`, `artist`, `genres`, the features of SPACE,
        `feature_source`.
    """
    features = track_features.select("recording_id", *SPACE, "feature_source").dropna()
    return songs.join(features, on="recording_id", how="inner").select(
        "song_id", "track_id", "title", "artist", "genres", *SPACE, "feature_source"
    )


def fitting_sample(placed: DataFrame, rows: int) -> pd.DataFrame:
    """The songs to fit moods on: the same ones in the same order on every machine.

    Only authentic features, where there are enough of them: invented ones have no clusters.

    Args:
        placed: songs as from `placeable`.
        rows: how many at most; they pass through the driver.

    Returns:
        The features of SPACE, and `genres`.
    """
    authentic = _sample(placed.filter(F.col("feature_source").isin(*AUTHENTIC_SOURCES)), rows)
    return authentic if len(authentic) >= _ENOUGH else _sample(placed, rows)


def _sample(placed: DataFrame, rows: int) -> pd.DataFrame:
    order = (F.xxhash64("song_id"), F.col("song_id"))
    return placed.orderBy(*order).limit(rows).select(*SPACE, "genres").toPandas()


def values_of(songs: pd.DataFrame) -> Matrix:
    """Rows × the features of SPACE."""
    return songs[list(SPACE)].to_numpy(dtype="float64")


def nearest(songs: DataFrame, centres: Sequence[Mapping[str, object]]) -> DataFrame:
    """Adds `cluster_id`, `mood` and `distance` of the nearest centre; ties go to the lower id.

    Args:
        songs: has the features of SPACE.
        centres: rows of gold.mood_profiles; a dozen at most.
    """
    offers = [
        F.struct(
            F.sqrt(_squared_distance(centre)).alias("distance"),
            F.lit(centre["cluster_id"]).cast("int").alias("cluster_id"),
            F.lit(centre["mood"]).alias("mood"),
        )
        for centre in centres
    ]
    return songs.withColumn("nearest", F.array_min(F.array(*offers))).select("*", "nearest.*")


def _squared_distance(centre: Mapping[str, object]) -> Column:
    parts = [
        F.pow((F.col(name) - F.lit(centre[name])) / F.lit(scale), F.lit(2.0))
        for name, (_, scale) in SPACE.items()
    ]
    return sum(parts[1:], parts[0])

"""Gold: the moods themselves, fitted on a bounded sample of the songs."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib import moods
from lib.job import Job
from lib.mood_space import nearest, placeable
from schemas import gold, silver
from schemas.features import AUTHENTIC_SOURCES

#: Below this many authentic songs the invented ones help to fit: some moods are better than none.
_ENOUGH = 200


def mood_profiles(
    songs: DataFrame,
    track_features: DataFrame,
    *,
    k: int | None,
    k_min: int,
    k_max: int,
    sample: int,
    seed: int,
) -> DataFrame:
    """Fits the moods in the driver on a sample in a total order, then counts songs near each.

    Only authentic features are fitted on where there are enough: invented ones have no clusters.
    """
    placed = placeable(songs, track_features)
    fitted_on = _sample(placed.filter(F.col("feature_source").isin(*AUTHENTIC_SOURCES)), sample)
    if len(fitted_on) < _ENOUGH:
        fitted_on = _sample(placed, sample)
    if not len(fitted_on):
        return placed.sparkSession.createDataFrame([], gold.MOOD_PROFILES.ddl)
    ks = [k] if k else list(range(k_min, max(k_min, k_max) + 1))
    fit = moods.fit(fitted_on, ks, seed)
    rows = [
        {
            "cluster_id": number,
            "mood": prototype.mood,
            "about": prototype.about,
            **dict(zip(moods.SPACE, map(float, centre), strict=True)),
            "silhouette": fit.silhouette,
            "fitted_on": len(fitted_on),
        }
        for number, (centre, prototype) in enumerate(
            zip(fit.centres, moods.names(fit.centres), strict=True)
        )
    ]
    sizes = nearest(placed, rows).groupBy("cluster_id").agg(F.count(F.lit(1)).alias("songs"))
    schema = ", ".join(
        f"{c.name} {c.type}" for c in gold.MOOD_PROFILES.fields if c.name not in ("songs", "share")
    )
    total = placed.count()
    return (
        placed.sparkSession.createDataFrame(rows, schema)
        .join(sizes, on="cluster_id", how="left")
        .withColumn("songs", F.coalesce("songs", F.lit(0).cast("bigint")))
        .withColumn("share", F.col("songs") / F.lit(total))
    )


def _sample(placed: DataFrame, rows: int) -> moods.Matrix:
    """At most so many songs, the same ones in the same order on every machine."""
    order = (F.xxhash64("song_id"), F.col("song_id"))
    chosen = placed.orderBy(*order).limit(rows).select(*moods.SPACE)
    return chosen.toPandas().to_numpy(dtype="float64")  # bounded by the setting moods.sample


JOB = Job(
    writes=gold.MOOD_PROFILES,
    reads=(silver.SONGS, silver.TRACK_FEATURES),
    transform=mood_profiles,
    settings={name: f"moods.{name}" for name in ("k", "k_min", "k_max", "sample", "seed")},
)

if __name__ == "__main__":
    JOB.main()

"""Gold: every song that has features, and the mood whose centre is nearest."""

from __future__ import annotations

from pyspark.sql import DataFrame

from lib.job import Job
from lib.mood_space import nearest, placeable
from lib.no_rows import no_rows
from schemas import gold, silver


def mood_clusters(
    songs: DataFrame, track_features: DataFrame, mood_profiles: DataFrame
) -> DataFrame:
    """Assigns each song whose best version has all features of the mood space."""
    # A dozen rows at most: settings.Moods bounds k.
    centres = [row.asDict() for row in mood_profiles.orderBy("cluster_id").collect()]
    if not centres:
        return no_rows(songs.sparkSession, gold.MOOD_CLUSTERS.ddl)
    return nearest(placeable(songs, track_features), centres)


JOB = Job(
    writes=gold.MOOD_CLUSTERS,
    reads=(silver.SONGS, silver.TRACK_FEATURES, gold.MOOD_PROFILES),
    transform=mood_clusters,
)

if __name__ == "__main__":
    JOB.main()

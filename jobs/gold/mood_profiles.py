"""Gold: the moods themselves, fitted on a bounded sample of the songs, and lasting."""

from __future__ import annotations

from pyspark.sql import DataFrame

from lib.job import Job
from lib.lasting_moods import Mood, identified, lasting_centres
from lib.mood_quality import silhouette
from lib.mood_space import fitting_sample, nearest, placeable, values_of
from lib.moods import SPACE, coordinates, nearest_centres
from lib.no_rows import no_rows
from schemas import gold, silver


def mood_profiles(
    songs: DataFrame,
    track_features: DataFrame,
    mood_report: DataFrame,
    *,
    sample: int,
    seed: int,
    earlier: DataFrame | None = None,
) -> DataFrame:
    """Fits so many moods as the report chose, in the driver, then counts the songs near each.

    Args:
        songs: silver.songs.
        track_features: silver.track_features.
        mood_report: gold.mood_report.
        sample: songs to fit on, at most.
        seed: of the fit.
        earlier: this table before: its moods are known again.
    """
    placed = placeable(songs, track_features)
    chosen = mood_report.filter("chosen").first()
    fitted_on = values_of(fitting_sample(placed, sample))
    if chosen is None or not len(fitted_on):
        return no_rows(placed.sparkSession, gold.MOOD_PROFILES.ddl)
    before, next_id = _told(earlier)
    centres = lasting_centres(fitted_on, chosen["k"], seed, before)
    moods = identified(centres, before, next_id)
    points = coordinates(fitted_on)
    labels, _ = nearest_centres(points, coordinates(centres))
    whole = {
        "silhouette": silhouette(points, labels),
        "fitted_on": len(fitted_on),
        "next_id": max(next_id, *(mood.cluster_id + 1 for mood in moods)),
    }
    rows = [_row(mood) | whole for mood in moods]
    counted = nearest(placed, rows).groupBy("cluster_id").count().collect()
    sizes = {row["cluster_id"]: row["count"] for row in counted}
    for row in rows:
        row["songs"] = sizes.get(row["cluster_id"], 0)
        row["share"] = row["songs"] / sum(sizes.values())
    return placed.sparkSession.createDataFrame(rows, gold.MOOD_PROFILES.ddl)


def _told(earlier: DataFrame | None) -> tuple[list[Mood], int]:
    """The moods of before, and the first id that none ever had."""
    rows = earlier.orderBy("cluster_id").collect() if earlier is not None else []
    moods = [
        Mood(row["cluster_id"], row["mood"], row["about"], tuple(row[name] for name in SPACE))
        for row in rows
    ]
    return moods, max((row["next_id"] or row["cluster_id"] + 1 for row in rows), default=0)


def _row(mood: Mood) -> dict[str, object]:
    told = {"cluster_id": mood.cluster_id, "mood": mood.mood, "about": mood.about}
    return told | dict(zip(SPACE, mood.centre, strict=True))


JOB = Job(
    writes=gold.MOOD_PROFILES,
    reads=(silver.SONGS, silver.TRACK_FEATURES, gold.MOOD_REPORT),
    transform=mood_profiles,
    settings={name: f"moods.{name}" for name in ("sample", "seed")},
    remembers=True,
)

if __name__ == "__main__":
    JOB.main()

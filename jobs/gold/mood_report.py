"""Gold: how good so many moods are, for each number of them, and which number is used."""

from __future__ import annotations

from dataclasses import asdict

from pyspark.sql import DataFrame

from lib.job import Job
from lib.mood_quality import choose, measure
from lib.mood_space import fitting_sample, placeable, values_of
from lib.no_rows import no_rows
from schemas import gold, silver


def mood_report(
    songs: DataFrame,
    track_features: DataFrame,
    *,
    k: int | None,
    k_min: int,
    k_max: int,
    sample: int,
    seed: int,
    earlier: DataFrame | None = None,
) -> DataFrame:
    """Fits each number of moods in the driver, on the sample that gold.mood_profiles is fitted on.

    Args:
        songs: silver.songs.
        track_features: silver.track_features.
        k: the number to use; None to choose.
        k_min: the lowest to choose from.
        k_max: the highest.
        sample: songs to fit on, at most.
        seed: of everything drawn.
        earlier: this table before: its choice stays unless another is clearly better.
    """
    fitted_on = fitting_sample(placeable(songs, track_features), sample)
    if not len(fitted_on):
        return no_rows(songs.sparkSession, gold.MOOD_REPORT.ddl)
    asked = [k] if k else range(k_min, max(k_min, k_max) + 1)
    found = measure(values_of(fitted_on), fitted_on["genres"].tolist(), asked, seed)
    before = earlier.filter("chosen").first() if earlier is not None else None
    chosen, why = choose(found, before["k"] if before else None)
    rows = [
        asdict(one) | {"chosen": one.k == chosen, "why": why[one.k], "fitted_on": len(fitted_on)}
        for one in found
    ]
    return songs.sparkSession.createDataFrame(rows, gold.MOOD_REPORT.ddl)


JOB = Job(
    writes=gold.MOOD_REPORT,
    reads=(silver.SONGS, silver.TRACK_FEATURES),
    transform=mood_report,
    settings={name: f"moods.{name}" for name in ("k", "k_min", "k_max", "sample", "seed")},
    remembers=True,
)

if __name__ == "__main__":
    JOB.main()

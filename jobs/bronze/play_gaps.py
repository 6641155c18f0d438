"""Bronze: spans in which plays may be missing."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib.fetched import spotify_gaps
from lib.job import Job
from schemas import bronze, landing


def play_gaps(lines: DataFrame) -> DataFrame:
    """What Spotify's API had forgotten when it was asked: one row a gap, the longest told."""
    return (
        spotify_gaps(lines).groupBy("user_id", "from_at").agg(F.max("until_at").alias("until_at"))
    )


JOB = Job(writes=bronze.PLAY_GAPS, reads=(landing.SPOTIFY_API_PLAYS,), transform=play_gaps)

if __name__ == "__main__":
    JOB.main()

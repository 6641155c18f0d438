"""Bronze: what services were asked for and never told."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame, functions as F

from lib.fetched import fetched, unanswered
from lib.job import Job
from schemas import bronze, landing

_KINDS = (
    landing.SPOTIFY_API_TRACKS,
    landing.SPOTIFY_API_ARTISTS,
    landing.SPOTIFY_API_FEATURES,
    landing.LASTFM_API_TRACKS,
    landing.AOTY_ALBUMS,
)


def failed_requests(*lines: DataFrame) -> DataFrame:
    """One row a thing asked for, of each kind in `JOB.reads`, that no collection got."""
    told = [_of_kind(each, kind.kind) for each, kind in zip(lines, _KINDS, strict=True)]
    answers = reduce(DataFrame.unionByName, told)
    names = F.concat_ws("::", "asked.artist", "asked.title")
    key = F.concat_ws(" ", "kind", F.coalesce("asked.id", F.lower(names)))
    return unanswered(answers, key).select(
        "kind",
        F.coalesce("asked.id", names).alias("key"),
        "state",
        "reason",
        "times",
        F.col("at").alias("last_at"),
    )


def _of_kind(lines: DataFrame, kind: str) -> DataFrame:
    return fetched(lines, "STRING").withColumn("kind", F.lit(kind))


JOB = Job(writes=bronze.FAILED_REQUESTS, reads=_KINDS, transform=failed_requests)

if __name__ == "__main__":
    JOB.main()

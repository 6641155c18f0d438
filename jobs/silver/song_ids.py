"""Silver: every id under which a song is known."""

from __future__ import annotations

from pyspark.sql import DataFrame

from lib.identity import known_names, link
from lib.job import Job
from schemas import bronze, silver


def song_ids(plays: DataFrame, library_items: DataFrame, kaggle_tracks: DataFrame) -> DataFrame:
    """Links Spotify ids and name keys that the bronze tables tell of into songs."""
    return link(known_names(plays, library_items, kaggle_tracks))


JOB = Job(
    writes=silver.SONG_IDS,
    reads=(bronze.PLAYS, bronze.LIBRARY_ITEMS, bronze.KAGGLE_TRACKS),
    transform=song_ids,
)

if __name__ == "__main__":
    JOB.main()

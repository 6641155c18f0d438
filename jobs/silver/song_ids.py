"""Silver: every id under which a song is known."""

from __future__ import annotations

from pyspark.sql import DataFrame

from lib.identity import link, tellings
from lib.job import Job
from schemas import bronze, silver


def song_ids(
    plays: DataFrame,
    library_items: DataFrame,
    kaggle_tracks: DataFrame,
    spotify_tracks: DataFrame,
    lastfm_tracks: DataFrame,
    audio_files: DataFrame,
    rekordbox_tracks: DataFrame,
) -> DataFrame:
    """Links the ids and names that the bronze tables tell of into songs and recordings."""
    told = tellings(
        plays, library_items, kaggle_tracks, spotify_tracks, lastfm_tracks, audio_files,
        rekordbox_tracks,
    )  # fmt: skip
    return link(told)


JOB = Job(
    writes=silver.SONG_IDS,
    reads=(
        bronze.PLAYS,
        bronze.LIBRARY_ITEMS,
        bronze.KAGGLE_TRACKS,
        bronze.SPOTIFY_TRACKS,
        bronze.LASTFM_TRACKS,
        bronze.AUDIO_FILES,
        bronze.REKORDBOX_TRACKS,
    ),
    transform=song_ids,
)

if __name__ == "__main__":
    JOB.main()

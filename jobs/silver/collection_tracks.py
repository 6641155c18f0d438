"""Silver: which audio file and which song each track of a DJ's collection is."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib.identity import best_id
from lib.job import Job
from lib.own_music import rekordbox_tellings
from schemas import bronze, silver


def collection_tracks(
    rekordbox_tracks: DataFrame, audio_files: DataFrame, song_ids: DataFrame
) -> DataFrame:
    """One row a track that has a title.

    Args:
        rekordbox_tracks: bronze.rekordbox_tracks.
        audio_files: bronze.audio_files.
        song_ids: silver.song_ids.
    """
    tracks = rekordbox_tellings(rekordbox_tracks, audio_files).transform(best_id)
    songs = song_ids.select("id_type", "id", "song_id", "recording_id")
    return tracks.join(songs, on=["id_type", "id"], how="left").select(
        "user_id",
        "location",
        F.col("track_name").alias("title"),
        F.col("artist_name").alias("artist"),
        "audio_id",
        "song_id",
        "recording_id",
    )


JOB = Job(
    writes=silver.COLLECTION_TRACKS,
    reads=(bronze.REKORDBOX_TRACKS, bronze.AUDIO_FILES, silver.SONG_IDS),
    transform=collection_tracks,
)

if __name__ == "__main__":
    JOB.main()

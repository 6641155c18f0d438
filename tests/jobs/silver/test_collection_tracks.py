from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame

from jobs.silver.collection_tracks import collection_tracks
from schemas import bronze, silver


def test_the_file_and_the_song_of_each_track(frame: Callable[..., DataFrame]) -> None:
    """By the file where there is one: several may have the same name."""
    made = collection_tracks(
        frame(
            bronze.REKORDBOX_TRACKS,
            {"location": "C:/M/a/1.mp3", "title": "track01"},
            {"location": "C:/M/b/1.mp3", "title": "track01"},
            {"location": "C:/M/gone.mp3", "title": "X - Gone"},
            {"location": "C:/M/new.mp3", "title": "New", "artist_name": "X"},
            {"location": "C:/M/untitled.mp3"},
        ),
        frame(
            bronze.AUDIO_FILES,
            {"audio_id": "f", "path": "/home/M/a/1.mp3"},
            {"audio_id": "g", "path": "/home/M/b/1.mp3"},
        ),
        frame(
            silver.SONG_IDS,
            {"id_type": "audio", "id": "f", "song_id": "one", "recording_id": "r1"},
            {"id_type": "audio", "id": "g", "song_id": "other", "recording_id": "r2"},
            {"id_type": "name", "id": "Unknown artist::track01", "song_id": "one"},
            {"id_type": "name", "id": "X::Gone", "song_id": "gone", "recording_id": "r3"},
        ),
    )
    assert sorted(tuple(row)[1:] for row in made.collect()) == [
        ("C:/M/a/1.mp3", "track01", "Unknown artist", "f", "one", "r1"),
        ("C:/M/b/1.mp3", "track01", "Unknown artist", "g", "other", "r2"),
        ("C:/M/gone.mp3", "Gone", "X", None, "gone", "r3"),
        ("C:/M/new.mp3", "New", "X", None, None, None),
    ]

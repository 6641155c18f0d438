from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from pyspark.sql import DataFrame

from jobs.silver.song_ids import song_ids
from schemas import bronze


def test_one_song_under_the_names_and_ids_of_three_tables(frame: Callable[..., DataFrame]) -> None:
    made = song_ids(
        frame(
            bronze.PLAYS,
            {"track_id": "p", "artist_name": "The Kinks", "track_name": "Lola - Mono"},
            {"isrc": "I", "recording_mbid": "m", "artist_name": "Kinks", "track_name": "Lola"},
            {"artist_name": "Kinks", "track_name": "LOLA"},
            {"track_id": "q", "artist_name": "The Kinks", "track_name": "Victoria"},
        ),
        frame(
            bronze.LIBRARY_ITEMS,
            {"item_type": "track", "track_id": "l", "artist_name": "Kinks", "name": "Lola (Live)"},
        ),
        frame(
            bronze.KAGGLE_TRACKS, {"track_id": "k", "artists": "The Kinks", "track_name": "Lola"}
        ),
        frame(
            bronze.SPOTIFY_TRACKS,
            {"track_id": "q", "isrc": "J", "artists": ["The Kinks"], "track_name": "Victoria"},
            {"track_id": "r", "isrc": "J", "artists": ["The Kinks"], "track_name": "Vicky"},
        ),
        frame(
            bronze.LASTFM_TRACKS,
            {"artist_name": "The Kinks", "track_name": "victoria", "recording_mbid": "n"},
            {"artist_name": "Other", "track_name": "Song"},
        ),
        frame(bronze.AUDIO_FILES),
        frame(bronze.REKORDBOX_TRACKS),
    )
    songs = defaultdict(set)
    for row in made.collect():
        songs[row.song_id].add(f"{row.id_type} {row.id}")
    (alone,) = (song for song, ids in songs.items() if "name Other::Song" in ids)
    assert songs == {
        "I": {"isrc I", "musicbrainz m", "name Kinks::LOLA", "spotify k", "spotify l", "spotify p"},
        "J": {"isrc J", "spotify q", "spotify r", "name The Kinks::victoria"},
        alone: {"name Other::Song"},
    }

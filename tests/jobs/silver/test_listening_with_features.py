from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.silver.listening_with_features import (
    FROM_BRONZE,
    listening_from_bronze,
    listening_with_features,
)
from lib.settings import Settings
from schemas import bronze, silver


def test_a_play_with_its_recordings_features_and_local_time(
    frame: Callable[..., DataFrame],
) -> None:
    plays = frame(
        silver.PLAYS,
        {"play_id": "1", "recording_id": "a", "played_at": "2024-06-30T23:30:00", "ms_played": 5},
        {"play_id": "2", "recording_id": "unknown", "played_at": "2024-12-01T22:30:00"},
    )
    features = frame(
        silver.TRACK_FEATURES,
        {
            "recording_id": "a",
            "valence": 0.5,
            "feature_source": "kaggle",
            "match_method": "name_key",
            "feature_track_id": "b",
        },
        {"recording_id": "b", "valence": 0.9},
    )
    made = listening_with_features(plays, features, timezone="Europe/Berlin")
    assert_rows(
        made,
        "play_id ms_played valence feature_source match_method feature_track_id",
        ("1", 5, 0.5, "kaggle", "name_key", "b"),
        ("2", None, None, None, None, None),
    )
    assert_rows(
        made,
        "play_id played_at time_zone local_date hour_of_day day_of_week part_of_day is_weekend",
        ("1", "2024-06-30 23:30:00", "Europe/Berlin", "2024-07-01", 1, 1, "night", False),
        ("2", "2024-12-01 22:30:00", "Europe/Berlin", "2024-12-01", 23, 7, "night", True),
    )


def test_from_bronze_alone_each_play_says_where_its_features_are_from(
    frame: Callable[..., DataFrame],
) -> None:
    told = [("by id", "k", "A"), ("by name", "v", "A - Live"), ("generated", "s", "B")]
    plays = [
        {"play_id": play_id, "track_id": track_id, "artist_name": "x", "track_name": title}
        for play_id, track_id, title in told
    ]
    plays += [
        {"play_id": "real", "track_id": "r", "artist_name": "x", "track_name": "C"},
        {"play_id": "from the library", "artist_name": "x", "track_name": "C"},
        {"play_id": "not covered", "artist_name": "x", "track_name": "D"},
        {"play_id": "an episode", "artist_name": "A show", "track_name": "E"},
    ]
    mine = {"user_id": "-"}
    arguments = FROM_BRONZE.arguments(Settings()) | {"synthetic_scope": "missing"}
    made = listening_from_bronze(
        frame(bronze.PLAYS, *plays),
        frame(bronze.SPOTIFY_AUDIO_FEATURES, {"track_id": "r", "valence": 0.1}),
        frame(bronze.SYNTHETIC_FEATURES, *[{"track_id": i, "valence": 0.2} for i in "sv"]),
        frame(bronze.KAGGLE_TRACKS, {"track_id": "k", "artists": "x", "track_name": "A"}),
        frame(
            bronze.LIBRARY_ITEMS,
            mine | {"item_type": "track", "artist_name": "x", "name": "C", "track_id": "r"},
            mine | {"item_type": "show", "name": "A show"},
        ),
        frame(bronze.SPOTIFY_TRACKS),
        frame(bronze.LASTFM_TRACKS),
        frame(bronze.AOTY_ALBUMS),
        frame(bronze.AUDIO_FILES),
        frame(bronze.REKORDBOX_TRACKS),
        frame(silver.AUDIO_ANALYSIS),
        **arguments,
    )
    assert_rows(
        made,
        "play_id track_id feature_source match_method feature_track_id",
        ("by id", "k", "kaggle", "track_id", "k"),
        ("by name", "v", "kaggle", "name_key", "k"),
        ("generated", "s", "synthetic", "generated", "s"),
        ("real", "r", "spotify", "track_id", "r"),
        ("from the library", "r", "spotify", "track_id", "r"),
        ("not covered", None, None, None, None),
    )

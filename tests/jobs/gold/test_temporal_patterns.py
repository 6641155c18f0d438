from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame, functions as F
from table_frames import assert_rows

from jobs.gold.temporal_patterns import temporal_patterns
from schemas import silver

PLAY = {
    "user_id": "me",
    "song_id": "s",
    "counts": True,
    "day_of_week": 1,
    "hour_of_day": 8,
    "ms_played": 60_000,
    "feature_source": "kaggle",
    "valence": 0.5,
    "energy": 0.25,
    "tempo": 100.0,
}


def test_a_week_of_168_hours_for_each_listener(frame: Callable[..., DataFrame]) -> None:
    plays = [
        PLAY,
        PLAY | {"ms_played": 30_000, "valence": 1.0},
        PLAY | {"song_id": "t", "feature_source": "synthetic", "valence": 0.0},
        PLAY | {"day_of_week": 6, "hour_of_day": 23, "ms_played": None, "feature_source": None},
        PLAY | {"counts": False},
        PLAY | {"user_id": "you", "day_of_week": 7, "hour_of_day": 0},
        PLAY | {"user_id": "only short plays", "counts": False},
    ]
    listening = frame(silver.LISTENING_WITH_FEATURES, *plays)
    made = temporal_patterns(listening, count_by="song").cache()
    heard = made.filter("plays > 0")
    assert_rows(
        heard,
        "user_id day_of_week hour_of_day part_of_day is_weekend plays minutes songs share",
        ("me", 1, 8, "morning", False, 3, 2.5, 2, 0.75),
        ("me", 6, 23, "night", True, 1, 0.0, 1, 0.25),
        ("you", 7, 0, "night", True, 1, 1.0, 1, 1.0),
    )
    assert_rows(
        heard,
        "user_id valence energy tempo",
        ("me", 0.75, 0.25, 100.0),
        ("me", None, None, None),
        ("you", 0.5, 0.25, 100.0),
    )
    hours = made.groupBy("user_id").agg(
        F.count_distinct("day_of_week", "hour_of_day").alias("hours"),
        F.count(F.lit(1)).alias("rows"),
        F.sum("share").alias("share"),
    )
    weeks = [("me", 168, 168, 1.0), ("you", 168, 168, 1.0)]
    assert_rows(hours, "user_id hours rows share", *weeks)
    silent = made.filter("plays = 0").select("minutes", "songs", "share", "valence").distinct()
    assert_rows(silent, "minutes songs share valence", (0.0, 0, 0.0, None))
    made.unpersist()


def test_versions_of_a_song_are_one_or_each_its_own(frame: Callable[..., DataFrame]) -> None:
    versions = [PLAY | {"recording_id": "a"}, PLAY | {"recording_id": "b"}]
    listening = frame(silver.LISTENING_WITH_FEATURES, *versions)
    for count_by, songs in (("song", 1), ("recording", 2)):
        made = temporal_patterns(listening, count_by=count_by).filter("plays > 0")
        assert_rows(made, "plays songs", (2, songs))

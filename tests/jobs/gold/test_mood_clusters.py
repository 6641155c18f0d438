from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.mood_clusters import mood_clusters
from lib.moods import SPACE
from schemas import gold, silver

HERE = dict.fromkeys(SPACE, 0.5) | {"tempo": 120.0}
LOUD = {"cluster_id": 0, "mood": "Loud", **HERE, "energy": 0.75}
SOFT = {"cluster_id": 1, "mood": "Soft", **HERE, "energy": 0.25}

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """The mood of one song, under these features and moods."""

    def make(features: dict[str, Any], *moods: dict[str, Any]) -> DataFrame:
        song = {"song_id": "s", "recording_id": "r", "title": "Title", "artist": "Artist"}
        told = {"recording_id": "r", "feature_source": "kaggle"}
        return mood_clusters(
            frame(silver.SONGS, song | {"track_id": "r"}),
            frame(silver.TRACK_FEATURES, told | features, told | features | {"recording_id": "q"}),
            frame(gold.MOOD_PROFILES, *moods),
        )

    return make


def test_the_nearest_mood_and_how_far_it_is(made: Made) -> None:
    assert_rows(
        made(HERE | {"energy": 0.5 - 0.125}, LOUD, SOFT),
        "song_id track_id title artist cluster_id mood distance energy feature_source",
        # Energy is scaled by a half: an eighth of it is a quarter in mood space.
        ("s", "r", "Title", "Artist", 1, "Soft", 0.25, 0.375, "kaggle"),
    )


@pytest.mark.parametrize("moods", [(LOUD, SOFT), (SOFT, LOUD)])
def test_of_moods_equally_near_the_lower_id(made: Made, moods: tuple[dict[str, Any], ...]) -> None:
    assert_rows(made(HERE, *moods), "cluster_id mood distance", (0, "Loud", 0.5))


def test_tempo_counts_by_its_own_scale(made: Made) -> None:
    slow = {"cluster_id": 0, "mood": "Slow", **HERE, "tempo": 60.0}
    near = {"cluster_id": 1, "mood": "Near", **HERE, "energy": 0.5 + 0.12}
    # 60 BPM are a quarter of the space's 240; 0.12 of energy are 0.24.
    assert_rows(made(HERE, slow, near), "mood distance", ("Near", 0.24))


def test_a_song_that_lacks_a_feature_has_no_mood(made: Made) -> None:
    assert made(HERE | {"tempo": None}, LOUD, SOFT).count() == 0


def test_without_moods_no_song_has_one(made: Made) -> None:
    assert made(HERE).count() == 0

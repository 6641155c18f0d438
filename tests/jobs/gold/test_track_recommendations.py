from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.track_recommendations import track_recommendations
from lib.staging import as_frame
from schemas import gold, silver
from schemas.features import SIMILAR_FEATURES

PLAIN = dict.fromkeys(SIMILAR_FEATURES, 0.5)
SETTINGS: dict[str, Any] = {
    "k": 3,
    "per_artist": 1,
    "genre": 2.0,
    "mood": 0.5,
    "features": dict.fromkeys(SIMILAR_FEATURES, 1.0),
    "exact_up_to": 200_000,
}

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """Lists of these songs: (id, artist, genres, features, feature source, mood)."""

    def make(*told: tuple[str, str, list[str], dict[str, Any], str, str | None]) -> DataFrame:
        songs = [
            {"song_id": song, "recording_id": f"r-{song}", "title": f"The {song}",
             "artist": artist, "genres": genres}
            for song, artist, genres, *_ in told
        ]  # fmt: skip
        features = [
            {"recording_id": f"r-{song}", "feature_source": source, **PLAIN, **values}
            for song, _, _, values, source, _ in told
        ]
        other_version = {"recording_id": "r-live", "song_id": "a", "feature_source": "kaggle"}
        moods = [{"song_id": song, "mood": mood} for song, *_, mood in told if mood]
        lists = track_recommendations(
            frame(silver.SONGS, *songs),
            frame(silver.TRACK_FEATURES, *features, other_version | PLAIN),
            frame(gold.MOOD_CLUSTERS, *moods),
            **SETTINGS,
        )
        return as_frame(lists)

    return make


def test_lists_by_sound_genre_and_mood_with_the_reason(made: Made) -> None:
    shown = made(
        ("a", "Ann", ["ska"], {"energy": 0.1}, "kaggle", "Calm"),
        ("b", "Bob", ["ska"], {"energy": 0.2}, "spotify", "Calm"),
        ("c", "Cid", ["jazz"], {"energy": 0.1}, "kaggle", "Calm"),
        ("d", "BOB", ["ska"], {"energy": 0.9}, "kaggle", "Wild"),
        ("e", "Eve", ["ska"], {"energy": 0.1}, "synthetic", "Calm"),
    )
    assert_rows(
        shown.filter("song_id = 'a'").select(
            "rank", "similar_song_id", "similar_title", "similar_artist"
        ),
        "rank similar_song_id similar_title similar_artist",
        # d is by the same artist as b, and e is invented.
        (1, "b", "The b", "Bob"),
        (2, "c", "The c", "Cid"),
    )
    first = shown.filter("song_id = 'a' AND rank = 1").first()
    assert first is not None
    assert first["reason"].startswith("both ska; close in ")
    assert {row["song_id"] for row in shown.select("song_id").collect()} == set("abcd")


def test_one_song_and_songs_of_which_too_little_is_known(made: Made) -> None:
    unknown = dict.fromkeys(SIMILAR_FEATURES[:5])
    shown = made(("a", "Ann", [], {}, "kaggle", None), ("b", "Bob", [], unknown, "kaggle", None))
    assert shown.count() == 0


def test_songs_all_alike_and_one_whose_tempo_is_not_a_number(made: Made) -> None:
    shown = made(
        ("a", "Ann", [], {}, "kaggle", None),
        ("b", "Bob", [], {"tempo": float("nan")}, "kaggle", None),
        ("c", "Cid", [], {"tempo": None}, "kaggle", None),
    )
    assert_rows(
        shown,
        "song_id rank similar_song_id distance",
        ("a", 1, "b", 0.0), ("a", 2, "c", 0.0),
        ("b", 1, "a", 0.0), ("b", 2, "c", 0.0),
        ("c", 1, "a", 0.0), ("c", 2, "b", 0.0),
    )  # fmt: skip

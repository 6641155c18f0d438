from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.user_recommendations import user_recommendations
from schemas import gold, silver

SETTINGS: dict[str, Any] = {
    "k": 5,
    "per_artist": 2,
    "half_life_days": 180.0,
    "unheard_days": 60,
    "enough_people": 100,
    "exclude": {"artists": [], "songs": [], "genres": [], "spans": []},
}
SONGS = {
    "loved": "Ann", "near": "Bob", "nearer": "Cid", "private": "Dee", "old": "Eve", "out": "Fay"
}  # fmt: skip

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """What is recommended to Me and You, who hear the same, and under these settings."""

    def make(**settings: Any) -> DataFrame:
        let_play = {"loved": ("2024-05-31", 4), "old": ("2024-01-05", 3)}
        let_play |= {"private": ("2024-05-01", 1)}
        plays = [
            {"play_id": f"{user}{song}{n}", "user_id": user, "song_id": song, "local_date": day,
             "counts": song != "private",
             "not_counted": "private" if song == "private" else None}
            for user in ("Me", "You") for song, (day, many) in let_play.items()
            for n in range(many)
        ]  # fmt: skip
        songs = [
            {"song_id": song, "title": song, "artist": artist, "genres": ["ska"], "popularity": 50}
            for song, artist in SONGS.items()
        ]
        names = [
            {"id_type": "spotify", "id": f"id {song}", "song_id": song,
             "name_key": f"{artist.lower()}::{song}"}
            for song, artist in SONGS.items()
        ]  # fmt: skip
        lists = [
            {"song_id": "loved", "rank": rank, "similar_song_id": song, "distance": distance}
            for rank, (song, distance) in enumerate(
                [("private", 0.1), ("nearer", 0.5), ("near", 1.0), ("out", 2.0)], 1
            )
        ]
        return user_recommendations(
            frame(silver.LISTENING_WITH_FEATURES, *plays),
            frame(silver.SONGS, *songs),
            frame(silver.SONG_IDS, *names),
            frame(gold.TRACK_RECOMMENDATIONS, *lists),
            **SETTINGS | settings,
        )

    return make


def test_new_songs_near_to_what_is_liked_and_loved_ones_not_heard_of_late(made: Made) -> None:
    shown = made().filter("user_id = 'Me'")
    assert_rows(
        shown,
        "kind rank song_id artist based_on reason",
        ("discovery", 1, "nearer", "Cid", "sound", "like “loved” by Ann, which you played 4 times"),
        ("discovery", 2, "near", "Bob", "sound", "like “loved” by Ann, which you played 4 times"),
        ("discovery", 3, "out", "Fay", "sound", "like “loved” by Ann, which you played 4 times"),
        ("love", 1, "old", "Eve", "plays", "you played it 3 times, last on 5 January 2024"),
    )


def test_what_is_excluded_is_recommended_to_nobody_whoever_else_hears_it(made: Made) -> None:
    exclude = {"artists": ["FAY"], "songs": ["Bob :: near"], "genres": ["jazz"], "spans": []}
    shown = made(exclude=exclude, enough_people=2)
    assert_rows(
        shown,
        "user_id kind song_id",
        ("Me", "discovery", "nearer"), ("Me", "love", "old"),
        ("You", "discovery", "nearer"), ("You", "love", "old"),
    )  # fmt: skip

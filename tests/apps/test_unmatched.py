"""`songlake unmatched`: names of which little is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from toy_jobs import pour, row, toy_places
from typer.testing import Result

from apps.unmatched import NO_FEATURES, NO_SONG, find_unmatched
from lib.errors import TableError
from lib.places import Places
from schemas.silver import LISTENING_WITH_FEATURES

Songlake = Callable[..., Result]
FOUND = {"id_method": "told", "feature_source": "kaggle"}


def play(artist: str, title: str, day: int = 1, **told: Any) -> dict[str, Any]:
    names = {"artist_name": artist, "track_name": title, "local_date": date(2024, 1, day)}
    return row(LISTENING_WITH_FEATURES, user_id="Ann", **names) | told


@pytest.fixture
def places(tmp_path: Any) -> Places:
    return toy_places(tmp_path)


@pytest.fixture
def heard(places: Places) -> Places:
    """Six plays, of which one found its song and another only that."""
    rows = [
        play("B", "often", 3, sources=["spotify_basic"]),
        play("B", "often", 2, sources=["spotify_basic", "lastfm"], album_name="[b]Best"),
        play("B", "once"),
        play("A", "once", user_id="Bob", feature_source="synthetic"),
        play("A", "found", **FOUND),
        play("A", "made up", **FOUND | {"feature_source": "synthetic"}),
    ]
    pour(places.path(LISTENING_WITH_FEATURES), LISTENING_WITH_FEATURES, *rows)
    return places


def titles(found: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(name["artist"], name["title"], name["plays"]) for name in found["names"]]


def test_names_without_a_song_come_most_played_first_and_then_by_name(heard: Places) -> None:
    found = find_unmatched(heard, NO_SONG)
    assert titles(found) == [("B", "often", 2), ("A", "once", 1), ("B", "once", 1)]
    assert found["names"][0] == {
        "artist": "B",
        "title": "often",
        "album": "[b]Best",
        "plays": 2,
        "first": date(2024, 1, 2),
        "last": date(2024, 1, 3),
        "sources": ["lastfm", "spotify_basic"],
    }
    assert [found[n] for n in ("plays", "unmatched_plays", "unmatched_names")] == [6, 4, 3]


def test_names_may_be_one_users_and_only_the_first_of_them(heard: Places) -> None:
    found = find_unmatched(heard, NO_SONG, user="Ann", limit=1)
    assert titles(found) == [("B", "often", 2)]
    assert [found[n] for n in ("plays", "unmatched_plays", "unmatched_names")] == [5, 3, 2]


def test_made_up_features_are_none(heard: Places) -> None:
    found = find_unmatched(heard, NO_FEATURES)
    assert [title for _, title, _ in titles(found)] == ["often", "made up", "once", "once"]


def test_where_there_is_nothing_to_look_at_the_error_says_what_to_do(places: Places) -> None:
    with pytest.raises(TableError, match=r"features is not built yet.*`songlake run` first"):
        find_unmatched(places, NO_SONG)
    pour(places.path(LISTENING_WITH_FEATURES), LISTENING_WITH_FEATURES, play("A", "x"))
    with pytest.raises(TableError, match="no plays of O'Bob"):
        find_unmatched(places, NO_SONG, user="O'Bob")


def test_the_command_shows_names_a_total_and_a_remedy(
    songlake: Songlake, heard: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    shown = songlake("unmatched", "--limit", 1, "--data", heard.settings.data).stdout
    assert "[b]Best" in shown
    assert "2024-01-02 - 2024-01-03" in shown
    assert "lastfm, spotify basic" in shown
    assert "4 of 6 plays (66.7 %) of 3 names found no song. Here are the first 1: " in shown
    assert "What would help" in shown
    bobs = songlake("unmatched", "--user", "Bob", "--data", heard.settings.data).stdout
    assert ("album" in shown, "album" in bobs) == (True, False), "a column is shown that has values"
    assert "1 of 1 plays (100 %) of 1 names found no song.\n" in bobs
    found = songlake("unmatched", "--features", "--json", "--data", heard.settings.data).stdout
    assert json.loads(found)["unmatched_plays"] == 5


def test_where_all_is_found_there_is_no_remedy(
    songlake: Songlake, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    pour(places.path(LISTENING_WITH_FEATURES), LISTENING_WITH_FEATURES, play("A", "x", **FOUND))
    for flags, said in (
        ([], "All 1 plays found a song.\n"),
        (["--features"], "All 1 plays have authentic features.\n"),
    ):
        assert songlake("unmatched", *flags, "--data", places.settings.data).stdout == said

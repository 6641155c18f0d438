"""What to hear next on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from toy_jobs import pour, row, toy_places
from typer.testing import Result

from apps.named_songs import song_named
from apps.recommend import find_songs
from lib.errors import InputError, SettingsError, SonglakeError, TableError
from lib.places import Places
from schemas.gold import MOOD_CLUSTERS, TRACK_RECOMMENDATIONS, USER_RECOMMENDATIONS
from schemas.silver import LISTENING_WITH_FEATURES, PLAYS, SONG_IDS, SONGS, TRACK_FEATURES
from schemas.table import Table

Songlake = Callable[..., Result]

#: Song: title, artist, energy, tempo, popularity.
TOLD = {
    "s1": ("Héllo", "Adele", 0.2, 80.0, 10),
    "s2": ("Hello", "Lionel Richie", 0.5, 120.0, 90),
    "s3": ("Easy", "Commodores", 0.9, 60.0, 50),
    "s4": ("Brick House", "Commodores", None, None, 40),
    "s5": ("Machine Gun", "Commodores", 0.7, 121.0, 30),
    "s6": ("Say You [live]", "Lionel Richie", 0.6, 100.0, None),
}


def pour_lake(places: Places, recommended: bool = True) -> None:
    def fill(table: Table, *rows: dict[str, Any]) -> None:
        pour(places.path(table), table, *[row(table, **told) for told in rows])

    for s, (title, artist, energy, tempo, popular) in TOLD.items():
        named = {"song_id": s, "title": title, "artist": artist}
        real = {"feature_source": "kaggle"}
        fill(SONGS, named | {"recording_id": f"r-{s}", "popularity": popular})
        fill(TRACK_FEATURES, real | {"recording_id": f"r-{s}", "energy": energy, "tempo": tempo})
        key = f"{artist.lower()}::{title.lower()}"
        fill(SONG_IDS, {"id_type": "spotify", "id": f"id{s}", "song_id": s, "name_key": key})
        fill(MOOD_CLUSTERS, named | real | {"mood": "Calm" if s < "s6" else "Wild"})
    fill(TRACK_RECOMMENDATIONS, *[
        {"song_id": "s1", "rank": n, "similar_song_id": s, "similar_title": TOLD[s][0],
         "similar_artist": TOLD[s][1], "reason": "both pop"} for n, s in enumerate(("s2", "s3"), 1)
    ])  # fmt: skip
    fill(LISTENING_WITH_FEATURES, {"user_id": "Ann", "song_id": "s1"})
    fill(PLAYS, {"user_id": "Ann", "song_id": "s1"})
    offers = [("discovery", 1, "s2"), ("discovery", 2, "s3"), ("love", 1, "s4")]
    fill(USER_RECOMMENDATIONS, *[
        {"user_id": "Ann", "kind": kind, "rank": rank, "song_id": s, "title": TOLD[s][0],
         "artist": TOLD[s][1], "reason": f"why {s}"} for kind, rank, s in offers if recommended
    ])  # fmt: skip


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = toy_places(tmp_path)
    pour_lake(made)
    return made


def ids(found: dict[str, Any]) -> list[str]:
    return [song["song_id"] for song in found["songs"]]


def test_a_listener_is_told_discoveries_and_what_they_love(places: Places) -> None:
    found = find_songs(places)
    assert found["to"] == "for Ann"
    assert [(song["kind"], song["song_id"], song["reason"]) for song in found["songs"]] == [
        ("discovery", "s2", "why s2"), ("discovery", "s3", "why s3"), ("love", "s4", "why s4")
    ]  # fmt: skip
    assert ids(find_songs(places, limit=1)) == ["s2", "s4"]


def test_songs_like_one_are_those_of_its_list(places: Places) -> None:
    assert ids(find_songs(places, like="adele hello")) == ["s2", "s3"]
    with pytest.raises(TableError, match="No measured features are known of “Easy” by Commodores"):
        find_songs(places, like="easy")


def test_a_mood_gives_what_is_recommended_then_what_is_popular_two_of_an_artist(
    places: Places,
) -> None:
    # s5 is a third one by Commodores, and s1 has been heard.
    assert ids(find_songs(places, mood="calm")) == ["s2", "s4", "s3"]
    assert ids(find_songs(places, mood="calm", tempo=121)) == ["s5", "s2", "s3"]
    with pytest.raises(SettingsError, match="--mood jolly: the moods are Calm, Wild"):
        find_songs(places, mood="jolly")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"energy": 0.9}, ["s3", "s5", "s2", "s4"]),
        # 60 is half of 120.
        ({"tempo": 120.0}, ["s2", "s3", "s5", "s4"]),
        ({"energy": 0.7, "tempo": 121.0}, ["s5", "s2", "s3", "s4"]),
    ],
)
def test_songs_nearest_to_what_is_wanted_come_first_and_unknown_ones_last(
    places: Places, wanted: dict[str, float], expected: list[str]
) -> None:
    same = {"per_artist": 4}
    found = find_songs(toy_places(places.settings.data, **{f"recommend__{k}": v for k, v in
                       same.items()}), mood="Calm", **wanted)  # fmt: skip
    assert ids(found) == expected


@pytest.mark.parametrize(
    ("text", "song"),
    [
        ("spotify:track:ids3", "s3"),
        ("s3", "s3"),
        ("Lionel Richie :: Hello", "s2"),
        ("lionel richie - HELLO", "s2"),
        ("hello adele", "s1"),
        ("brick", "s4"),
    ],
)
def test_a_song_is_found_by_id_or_by_words_of_its_name(
    places: Places, text: str, song: str
) -> None:
    assert song_named(places, text)["song_id"] == song


def test_a_name_of_several_songs_or_of_none_is_answered_with_what_there_is(places: Places) -> None:
    with pytest.raises(InputError) as refused:
        song_named(places, "hello")
    assert str(refused.value).splitlines()[1:] == [
        "  s2  Hello by Lionel Richie", "  s1  Héllo by Adele"
    ]  # fmt: skip
    with pytest.raises(InputError, match="no song here has these words"):
        song_named(places, "goodbye")


def test_where_there_is_nothing_one_line_says_what_to_do(tmp_path: Path) -> None:
    for flags in ({}, {"like": "x"}, {"mood": "Calm"}):
        with pytest.raises(TableError, match="is not built yet: run `songlake run` first"):
            find_songs(toy_places(tmp_path), **flags)
    bare = toy_places(tmp_path / "bare")
    pour_lake(bare, recommended=False)
    with pytest.raises(TableError, match="There is nothing to recommend to Ann"):
        find_songs(bare)
    with pytest.raises(SonglakeError, match="two questions"):
        find_songs(bare, like="x", mood="Calm")


def test_on_screen_and_as_json(songlake: Songlake, places: Places) -> None:
    folder = places.settings.data
    shown = songlake("recommend", "--data", folder)
    assert shown.exit_code == 0, shown.output
    assert "Discoveries: never heard, for Ann" in shown.stdout
    assert "Brick House" in shown.stdout
    told = json.loads(songlake("recommend", "--like", "s1", "--json", "--data", folder).stdout)
    assert told["to"] == "like “Héllo” by Adele"
    assert [song["track_id"] for song in told["songs"]] == [None, None]
    assert songlake("recommend", "--energy", "7").exit_code == 2

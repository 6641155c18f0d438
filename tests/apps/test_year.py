"""`songlake year`: figures against a count by hand, and how they look."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from toy_jobs import pour, row, toy_places
from typer.testing import Result

from apps.year import find_year
from lib.errors import TableError
from lib.places import Places
from schemas.gold import MOOD_CLUSTERS
from schemas.silver import LISTENING_WITH_FEATURES, SONGS

Songlake = Callable[..., Result]
Play = dict[str, Any]
GENRES = {"s0": ["pop"], "s1": ["pop", "rock"], "s2": []}
#: Decades of release of some.
ERAS = {"s0": 197, "s1": 202}


def play(number: int, day: date, song: str = "s0", **told: Any) -> Play:
    """A play of an hour that tells which one it is: number 5 was heard at 5 o'clock."""
    return (
        row(
            LISTENING_WITH_FEATURES,
            play_id=f"{number:05}",
            user_id="Ann",
            song_id=song,
            recording_id=song,
            track_name=f"Song {song}",
            artist_name=f"Artist {song}",
            album_name=None,
            played_at=datetime(day.year, day.month, day.day, number % 24, number % 60, tzinfo=UTC),
            local_date=day,
            hour_of_day=number % 24,
            time_zone="Europe/Berlin",
            ms_played=180_000,
            feature_source=None,
            valence=None,
        )
        | told
    )


def pour_lake(places: Places, *plays: Play, moods: bool = True) -> None:
    pour(places.path(LISTENING_WITH_FEATURES), LISTENING_WITH_FEATURES, *plays)
    songs = [
        row(SONGS, song_id=song, genres=genres, album_name="Best" if song == "s1" else None,
            release_date=date(ERAS[song] * 10 + 9, 1, 1) if song in ERAS else None)
        for song, genres in GENRES.items()
    ]  # fmt: skip
    pour(places.path(SONGS), SONGS, *songs)
    if moods:
        clusters = [row(MOOD_CLUSTERS, song_id=song, mood=f"Mood [{song}]") for song in GENRES]
        pour(places.path(MOOD_CLUSTERS), MOOD_CLUSTERS, *clusters)


@pytest.fixture
def places(tmp_path: Any) -> Places:
    return toy_places(tmp_path)


def history(seed: int, first: date, days: int, plays: int) -> list[Play]:
    random = Random(seed)
    made = []
    for number in range(plays):
        song = random.choice(["s0", "s0", "s1", "s2"])
        features = {"feature_source": random.choice(["kaggle", "synthetic"]), "valence": 0.5}
        made.append(
            play(
                number,
                first + timedelta(days=int(days * random.random() ** 2)),
                song,
                counts=random.random() < 0.9,
                ms_played=random.choice([None, 60_000, 240_000]),
                **features,
            )
        )
    return made


def test_a_year_is_counted_as_by_hand(places: Places) -> None:
    plays = history(3, date(2022, 1, 1), 900, 600)
    pour_lake(places, *plays, play(0, date(2023, 5, 5), user_id="Bob"))
    found = find_year(places, 2023, "Ann")
    heard = [one for one in plays if one["counts"]]
    now = [one for one in heard if one["local_date"].year == 2023]
    earlier = {one["song_id"] for one in heard if one["local_date"].year < 2023}
    assert found["plays"] == len(now)
    assert found["minutes"] == pytest.approx(sum(one["ms_played"] or 0 for one in now) / 60_000)
    assert found["before"]["plays"] == sum(one["local_date"].year == 2022 for one in heard)
    assert found["new_songs"] == len({one["song_id"] for one in now} - earlier)
    songs = Counter(one["song_id"] for one in now)
    assert {top["title"]: top["plays"] for top in found["top_songs"]} == {
        f"Song {song}": number for song, number in songs.items()
    }
    assert [top["plays"] for top in found["top_artists"]] == sorted(songs.values(), reverse=True)
    genres = Counter(genre for one in now for genre in GENRES[one["song_id"]])
    assert {top["genre"]: top["plays"] for top in found["top_genres"]} == genres
    assert [(top["album"], top["plays"]) for top in found["top_albums"]] == [("Best", songs["s1"])]
    eras = Counter(f"{ERAS[one['song_id']]}0s" for one in now if one["song_id"] in ERAS)
    assert {of["era"]: of["plays"] for of in found["eras"]} == eras
    assert found["era_known_share"] == pytest.approx(eras.total() / len(now))
    months = Counter(one["local_date"].month for one in now)
    assert [of["plays"] for of in found["months"]] == [months[m] for m in range(1, 13)]
    hours = Counter(one["hour_of_day"] for one in now)
    assert [of["plays"] for of in found["hours"]] == [hours[h] for h in range(24)]
    days = Counter(one["local_date"] for one in now)
    assert found["top_day"]["day"] == min(days, key=lambda day: (-days[day], day))
    assert found["longest_streak"] == streak(set(days))
    order = sorted(now, key=lambda one: (one["played_at"], one["track_name"]))
    assert found["first_song"]["title"] == order[0]["track_name"]
    real = [one for one in now if one["feature_source"] == "kaggle"]
    assert found["authentic_share"] == pytest.approx(len(real) / len(now))
    moods = Counter(f"Mood [{one['song_id']}]" for one in real)
    assert {mood["mood"]: mood["plays"] for mood in found["moods"]} == moods


def streak(days: set[date]) -> dict[str, Any]:
    runs = []
    for first in days:
        last = first
        while last + timedelta(days=1) in days:
            last += timedelta(days=1)
        runs.append((-(last - first).days - 1, first, last))
    length, first, last = min(runs)
    return {"days": -length, "first_day": first, "last_day": last}


def test_without_a_year_it_is_the_latest_and_a_first_year_has_nothing_new(places: Places) -> None:
    pour_lake(places, play(1, date(2024, 2, 29)), moods=False)
    found = find_year(places)
    assert (found["year"], found["user"], found["plays"]) == (2024, "Ann", 1)
    assert (found["new_songs"], found["before"], found["moods"]) == (None, None, [])
    assert found["longest_streak"]["days"] == 1


def test_where_there_is_no_such_year_or_person_the_error_says_who_and_when(places: Places) -> None:
    with pytest.raises(TableError, match="not built yet: run `songlake run` first"):
        find_year(places)
    pour_lake(places, play(1, date(2022, 1, 1)), play(2, date(2024, 1, 1)))
    with pytest.raises(TableError, match=r"in 2023 count\. Years with plays: 2022, 2024\."):
        find_year(places, 2023)
    with pytest.raises(TableError, match="no plays of Bob: say --user NAME, one of Ann"):
        find_year(places, 2022, "Bob")
    other = play(3, date(2022, 1, 1), user_id="Cid")
    pour(places.path(LISTENING_WITH_FEATURES), LISTENING_WITH_FEATURES, other)
    with pytest.raises(TableError, match="several people: say --user NAME, one of Ann, Cid"):
        find_year(places, 2022)


def test_a_lake_in_which_no_play_counts_says_so(places: Places) -> None:
    pour_lake(places, play(1, date(2022, 1, 1), counts=False))
    with pytest.raises(TableError, match="no plays that count"):
        find_year(places)


def test_the_page_fits_in_80_columns_and_keeps_brackets(
    songlake: Songlake, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = {"track_name": "[b] " + "long " * 30, "artist_name": "[x]"}
    pour_lake(
        places,
        *[play(n, date(2024, 3, 4), "s1", feature_source="kaggle", valence=0.25) for n in range(3)],
        play(5, date(2024, 3, 5), ms_played=None),
        play(7, date(2024, 12, 31), "s2", **long),
        play(8, date(2022, 12, 31)),
    )
    answer = songlake("year", 2024, "--data", places.settings.data)
    assert answer.exit_code == 0
    shown = [line.rstrip() for line in answer.stdout.splitlines()]
    assert max(map(len, shown)) <= 80
    text = "\n".join(shown)
    for told in (
        "2024 in music  Ann",
        "12 minutes (12 min), 5 plays, 3 songs, 3 artists",
        "Minutes are those of the 80.0 % of plays whose length is known.",
        "Heard for the first time: 2 songs, 2 artists",
        "[b] long long",
        "Mar ████████████████████████████████████████ 4 plays 9 min",
        "hours of Europe/Berlin",
        "longest streak  2 days: 4 to 5 March 2024",
        "most played day 4 March 2024: 3 plays, 9 min",
        "first song      Song s1 by Artist s1, 4 March 2024",
        "Mood [s1] 100 %",
    ):
        assert told in text
    assert "2023" not in text, "the year before is not within the history from its first day"


def test_json_is_the_figures(songlake: Songlake, places: Places) -> None:
    pour_lake(places, play(1, date(2024, 1, 1), ms_played=None))
    for flags in ((), ("--json",)):
        answer = songlake("year", "--data", places.settings.data, *flags)
        assert answer.exit_code == 0, answer.output
    found = json.loads(answer.stdout)
    assert found["year"] == 2024
    assert found["minutes"] == 0
    assert found["first_song"] == {"day": "2024-01-01", "title": "Song s0", "artist": "Artist s0"}

"""Playlists on the command line and as files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from toy_jobs import pour, row, toy_places
from typer.testing import Result

from apps.playlist import find_playlist, find_playlists, milliseconds
from apps.playlist_file import as_csv, as_m3u
from lib.errors import SettingsError, TableError
from lib.places import Places
from schemas.gold import PLAYLISTS
from schemas.silver import LISTENING_WITH_FEATURES, SONG_IDS, SONGS

Songlake = Callable[..., Result]
MINUTE = 60_000


def pour_lake(places: Places, *lists: tuple[str, str, int | None]) -> None:
    """Lists of nine songs: name, kind and length of each song."""
    rows = [
        row(PLAYLISTS, user_id="Ann", playlist=name, kind=kind, position=n, song_id=f"s{n}",
            title=f'Song "{n}", \n[b]', artist="Ann & Bob", duration_ms=length,
            track_id=None if n == 2 else f"t{n}", camelot="8A", tempo=120.4)
        for name, kind, length in lists for n in range(1, 10)
    ]  # fmt: skip
    pour(places.path(PLAYLISTS), PLAYLISTS, *rows)
    songs = [row(SONGS, song_id=f"s{n}", recording_id=f"r{n}", album_name="Best") for n in (1, 2)]
    pour(places.path(SONGS), SONGS, *songs)
    ids = [
        row(SONG_IDS, id_type=kind, id=id_, recording_id="r1")
        for kind, id_ in (("isrc", "US2"), ("isrc", "US1"), ("spotify", "t1"))
    ]
    pour(places.path(SONG_IDS), SONG_IDS, *ids)
    heard = row(LISTENING_WITH_FEATURES, user_id="Ann")
    pour(places.path(LISTENING_WITH_FEATURES), LISTENING_WITH_FEATURES, heard)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = toy_places(tmp_path)
    pour_lake(
        made,
        ("Discoveries", "discovery", 4 * MINUTE),
        ("Lift me", "lift", 4 * MINUTE),
        ("Calm", "mood", None),
    )
    return made


def positions(found: dict[str, Any]) -> list[int]:
    return [song["position"] for song in found["songs"]]


def test_lists_are_told_with_how_long_they_last(places: Places) -> None:
    assert find_playlists(places) == [
        {"playlist": "Discoveries", "kind": "discovery", "songs": 9, "minutes": 36.0,
         "lengths_unknown": 0},
        {"playlist": "Calm", "kind": "mood", "songs": 9, "minutes": 31.5, "lengths_unknown": 9},
        {"playlist": "Lift me", "kind": "lift", "songs": 9, "minutes": 36.0, "lengths_unknown": 0},
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Discoveries", "DISCOVERIES", "disc"])
def test_a_list_is_found_by_its_name_or_a_part_of_it(places: Places, name: str) -> None:
    found = find_playlist(places, name)
    assert found["playlist"] == "Discoveries"
    assert positions(found) == list(range(1, 10))
    assert (found["songs"][0]["album"], found["songs"][0]["isrc"]) == ("Best", "US1")


@pytest.mark.parametrize("name", ["sad", "", "i"])
def test_a_name_of_no_list_or_of_several_is_answered_with_all(places: Places, name: str) -> None:
    with pytest.raises(SettingsError, match="the playlists are Discoveries, Calm, Lift me"):
        find_playlist(places, name)


def test_a_length_leaves_out_the_end_and_of_a_path_steps_in_between(places: Places) -> None:
    assert positions(find_playlist(places, "Discoveries", length="21m")) == [1, 2, 3, 4, 5]
    assert positions(find_playlist(places, "Lift me", length="21")) == [1, 3, 5, 7, 9]
    assert positions(find_playlist(places, "Calm", length="7m")) == [1, 2]
    assert len(positions(find_playlist(places, "Calm", length="2h"))) == 9
    with pytest.raises(SettingsError, match="no song of the list is that short"):
        find_playlist(places, "Discoveries", length="3m")


def test_lengths_are_hours_and_minutes() -> None:
    told = {"60m": 60, "1h30m": 90, "2h": 120, "45": 45, " 1 H 5 min ": 65}
    assert {text: milliseconds(text) // MINUTE for text in told} == told
    for text in ("", "long", "-5m", "0m", "1d"):
        with pytest.raises(SettingsError, match="write it as 60m, 1h30m or 2h"):
            milliseconds(text)


def test_m3u_has_an_entry_for_each_song_with_an_id(places: Places) -> None:
    text = as_m3u(find_playlist(places, "Calm"))
    assert text.splitlines()[:6] == [
        "#EXTM3U",
        "#PLAYLIST:Calm",
        '#EXTINF:-1,Ann & Bob - Song "1", [b]',
        "spotify:track:t1",
        '# Ann & Bob - Song "2", [b]',
        '#EXTINF:-1,Ann & Bob - Song "3", [b]',
    ]
    assert "#EXTINF:240,Ann & Bob" in as_m3u(find_playlist(places, "Discoveries"))
    entries = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(entries) == 8


def test_csv_gives_what_converters_look_for(places: Places) -> None:
    first, second, *rest = csv.DictReader(StringIO(as_csv(find_playlist(places, "Calm"))))
    assert first == {
        "title": 'Song "1", \n[b]', "artist": "Ann & Bob", "album": "Best", "isrc": "US1",
        "spotify_uri": "spotify:track:t1",
    }  # fmt: skip
    assert second["spotify_uri"] == second["isrc"] == ""
    assert len(rest) == 7


def test_a_file_is_written_where_it_is_wanted(
    songlake: Songlake, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    at = ("--data", places.settings.data)
    answer = songlake("playlist", "lift me", "--export", "m3u", *at)
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "Lift me.m3u8").read_text(encoding="utf-8").startswith("#EXTM3U\n")
    assert "1 of them have no Spotify id" in answer.stdout
    songlake("playlist", "calm", "--export", "CSV", "--out", tmp_path / "x.csv", *at)
    assert (tmp_path / "x.csv").read_bytes().count(b"spotify:track") == 8
    for flags, line in (
        (("--export", "pdf"), "--export pdf: choose m3u, csv or spotify"),
        (("--out", "x.m3u"), "--out x.m3u: say what to write"),
        (("--export", "csv", "--out", tmp_path / "no" / "x"), "name another file with --out"),
    ):
        refused = songlake("playlist", "calm", *flags, *at)
        assert refused.exit_code == 1
        assert line in refused.stderr


def test_on_screen_and_as_json(songlake: Songlake, places: Places) -> None:
    at = ("--data", places.settings.data)
    assert "Lift me" in songlake("playlist", *at).stdout
    shown = songlake("playlist", "calm", *at)
    assert shown.exit_code == 0, shown.output
    assert "[b]" in shown.stdout
    assert "counted as 3 min 30 s each" in shown.stdout
    told = json.loads(songlake("playlist", "calm", "--json", *at).stdout)
    assert told["songs"][0]["camelot"] == "8A"
    assert len(json.loads(songlake("playlist", "--json", *at).stdout)) == 3


def test_a_lake_without_lists_says_what_to_do(songlake: Songlake, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"gold\.playlists is not built yet"):
        find_playlists(toy_places(tmp_path))
    bare = toy_places(tmp_path / "bare")
    pour_lake(bare)
    refused = songlake("playlist", "calm", "--data", tmp_path / "bare")
    assert "There are no playlists for Ann" in refused.stderr

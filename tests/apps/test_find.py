"""`songlake search`, `album` and `albums`, against services on the loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from lib.landing import landed_files
from schemas.landing import LASTFM_API_TRACKS, SPOTIFY_API_TRACKS, Landing
from tests.apps.conftest import Songlake
from tests.servers.live import Live, live


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    with live(16) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made
        assert made.violations == []


def landed(data: Path, kind: Landing) -> list[dict[str, Any]]:
    files = landed_files(data / "landing", kind)
    return [orjson.loads(line) for file in files for line in file.read_bytes().splitlines()]


def test_a_search_shows_and_takes_in_nothing(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    song = services.songs[3]
    answer = songlake("search", f"{song.title} {song.artist}", "--data", tmp_path, "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == [
        {"artist": song.artist, "title": song.title, "album": song.album,
         "track_id": song.track_id, "told_by": "Spotify"}
    ]  # fmt: skip
    assert landed(tmp_path, SPOTIFY_API_TRACKS) == []


def test_a_search_that_ingests_lands_what_services_know(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    song = services.songs[3]
    answer = songlake("search", song.title, "--ingest", "--data", tmp_path)
    assert answer.exit_code == 0, answer.output
    (track,) = landed(tmp_path, SPOTIFY_API_TRACKS)
    assert track["asked"] == {"id": song.track_id}
    (told,) = landed(tmp_path, LASTFM_API_TRACKS)
    assert told["asked"] == {"artist": song.artist, "title": song.title}


def test_last_fm_finds_it_where_spotify_cannot(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    song = services.songs[3]
    off = ("--set", "live.spotify.enabled=false")
    answer = songlake("search", song.title, "--data", tmp_path, "--json", *off)
    assert json.loads(answer.stdout) == [
        {"artist": song.artist, "title": song.title, "album": None, "track_id": None,
         "told_by": "Last.fm"}
    ]  # fmt: skip


def test_what_nobody_finds_is_said(songlake: Songlake, services: Live, tmp_path: Path) -> None:
    answer = songlake("search", "no such words", "--data", tmp_path)
    assert answer.exit_code == 1
    assert answer.stdout == "Nothing found.\n"


def test_without_services_it_says_how_to_connect_them(songlake: Songlake, tmp_path: Path) -> None:
    answer = songlake("search", "x", "--data", tmp_path)
    assert answer.exit_code == 1
    assert "put SPOTIPY_CLIENT_ID" in " ".join(answer.output.split())
    assert "neither can be asked" in answer.output


@pytest.mark.parametrize("by", ["Spotify", "Last.fm"])
def test_an_album_comes_with_all_its_songs(
    songlake: Songlake, services: Live, tmp_path: Path, by: str
) -> None:
    first = services.songs[4]
    wanted = {song.title for song in services.songs if song.album_id == first.album_id}
    off = ("--set", "live.spotify.enabled=false") if by == "Last.fm" else ()
    names = (first.album.upper(), first.artist)
    answer = songlake("album", *names, "--data", tmp_path, "--json", *off)
    assert answer.exit_code == 0, answer.output
    assert {song["title"] for song in json.loads(answer.stdout)} == wanted
    assert {song["told_by"] for song in json.loads(answer.stdout)} == {by}
    assert {line["asked"]["title"] for line in landed(tmp_path, LASTFM_API_TRACKS)} == wanted


def test_albums_of_a_file_come_in_and_those_nobody_knows_are_named(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    first, other = services.songs[0], services.songs[8]
    file = tmp_path / "albums.csv"
    rows = [(first.album, first.artist), (other.album, other.artist), ("Never Made", "Nobody")]
    text = "".join(f'"{album}","{artist}"\n' for album, artist in rows)
    file.write_text(f"\ufeffalbum_name,artist_name\n{text}", encoding="utf-8")
    answer = songlake("albums", file, "--data", tmp_path)
    assert answer.exit_code == 1
    assert "Never Made by Nobody: no service knows it." in answer.output
    ids = {line["asked"]["id"] for line in landed(tmp_path, SPOTIFY_API_TRACKS)}
    assert ids == {s.track_id for s in services.songs if s.album_id in
                   (first.album_id, other.album_id)}  # fmt: skip


def test_an_album_that_cannot_be_asked_for_keeps_no_other_from_coming(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    file = tmp_path / "albums.csv"
    rows = [f'"{song.album}","{song.artist}"\n' for song in (services.songs[0], services.songs[8])]
    file.write_text("album_name,artist_name\n" + "".join(rows), encoding="utf-8")
    words = ("albums", file, "--data", tmp_path, "--set", "live.lastfm.enabled=false")
    services.spotify_server.faults.script("500", path="/v1/search")
    answer = songlake(*words, "--set", "live.attempts=1")
    assert answer.exit_code == 1
    assert f"{services.songs[0].album} by {services.songs[0].artist}: Spotify" in answer.output
    assert len(landed(tmp_path, SPOTIFY_API_TRACKS)) == 4
    assert songlake(*words).exit_code == 0
    assert len(landed(tmp_path, SPOTIFY_API_TRACKS)) == 8


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("album,artist\na,b\n", "no column album_name"),
        ("album_name,artist_name\na,\n", "row 2: album_name or artist_name is empty"),
        ("album_name,artist_name\na\n", "row 2"),
    ],
)
def test_a_file_that_is_none_is_refused(
    songlake: Songlake, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "albums.csv"
    file.write_text(text, encoding="utf-8")
    answer = songlake("albums", file, "--data", tmp_path)
    assert answer.exit_code == 1
    assert told in answer.output

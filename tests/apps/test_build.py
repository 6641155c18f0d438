"""`songlake build`: a catalogue from lists, against services on the loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from lib.collect.catalogue import bounds
from lib.settings import load_settings
from tests.apps.conftest import Songlake
from tests.lib.collect.live_run import log_in
from tests.servers.aoty import AotySite
from tests.servers.live import Live, live
from tests.servers.loopback import Loopback, serving

SONGS = 24


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    with (
        live(SONGS) as made,
        serving(Loopback(AotySite(made.songs), 30, 60, scale=made.scale)) as site,
    ):
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SONGLAKE_LIVE__AOTY__ENABLED", "true")
        monkeypatch.setenv("SONGLAKE_LIVE__AOTY__URL", site.url)
        yield made
        assert made.violations + site.violations == []


def built(songlake: Songlake, data: Path, *words: object) -> dict[str, Any]:
    answer = songlake("build", "--data", data, "--json", *words)
    assert answer.exit_code == 0, answer.output
    made: dict[str, Any] = json.loads(answer.stdout)
    return made


def flat(answer: Result) -> str:
    return " ".join(answer.output.split())


def covered(made: dict[str, Any]) -> dict[str, tuple[int, int]]:
    return {part["what"]: (part["asked"], part["complete"]) for part in made["coverage"]}


def test_the_charts_become_a_catalogue_that_every_service_fills_in(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    albums = len({song.album_id for song in services.songs})
    made = built(songlake, tmp_path)
    assert (made["raw"], made["songs"], made["whole"]) == (SONGS, SONGS, True)
    assert covered(made) == {
        "songs on Spotify": (SONGS, SONGS),
        "songs on Last.fm": (SONGS, SONGS),
        "albums on Album of the Year": (albums, albums),
    }
    # One search a song, audio features and artists in one request each, and a token.
    assert made["requests"]["Spotify"] <= SONGS + 3
    assert made["requests"]["Last.fm"] <= SONGS + 2
    again = built(songlake, tmp_path)
    assert again["requests"]["Spotify"] == 0
    assert covered(again)["songs on Spotify"] == (SONGS, SONGS)


def test_songs_of_several_tags_come_once(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    tagged = [{song for song in services.songs if tag in song.tags} for tag in ("rock", "jazz")]
    words = ("--tags", "rock, jazz", "--skip-aoty")
    made = built(songlake, tmp_path, *words)
    assert made["raw"] == len(tagged[0]) + len(tagged[1])
    assert made["songs"] == len(tagged[0] | tagged[1]) < made["raw"]
    assert covered(made)["albums on Album of the Year"] == (0, 0)


def test_a_users_top_tracks_come_first_and_no_more_than_asked_for(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    heard = [services.songs[n] for n in (5, 5, 5, 9, 9, 2)]
    services.lastfm.scrobbles = [(1_772_366_400 + n, song) for n, song in enumerate(heard)]
    made = built(songlake, tmp_path, "--user", "listener", "--songs", "2", "--skip-aoty")
    assert made["songs"] == 2
    asked = {
        (params["artist"].lower(), params["track"].lower())
        for _, params, _ in services.lastfm_server.seen
        if params.get("method") == "track.getInfo"
    }
    wanted = {(services.songs[n].artist.lower(), services.songs[n].title.lower()) for n in (5, 9)}
    assert asked == wanted


def test_quick_reads_one_page_of_each_list(
    songlake: Songlake, services: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.sources.lastfm_api.PAGE", 3)
    assert built(songlake, tmp_path, "--quick", "--skip-aoty")["raw"] == 3
    assert built(songlake, tmp_path, "--raw", "8", "--skip-aoty")["raw"] == 8


def test_where_spotify_cannot_be_asked_last_fm_fills_what_it_can(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    made = built(songlake, tmp_path, "--raw", "8", "--set", "live.spotify.enabled=false")
    assert covered(made)["songs on Spotify"] == (8, 0)
    assert covered(made)["songs on Last.fm"] == (8, 8)
    assert covered(made)["albums on Album of the Year"] == (2, 2)


def test_a_dry_run_asks_nothing(songlake: Songlake, services: Live, tmp_path: Path) -> None:
    made = built(songlake, tmp_path, "--dry-run", "--songs", "500")
    assert {row["service"] for row in made["needs"]} == {"Spotify", "Last.fm", "Album of the Year"}
    assert services.spotify_server.seen == services.lastfm_server.seen == []


def test_a_dry_run_says_what_is_not_connected(
    songlake: Songlake, services: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LASTFM_API_KEY")
    answer = songlake("build", "--data", tmp_path, "--dry-run")
    assert [line.partition(":")[0] for line in answer.stderr.splitlines()] == ["Last.fm"]


def test_the_bound_is_the_fewest_requests_at_the_allowed_rate() -> None:
    live_settings = load_settings()[0].live
    needed = bounds(live_settings, 10_000, with_aoty=False)
    # A search a song; audio features 100 and artists 50 at once; 100 a minute, 5 a second.
    assert needed == {
        "Spotify": (10_300, timedelta(seconds=6_180)),
        "Last.fm": (10_000, timedelta(seconds=2_000)),
    }


def test_without_last_fm_tags_are_genres_on_spotify(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    off = ("--set", "live.lastfm.enabled=false", "--skip-aoty")
    made = built(songlake, tmp_path, "--tags", "rock,jazz", *off)
    tagged = {song for song in services.songs if {"rock", "jazz"} & set(song.tags)}
    assert made["songs"] == len(tagged)
    assert covered(made)["songs on Spotify"] == (len(tagged), len(tagged))
    assert made["told"] == {"Spotify alone": len(tagged)}
    searches = [p for path, p, _ in services.spotify_server.seen if path == "/v1/search"]
    assert {params["q"] for params in searches} == {'genre:"rock"', 'genre:"jazz"'}


def test_without_last_fm_the_one_who_is_logged_in_gives_the_list(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    off = ("--set", "live.lastfm.enabled=false", "--skip-aoty")
    refused = songlake("build", "--data", tmp_path, *off)
    assert refused.exit_code == 1
    assert "songlake login spotify" in flat(refused)
    log_in(tmp_path)
    services.spotify.top, services.spotify.saved = services.songs[:3], services.songs[2:8]
    made = built(songlake, tmp_path, *off)
    assert (made["raw"], made["songs"]) == (3 * 3 + 6, 8)


def test_where_last_fms_lists_cannot_be_read_spotifys_are(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    services.lastfm.errors = [11] * 1000
    words = ("--tags", "rock", "--set", "live.attempts=2", "--skip-aoty")
    made = built(songlake, tmp_path, *words)
    tagged = [song for song in services.songs if "rock" in song.tags]
    assert made["told"] == {"Spotify alone": len(tagged)}


def test_albums_of_a_catalogue_that_is_landed_are_found_by_the_next_build(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    built(songlake, tmp_path, "--skip-aoty", "--raw", "8")
    made = built(songlake, tmp_path, "--raw", "8")
    assert covered(made)["albums on Album of the Year"] == (2, 2)
    assert made["requests"]["Spotify"] == 0


def test_a_users_top_tracks_and_tags_are_read_in_turn(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    heard = services.songs[5]
    services.lastfm.scrobbles = [(1_772_366_400, heard)]
    words = ("--user", "listener", "--tags", "rock", "--skip-aoty")
    tagged = {song for song in services.songs if "rock" in song.tags}
    of_library = {song for song in services.songs if song.artist == heard.artist}
    assert built(songlake, tmp_path, *words)["songs"] == len(tagged | of_library)


def test_after_a_users_top_tracks_come_those_of_the_artists_in_their_library(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    heard = [services.songs[n] for n in (20, 5, 5)]
    services.lastfm.scrobbles = [(1_772_366_400 + n, song) for n, song in enumerate(heard)]
    words = ("--user", "listener", "--skip-aoty", "--set", "live.spotify.enabled=false")
    of_artists = [song for artist in (heard[1].artist, heard[0].artist)
                  for song in services.songs if song.artist == artist]  # fmt: skip
    first = built(songlake, tmp_path, *words, "--songs", "6")
    asked = {params.get("track") for _, params, _ in services.lastfm_server.seen} - {None}
    in_order = list(dict.fromkeys(song.title for song in [heard[1], heard[0], *of_artists]))
    assert asked == set(in_order[: first["songs"]])
    lists = first["requests"]["Last.fm"] - first["songs"]
    # Two pages of the user's tracks and of their artists (the second empty), and one an artist.
    assert (first["raw"], lists) == (2 + len(of_artists), 2 + 2 + 2)
    again = built(songlake, tmp_path, *words)
    assert again["songs"] == len(of_artists)
    assert again["requests"]["Last.fm"] == len(of_artists) - 6, "pages that came are not read again"


def test_a_list_without_a_song_is_told_of(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    words = ("build", "--data", tmp_path, "--skip-aoty")
    refused = songlake(*words, "--user", "lisetner")
    assert refused.exit_code == 1
    assert "Last.fm: user lisetner has no tracks there." in flat(refused)
    assert "No list has a song: look how --user and --tags are spelt." in flat(refused)
    half = songlake(*words, "--tags", "rock,jaz")
    assert half.exit_code == 0
    assert "Last.fm: tag jaz has no tracks there." in flat(half)


def test_without_services_it_says_how_to_connect_them(songlake: Songlake, tmp_path: Path) -> None:
    answer = songlake("build", "--data", tmp_path)
    assert answer.exit_code == 1
    assert "put LASTFM_API_KEY" in flat(answer)
    assert "Last.fm: its lists are read, and it is not connected" in flat(answer)

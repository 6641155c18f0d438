"""`songlake collect`, `login` and what they say, against services on the loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from scratch_lake import ScratchLake
from typer.testing import Result

from lib.clients.credentials import NAMES, read_credentials
from tests.apps.conftest import Songlake
from tests.lib.collect.live_run import log_in
from tests.servers import lastfm, spotify
from tests.servers.aoty import AotySite
from tests.servers.faults import Fault
from tests.servers.live import CREDENTIALS, SECRETS, Live, live
from tests.servers.loopback import Loopback, serving


def connected(monkeypatch: pytest.MonkeyPatch, services: Live) -> None:
    for name, value in services.environment.items():
        monkeypatch.setenv(name, value)


def flat(answer: Result) -> str:
    return " ".join(answer.output.split())


def test_without_credentials_it_says_how_to_connect_each_service(
    songlake: Songlake, tmp_path: Path
) -> None:
    answer = songlake("collect", "--data", tmp_path)
    assert answer.exit_code == 0
    spotify_line, lastfm_line, *others = answer.output.splitlines()
    assert spotify_line.startswith("Spotify: not connected: put SPOTIPY_CLIENT_ID")
    assert spotify_line.endswith("then `songlake login spotify`")
    assert lastfm_line.startswith("Last.fm: not connected: put LASTFM_API_KEY")
    assert others[-1] == "Nothing new."


def test_a_run_says_it_too_and_works_on_what_is_landed(songlake: Songlake, tmp_path: Path) -> None:
    answer = songlake("run", "--dry-run", "--data", tmp_path)
    assert answer.exit_code == 0
    assert [line.partition(":")[0] for line in answer.stderr.splitlines()] == ["Spotify", "Last.fm"]


def test_a_service_that_is_off_is_not_asked_nor_spoken_of(
    songlake: Songlake, tmp_path: Path
) -> None:
    off = ("--set", "live.spotify.enabled=false", "--set", "live.lastfm.enabled=false")
    assert "not connected" not in songlake("collect", "--data", tmp_path, *off).output


def test_a_collection_lands_what_came_and_a_second_one_asks_for_nothing(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live(12) as services:
        connected(monkeypatch, services)
        services.spotify.features = False
        start = 1_772_366_400
        services.lastfm.scrobbles = [(start + 200 * n, s) for n, s in enumerate(services.songs)]
        first = songlake("collect", "--data", tmp_path, "--json")
        assert first.exit_code == 0, first.output
        made = json.loads(first.stdout)
        told = {(row["kind"], row["state"]): row["answers"] for row in made["answers"]}
        assert told == {
            ("lastfm_api_plays", "complete"): 12,
            ("lastfm_api_tracks", "complete"): 12,
            ("spotify_api_tracks", "complete"): 12,
            ("spotify_api_artists", "complete"): 2,
        }
        assert len(made["landed"]) == 4
        assert made["whole"]
        assert first.stderr.count("may not read audio features") == 1
        again = songlake("collect", "--data", tmp_path, "--json")
        assert json.loads(again.stdout)["answers"] == []
        assert json.loads(again.stdout)["landed"] == []
        assert services.violations == []
    for secret in SECRETS:
        assert secret not in first.output + again.output


def test_what_a_run_made_of_a_collection_is_not_asked_for_again(
    songlake: Songlake,
    make_lake: Callable[..., ScratchLake],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with live(9) as services:
        connected(monkeypatch, services)
        services.spotify.features = False
        begun = int(time.time()) - 86_400
        *heard, new = [(begun + 200 * n, song) for n, song in enumerate(services.songs)]
        services.lastfm.scrobbles = heard
        songlake("collect", "--data", tmp_path)
        assert make_lake(tmp_path).run("silver.songs", "silver.plays").ok
        services.lastfm.scrobbles = [*heard, new]
        made = json.loads(songlake("collect", "--data", tmp_path, "--json").stdout)
    told = {(row["kind"], row["state"]): row["answers"] for row in made["answers"]}
    assert told == {
        ("lastfm_api_plays", "complete"): 1, ("lastfm_api_tracks", "complete"): 1,
        ("spotify_api_tracks", "complete"): 1, ("spotify_api_artists", "complete"): 1,
    }  # fmt: skip
    assert made["told"] == {"Spotify and Last.fm": 9}


def test_albums_are_read_where_that_is_switched_on(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        live(6) as services,
        serving(Loopback(AotySite(services.songs), 30, 60, scale=services.scale)) as site,
    ):
        connected(monkeypatch, services)
        services.lastfm.scrobbles = [(1_772_366_400 + n, s) for n, s in enumerate(services.songs)]
        on = ("--set", "live.aoty.enabled=true", "--set", f"live.aoty.url={site.url}")
        answer = songlake("collect", "--data", tmp_path, "--json", *on)
        assert answer.exit_code == 0, answer.output
        told = {(row["kind"], row["state"]): row["answers"]
                for row in json.loads(answer.stdout)["answers"]}  # fmt: skip
        albums = {(song.artist, song.album) for song in services.songs}
        assert told["aoty_albums", "complete"] == len(albums)
        assert site.violations == []
        assert (
            json.loads(songlake("collect", "--data", tmp_path, "--json", *on).stdout)["answers"]
            == []
        )


def test_a_service_that_is_down_leaves_the_other_as_it_is(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live(6) as services:
        connected(monkeypatch, services)
        services.lastfm.errors = [11] * 1000
        monkeypatch.setenv("SONGLAKE_LIVE__ATTEMPTS", "2")
        answer = songlake("collect", "--data", tmp_path)
    assert answer.exit_code == 0
    assert "Last.fm: error 11, Service Offline" in flat(answer)
    assert "Spotify: `songlake login spotify` lets your own plays be read" in flat(answer)


@pytest.mark.parametrize("how", ["off", "not connected", "down", "limited"])
@pytest.mark.parametrize("lacks", ["Spotify", "Last.fm"])
def test_the_other_service_fills_what_it_can_and_the_run_says_so(
    lacks: str, how: str, songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"Spotify": "Last.fm", "Last.fm": "Spotify"}[lacks]
    with live(6) as services:
        connected(monkeypatch, services)
        log_in(tmp_path)
        services.spotify.features = False
        services.spotify.plays = [("2026-03-01T12:00:00.000Z", song) for song in services.songs]
        services.lastfm.scrobbles = [(1_772_366_400 + n, s) for n, s in enumerate(services.songs)]
        fail(lacks, how, services, monkeypatch)
        answer = songlake("collect", "--data", tmp_path)
    told = flat(answer)
    assert answer.exit_code == 0, told
    assert f"Songs told by: {other} alone 6" in told
    kind = {"Spotify": "spotify_api_tracks", "Last.fm": "lastfm_api_tracks"}[lacks]
    assert (f"{kind} 6 failed" in told) == (how in ("down", "limited"))
    assert ("the next collection asks for them again" in told) == (how in ("down", "limited"))
    assert (f"{lacks}: not connected" in told) == (how == "not connected")


def fail(service: str, how: str, services: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets a service be off, without credentials, down, or closed for longer than a run waits."""
    name, key = {
        "Spotify": ("SPOTIFY", "SPOTIPY_CLIENT_ID"), "Last.fm": ("LASTFM", "LASTFM_API_KEY"),
    }[service]  # fmt: skip
    server = services.spotify_server if service == "Spotify" else services.lastfm_server
    if how == "off":
        monkeypatch.setenv(f"SONGLAKE_LIVE__{name}__ENABLED", "false")
    elif how == "not connected":
        monkeypatch.delenv(key)
    elif how == "down":
        monkeypatch.setenv("SONGLAKE_LIVE__ATTEMPTS", "2")
        server.faults.script(*["500"] * 100)
    else:
        server.faults.script(Fault("429 seconds", wait=86_400))


def test_what_failed_is_asked_for_by_the_next_collection_whoever_wanted_it(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live(6) as services:
        connected(monkeypatch, services)
        monkeypatch.setenv("SONGLAKE_LIVE__ATTEMPTS", "1")
        song = services.songs[3]
        services.lastfm.errors = [8]
        services.spotify_server.faults.script("500", path="/v1/artists")
        songlake("search", song.title, "--ingest", "--data", tmp_path)
        made = json.loads(songlake("collect", "--data", tmp_path, "--json").stdout)
    told = {(row["kind"], row["state"]): row["answers"] for row in made["answers"]}
    assert told == {
        ("lastfm_api_tracks", "complete"): 1, ("spotify_api_artists", "complete"): 1,
    }  # fmt: skip
    assert made["failures"] == []


def test_login_without_an_app_says_what_is_missing(songlake: Songlake, tmp_path: Path) -> None:
    answer = songlake("login", "spotify", "--data", tmp_path)
    assert answer.exit_code == 1
    assert "put SPOTIPY_CLIENT_ID" in flat(answer)
    assert "choose spotify" in flat(songlake("login", "deezer", "--data", tmp_path))


@pytest.mark.parametrize("credential", NAMES)
def test_every_name_that_people_use_is_read_from_either_place(
    credential: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES[credential]:
        file = tmp_path / f"{name}.env"
        file.write_text(f"{name}=from-the-file\n", encoding="utf-8")
        assert getattr(read_credentials(file), credential) == "from-the-file"
        with monkeypatch.context() as patch:
            patch.setenv(name, "from-the-environment")
            assert getattr(read_credentials(file), credential) == "from-the-environment"


def test_credentials_do_not_show_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    shown = repr(read_credentials(Path("none.env")))
    for secret in (spotify.CLIENT_SECRET, lastfm.API_KEY, lastfm.API_SECRET):
        assert secret not in shown


def test_config_shows_no_password_of_a_url(songlake: Songlake, tmp_path: Path) -> None:
    url = "live.redis_url=redis://me:a-password-of-mine@127.0.0.1:6379/0"
    answer = songlake("config", "--data", tmp_path, "--set", url, "--json")
    assert "a-password-of-mine" not in answer.output
    assert "redis://me:****@127.0.0.1" in answer.output

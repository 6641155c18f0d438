"""Topping up plays: gaps, pages that change while they are read, and readings cut short."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.clients.reply import Json
from lib.collect.metadata import Bar
from lib.collect.plays import lastfm_plays, spotify_library, spotify_plays
from lib.errors import ServiceError
from schemas.landing import LASTFM_API_PLAYS, SPOTIFY_API_LIBRARY, SPOTIFY_API_PLAYS
from tests.lib.collect.live_run import Collecting, collecting, log_in, no_bar
from tests.servers.live import Live, live
from tests.servers.music import Song

START = datetime(2026, 3, 1, tzinfo=UTC)


def played(songs: list[Song], first: int, count: int) -> list[tuple[str, Song]]:
    """Plays three minutes apart, numbered from the start."""
    return [
        (
            (START + timedelta(minutes=3 * n)).isoformat(timespec="milliseconds")[:-6] + "Z",
            songs[n % len(songs)],
        )
        for n in range(first, first + count)
    ]


def read_spotify(services: Live, folder: Path) -> list[str]:
    """One collection of plays; the lines that the person is told."""
    with collecting(services, folder) as run:
        assert run.services.spotify is not None
        spotify_plays(run.services.spotify, run.journal, "me", run.connections)
        run.journal.land(run.connections.settings.landing)
        return run.lines


def landed_plays(services: Live, folder: Path) -> tuple[list[str], list[Json]]:
    with collecting(services, folder) as run:
        bodies = [line["body"] for line in run.landed(SPOTIFY_API_PLAYS)]
    times = [body["played_at"] for body in bodies if "played_at" in body]
    return times, [body["gap"] for body in bodies if "gap" in body]


def test_plays_are_topped_up_and_a_gap_is_kept_and_told(tmp_path: Path) -> None:
    with live(60) as services:
        log_in(tmp_path)
        services.spotify.plays = played(services.songs, 0, 20)
        assert read_spotify(services, tmp_path) == []
        services.spotify.plays += played(services.songs, 20, 30)
        assert read_spotify(services, tmp_path) == [], "the last one known is still there"
        assert landed_plays(services, tmp_path)[1] == []
        services.spotify.plays += played(services.songs, 50, 70)
        [line] = read_spotify(services, tmp_path)
        times, gaps = landed_plays(services, tmp_path)
    assert "plays may be missing between 2026-03-01T02:27:00+00:00" in line
    assert "extended streaming history" in line
    assert gaps == [{"from": "2026-03-01T02:27:00+00:00", "until": "2026-03-01T03:30:00+00:00"}]
    assert len(times) == len(set(times)) == 100, "50 known, 20 lost, 50 more"


def test_a_first_reading_says_where_earlier_plays_are(tmp_path: Path) -> None:
    with live(60) as services:
        log_in(tmp_path)
        services.spotify.plays = played(services.songs, 0, 80)
        [line] = read_spotify(services, tmp_path)
    assert line.startswith("Spotify tells the last 50 plays only")


def test_saved_tracks_are_read_up_to_those_that_are_known(tmp_path: Path) -> None:
    with live(130) as services, collecting(services, tmp_path) as run:
        assert run.services.spotify is not None
        services.spotify.saved = services.songs[:120]
        services.spotify.top = services.songs[5:8]
        for saved in (services.songs[:120], services.songs[:121]):
            services.spotify.saved = saved[::-1]
            spotify_library(run.services.spotify, run.journal, "me", no_bar)
        run.journal.land(run.connections.settings.landing)
        lists = [line["asked"]["list"] for line in run.landed(SPOTIFY_API_LIBRARY)]
    assert lists.count("saved") == 121
    assert lists.count("short_term") == lists.count("long_term") == 3
    assert services.spotify_server.counts()["/v1/me/tracks"] == 3 + 2


def scrobbled(services: Live, count: int) -> list[tuple[int, Song]]:
    start = int(START.timestamp())
    return [(start + 200 * n, services.songs[n % len(services.songs)]) for n in range(count)]


def read_lastfm(run: Collecting, bar: Bar = no_bar) -> list[int]:
    assert run.services.lastfm is not None
    lastfm_plays(run.services.lastfm, run.journal, "listener", "me", bar)
    return [int(body["date"]["uts"]) for body in run.journal.bodies(LASTFM_API_PLAYS, "me")]


def test_all_pages_are_read_once(tmp_path: Path) -> None:
    with live() as services, collecting(services, tmp_path) as run:
        services.lastfm.scrobbles = scrobbled(services, 950)
        services.lastfm.now_playing = services.songs[3]
        shown: list[tuple[int, int]] = []
        read = read_lastfm(run, lambda _, done, total: shown.append((done, total)))
        assert sorted(read) == [at for at, _ in services.lastfm.scrobbles]
        assert len(services.lastfm_server.seen) == 5
        assert shown == [(200, 950), (400, 950), (600, 950), (800, 950), (950, 950)]


@pytest.mark.parametrize("change", ["heard", "deleted", "late"])
def test_pages_that_change_while_they_are_read_lose_nothing(change: str, tmp_path: Path) -> None:
    with live() as services, collecting(services, tmp_path) as run:
        told = scrobbled(services, 950)
        services.lastfm.scrobbles = list(told)

        def alter(page: int) -> None:
            if page != 3:
                return
            services.lastfm.before_page = None
            if change == "heard":  # after reading began: it waits for the next time
                later = int(datetime.now(UTC).timestamp()) + 60
                services.lastfm.scrobbles.append((later, services.songs[0]))
            elif change == "deleted":
                del services.lastfm.scrobbles[-250:]
            else:
                services.lastfm.scrobbles.append((told[100][0] + 7, services.songs[1]))

        services.lastfm.before_page = alter
        found = set(read_lastfm(run))
        assert {at for at, _ in told[:700]} <= found, "what was not deleted"
        assert len(found) >= 950


def test_a_reading_cut_short_goes_on_from_its_page(tmp_path: Path) -> None:
    with live() as services:
        services.lastfm.scrobbles = scrobbled(services, 950)

        def fail(page: int) -> None:
            services.lastfm.errors = [8] * 6 if page == 2 else []

        with collecting(services, tmp_path) as run:
            services.lastfm.before_page = fail
            with pytest.raises(ServiceError, match="error 8"):
                read_lastfm(run)
        services.lastfm.before_page = None
        services.lastfm.errors = []
        pages = [params["page"] for _, params, _ in services.lastfm_server.seen]
        assert pages == ["1", "2", *["3"] * 6]
        with collecting(services, tmp_path) as run:
            assert len(read_lastfm(run)) == 950
        pages = [params["page"] for _, params, _ in services.lastfm_server.seen][8:]
        assert pages == ["3", "4", "5"]


def test_only_new_and_late_scrobbles_are_asked_for_again(tmp_path: Path) -> None:
    with live() as services, collecting(services, tmp_path) as run:
        services.lastfm.scrobbles = scrobbled(services, 950)
        read_lastfm(run)
        read_lastfm(run)
        asked = [params for _, params, _ in services.lastfm_server.seen]
        assert len(asked) == 6
        assert int(asked[5]["from"]) == int(asked[0]["to"]) - 14 * 86_400


def test_a_private_listener_costs_one_line_and_nothing_else(tmp_path: Path) -> None:
    with live() as services:
        services.lastfm.private = True
        with collecting(services, tmp_path) as run:
            assert run.collect().is_whole
            assert any("error 17" in line for line in run.lines)
        assert len(services.lastfm_server.seen) == 1


@pytest.mark.parametrize("code", [10, 26])
def test_a_key_that_is_no_good_is_tried_once(code: int, tmp_path: Path) -> None:
    with live() as services:
        services.lastfm.errors = [code] * 100
        with collecting(services, tmp_path) as run:
            run.collect()
            [line] = [line for line in run.lines if f"error {code}" in line]
        assert "check the key" in line
        assert len(services.lastfm_server.seen) == 1


def test_the_token_is_its_owners_alone(tmp_path: Path) -> None:
    log_in(tmp_path)
    file = tmp_path / "credentials" / "spotify.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["spotify.json"]

"""A playlist becomes one of the listener's own on Spotify, where they allow that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from toy_jobs import pour, row, toy_places

from lib.sources.spotify_tokens import SCOPE, WRITE_PLAYLISTS
from schemas.gold import PLAYLISTS
from schemas.silver import LISTENING_WITH_FEATURES, SONG_IDS, SONGS
from tests.apps.conftest import Songlake
from tests.lib.collect.live_run import log_in
from tests.servers.live import Live, live

SENT = ("playlist", "Lift me", "--export", "spotify", "--data")


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    with live(4) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made
        assert made.violations == []


def pour_list(folder: Path, count: int) -> list[str | None]:
    """A list of so many songs, the second of which has no Spotify id."""
    places = toy_places(folder)
    ids = [None if n == 1 else f"{n:022}" for n in range(count)]
    rows = [
        row(PLAYLISTS, user_id="Ann", playlist="Lift me", kind="lift", position=n + 1,
            song_id=f"s{n}", title="A", artist="B", track_id=id_)
        for n, id_ in enumerate(ids)
    ]  # fmt: skip
    pour(places.path(PLAYLISTS), PLAYLISTS, *rows)
    pour(places.path(SONGS), SONGS, row(SONGS, song_id="s0", recording_id="r0"))
    pour(places.path(SONG_IDS), SONG_IDS, row(SONG_IDS, recording_id="r0"))
    heard = row(LISTENING_WITH_FEATURES, user_id="Ann")
    pour(places.path(LISTENING_WITH_FEATURES), LISTENING_WITH_FEATURES, heard)
    return ids


def test_all_songs_that_have_an_id_come_in_order(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    ids = pour_list(tmp_path, 252)
    log_in(tmp_path, f"{SCOPE} {WRITE_PLAYLISTS}")
    answer = songlake(*SENT, tmp_path)
    assert answer.exit_code == 0, answer.output
    [(made, (asked, items))] = services.spotify.playlists.items()
    assert (asked["name"], asked["public"]) == ("Lift me", False)
    assert items == [f"spotify:track:{id_}" for id_ in ids if id_]
    assert f"open.spotify.com/playlist/{made}: 251 songs" in answer.stdout
    assert "1 more have no Spotify id" in answer.stdout


def test_a_login_that_may_only_read_adds_nothing_and_says_what_to_do(
    songlake: Songlake, services: Live, tmp_path: Path
) -> None:
    pour_list(tmp_path, 3)
    log_in(tmp_path)
    answer = songlake(*SENT, tmp_path)
    assert answer.exit_code == 1
    assert "songlake login spotify --playlists" in " ".join(answer.output.split())
    assert services.spotify.playlists == {}


def test_a_playlist_there_is_no_file(songlake: Songlake, tmp_path: Path) -> None:
    answer = songlake(*SENT, tmp_path, "--out", tmp_path / "a.m3u8")
    assert answer.exit_code == 1
    assert "leave it out" in " ".join(answer.output.split())

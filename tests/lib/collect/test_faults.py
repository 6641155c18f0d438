"""A batch of tracks through every failure that a service may have, drawn by seeds."""

from __future__ import annotations

import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from lib.collect.journal import Journal
from lib.collect.metadata import Topping
from lib.collect.wanted import Wanted
from lib.landing import landed_files
from lib.settings import load_settings
from schemas.landing import LASTFM_API_TRACKS, SPOTIFY_API_TRACKS
from tests.lib.collect.live_run import collecting, no_bar
from tests.servers.faults import KINDS, PASSING, Faults
from tests.servers.live import SECRETS, live

ERRORS = (6, 8, 11, 16, 29)


def run_schedule(
    seed: int, tracks: int, folder: Path, caplog: pytest.LogCaptureFixture, scale: float = 100.0
) -> Counter[str]:
    """Collects tracks of which half have an id, while the services fail as the seed draws."""
    random = Random(seed)
    share = random.choice((0.02, 0.1, 0.25))
    kinds = PASSING if random.random() < 0.3 else KINDS
    faults = Faults(seed, share, kinds)
    with live(tracks, scale=scale, faults=faults) as services, caplog.at_level(logging.DEBUG):
        services.lastfm.errors = random.choices(ERRORS, k=tracks // 50)
        services.spotify.batch = random.random() < 0.7
        services.spotify.features = random.random() < 0.5
        known = services.songs
        wanted = Wanted(
            [song.track_id for song in known[::2]],
            [(song.artist, song.title) for song in known[1::2]],
            [(song.artist, song.title) for song in known],
        )
        with collecting(services, folder) as run:
            assert run.services.spotify is not None
            assert run.services.lastfm is not None
            topping = Topping(run.journal, 4, 30, no_bar)
            with ThreadPoolExecutor(2) as pool:
                side_by_side = (
                    pool.submit(topping.lastfm, run.services.lastfm, wanted),
                    pool.submit(topping.spotify, run.services.spotify, wanted),
                )
                for each in side_by_side:
                    each.result()
            run.journal.land(folder / "landing")
            lines = {kind: run.landed(kind) for kind in (SPOTIFY_API_TRACKS, LASTFM_API_TRACKS)}
        assert services.violations == []
    ids = Counter(
        line["asked"]["id"] for line in lines[SPOTIFY_API_TRACKS] if "id" in line["asked"]
    )
    assert ids == Counter(wanted.track_ids), "each once"
    for kind, songs in ((SPOTIFY_API_TRACKS, wanted.searches), (LASTFM_API_TRACKS, wanted.songs)):
        asked = Counter(
            (line["asked"]["artist"], line["asked"]["title"])
            for line in lines[kind]
            if "title" in line["asked"]
        )
        assert asked == Counter(songs), "each once"
    states: Counter[str] = Counter()
    for told in lines.values():
        for line in told:
            states[line["state"]] += 1
            assert (line["state"] == "complete") == ("body" in line)
            assert line["state"] != "failed" or line["reason"], "failed with its reason"
    of_id = {song.track_id: song.title for song in known}
    for line in lines[SPOTIFY_API_TRACKS]:
        if line["state"] == "complete" and "id" in line["asked"]:
            assert line["body"]["name"] == of_id[line["asked"]["id"]], "its own answer"
    _assert_no_secret(folder, caplog)
    return states


def _assert_no_secret(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    held = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    for secret in SECRETS:
        assert secret.encode() not in held
        assert secret not in caplog.text
    caplog.clear()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_track_ends_complete_or_failed_with_its_reason(
    seed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    states = run_schedule(seed, 40, tmp_path, caplog)
    assert states["complete"] > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("twenty", range(10))
def test_two_hundred_schedules_over_500_tracks(
    twenty: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    states: Counter[str] = Counter()
    for seed in range(100 + 20 * twenty, 120 + 20 * twenty):
        states += run_schedule(seed, 500, tmp_path / str(seed), caplog)
    assert states["complete"] > 0.5 * states.total()


def test_what_failed_is_asked_again_the_next_time(tmp_path: Path) -> None:
    with live(6) as services, collecting(services, tmp_path) as run:
        assert run.services.lastfm is not None
        songs = Wanted(songs=[(song.artist, song.title) for song in services.songs])
        services.lastfm.errors = [8] * 6
        topping = Topping(run.journal, 1, 30, no_bar)
        topping.lastfm(run.services.lastfm, songs)
        assert [reason for _, _, reason in run.journal.failures()] == [
            "error 8, Operation failed - Most likely the backend service failed. Please try again."
        ]
        topping.lastfm(run.services.lastfm, songs)
        assert run.journal.failures() == []
        before = len(services.lastfm_server.seen)
        topping.lastfm(run.services.lastfm, songs)
        assert len(services.lastfm_server.seen) == before, "what is known is not asked for"


def test_the_journal_of_one_folder_lands_its_answers_once(tmp_path: Path) -> None:
    settings, _ = load_settings({"data": tmp_path})
    with live(5) as services, collecting(services, tmp_path) as run:
        assert run.services.spotify is not None
        ids = Wanted([song.track_id for song in services.songs])
        Topping(run.journal, 2, 30, no_bar).spotify(run.services.spotify, ids)
        made = run.journal.land(settings.landing)
        assert len(made) == 3, "tracks, features and artists"
        assert run.journal.land(settings.landing) == []
    with_lines = Journal(tmp_path / "live" / "journal.sqlite")
    assert with_lines.land(settings.landing) == []
    assert len(landed_files(settings.landing, SPOTIFY_API_TRACKS)) == 1
    with_lines.close()

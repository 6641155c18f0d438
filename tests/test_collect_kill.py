"""Collections killed at any moment: the next one goes on, and nothing is asked twice."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import orjson
import pytest
from scratch_lake import ScratchLake

from lib.landing import landed_files
from schemas.landing import FETCHED
from tests.processes import run, songlake, start
from tests.servers.live import Live, live
from tests.table_equality import lake_differences

AT_ONCE = 4
SONGS = 120


def landed(data: Path) -> dict[str, set[bytes]]:
    """What was landed of each kind, without when it was fetched."""
    told: dict[str, set[bytes]] = {}
    for kind in FETCHED:
        lines = [
            line
            for file in landed_files(data / "landing", kind)
            for line in file.read_bytes().splitlines()
        ]
        plain = [orjson.dumps({k: v for k, v in orjson.loads(line).items() if k != "at"})
                 for line in lines]  # fmt: skip
        assert len(plain) == len(set(plain)), f"{kind.kind}: each once"
        told[kind.kind] = set(plain)
    return told


def scrobbled(services: Live) -> None:
    services.spotify.features = False
    start_s = 1_772_366_400
    services.lastfm.scrobbles = [(start_s + 200 * n, s) for n, s in enumerate(services.songs)]


def asked_twice(services: Live) -> int:
    """Requests for a thing that was asked for before; tokens are each process's own."""
    seen = [
        (path, tuple(sorted((name, value) for name, value in params.items() if name != "to")))
        for server in (services.spotify_server, services.lastfm_server)
        for path, params, _ in server.seen
        if path != "/api/token"
    ]
    return sum(count - 1 for count in Counter(seen).values())


def killed_and_finished(part: float, folder: Path) -> None:
    with live(SONGS, scale=20) as services:
        scrobbled(services)
        run(songlake("collect", "--data", folder / "whole"), folder / "whole.log",
            services.environment)  # fmt: skip
        wanted = len(services.spotify_server.seen) + len(services.lastfm_server.seen)
    with live(SONGS, scale=20) as services:
        scrobbled(services)
        process = start(
            songlake("collect", "--data", folder / "killed"), folder / "killed.log",
            services.environment,
        )  # fmt: skip
        servers = (services.spotify_server, services.lastfm_server)
        end = time.monotonic() + 120
        while sum(len(s.seen) for s in servers) < part * wanted and time.monotonic() < end:
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        run(songlake("collect", "--data", folder / "killed"), folder / "again.log",
            services.environment)  # fmt: skip
        assert asked_twice(services) <= 2 * AT_ONCE, "what was under way at both services"
        assert services.violations == []
    assert landed(folder / "killed") == landed(folder / "whole")


def test_a_killed_collection_goes_on_from_what_came(tmp_path: Path) -> None:
    killed_and_finished(0.4, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("nth", range(8))
def test_killed_at_any_moment(
    nth: int, make_lake: Callable[..., ScratchLake], tmp_path: Path
) -> None:
    killed_and_finished((nth + Random(nth).random()) / 8, tmp_path)
    whole, killed = (make_lake(tmp_path / name) for name in ("whole", "killed"))
    for lake in (whole, killed):
        assert lake.run("silver.track_features", "silver.songs", "bronze.failed_requests").ok
    assert lake_differences(whole.places.settings.lake, killed.places.settings.lake) == {}
    for table, count in (("lastfm_tracks", SONGS), ("spotify_tracks", SONGS), ("plays", SONGS)):
        assert killed.rows(f"SELECT count(*) AS n FROM bronze.{table}") == [{"n": count}]
    without = "SELECT count(*) AS n FROM silver.track_features WHERE feature_source IS NULL"
    [with_features] = killed.rows("SELECT count(*) AS n FROM silver.track_features")
    assert with_features["n"] >= SONGS
    assert killed.rows(without) == [{"n": 0}], "Spotify gave none: they are from elsewhere"


def test_a_collection_that_is_told_to_end_keeps_what_came(tmp_path: Path) -> None:
    with live(SONGS, scale=5) as services:
        scrobbled(services)
        log = tmp_path / "stopped.log"
        process = start(songlake("collect", "--data", tmp_path / "data"), log, services.environment)
        end = time.monotonic() + 120
        while len(services.spotify_server.seen) < 10 and time.monotonic() < end:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 1
        assert "what came is kept" in " ".join(log.read_text().split())
        assert asked_twice(services) == 0

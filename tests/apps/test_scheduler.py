"""`songlake schedule`: rounds one at a time, through stops and kills."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

import apps.scheduler
from lib.errors import LakeBusyError, ServiceError
from lib.lock import hold_lake
from lib.places import Places
from lib.settings import PROJECT
from tests.apps.conftest import Songlake
from tests.processes import songlake as words, start

LOCK = ".lock-round"


def until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def is_held(data: Path) -> bool:
    try:
        with hold_lake(str(data / "lake"), wait_seconds=0, name=LOCK):
            return False
    except LakeBusyError:
        return True


@pytest.fixture
def silent() -> Iterator[dict[str, str]]:
    """Settings with a service that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {
            "SONGLAKE_LIVE__LASTFM__URL": f"http://127.0.0.1:{server.getsockname()[1]}",
            "SONGLAKE_LIVE__LASTFM__TIMEOUT": "2",
            "LASTFM_API_KEY": "a-key",
            "LASTFM_USER": "listener",
            "PYTHONPATH": str(PROJECT),
        }


def test_a_round_collects_then_runs_and_holds_the_lake_meanwhile(
    songlake: Songlake, toys: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, bool]] = []
    data = toys.settings.data
    for name in ("run_collection", "run_jobs"):

        def note(*_: object, name: str = name) -> bool:
            done.append((name, is_held(data)))
            return True

        monkeypatch.setattr(apps.scheduler, name, note)
    answer = songlake("schedule", "--once", "--data", data)
    assert answer.exit_code == 0, answer.output
    assert done == [("run_collection", True), ("run_jobs", True)]
    assert not is_held(data)


def test_a_collection_that_fails_keeps_nothing_from_the_run(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[bool] = []

    def fail(places: Places) -> bool:
        raise ServiceError("Spotify", "refused", "no such app")

    monkeypatch.setattr(apps.scheduler, "run_collection", fail)
    monkeypatch.setattr(apps.scheduler, "run_jobs", lambda places: ran.append(True) or True)
    answer = songlake("schedule", "--once", "--data", tmp_path)
    assert ran == [True]
    assert answer.exit_code == 1
    assert "no such app" in answer.stderr


def test_a_collection_that_is_stopped_is_followed_by_no_run(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apps.scheduler, "run_collection", lambda places: False)
    monkeypatch.setattr(apps.scheduler, "run_jobs", lambda places: pytest.fail("it ran"))
    assert songlake("schedule", "--once", "--data", tmp_path).exit_code == 1


def test_sigterm_ends_the_scheduler_and_its_round(tmp_path: Path, silent: dict[str, str]) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    scheduler = start(words("schedule", "--every", "1s", "--data", data), log, silent)
    try:
        # The service is silent: a round is under way when the next one's time comes.
        until(lambda: "under way" in log.read_text().partition("Round begins")[2])
        assert log.read_text().count("Round begins") == 1
        assert is_held(data)
    finally:
        scheduler.send_signal(signal.SIGTERM)
        assert scheduler.wait(timeout=120) == 0
    assert not is_held(data), "the round has ended with it"
    assert "Stopping." in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_killed_round_leaves_nothing_that_the_next_would_wait_for(
    tmp_path: Path, silent: dict[str, str]
) -> None:
    data = tmp_path / "data"
    first = start(words("schedule", "--once", "--data", data), tmp_path / "first", silent)
    until(lambda: is_held(data))
    second = start(words("schedule", "--once", "--data", data), tmp_path / "second", silent)
    try:
        until(lambda: "waiting" in (tmp_path / "second").read_text())
        assert "Round begins" not in (tmp_path / "second").read_text()
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        until(lambda: "Round begins" in (tmp_path / "second").read_text())
    finally:
        for process in (first, second):
            process.kill()
            process.wait()


def test_a_round_outlives_a_killed_scheduler_and_is_waited_for(
    tmp_path: Path, silent: dict[str, str]
) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    scheduler = start(words("schedule", "--data", data), log, silent)
    until(lambda: is_held(data))
    children = _children(scheduler)
    scheduler.kill()
    scheduler.wait()
    try:
        assert is_held(data)
        next_one = start(words("schedule", "--once", "--data", data), tmp_path / "next", silent)
        until(lambda: "waiting" in (tmp_path / "next").read_text())
    finally:
        for pid in children:
            os.kill(pid, signal.SIGKILL)
    until(lambda: "Round begins" in (tmp_path / "next").read_text())
    next_one.kill()
    next_one.wait()


def _children(process: subprocess.Popen[bytes]) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=True
    )
    return [int(pid) for pid in listed.stdout.split()]


def test_compose_starts_it_with_what_the_lake_is_run_with() -> None:
    services = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
    assert services["scheduler"]["command"] == ["schedule", "--every", "6h"]
    assert services["scheduler"]["volumes"] == services["songlake"]["volumes"]
    assert services["scheduler"]["init"]

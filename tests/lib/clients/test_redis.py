"""Answers kept in a real Redis; where none is installed, these tests are skipped."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis, RedisError

from lib.clients.clock import Clock
from lib.clients.session import Service, ServiceSession
from lib.errors import ServiceError, SettingsError
from tests.apps.conftest import Songlake, songlake as songlake
from tests.servers.faults import Faults
from tests.servers.live import SECRETS, live
from tests.servers.loopback import Answer, Loopback, serving

DAY = 86_400
PASSWORD = "password-of-the-redis-of-the-test"
SECRET = "a-secret-that-nobody-may-see"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The URL of a Redis of this test's own, and its process."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server here (Debian: apt install redis-server)")
    socket = tmp_path / "redis.sock"
    words = ["--port", "0", "--unixsocket", socket, "--requirepass", PASSWORD, "--save", ""]
    process = subprocess.Popen([program, *map(str, words)], cwd=tmp_path, stdout=subprocess.DEVNULL)
    url = f"unix://:{PASSWORD}@{socket}"
    end = time.monotonic() + 60
    while not _answers(url) and time.monotonic() < end:
        time.sleep(0.02)
    try:
        yield url, process
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return bool(Redis.from_url(url).ping())
    except RedisError:
        return False


def opened(url: str, folder: Path) -> ServiceSession:
    service = Service("Example", 1000, 1, timeout=0.5, cached_days={"/me/": 0.0, "/": 1.0})
    return ServiceSession(service, folder, Clock(50), url)


def test_an_answer_is_asked_for_once_by_all_who_share_it(
    redis: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    url, _ = redis
    with serving(Loopback(lambda asked: Answer({"path": asked.path}), faults=Faults())) as server:
        server.faults.script("404", path="/later")
        for folder in ("one", "other"):
            session = opened(url, tmp_path / folder)
            asked = {"params": {"api_key": SECRET}, "headers": {"Authorization": SECRET}}
            for path in ("/thing", "/me/thing"):
                assert session.get(f"{server.url}{path}", **asked).json() == {"path": path}
            if folder == "one":
                with pytest.raises(ServiceError):
                    session.get(f"{server.url}/later")
            assert session.get(f"{server.url}/later").ok, "a failure is not kept"
            session.close()
        assert server.counts() == {"/thing": 1, "/me/thing": 2, "/later": 2}
    kept = Redis.from_url(url)
    keys = kept.keys("songlake:*")
    assert len(keys) == 2
    for key in keys:
        assert DAY <= kept.ttl(key) <= DAY + 3600, "Redis lets go of it by itself"
        assert SECRET.encode() not in key + kept.get(key)
    assert not list(tmp_path.glob("*/answers-*"))


def test_what_went_away_meanwhile_is_done_without(
    redis: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    url, process = redis
    with serving(Loopback(lambda asked: Answer({"path": asked.path}))) as server:
        session = opened(url, tmp_path)
        session.get(f"{server.url}/thing")
        process.terminate()
        process.wait()
        assert session.get(f"{server.url}/thing").ok
        assert server.counts() == {"/thing": 2}
        session.close()


def test_a_collection_keeps_its_answers_there(
    redis: tuple[str, subprocess.Popen[bytes]],
    songlake: Songlake,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, _ = redis
    with live(8) as services:
        for name, value in services.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SONGLAKE_LIVE__REDIS_URL", url)
        services.lastfm.scrobbles = [(1_772_366_400 + n, s) for n, s in enumerate(services.songs)]
        first = songlake("collect", "--data", tmp_path / "one")
        infos = services.lastfm_server.seen.copy()
        again = songlake("collect", "--data", tmp_path / "other")
        asked = services.lastfm_server.seen[len(infos) :]
    assert first.exit_code == again.exit_code == 0, first.output + again.output
    assert [params["method"] for _, params, _ in asked] == ["user.getRecentTracks"]
    kept = Redis.from_url(url)
    held = b"".join(key + kept.get(key) for key in kept.keys("songlake:*"))
    for secret in (*SECRETS, PASSWORD):
        assert secret.encode() not in held
        assert secret not in first.output + again.output


def test_a_redis_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no Redis answers at redis://:\*\*\*\*@") as error:
        opened(f"redis://:{PASSWORD}@127.0.0.1:1", tmp_path)
    assert PASSWORD not in str(error.value)

"""The one way in which services are asked, against a real server that fails in every way."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lib.clients.answers import judge_html
from lib.clients.clock import Clock, StoppedError
from lib.clients.redact import keep_secret
from lib.clients.session import Service, ServiceSession
from lib.errors import ServiceError
from tests.servers.faults import PASSING, Fault, Faults
from tests.servers.loopback import Answer, Asked, Loopback

SECRET = "a-secret-that-nobody-may-see"
SCALE = 50.0

Open = Callable[..., ServiceSession]
Serve = Callable[..., Loopback]


def site(asked: Asked) -> Answer:
    if asked.path == "/page":
        return Answer("<html><body>a page</body></html>")
    return Answer({"path": asked.path, "some": ["thing"] * 20})


@pytest.fixture
def serve() -> Iterator[Serve]:
    served: list[Loopback] = []

    def make(requests: int = 0, seconds: float = 60, **more: object) -> Loopback:
        served.append(Loopback(site, requests, seconds, scale=SCALE, **more))  # type: ignore[arg-type]
        return served[-1]

    yield make
    for each in served:
        each.close()


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    made: list[ServiceSession] = []

    def make(
        requests: int = 1000, seconds: float = 1, scale: float = SCALE, **more: object
    ) -> ServiceSession:
        service = Service("Example", requests, seconds, timeout=0.3, **more)  # type: ignore[arg-type]
        made.append(ServiceSession(service, tmp_path, Clock(scale)))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_by_itself_is_tried_again(serve: Serve, opened: Open, kind: str) -> None:
    server = serve(faults=Faults(), hang=0.6)
    server.faults.script(Fault(kind, wait=2))  # type: ignore[arg-type]
    assert opened().get(f"{server.url}/thing").json()["path"] == "/thing"
    assert [fault for _, _, fault in server.seen] == [kind, ""]
    assert server.violations == []


@pytest.mark.parametrize(
    ("kind", "meaning"), [("401", "unauthorised"), ("403", "forbidden"), ("404", "absent")]
)
def test_what_does_not_pass_is_asked_once(
    serve: Serve, opened: Open, kind: str, meaning: str
) -> None:
    server = serve(faults=Faults())
    server.faults.script(kind)  # type: ignore[arg-type]
    with pytest.raises(ServiceError, match=f"Example: {kind} told to fail") as error:
        opened().get(f"{server.url}/thing")
    assert error.value.kind == meaning
    assert len(server.seen) == 1


def test_attempts_end(serve: Serve, opened: Open) -> None:
    server = serve(faults=Faults(share=1.0, kinds=["500"]))
    with pytest.raises(ServiceError, match="500") as error:
        opened(attempts=3).get(f"{server.url}/thing")
    assert error.value.kind == "transient"
    assert len(server.seen) == 3


@pytest.mark.parametrize("kind", ["429 seconds", "429 date"])
def test_retry_after_holds_for_all_threads_and_to_the_letter(
    serve: Serve, opened: Open, kind: str
) -> None:
    server = serve(requests=1000, faults=Faults())
    session = opened()
    server.faults.script(Fault(kind, wait=20), path="/first")  # type: ignore[arg-type]
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(session.get, f"{server.url}/first")
        while not server.seen:
            time.sleep(0.001)
        time.sleep(0.03)  # what was under way has arrived
        began = server.now()
        for asked in [pool.submit(session.get, f"{server.url}/{n}") for n in range(8)]:
            asked.result()
        assert first.result().json()["path"] == "/first"
    waited = server.now() - began
    assert server.violations == []
    assert waited > 15, "nobody asked meanwhile"
    assert session.sent == 10


def test_a_service_that_wants_to_be_left_alone_for_long_is_not_waited_for(
    serve: Serve, opened: Open
) -> None:
    server = serve(requests=1000, faults=Faults())
    server.faults.script(Fault("429 seconds", wait=5000))
    session = opened(longest_hold=900)
    with pytest.raises(ServiceError, match=r"wants no request for another \d,\d{3} s") as error:
        session.get(f"{server.url}/thing")
    assert error.value.kind == "down"
    assert len(server.seen) == 1
    with pytest.raises(ServiceError, match="wants no request"):
        opened(longest_hold=900).get(f"{server.url}/thing")  # as another process would
    assert len(server.seen) == 1


def test_sessions_of_one_machine_share_the_limit(serve: Serve, opened: Open) -> None:
    server = serve(requests=100, seconds=60)
    sessions = [opened(requests=100, seconds=60) for _ in range(3)]

    def ask(n: int) -> None:
        sessions[n % 3].get(f"{server.url}/{n}")

    began = server.now()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ask, range(150)))
    assert server.violations == []
    assert server.now() - began >= 149 * 0.6, "150 requests at 100 a minute"


def test_an_answer_is_kept_without_secrets(serve: Serve, opened: Open, tmp_path: Path) -> None:
    server = serve()
    session = opened(cached_days={"/me/": 0.0, "/": 1.0})
    headers = {"Authorization": f"Bearer {SECRET}"}
    for key in (SECRET, "another-key-of-the-same-app"):
        for path in ("thing", "me/thing"):
            session.get(f"{server.url}/{path}", params={"api_key": key}, headers=headers)
    assert server.counts() == {"/thing": 1, "/me/thing": 2}
    session.close()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"/thing" in held
    assert SECRET.encode() not in held


def test_failures_are_not_kept(serve: Serve, opened: Open) -> None:
    server = serve(faults=Faults())
    server.faults.script("404", "malformed")
    session = opened(cached_days={"/": 1.0})
    with pytest.raises(ServiceError):
        session.get(f"{server.url}/thing")
    assert session.get(f"{server.url}/thing").json()["path"] == "/thing"


def test_the_breaker_leaves_a_dead_service_alone(serve: Serve, opened: Open) -> None:
    server = serve(faults=Faults(share=1.0, kinds=["502"]))
    session = opened()

    def ask(n: int) -> str:
        with pytest.raises(ServiceError) as error:
            session.get(f"{server.url}/{n}")
        return error.value.kind

    with ThreadPoolExecutor(4) as pool:
        kinds = list(pool.map(ask, range(200)))
    assert kinds.count("down") > 150
    assert len(server.seen) < 40


def test_the_breaker_closes_when_the_service_is_back(serve: Serve, opened: Open) -> None:
    server = serve(faults=Faults())
    server.faults.script(*["502"] * 11)
    session = opened()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: session.get(f"{server.url}/{n}"), range(30)))
    assert all(answer.ok for answer in answers)
    assert len(server.seen) == 41


def test_no_secret_in_logs_or_errors(
    serve: Serve, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    keep_secret(SECRET)
    server = serve(faults=Faults(share=1.0), hang=0.4)
    session = opened(attempts=2)
    raised = []
    with caplog.at_level(logging.DEBUG):
        for n in range(20):
            try:
                session.get(
                    f"{server.url}/{n}?api_key={SECRET}&token=unknown-to-us-{n}",
                    headers={"Authorization": f"Bearer {SECRET}"},
                )
            except ServiceError as error:
                raised.append(f"{error} {error!r} {error.__cause__}")
        logging.getLogger("spotipy").debug("Headers: %s", {"Authorization": f"Bearer {SECRET}"})
    seen = caplog.text + "".join(raised)
    assert "GET /3?api_key=****" in seen, "urllib3 logs what it sends"
    assert SECRET not in seen
    assert "unknown-to-us" not in seen


def test_pages_are_judged_by_their_end(serve: Serve, opened: Open) -> None:
    server = serve(faults=Faults())
    server.faults.script("truncated", "malformed")
    page = opened(judge=judge_html).get(f"{server.url}/page")
    assert page.text.endswith("</html>")
    assert len(server.seen) == 3


def test_who_waits_can_be_stopped(serve: Serve, opened: Open) -> None:
    session = opened(requests=1, seconds=1000, scale=1)
    server = serve()
    session.get(f"{server.url}/first")
    threading.Timer(0.1, session.delivery.clock.stop).start()
    with pytest.raises(StoppedError):
        session.get(f"{server.url}/second")
    assert server.counts() == {"/first": 1}

"""An HTTP server on the loopback that counts who breaks its rules, and fails as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.faults import Fault, Faults

#: Real seconds within which a request may have been under way as a limit was told: client and
#: server are threads of one process here, on a machine that does other things too.
_UNDER_WAY = 0.08


@dataclass(frozen=True)
class Asked:
    """A request: its method, path, parameters of query and form together, headers, JSON sent."""

    method: str
    path: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    sent: Any = None


@dataclass(frozen=True)
class Answer:
    """What a site says: status, body (text and bytes as they are, else JSON), further headers."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        """The body in bytes."""
        if isinstance(self.body, bytes):
            return self.body
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()

    @property
    def type(self) -> str:
        """The body's media type."""
        if isinstance(self.body, bytes):
            return "audio/mpeg"
        return "text/html" if isinstance(self.body, str) else "application/json; charset=utf-8"


Site = Callable[[Asked], Answer]


class Loopback:
    """Serves a site until it is closed.

    Args:
        site: answers a request.
        requests: so many requests are allowed; 0 is any number
        seconds: in any so many seconds of the server's clock.
        scale: how many seconds of its clock pass in one real second.
        faults: what goes wrong, and when.
        is_limited: whether requests for a path count.
        hang: real seconds that a request which times out is left waiting.
        late: real seconds that a request may be late: windows are shorter by them. Where clocks run
            100 times faster, a thread that waits 10 ms for its turn is late by a second.
        under_way: so many requests the client may have let go before it read Retry-After.

    Attributes:
        violations: requests beyond the limit, or sooner than Retry-After said.
        seen: every request in the order of arrival: (path, parameters, what went wrong).
    """

    def __init__(
        self,
        site: Site,
        requests: int = 0,
        seconds: float = 60.0,
        *,
        scale: float = 1.0,
        faults: Faults | None = None,
        is_limited: Callable[[str], bool] = lambda path: True,
        hang: float = 1.0,
        late: float = 0.0,
        under_way: int = 0,
    ) -> None:
        self.site, self.faults, self.scale, self.hang = site, faults or Faults(), scale, hang
        self.seen: list[tuple[str, dict[str, str], str]] = []
        self.violations: list[str] = []
        self._requests, self._seconds = requests, seconds - late * scale
        self._is_limited = is_limited
        self._arrivals: deque[float] = deque()
        self._hold_from = self._not_before = 0.0
        self._under_way, self._since_told = under_way, 0
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self._closing = threading.Event()
        self._http = _Server(("127.0.0.1", 0), _Handler)
        self._http.loopback = self
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def now(self) -> float:
        """Seconds of its clock since it was started."""
        return (time.monotonic() - self._began) * self.scale

    def date(self, later: float = 0.0) -> str:
        """The time of its clock, or one later by some seconds, as HTTP writes it."""
        made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.now() + later)
        return format_datetime(made.replace(microsecond=0), usegmt=True)

    def counts(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(path for path, _, _ in self.seen)

    def close(self) -> None:
        """Stops serving."""
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()

    def arrived(self, asked: Asked, fault: Fault | None) -> Answer | None:
        """Notes a request; the answer where it came too soon."""
        now = self.now()
        with self._lock:
            self.seen.append((asked.path, dict(asked.params), fault.kind if fault else ""))
            if not self._requests or not self._is_limited(asked.path):
                return None
            while self._arrivals and self._arrivals[0] <= now - self._seconds:
                self._arrivals.popleft()
            self._arrivals.append(now)
            if self._hold_from < now < self._not_before:
                left = self._not_before - now
                self._since_told += 1
                if self._since_told <= self._under_way:
                    return _too_many(left)
                self.violations.append(f"{asked.path} {left:.2f} s before Retry-After was over")
                return _too_many(left)
            if len(self._arrivals) > self._requests:
                over = len(self._arrivals) - self._requests
                self.violations.append(f"{asked.path}: {over} too many in {self._seconds} s")
                return _too_many(self._arrivals[0] + self._seconds - now)
        return None

    def limited(self, wait: float) -> None:
        """Says from now on that requests within so many seconds break the rules."""
        with self._lock:
            now = self.now()
            self._since_told = 0
            self._hold_from = now + _UNDER_WAY * self.scale
            self._not_before = max(self._not_before, now + wait)

    def stalled(self) -> None:
        """Waits as long as a request that times out is left waiting."""
        self._closing.wait(self.hang)


@contextmanager
def serving(loopback: Loopback) -> Iterator[Loopback]:
    """The server, closed at the end."""
    try:
        yield loopback
    finally:
        loopback.close()


def _too_many(wait: float) -> Answer:
    body = {"error": {"status": 429, "message": "API rate limit exceeded"}}
    return Answer(body, 429, {"Retry-After": str(int(wait) + 1)})


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    loopback: Loopback

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        if self.headers.get("Content-Type") == "application/json":
            self._answer({}, json.loads(body or "null"))
        else:
            self._answer(_flat(body))

    def log_message(self, format: str, *args: Any) -> None:
        """Tests read `Loopback.seen`."""

    def _answer(self, form: dict[str, str], sent: Any = None) -> None:
        url = urlsplit(self.path)
        asked = Asked(self.command, url.path, _flat(url.query) | form, dict(self.headers), sent)
        server = self.server.loopback
        fault = server.faults.draw(self.path + json.dumps(form))
        early = server.arrived(asked, fault)
        answer = early or server.site(asked)
        if fault is None or early:
            self._send(answer.status, answer.data, answer.type, answer.headers)
        else:
            self._go_wrong(fault, answer)

    def _go_wrong(self, fault: Fault, answer: Answer) -> None:
        server, data = self.server.loopback, answer.data
        if fault.kind in ("401", "403", "404", "500", "502"):
            status = int(fault.kind)
            body = json.dumps({"error": {"status": status, "message": "told to fail"}})
            if status == 502:  # a proxy's page, as gateways send it
                body = "<html><body>Bad gateway</body></html>"
            self._send(status, body.encode())
        elif fault.kind.startswith("429"):
            server.limited(fault.wait)
            # A date has whole seconds: the next one, so that it is no sooner than said.
            late = server.date(fault.wait + 1) if fault.kind == "429 date" else str(fault.wait)
            self._send(429, b"{}", headers={"Retry-After": late})
        elif fault.kind == "timeout":
            server.stalled()
            self.close_connection = True
        elif fault.kind == "close mid-body":
            self._send(answer.status, data[: len(data) // 2], length=len(data))
            self.close_connection = True
        elif fault.kind == "malformed":
            self._send(answer.status, data.replace(b":", b";", 1).replace(b"</html", b"", 1))
        elif fault.kind == "truncated":
            self._send(answer.status, data[: len(data) * 2 // 3])
        elif fault.kind == "html":
            self._send(200, b"<!DOCTYPE html><html><body>Be right back", "text/html")
        elif fault.kind == "too long":
            self._send(answer.status, data, length=len(data) + 100)
            self.close_connection = True
        elif fault.kind == "too short":
            self._send(answer.status, data, length=max(1, len(data) - 20))
            self.close_connection = True

    def _send(
        self,
        status: int,
        data: bytes,
        type_: str = "application/json",
        headers: Mapping[str, str] = {},
        length: int | None = None,
    ) -> None:
        """One write: in two, each would wait for the other side's delayed acknowledgement."""
        head = {
            "Date": self.server.loopback.date(),
            "Content-Type": type_,
            "Content-Length": str(len(data) if length is None else length),
            **headers,
        }
        lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in head.items())]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + data)
        self.wfile.flush()


def _flat(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}

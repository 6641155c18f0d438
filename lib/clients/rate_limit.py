"""How often a service may be asked: one limit for all threads and processes of a machine.

Requests are spaced evenly (GCRA), so no window of the rule's length, wherever it begins, holds more
than the service allows. When a service says "not before" (Retry-After), nobody asks it before.
"""

from __future__ import annotations

import math
import sqlite3
import threading
from pathlib import Path

from pyrate_limiter import GCRA, Rate, RateItem, StateAlgorithm, StateBucket, StateStore
from pyrate_limiter.abstracts.algorithm import Decision, State

from lib.clients.clock import Clock

#: Spacing is longer than the rule by this share: requests reach the service with some delay, some
#: with less than the one before.
MARGIN = 0.03

#: A request weighs so much, so that the limit can forgive a part of a request's time.
_WEIGHT = 100

_TABLES = """
CREATE TABLE IF NOT EXISTS spacing (service TEXT PRIMARY KEY, next_us INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS holds (service TEXT PRIMARY KEY, until REAL NOT NULL);
"""


class RateLimit:
    """Lets one request through at a time, as often as a service allows.

    Args:
        service: whose limit this is.
        requests: how many requests are allowed
        seconds: in so many seconds.
        file: SQLite file that all processes share; made where there is none.
        clock: gives the time and waits.
    """

    def __init__(
        self, service: str, requests: int, seconds: float, file: Path, clock: Clock
    ) -> None:
        self._service, self._clock = service, clock
        interval_ms = round(seconds * 1000 * (1 + MARGIN))
        self._file = _SharedState(file, service, longest_us=2000 * interval_ms)
        rate = Rate(requests * _WEIGHT, interval_ms, burst=_WEIGHT + _forgiven(requests))
        self._bucket = StateBucket([rate], GCRA(), self._file)
        self._turn = threading.Lock()

    def held_for(self) -> float:
        """Seconds during which the service wants no request; 0 where it may be asked."""
        return max(0.0, self._file.held_until() - self._clock.now())

    def hold(self, seconds: float) -> None:
        """Lets nobody ask the service for so many seconds; a longer hold stands."""
        self._file.hold(self._clock.now() + seconds)

    def wait(self) -> None:
        """Waits until one more request may be sent, and counts it.

        Raises:
            StoppedError: the run was told to stop.
        """
        with self._turn:  # the others of this process queue here, in no need of the file
            while True:
                if held := self.held_for():
                    self._clock.sleep(held)
                    continue
                item = RateItem(self._service, int(self._clock.now() * 1000), weight=_WEIGHT)
                if self._bucket.put(item):
                    return
                waiting = self._bucket.waiting(item)
                assert isinstance(waiting, int)
                self._clock.sleep(waiting / 1000)

    def close(self) -> None:
        """Closes the shared file."""
        self._file.close()


def _forgiven(requests: int) -> int:
    """By how much a request may go too soon because the one before it went too late.

    A thread that wakes up late would lose its place for good otherwise. A third of the margin is
    for that; the rest leaves room in a window for requests that are late on their way.
    """
    return math.floor(_WEIGHT * requests * MARGIN / (1 + MARGIN) / 3)


class _SharedState(StateStore):
    """The state of one service's limit in an SQLite file."""

    def __init__(self, file: Path, service: str, longest_us: int) -> None:
        self._service, self._longest_us = service, longest_us
        self._lock = threading.Lock()
        file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file, timeout=60, isolation_level=None, check_same_thread=False)
        # What a power cut could lose is a few seconds of spacing.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_TABLES)

    def check(
        self, algorithm: StateAlgorithm, rates: list[Rate], now: int, weight: int
    ) -> Decision:
        """Applies the algorithm to the state, in one transaction."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                [next_us] = self._read()
                # A clock that was set back must not stop requests until it is where it was.
                if next_us > now * 1000 + self._longest_us:
                    next_us = 0
                after, decision = algorithm.step(rates, (next_us,), now, weight)
                if decision.allowed:
                    self._db.execute(
                        "INSERT INTO spacing VALUES (?, ?) "
                        "ON CONFLICT (service) DO UPDATE SET next_us = excluded.next_us",
                        (self._service, int(after[0])),
                    )
                return decision
            finally:
                self._db.execute("COMMIT")

    def read(self, algorithm: StateAlgorithm, rates: list[Rate]) -> State:
        """The state as it is."""
        with self._lock:
            return self._read()

    def reset(self) -> None:
        """Forgets what was sent."""
        with self._lock:
            self._db.execute("DELETE FROM spacing WHERE service = ?", (self._service,))

    def held_until(self) -> float:
        """The clock's time before which the service wants no request."""
        with self._lock:
            row = self._db.execute(
                "SELECT until FROM holds WHERE service = ?", (self._service,)
            ).fetchone()
        return row[0] if row else 0.0

    def hold(self, until: float) -> None:
        """Keeps the later of this and the hold that stands."""
        with self._lock:
            self._db.execute(
                "INSERT INTO holds VALUES (?, ?) "
                "ON CONFLICT (service) DO UPDATE SET until = max(until, excluded.until)",
                (self._service, until),
            )

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()

    def _read(self) -> tuple[float, ...]:
        row = self._db.execute(
            "SELECT next_us FROM spacing WHERE service = ?", (self._service,)
        ).fetchone()
        return (row[0] if row else 0,)

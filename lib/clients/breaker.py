"""A circuit breaker: a service that fails again and again is left alone for a while."""

from __future__ import annotations

import threading

from lib.clients.clock import Clock


class GivenUpError(Exception):
    """The service stayed down for longer than the run waits for it."""


class Breaker:
    """Opens after failures in a row, lets a single probe through after a while, closes on success.

    Unlike pybreaker's, which holds a lock during the call, it lets calls run side by side; and who
    meets it open waits, for a batch has nothing better to do.

    Args:
        clock: gives the time and waits.
        failures: so many in a row, over all threads, open it.
        cool_down: seconds for which it stays open before a probe.
        probes: so many failed probes in a row, and the service is given up.
    """

    def __init__(
        self, clock: Clock, failures: int = 10, cool_down: float = 30.0, probes: int = 4
    ) -> None:
        self._clock = clock
        self._failures, self._cool_down, self._probes = failures, cool_down, probes
        self._lock = threading.Lock()
        self._in_a_row = self._openings = 0
        self._next_probe: float | None = None
        self._probing = False

    def wait(self) -> None:
        """Waits while it is open; of those who wait, one probes.

        Raises:
            GivenUpError: too many probes failed.
            StoppedError: the run was told to stop.
        """
        while True:
            with self._lock:
                if self._openings > self._probes:
                    raise GivenUpError
                now = self._clock.now()
                if self._next_probe is None:
                    return
                if now >= self._next_probe:
                    self._next_probe, self._probing = now + self._cool_down, True
                    return
                left = self._next_probe - now
            self._clock.sleep(min(left, 1.0))

    def succeeded(self) -> None:
        """The service answered, whatever it said: it closes."""
        with self._lock:
            self._in_a_row = self._openings = 0
            self._next_probe, self._probing = None, False

    def failed(self) -> None:
        """The service did not answer, or answered that it cannot."""
        with self._lock:
            self._in_a_row += 1
            is_open = self._next_probe is not None
            # What was under way as it opened is no probe.
            if self._probing or (not is_open and self._in_a_row >= self._failures):
                self._openings += 1
                self._in_a_row = 0
                self._next_probe, self._probing = self._clock.now() + self._cool_down, False

    def give_up(self) -> None:
        """Lets nobody through any more: the service refuses this account for good."""
        with self._lock:
            self._openings = self._probes + 1

"""The clock that clients wait by; tests run it faster, together with that of their servers."""

from __future__ import annotations

import threading
import time

#: Scaled time is counted from here (1 January 2026, UTC), by every process alike.
_EPOCH = 1_767_225_600.0


class StoppedError(Exception):
    """The run was told to stop while something waited; what is done so far is kept."""


class Clock:
    """Seconds that may pass faster than the wall's, the same in every process of a machine.

    Args:
        scale: how many of its seconds pass in one real second.
    """

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self._stopped = threading.Event()

    def now(self) -> float:
        """Seconds since the clock's epoch."""
        return (time.time() - _EPOCH) * self.scale

    def sleep(self, seconds: float) -> None:
        """Waits for so many of the clock's seconds.

        Raises:
            StoppedError: `stop` was called, before or meanwhile.
        """
        if self._stopped.wait(max(seconds, 0.0) / self.scale):
            raise StoppedError

    def stop(self) -> None:
        """Wakes all who wait, and lets nobody wait again."""
        self._stopped.set()

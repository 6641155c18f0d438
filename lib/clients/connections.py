"""The sessions of a run: one a service, all by the same clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from lib.clients.answers import Judge, judge_json
from lib.clients.clock import Clock
from lib.clients.session import Service, ServiceSession
from lib.settings import Settings
from lib.settings_sections import LiveService

#: What of a URL says that the answer is a listener's own, and for how many days it stands: what is
#: read page by page for long enough that a reading which was stopped goes on.
_LISTENERS_OWN = {r"method=(user\.getTop|library\.)": 1 / 24, r"/me/|method=user\.": 0.0}


class Connections:
    """Opens sessions as they are wanted, and closes them all.

    Args:
        settings: where services are and how they may be asked.
        notice: takes a line for the person; the same line comes once.
    """

    def __init__(self, settings: Settings, notice: Callable[[str], None]) -> None:
        self.settings, self.clock = settings, Clock(settings.live.time_scale)
        self._notice, self._noticed = notice, set[str]()
        self._sessions: dict[str, ServiceSession] = {}
        self._open = ExitStack()

    @property
    def folder(self) -> Path:
        """Where limits and cached answers lie."""
        return self.settings.data / "cache"

    def notice(self, line: str) -> None:
        """Tells the person something, once a run."""
        if line not in self._noticed:
            self._noticed.add(line)
            self._notice(line)

    def session(self, name: str, conf: LiveService, judge: Judge = judge_json) -> ServiceSession:
        """The session for a service, the same for all who ask.

        Args:
            name: what people call the service.
            conf: its settings.
            judge: tells whether an answer is what was asked for.
        """
        if name not in self._sessions:
            live = self.settings.live
            days = _LISTENERS_OWN | {re.escape(conf.url): conf.keep_days}
            service = Service(
                name,
                conf.requests,
                conf.seconds,
                timeout=conf.timeout,
                judge=judge,
                cached_days=days,
                at_once=conf.at_once,
                attempts=live.attempts,
                longest_hold=live.longest_hold,
                proxy=getattr(conf, "proxy", None),
            )
            made = ServiceSession(service, self.folder, self.clock, live.redis_url)
            self._sessions[name] = made
            self.at_end(made.close)
        return self._sessions[name]

    @property
    def sent(self) -> Mapping[str, int]:
        """Requests sent to each service so far."""
        return {name: session.sent for name, session in self._sessions.items()}

    def stop(self) -> None:
        """Wakes all who wait for a service, and lets nobody ask again."""
        self.clock.stop()

    def at_end(self, close: Callable[[], None]) -> None:
        """Has something closed together with the sessions, what was opened last first."""
        self._open.callback(close)

    def close(self) -> None:
        """Closes all that was opened."""
        self._open.close()

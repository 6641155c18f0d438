"""What is done every so often: how often a person says, and when it is time again."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

from schedule import Scheduler

from lib.errors import SettingsError

#: Seconds; a machine that slept meanwhile is noticed within them.
_LONGEST_SLEEP = 30.0
_PARTS = ("days", "hours", "minutes", "seconds")


def period(text: str) -> timedelta:
    """How long `6h`, `1h30m`, `90m`, `1d` or `45s` is.

    Raises:
        SettingsError: it is none of these, or no time at all.
    """
    told = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text.replace(" ", ""))
    parts = [int(part or 0) for part in told.groups()] if told else []
    if not any(parts) or max(parts) > 1_000_000:
        raise SettingsError(f"--every {text}: write it as 6h, 90m, 1h30m or 1d")
    return timedelta(**dict(zip(_PARTS, parts, strict=True)))


def repeat(every: timedelta, start: Callable[[], None]) -> NoReturn:
    """Starts something now, and again every so often, until a signal or an error ends it.

    Args:
        every: from one start to the next.
        start: returns soon: what it starts goes on by itself.
    """
    timetable = Scheduler()
    timetable.every(round(every.total_seconds())).seconds.do(start)
    timetable.run_all()
    while True:
        time.sleep(min(max(timetable.idle_seconds or 0.0, 0.0), _LONGEST_SLEEP))
        timetable.run_pending()

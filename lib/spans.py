"""Spans of time as people write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta


def read_span(text: str) -> tuple[datetime, datetime]:
    """A time span as written in the settings: its beginning and its end, the latter not within.

    Args:
        text: `2024-12-24`, `2024-12-01/2024-12-26` (whole days, both within) or
            `2024-12-24T18:00/2024-12-24T23:30`; the listener's own time.

    Raises:
        ValueError: it is none of these, or ends before it begins.
    """
    first, _, last = text.partition("/")
    try:
        begin = datetime.fromisoformat(first.strip())
        end = datetime.fromisoformat((last or first).strip())
    except ValueError:
        raise ValueError(
            f"{text!r} is no time span; write 2024-12-24, 2024-12-01/2024-12-26 or "
            "2024-12-24T18:00/2024-12-24T23:30"
        ) from None
    if begin.tzinfo or end.tzinfo:
        raise ValueError(f"{text!r} names an offset; write your own time, without one")
    if _is_day((last or first).strip()):
        end += timedelta(days=1)
    if end <= begin:
        raise ValueError(f"{text!r} ends before it begins")
    return begin, end


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

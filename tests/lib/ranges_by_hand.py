"""The nine ranges a second time, by Python's own calendar, for the tests to hold ours against."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

Span = tuple[date, date]
DAY = timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """So many months on (or back); the 31st becomes the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def spans_by_hand(began: date, today: date) -> dict[str, tuple[Span, Span | None]]:
    """By name: the range and the one before, where that is within the history."""
    monday = today - timedelta(days=today.weekday())
    first, new_year = today.replace(day=1), date(today.year, 1, 1)
    week = timedelta(days=7)

    def back(day: date, months: int) -> date:
        return months_later(day, -months)

    told: dict[str, tuple[Span, Span | None]] = {
        "this_week": ((monday, today), (monday - week, today - week)),
        "last_week": ((monday - week, monday - DAY), (monday - 2 * week, monday - week - DAY)),
        "this_month": ((first, today), (back(first, 1), back(today, 1))),
        "last_month": ((back(first, 1), first - DAY), (back(first, 2), back(first, 1) - DAY)),
        "last_3_months": (
            (back(today, 3) + DAY, today),
            (back(today, 6) + DAY, back(today, 3)),
        ),
        "last_6_months": (
            (back(today, 6) + DAY, today),
            (back(today, 12) + DAY, back(today, 6)),
        ),
        "this_year": ((new_year, today), (back(new_year, 12), back(today, 12))),
        "last_year": (
            (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
            (date(today.year - 2, 1, 1), date(today.year - 2, 12, 31)),
        ),
        "all_time": ((began, today), None),
    }
    return {
        name: (span, before if before and before[0] >= began else None)
        for name, (span, before) in told.items()
        if span[1] >= began
    }


def within(day: date, span: Span | None) -> bool:
    """Whether a day lies in a range; none lies in one that is not known."""
    return span is not None and span[0] <= day <= span[1]

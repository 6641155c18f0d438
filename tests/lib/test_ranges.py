"""The nine ranges and those before them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from pyspark.sql import DataFrame
from ranges_by_hand import spans_by_hand
from table_frames import assert_rows

from lib.ranges import in_ranges, ranges
from schemas import silver
from schemas.gold.statistics import RANGES

LIVES = {
    "a leap day": (date(2020, 1, 1), date(2024, 2, 29)),
    "after a leap day": (date(2023, 1, 1), date(2025, 2, 28)),
    "a 31st after a 30th": (date(2010, 6, 1), date(2026, 5, 31)),
    "a new year": (date(2023, 1, 1), date(2024, 1, 1)),
    "a Monday": (date(2021, 4, 22), date(2022, 4, 25)),
    "a Sunday": (date(2021, 4, 22), date(2022, 4, 24)),
    "one day": (date(2024, 5, 5), date(2024, 5, 5)),
    "eight days": (date(2024, 5, 5), date(2024, 5, 12)),
}


def lives(frame: Callable[..., DataFrame]) -> DataFrame:
    plays = [
        {"user_id": user, "local_date": day, "play_id": f"{user} {day}"}
        for user, days in LIVES.items()
        for day in days
    ]
    return frame(silver.LISTENING_WITH_FEATURES, *plays).select("user_id", "local_date")


def test_each_range_is_what_the_calendar_says(frame: Callable[..., DataFrame]) -> None:
    expected = [
        (user, name, *map(str, span), *(map(str, before) if before else (None, None)))
        for user, (began, today) in LIVES.items()
        for name, (span, before) in spans_by_hand(began, today).items()
    ]
    assert {name for _, name, *_ in expected} == set(RANGES)
    assert_rows(
        ranges(lives(frame)),
        "user_id range first_day last_day before_first_day before_last_day",
        *expected,
    )


def test_a_week_so_far_is_held_against_as_many_days() -> None:
    wednesday = date(2024, 5, 8)
    span, before = spans_by_hand(date(2020, 1, 1), wednesday)["this_week"]
    assert span == (date(2024, 5, 6), wednesday)
    assert before == (date(2024, 4, 29), wednesday - timedelta(days=7))


def test_a_day_is_in_its_ranges_and_in_those_after_it(frame: Callable[..., DataFrame]) -> None:
    heard = lives(frame).filter("user_id = 'eight days'")
    assert_rows(
        in_ranges(heard, ranges(heard)),
        "range local_date is_before",
        *[(name, "2024-05-12", False) for name in RANGES if not name.startswith("last_w")
          and name not in ("last_month", "last_year")],
        *[(name, "2024-05-05", False) for name in RANGES if "week" not in name
          and name not in ("last_month", "last_year")],
        ("last_week", "2024-05-05", False),
    )  # fmt: skip

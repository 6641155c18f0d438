"""The listener's own clock: everything is stored in UTC, and told in their time zone."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, functions as F

#: Hours at which a part of the day begins; before 5 and from 22 it is night.
MORNING, AFTERNOON, EVENING, NIGHT = 5, 12, 17, 22


def with_local_time(plays: DataFrame, timezone: str) -> DataFrame:
    """Adds `time_zone`, `local_date`, `hour_of_day`, `day_of_week`, `part_of_day`, `is_weekend`.

    Args:
        plays: has `played_at`, UTC.
        timezone: IANA name.
    """
    local = F.from_utc_timestamp("played_at", timezone)
    weekday = F.weekday(local) + 1
    return plays.withColumns(
        {
            "time_zone": F.lit(timezone),
            "local_date": F.to_date(local),
            "hour_of_day": F.hour(local),
            "day_of_week": weekday,
            "part_of_day": part_of_day(F.hour(local)),
            "is_weekend": weekday >= 6,
        }
    )


def part_of_day(hour: Column) -> Column:
    """night, morning, afternoon or evening."""
    return (
        F.when((hour < MORNING) | (hour >= NIGHT), "night")
        .when(hour < AFTERNOON, "morning")
        .when(hour < EVENING, "afternoon")
        .otherwise("evening")
    )

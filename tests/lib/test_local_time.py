from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from pyspark.sql import DataFrame, SparkSession, functions as F
from table_frames import assert_rows

from lib.local_time import part_of_day, with_local_time


def at(spark: SparkSession, *times: str) -> DataFrame:
    told = spark.createDataFrame([(time,) for time in times], "played_at STRING")
    return told.withColumn("played_at", F.col("played_at").cast("timestamp"))


@pytest.mark.parametrize(
    ("timezone", "utc", "local_date", "hour", "weekday"),
    [
        pytest.param("UTC", "2024-06-01 12:59:59", "2024-06-01", 12, 6, id="the clock of UTC"),
        pytest.param("Asia/Tokyo", "2024-01-01 23:30:00", "2024-01-02", 8, 2, id="the next day"),
        pytest.param(
            "America/Los_Angeles", "2024-01-01 03:00:00", "2023-12-31", 19, 7, id="the year before"
        ),
        pytest.param("Asia/Kathmandu", "2024-01-01 18:14:59", "2024-01-01", 23, 1, id="+5:45"),
        pytest.param("Asia/Kathmandu", "2024-01-01 18:15:00", "2024-01-02", 0, 2, id="midnight"),
        pytest.param("Europe/Berlin", "2024-03-31 00:59:59", "2024-03-31", 1, 7, id="winter"),
        pytest.param("Europe/Berlin", "2024-03-31 01:00:00", "2024-03-31", 3, 7, id="no hour 2"),
        pytest.param("Europe/Berlin", "2024-10-27 00:30:00", "2024-10-27", 2, 7, id="hour 2"),
        pytest.param("Europe/Berlin", "2024-10-27 01:30:00", "2024-10-27", 2, 7, id="hour 2 again"),
        pytest.param("America/New_York", "2024-03-10 06:59:59", "2024-03-10", 1, 7, id="US spring"),
        pytest.param("America/New_York", "2024-03-10 07:00:00", "2024-03-10", 3, 7, id="US summer"),
    ],
)
def test_the_listeners_own_clock(
    spark: SparkSession, timezone: str, utc: str, local_date: str, hour: int, weekday: int
) -> None:
    assert_rows(
        with_local_time(at(spark, utc), timezone),
        "played_at time_zone local_date hour_of_day day_of_week is_weekend",
        (utc, timezone, local_date, hour, weekday, weekday >= 6),
    )


@settings(max_examples=4, deadline=None)
@given(
    times=st.lists(
        st.datetimes(datetime(2002, 1, 1), datetime(2026, 1, 1)), min_size=1, max_size=300
    ),
    zone=st.sampled_from(
        ["Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kolkata"]
    ),
)
def test_any_time_reads_as_pythons_own_calendar_has_it(
    spark: SparkSession, times: list[datetime], zone: str
) -> None:
    told = [(int(time.replace(tzinfo=UTC).timestamp()),) for time in times]
    plays = spark.createDataFrame(told, "s BIGINT").withColumn(
        "played_at", F.timestamp_seconds("s")
    )
    shown = with_local_time(plays, zone).select(
        "s", F.col("local_date").cast("string"), "hour_of_day", "day_of_week"
    )
    for seconds, *made in shown.collect():
        local = datetime.fromtimestamp(seconds, ZoneInfo(zone))
        assert made == [local.date().isoformat(), local.hour, local.isoweekday()]


def test_parts_of_the_day_and_their_borders(spark: SparkSession) -> None:
    hours = spark.range(24).select(F.col("id").cast("int").alias("hour"))
    parts = ["night"] * 5 + ["morning"] * 7 + ["afternoon"] * 5 + ["evening"] * 5 + ["night"] * 2
    assert_rows(
        hours.withColumn("part", part_of_day(F.col("hour"))), "hour part", *enumerate(parts)
    )


def test_a_week_from_monday_to_sunday(spark: SparkSession) -> None:
    days = [f"2024-01-0{day} 12:00:00" for day in range(1, 8)]  # the 1st was a Monday
    assert_rows(
        with_local_time(at(spark, *days), "UTC"),
        "day_of_week is_weekend",
        *[(day, day in (6, 7)) for day in range(1, 8)],
    )

"""The nine ranges of days that statistics are told over, each with the range before it."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, functions as F

from schemas.gold.statistics import RANGES


def ranges(heard: DataFrame) -> DataFrame:
    """The ranges of each listener, told from the day of their last play.

    Args:
        heard: `user_id`, `local_date`: plays that count.

    Returns:
        `user_id`, `began` (the day of the first play), `range`, `first_day`, `last_day`,
        `before_first_day`, `before_last_day`. The last two are NULL where the range before is not
        within the history, all of it: half a year told would look like a rise. A range that ended
        before the first play is left out.
    """
    lives = heard.groupBy("user_id").agg(
        F.min("local_date").alias("began"), F.max("local_date").alias("today")
    )
    spans = F.array(
        *[
            F.struct(F.lit(name).alias("range"), *_days(first, last, before))
            for name, (first, last, *before) in _spans(F.col("today"), F.col("began")).items()
        ]
    )
    return lives.select("user_id", "began", F.inline(spans)).filter("last_day >= began")


def _days(first: Column, last: Column, before: list[Column]) -> list[Column]:
    known = before[0] >= F.col("began") if before else F.lit(False)
    nothing = F.lit(None).cast("date")
    before_first, before_last = before or (nothing, nothing)
    return [
        first.alias("first_day"),
        last.alias("last_day"),
        F.when(known, before_first).alias("before_first_day"),
        F.when(known, before_last).alias("before_last_day"),
    ]


def _spans(today: Column, began: Column) -> dict[str, tuple[Column, ...]]:
    """By name: first and last day, and where there is one, first and last day before."""

    def months(day: Column, number: int) -> Column:
        return F.add_months(day, number)  # the 31st becomes the last of a shorter month

    def day_after(day: Column) -> Column:
        return F.date_add(day, 1)

    def day_before(day: Column) -> Column:
        return F.date_sub(day, 1)

    week, month, year = (F.to_date(F.trunc(today, unit)) for unit in ("week", "month", "year"))
    last_week, last_month, last_year = F.date_sub(week, 7), months(month, -1), months(year, -12)
    spans = (
        (week, today, last_week, F.date_sub(today, 7)),
        (last_week, day_before(week), F.date_sub(week, 14), day_before(last_week)),
        (month, today, last_month, months(today, -1)),
        (last_month, day_before(month), months(month, -2), day_before(last_month)),
        (day_after(months(today, -3)), today, day_after(months(today, -6)), months(today, -3)),
        (day_after(months(today, -6)), today, day_after(months(today, -12)), months(today, -6)),
        (year, today, last_year, months(today, -12)),
        (last_year, day_before(year), months(year, -24), day_before(last_year)),
        (began, today),
    )
    return dict(zip(RANGES, spans, strict=True))


def in_ranges(rows: DataFrame, spans: DataFrame) -> DataFrame:
    """Each row once for every range that its day lies in, or in the range before.

    Args:
        rows: `user_id`, `local_date` and more.
        spans: as `ranges` gives them.

    Returns:
        The rows with the columns of `spans`, and `is_before`: it lies in the range before.
    """
    day = F.col("local_date")
    within = day.between(F.col("first_day"), F.col("last_day"))
    before = day.between(F.col("before_first_day"), F.col("before_last_day"))
    return (
        rows.join(spans, on="user_id", how="inner")
        .filter(within | F.coalesce(before, F.lit(False)))
        .withColumn("is_before", ~within)
    )


def now(value: str) -> Column:
    """A column's value in rows of the range itself, NULL in those of the range before."""
    return F.when(~F.col("is_before"), F.col(value))


def before(value: str) -> Column:
    """A column's value in rows of the range before, NULL in the others."""
    return F.when(F.col("is_before"), F.col(value))

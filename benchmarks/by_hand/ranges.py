"""The nine ranges of days that statistics are told over, each with the range before it."""

from __future__ import annotations

import polars as pl

from schemas.gold.statistics import RANGES

SPAN = ("user_id", "range", "began", "first_day", "last_day", "before_first_day", "before_last_day")


def ranges(heard: pl.DataFrame) -> pl.DataFrame:
    """The ranges of each listener, told from the day of their last play."""
    lives = heard.group_by("user_id").agg(began=pl.min("local_date"), today=pl.max("local_date"))
    today = pl.col("today")
    week, month, year = (today.dt.truncate(unit) for unit in ("1w", "1mo", "1y"))
    spans = (
        (week, today, _back(week, "7d"), _back(today, "7d")),
        (_back(week, "7d"), _back(week, "1d"), _back(week, "14d"), _back(week, "8d")),
        (month, today, _back(month, "1mo"), _back(today, "1mo")),
        (
            _back(month, "1mo"), _back(month, "1d"),
            _back(month, "2mo"), _back(_back(month, "1mo"), "1d"),
        ),
        (
            _on(_back(today, "3mo")), today,
            _on(_back(today, "6mo")), _back(today, "3mo"),
        ),
        (
            _on(_back(today, "6mo")), today,
            _on(_back(today, "12mo")), _back(today, "6mo"),
        ),
        (year, today, _back(year, "12mo"), _back(today, "12mo")),
        (
            _back(year, "12mo"), _back(year, "1d"),
            _back(year, "24mo"), _back(_back(year, "12mo"), "1d"),
        ),
        (pl.col("began"), today, None, None),
    )  # fmt: skip
    told = [
        lives.select(
            "user_id",
            "began",
            range=pl.lit(name),
            first_day=first,
            last_day=last,
            before_first_day=pl.lit(None, pl.Date) if before_first is None else before_first,
            before_last_day=pl.lit(None, pl.Date) if before_last is None else before_last,
        )
        for name, (first, last, before_first, before_last) in zip(RANGES, spans, strict=True)
    ]
    known = pl.col("before_first_day") >= pl.col("began")
    return (
        pl.concat(told)
        .with_columns(
            pl.when(known).then(pl.col(name)) for name in ("before_first_day", "before_last_day")
        )
        .filter(pl.col("last_day") >= pl.col("began"))
    )


def _back(day: pl.Expr, by: str) -> pl.Expr:
    return day.dt.offset_by(f"-{by}")


def _on(day: pl.Expr) -> pl.Expr:
    return day.dt.offset_by("1d")


def in_ranges(rows: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Each row once for every range that its day lies in, or in the range before (`is_before`)."""
    day = pl.col("local_date")
    within = day.is_between("first_day", "last_day")
    before = day.is_between("before_first_day", "before_last_day").fill_null(False)
    return (
        rows.join(spans, on="user_id", how="inner")
        .filter(within | before)
        .with_columns(is_before=~within)
    )


def now(name: str) -> pl.Expr:
    """A column's values in rows of the range itself."""
    return pl.col(name).filter(~pl.col("is_before"))


def before(name: str) -> pl.Expr:
    """A column's values in rows of the range before."""
    return pl.col(name).filter(pl.col("is_before"))

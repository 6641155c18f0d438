"""A listener's weeks to come, from their days so far."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from lib.forecast import HORIZON, Forecast, Series, forecast
from lib.sentences import day

#: What is told of each week to come, as a Spark schema.
OUTLOOK = (
    "user_id STRING, kind STRING, subject STRING, period STRING, rank INT, item_id STRING, "
    "item STRING, value DOUBLE, low DOUBLE, high DOUBLE, baseline DOUBLE, error DOUBLE, "
    "baseline_error DOUBLE, reason STRING"
)
#: A longer silence is taken as unknown: an export that is missing, not a person who heard nothing.
_SILENCE_DAYS = 28
_TOO_SHORT = "too few weeks of history to test one on"
_NO_BETTER = "tested on {weeks} weeks, it came no closer than the last week or the mean did"


def outlook(days: pd.DataFrame) -> pd.DataFrame:
    """For applyInPandas, a listener at a time: the facts of the next weeks, or why there are none.

    Args:
        days: `user_id`, `period_start`, `plays`, `minutes` and `valence` of each day with a play.
    """
    by_day = days.set_index(pd.DatetimeIndex(days["period_start"])).sort_index()
    every = by_day.reindex(pd.date_range(by_day.index[0], by_day.index[-1]))
    last = by_day.index[-1].date()
    # Last.fm and ListenBrainz may tell no lengths.
    amount = "minutes" if by_day["minutes"].any() else "plays"
    series = {amount: _with_silence(every[amount])}
    if by_day["valence"].notna().any():
        series["valence"] = np.asarray(every["valence"], dtype=np.float64)
    fixed = {
        "user_id": days["user_id"].iloc[0],
        "kind": "predictive",
        "period": "next_weeks",
    }
    rows = [
        {**fixed, "subject": subject, **row}
        for subject, values in series.items()
        for row in _rows(subject, forecast(values), last)
    ]
    names = [column.split()[0] for column in OUTLOOK.split(", ")]
    # Objects: a text that is missing in every row would be a column of floats, which Spark refuses.
    return pd.DataFrame(rows, columns=names, dtype=object)


def _with_silence(amounts: pd.Series[float]) -> Series:
    """Days without a play are zero, but for those of a long silence."""
    silent = amounts.isna()
    run = (~silent).cumsum()
    length = silent.groupby(run).transform("sum")
    told = amounts.mask(silent & (length <= _SILENCE_DAYS), 0.0)
    return np.asarray(told, dtype=np.float64)


def _rows(subject: str, made: Forecast | None, last: Any) -> list[dict[str, Any]]:
    if made is None or not made.is_better:
        reason = _NO_BETTER.format(weeks=made.weeks) if made else _TOO_SHORT
        return [{"rank": 0, "reason": reason}]
    days, most = (1.0, 1.0) if subject == "valence" else (7.0, np.inf)

    def told(value: float) -> float:
        # Rounded: the last digits of a sum depend on the machine.
        return round(min(max(value * days, 0.0), most), 6)

    rows = []
    for week in range(HORIZON):
        first = last + timedelta(days=1 + 7 * week)
        rows.append(
            {
                "rank": week + 1,
                "item_id": first.isoformat(),
                "item": f"7 days from {day(first)}",
                "value": told(made.value[week]),
                "low": told(made.low[week]),
                "high": told(made.high[week]),
                "baseline": told(made.baseline),
                "error": told(made.error),
                "baseline_error": told(made.baseline_error),
            }
        )
    return rows

"""What a listener's days are made into before they are forecast, and what is told of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lib import outlook as module
from lib.outlook import OUTLOOK, outlook

LAST = date(2024, 5, 31)


def days(weeks: int, **told: Any) -> pd.DataFrame:
    """A planted week of minutes up to LAST, with a little noise; a Sunday is silent."""
    noise = np.random.default_rng(1).normal(0, 3, 7 * weeks)
    dates = [LAST - timedelta(days=back) for back in range(7 * weeks)]
    made = pd.DataFrame(
        {
            "user_id": "a",
            "period_start": dates,
            "minutes": [60.0 + 10 * day.weekday() for day in dates] + noise,
            "plays": 20,
            "valence": None,
        }
    ).assign(**told)
    return made[[day.weekday() != 6 for day in dates]]


def test_four_weeks_of_seven_days_follow_the_last_play() -> None:
    told = outlook(days(52))
    assert list(told.columns) == [column.split()[0] for column in OUTLOOK.split(", ")]
    assert list(told["rank"]) == [1, 2, 3, 4]
    assert list(told["item_id"]) == ["2024-06-01", "2024-06-08", "2024-06-15", "2024-06-22"]
    assert told["item"][0] == "7 days from 1 June 2024"
    assert set(told["subject"]) == {"minutes"}
    usual = sum(60 + 10 * weekday for weekday in range(6))
    assert told["value"].to_numpy(float) == pytest.approx(usual, rel=0.03)
    assert (told["low"] <= told["value"]).all()
    assert (told["value"] <= told["high"]).all()
    assert (told["error"] < told["baseline_error"]).all()


def test_where_lengths_are_not_known_plays_are_told() -> None:
    noise = np.random.default_rng(2).integers(0, 5, 7 * 52)
    told = outlook(days(52, minutes=0.0, plays=noise + 20))
    assert set(told["subject"]) == {"plays"}
    assert told["rank"].max() == 4


def test_valence_is_a_mean_and_stays_within_its_range() -> None:
    dates = [(LAST - timedelta(days=back)).weekday() for back in range(7 * 52)]
    valence = np.array(dates) / 6 + np.random.default_rng(3).normal(0, 0.05, len(dates))
    told = outlook(days(52, valence=valence.clip(0, 1))).query("subject == 'valence'")
    assert told["value"].to_numpy(float) == pytest.approx(0.42, abs=0.03)
    assert told[["low", "high"]].stack().between(0, 1).all()


@pytest.mark.parametrize("history", [days(1).iloc[:1], days(10)])
def test_where_none_is_told_the_reason_is(history: pd.DataFrame) -> None:
    assert reasons(history) == ["too few weeks of history to test one on"]


def test_noise_has_a_reason_too() -> None:
    noise = np.random.default_rng(4).exponential(50, 7 * 52)
    every_day = [LAST - timedelta(days=back) for back in range(len(noise))]
    history = pd.DataFrame({"user_id": "a", "period_start": every_day, "minutes": noise})
    assert reasons(history.assign(plays=20, valence=None)) == [
        "tested on 52 weeks, it came no closer than the last week or the mean did"
    ]


def reasons(history: pd.DataFrame) -> list[str]:
    told = outlook(history)
    assert list(told["rank"]) == [0]
    assert told["value"].isna().all()
    assert set(map(str, told.dtypes)) == {"object"}, "Spark refuses text that is a column of NaN"
    return list(told["reason"])


def test_a_day_without_a_play_is_zero_and_a_long_silence_is_unknown() -> None:
    amounts = pd.Series([5.0, *[None] * 28, 7.0, *[None] * 29, 9.0], dtype="float64")
    made = module._with_silence(amounts)
    assert list(made[:30]) == [5.0, *[0.0] * 28, 7.0]
    assert np.isnan(made[30:59]).all()
    assert made[59] == 9.0

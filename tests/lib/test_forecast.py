"""Forecasts are told where there is something to tell, and not where there is noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from lib.forecast import HORIZON, Series, forecast

WEEKS = 52
WEEKDAYS = np.array([10.0, 10, 12, 15, 40, 60, 30])


def random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def weekly(seed: int, noise: float, weeks: int = WEEKS) -> Series:
    """A planted week, over and over, with noise."""
    return np.tile(WEEKDAYS, weeks) + random(seed).normal(0, noise, 7 * weeks)


def told(days: Series) -> bool:
    made = forecast(days)
    assert made is not None
    return made.is_better


@pytest.mark.parametrize("noise", [5.0, 15.0, 30.0])
def test_a_planted_week_is_found(noise: float) -> None:
    shown = [forecast(weekly(seed, noise)) for seed in range(20)]
    assert all(made and made.is_better for made in shown)
    mean = np.mean([made.value[0] for made in shown if made])
    assert mean == pytest.approx(WEEKDAYS.mean(), abs=noise / 7)


@pytest.mark.parametrize("kind", ["normal", "exponential", "few", "walk"])
def test_noise_is_no_forecast(kind: str) -> None:
    def days(seed: int) -> Series:
        rng, size = random(seed), 7 * WEEKS
        return {
            "normal": lambda: rng.normal(50, 20, size),
            "exponential": lambda: rng.exponential(50, size),
            "few": lambda: rng.exponential(50, size) * (rng.random(size) < 0.3),
            "walk": lambda: np.cumsum(rng.normal(0, 5, size)),
        }[kind]()

    assert sum(told(days(seed)) for seed in range(40)) <= 1


@pytest.mark.parametrize("days", [np.tile(WEEKDAYS, WEEKS), np.zeros(7 * WEEKS)])
def test_what_repeats_exactly_cannot_be_told_better_than_by_repeating(days: Series) -> None:
    assert not told(days)


def test_a_new_level_is_followed_and_the_errors_are_those_of_the_backtests() -> None:
    days = weekly(1, 5) + np.repeat([0.0, 50.0], 7 * WEEKS // 2)
    made = forecast(days)
    assert made is not None
    assert made.value[0] == pytest.approx(WEEKDAYS.mean() + 50, abs=5)
    assert made.baseline == pytest.approx(days[-7:].mean())
    assert made.error > 0


def test_a_short_history_is_not_forecast() -> None:
    assert forecast(np.array([])) is None
    assert forecast(np.array([1.0, 2.0])) is None
    assert forecast(weekly(1, 5, 23)) is None
    assert forecast(weekly(1, 5, 24)) is not None
    assert forecast(np.full(7 * WEEKS, np.nan)) is None


def test_days_not_known_are_left_out() -> None:
    days = weekly(1, 5)
    without = forecast(np.where(random(2).random(len(days)) < 0.3, np.nan, days))
    silent = forecast(np.r_[days, np.full(7 * 20, np.nan), days])
    before_the_first = forecast(np.r_[np.full(7 * 20, np.nan), days])
    whole = forecast(days)
    for made in (without, silent, before_the_first):
        assert made is not None
        assert whole is not None
        assert made.is_better
        assert made.value == pytest.approx(whole.value, abs=3)
    assert before_the_first
    assert whole
    assert (before_the_first.weeks, before_the_first.error) == (whole.weeks, whole.error)


def test_nearly_all_unknown_is_not_forecast() -> None:
    days = np.full(7 * WEEKS, np.nan)
    days[[0, 100, -1]] = 1.0
    assert forecast(days) is None


def test_eight_in_ten_weeks_of_steady_noise_end_within_the_interval() -> None:
    ended_within = []
    for seed in range(60):
        days = weekly(seed, 30, WEEKS + HORIZON)
        made = forecast(days[: 7 * WEEKS])
        assert made is not None
        ends = days[7 * WEEKS :].reshape(HORIZON, 7).mean(axis=1)
        ended_within += list((made.low <= ends) & (ends <= made.high))
    assert 0.7 < np.mean(ended_within) < 0.9


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 1000), st.floats(0.1, 100), st.floats(-100, 100), st.sampled_from([24, 60, 130])
)
def test_units_do_not_matter(seed: int, scale: float, shift: float, weeks: int) -> None:
    days = weekly(seed, 20, weeks)
    one, other = forecast(days), forecast(days * scale + shift)
    assert one is not None
    assert other is not None
    assert other.is_better == one.is_better
    for name in ("value", "low", "high", "baseline"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) * scale + shift, abs=1e-6)
    assert other.error == pytest.approx(one.error * scale)
    assert (one.low <= one.value).all()
    assert (one.value <= one.high).all()


def slow_forecast(days: Series) -> tuple[float, float]:
    """The same by loops over the weeks: the value told, and its error a week."""
    weeks = days[len(days) - 7 * (len(days) // 7) :].reshape(-1, 7)

    def week_after(row: int, half_life: float) -> Series:
        weights = [0.5 ** ((row - r) / half_life) for r in range(row + 1)]
        level = sum(w * weeks[r].mean() for r, w in enumerate(weights)) / sum(weights)
        weights = [0.5 ** ((row - r) / 26.0) for r in range(row + 1)]
        usual = sum(w * weeks[r] for r, w in enumerate(weights)) / sum(weights)
        believed = sum(weights) / (sum(weights) + 1)
        return np.asarray(level + believed * (usual - usual.mean()))

    half_lives = (1.0, 2.0, 4.0, 8.0, 16.0, 1000.0)
    losses = dict.fromkeys(half_lives, 0.0)
    value, errors = 0.0, []
    for row in range(7, len(weeks)):
        if row >= 7 + HORIZON:
            for half_life in half_lives:
                made = week_after(row - HORIZON, half_life)
                losses[half_life] += ((weeks[row - HORIZON + 1 : row + 1] - made) ** 2).sum()
        best = min(half_lives, key=lambda one: losses[one]) if row >= 7 + HORIZON else 8.0
        value = week_after(row, best).mean()
        if row + HORIZON < len(weeks):
            errors += [weeks[row + h].mean() - value for h in range(1, HORIZON + 1)]
    return value, float(np.sqrt(np.mean(np.square(errors))))


@pytest.mark.parametrize("seed", range(4))
def test_loops_tell_the_same(seed: int) -> None:
    days = weekly(seed, 25, 40)[3:] + np.repeat(random(seed).normal(0, 30, 40), 7)[3:]
    made = forecast(days)
    assert made is not None
    value, error = slow_forecast(days)
    assert made.value[0] == pytest.approx(value)
    assert made.error == pytest.approx(error)

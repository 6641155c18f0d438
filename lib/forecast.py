"""The weeks to come of a daily series, told only where that beats repeating the last week.

The level is an exponentially weighted mean over weeks, and each weekday has its usual distance
from it, shrunk while few weeks are known: simple exponential smoothing with a weekly season
(Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., chapter 8). How fast
the level forgets is chosen, at each point in time, by what did best up to then.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

#: Weeks that are forecast.
HORIZON = 4
#: Weeks looked back on at most, weeks needed before the first backtest, and backtests needed.
_MEMORY, _WARM_UP, _BACKTESTS = 104, 8, 12
#: Weeks after which what was heard weighs half as much in the level; in the weekdays' distances.
_HALF_LIVES = (1.0, 2.0, 4.0, 8.0, 16.0, 1000.0)
_HALF_LIFE_OF_RHYTHM = 26.0
#: With so many weeks a weekday's distance from the level is believed by half.
_HALF_BELIEVED = 1.0
#: A forecast is told where its error is below this part of the better baseline's.
_BEATEN = 0.95
#: The interval is that of 8 in 10 backtests.
_INTERVAL = (0.1, 0.9)


@dataclass(frozen=True)
class Forecast:
    """Daily means of the weeks after a series, and how forecasts made earlier came out.

    Attributes:
        value: mean a day of each week to come.
        low: the tenth part of backtests ended below this.
        high: the tenth part of backtests ended above this.
        baseline: mean a day, were the last week to repeat itself.
        error: root mean square error of a week's daily mean over all backtests.
        baseline_error: the same of repeating the last week.
        weeks: weeks of history that were looked at.
        is_better: whether it beat both repeating the last week and the plain mean.
    """

    value: Series
    low: Series
    high: Series
    baseline: float
    error: float
    baseline_error: float
    weeks: int
    is_better: bool


def forecast(days: Series) -> Forecast | None:
    """Forecasts the weeks after a daily series.

    Two baselines are beaten or nothing is told: repeating the last week, day for day (seasonal
    naive), on days and on weeks; and the mean of all days so far, on days: who only finds the
    mean of noise has nothing to tell.

    Args:
        days: a value a day, the latest last; NaN where it is not known.

    Returns:
        None where the history is too short to have been tested on.
    """
    weeks = _weeks(days)
    known = np.flatnonzero(~np.isnan(weeks).all(axis=1))
    if not len(known):
        return None
    weeks = weeks[known[0] :]
    if len(weeks) < _WARM_UP + _BACKTESTS + HORIZON:
        return None
    naive, mean = _last_known(weeks), _mean_so_far(weeks)
    rhythm = _rhythm(weeks)
    candidates = np.stack([_smoothed(weeks, rhythm, half_life) for half_life in _HALF_LIVES])
    model = _best_so_far(candidates, weeks)
    errors = [_errors(made, weeks) for made in (model, naive, mean)]
    by_day = [_rmse(error) for error in errors]
    residuals, naive_residuals = (_mean(error)[..., 0] for error in errors[:2])
    if np.isnan(by_day).any() or (~np.isnan(residuals)).sum(axis=0).min() < _BACKTESTS:
        return None
    value = float(_mean(model)[-1, 0])
    low, high = np.nanquantile(residuals, _INTERVAL, axis=0)
    error, baseline_error = _rmse(residuals), _rmse(naive_residuals)
    is_better = by_day[0] < _BEATEN * min(by_day[1:]) and error < baseline_error
    return Forecast(
        value=np.full(HORIZON, value),
        low=value + np.minimum(low, 0.0),
        high=value + np.maximum(high, 0.0),
        baseline=float(_mean(naive)[-1, 0]),
        error=error,
        baseline_error=baseline_error,
        weeks=len(weeks),
        is_better=is_better,
    )


def _weeks(days: Series) -> Series:
    """Whole weeks that end with the last day, a row each; earlier days of a part are left out."""
    number = min(len(days) // 7, _MEMORY)
    return days[len(days) - 7 * number :].reshape(number, 7)


def _told(weeks: Series) -> NDArray[np.bool_]:
    return ~np.isnan(weeks)


def _mean(weeks: Series) -> Series:
    """The mean a day of each week, over the days known; NaN without any."""
    known = _told(weeks).sum(axis=-1, keepdims=True).astype(float)
    return _ratio(np.nan_to_num(weeks).sum(axis=-1, keepdims=True), known)


def _rhythm(weeks: Series) -> Series:
    """By row: each weekday's distance from the mean of all, as far as it is to be believed."""
    known, values = _told(weeks).astype(float), np.nan_to_num(weeks)
    memory = _memory(len(weeks), _HALF_LIFE_OF_RHYTHM)
    weight = memory @ known
    weekday = _ratio(memory @ values, weight)
    distance: Series = np.nan_to_num(weekday - _mean(weekday)) * weight / (weight + _HALF_BELIEVED)
    return distance


def _smoothed(weeks: Series, rhythm: Series, half_life: float) -> Series:
    """By row: the week to follow, as told from that row and those above it."""
    known, values = _told(weeks).astype(float), np.nan_to_num(weeks)
    memory = _memory(len(weeks), half_life)
    # The level is that of all days alike, whichever weekdays are known.
    levels = (memory @ values - rhythm * (memory @ known)).sum(axis=1, keepdims=True)
    week: Series = _ratio(levels, (memory @ known).sum(axis=1, keepdims=True)) + rhythm
    return week


def _memory(weeks: int, half_life: float) -> Series:
    """Weight of each week (column) in what is told from each week on (row)."""
    age = np.subtract.outer(np.arange(weeks), np.arange(weeks)).astype(float)
    weight: Series = np.exp2(-np.maximum(age, 0) / half_life)
    return np.where(age >= 0, weight, 0.0)


def _ratio(part: Series, whole: Series) -> Series:
    ratio: Series = np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
    return ratio


def _last_known(weeks: Series) -> Series:
    """Seasonal naive: of each weekday the last value known."""
    row = np.where(_told(weeks), np.arange(len(weeks))[:, None], -1)
    last = np.maximum.accumulate(row, axis=0)
    told: Series = np.take_along_axis(weeks, np.maximum(last, 0), axis=0)
    return np.where(last >= 0, told, np.nan)


def _mean_so_far(weeks: Series) -> Series:
    total = np.cumsum(np.nan_to_num(weeks).sum(axis=1))
    mean = _ratio(total, np.cumsum(_told(weeks).sum(axis=1)).astype(float))
    return np.repeat(mean[:, None], 7, axis=1)


def _errors(made: Series, weeks: Series) -> Series:
    """What was less what was told: backtest × weeks ahead × day."""
    origins = np.arange(_WARM_UP - 1, len(weeks) - HORIZON)
    ahead = np.arange(1, HORIZON + 1)
    errors: Series = weeks[origins[:, None] + ahead] - made[origins][:, None, :]
    return errors


def _rmse(errors: Series) -> float:
    known = errors[~np.isnan(errors)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else float("nan")


def _best_so_far(candidates: Series, weeks: Series) -> Series:
    """By row, what the candidate tells that had done best in backtests that were over by then."""
    rows = len(weeks)
    squares = np.zeros((len(candidates), rows))
    for number, made in enumerate(candidates):
        # A backtest from row r is over at row r + HORIZON.
        over = np.arange(_WARM_UP - 1 + HORIZON, rows)
        squares[number, over] = np.nansum(_errors(made, weeks) ** 2, axis=(1, 2))
    best = np.cumsum(squares, axis=1).argmin(axis=0)
    best[: _WARM_UP - 1 + HORIZON] = len(candidates) // 2
    chosen: Series = candidates[best, np.arange(rows)]
    return chosen

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from lib.errors import SettingsError
from lib.scheduling import period, repeat


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(1, 99))
def test_a_period_is_the_sum_of_its_parts(
    days: int, hours: int, minutes: int, seconds: int
) -> None:
    written = f"{days}d{hours}h {minutes}m {seconds}s"
    assert period(written) == timedelta(seconds=((days * 24 + hours) * 60 + minutes) * 60 + seconds)


@pytest.mark.parametrize(
    "text", ["", "6", "0h", "h6", "-6h", "6h6h", "1m1h", "six hours", "9999999d"]
)
def test_what_is_no_period_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(SettingsError, match="write it as 6h"):
        period(text)


def test_it_starts_at_once_and_then_every_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    starts: list[float] = []
    sleep = time.sleep

    def start() -> None:
        starts.append(time.monotonic())
        if len(starts) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("lib.scheduling.time.sleep", lambda seconds: sleep(max(seconds, 0.001)))
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        repeat(timedelta(seconds=1), start)
    assert starts[1] - starts[0] > 0.9, "not before it is time"
    assert starts[2] - began > 1.9

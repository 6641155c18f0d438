from __future__ import annotations

from datetime import datetime

import pytest

from lib.spans import read_span


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("2024-12-24", "2024-12-24T00:00", "2024-12-25T00:00"),
        ("2024-12-01/2024-12-26", "2024-12-01T00:00", "2024-12-27T00:00"),
        ("2024-12-24T18:00/2024-12-24T23:30", "2024-12-24T18:00", "2024-12-24T23:30"),
        ("2024-12-24 18:00:00 / 2024-12-25", "2024-12-24T18:00", "2024-12-26T00:00"),
        ("2024-12-31/2025-01-01T06:00", "2024-12-31T00:00", "2025-01-01T06:00"),
    ],
)
def test_days_are_whole_and_moments_exact(text: str, begin: str, end: str) -> None:
    assert read_span(text) == (datetime.fromisoformat(begin), datetime.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Christmas", "write 2024-12-24, 2024-12-01/2024-12-26 or 2024-12-24T18:00/"),
        ("", "'' is no time span"),
        ("2024-12-24/2024-12-32", "is no time span"),
        ("2024-12-24/2024-12-25/2024-12-26", "is no time span"),
        ("2024-12-26/2024-12-01", "'2024-12-26/2024-12-01' ends before it begins"),
        ("2024-12-24T18:00", "ends before it begins"),
        ("2024-12-24T18:00Z/2024-12-24T20:00Z", "write your own time, without one"),
        ("2024-12-24T18:00+01:00/2024-12-25", "names an offset"),
    ],
)
def test_what_is_no_span_is_told_with_what_to_write(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"span|before|offset") as refused:
        read_span(text)
    assert why in str(refused.value)

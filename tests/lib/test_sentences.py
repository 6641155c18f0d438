"""Insights in words, to the letter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from lib.sentences import days, duration, with_sentences

MAY = {
    "kind": "cognitive",
    "period": "this_month",
    "first_day": date(2024, 5, 1),
    "last_day": date(2024, 5, 31),
    "before_first_day": date(2024, 4, 1),
    "before_last_day": date(2024, 4, 30),
    "plays": 279,
    "plays_before": 1526,
    "minutes": 841.4,
    "songs": 187,
    "artists": 138,
    "new_songs": 8,
    "length_known_share": 1.0,
    "top_artist": "One Direction",
    "top_plays": 7,
    "next_plays": 6,
}
CHANGE = {
    **{name: value for name, value in MAY.items() if name.endswith("day")},
    "kind": "diagnostic",
    "period": "this_month",
    "subject": "artist",
    "item": "Lady Gaga",
    "value": 12.0,
    "baseline": 18.0,
    "whole_change": 40,
}
OFFER = {
    "kind": "prescriptive",
    "subject": "Melancholic",
    "period": "evening",
    "item": "“Born To Die” by Lana Del Rey",
    "value": 5.0,
    "baseline": 6.0,
}
WEEK = {
    "kind": "predictive",
    "subject": "minutes",
    "period": "next_weeks",
    "item": "7 days from 1 June 2024",
    "value": 303.4,
    "low": 45.0,
    "high": 424.0,
    "baseline": 169.0,
    "reason": None,
}


def said(*facts: dict[str, Any]) -> list[str]:
    [told] = with_sentences(iter([pd.DataFrame(list(facts))]))
    return list(told["sentence"])


@pytest.mark.parametrize(
    ("otherwise", "sentence"),
    [
        (
            {},
            "This month (1 to 31 May 2024): 279 plays of 187 songs by 138 artists, 14 h 1 min in "
            "all; most played was One Direction with 7. That is 1,247 fewer than from 1 to 30 "
            "April 2024, and 8 of the songs were new.",
        ),
        (
            {"next_plays": 7, "plays_before": 279, "new_songs": 0},
            "This month (1 to 31 May 2024): 279 plays of 187 songs by 138 artists, 14 h 1 min in "
            "all. That is as many as from 1 to 30 April 2024.",
        ),
        (
            {"plays_before": 0, "length_known_share": 0.9, "new_songs": 1, "next_plays": None},
            "This month (1 to 31 May 2024): 279 plays of 187 songs by 138 artists; most played was "
            "One Direction with 7. Nothing was played from 1 to 30 April 2024, and 1 of the songs "
            "was new.",
        ),
        (
            {
                "period": "all_time",
                "first_day": date(2024, 5, 31),
                "plays": 1,
                "songs": 1,
                "artists": 1,
                "minutes": 3.2,
                "plays_before": None,
                "new_songs": None,
                "top_plays": 1,
                "next_plays": None,
            },
            "In all (31 May 2024): 1 play of 1 song by 1 artist, 3 min in all.",
        ),
        (
            {"period": "last_week", "plays": 0, "top_plays": None},
            "Last week (1 to 31 May 2024) nothing was played.",
        ),
    ],
)
def test_a_range_in_a_sentence_or_two(otherwise: dict[str, Any], sentence: str) -> None:
    assert said(MAY | otherwise) == [sentence]


def test_a_change_says_what_it_was_and_what_all_did() -> None:
    assert said(CHANGE) == [
        "Lady Gaga: 30 plays from 1 to 31 May 2024, 18 from 1 to 30 April 2024. That is 12 more; "
        "all plays: 40 more."
    ]
    fewer = {"value": -17.0, "subject": "mood", "item": "Euphoric", "whole_change": -1234}
    assert said(CHANGE | fewer) == [
        "Euphoric: 1 play from 1 to 31 May 2024, 18 from 1 to 30 April 2024. That is 17 fewer; "
        "all plays of a known mood: 1,234 fewer."
    ]


def test_an_offer_says_how_often_it_was_let_play() -> None:
    assert said(OFFER) == [
        "Melancholic in the evening: “Born To Die” by Lana Del Rey, which you let play 5 of 6 "
        "times then."
    ]


def test_a_forecast_says_its_interval_and_its_baseline() -> None:
    assert said(WEEK) == [
        "7 days from 1 June 2024: listening time about 5 h 3 min, in 8 of 10 backtests from 45 min "
        "to 7 h 4 min. The last week over again would be 2 h 49 min."
    ]
    valence = {"subject": "valence", "value": 0.456, "low": 0.4, "high": 0.5, "baseline": 0.44}
    assert said(WEEK | valence) == [
        "7 days from 1 June 2024: valence about 0.46, in 8 of 10 backtests from 0.40 to 0.50. The "
        "last week over again would be 0.44."
    ]
    assert said(WEEK | {"value": None, "reason": "too short"}) == [
        "No forecast of listening time: too short."
    ]


def test_rows_of_all_kinds_stand_in_one_batch() -> None:
    together = said(MAY, CHANGE, OFFER, WEEK)
    assert together == [*said(MAY), *said(CHANGE), *said(OFFER), *said(WEEK)]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 5, 3), date(2024, 5, 3), "3 May 2024"),
        (date(2024, 5, 3), date(2024, 5, 31), "3 to 31 May 2024"),
        (date(2024, 4, 3), date(2024, 5, 3), "3 April to 3 May 2024"),
        (date(2023, 5, 3), date(2024, 5, 3), "3 May 2023 to 3 May 2024"),
    ],
)
def test_days_are_told_as_short_as_may_be(first: date, last: date, words: str) -> None:
    assert days(first, last) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.4, "0 min"), (59.6, "1 h 0 min"), (61, "1 h 1 min"), (65_592, "1,093 h 12 min")],
)
def test_minutes_are_told_in_hours(minutes: float, words: str) -> None:
    assert duration(minutes) == words

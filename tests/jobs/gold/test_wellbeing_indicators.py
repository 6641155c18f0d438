from __future__ import annotations

from collections.abc import Callable
from math import log2
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.wellbeing_indicators import wellbeing_indicators
from schemas import silver

PLAY = {
    "user_id": "me",
    "song_id": "s",
    "artist_name": "a",
    "counts": True,
    "local_date": "2024-03-04",  # a Monday
    "hour_of_day": 12,
    "ms_played": 60_000,
    "skipped": False,
    "feature_source": "kaggle",
    "valence": 0.5,
    "energy": 0.5,
    "acousticness": 0.5,
    "tempo": 100.0,
}

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """The indicators of plays, of which each tells what it has otherwise than PLAY."""

    def make(*plays: dict[str, Any], count_by: str = "song") -> DataFrame:
        told = frame(silver.LISTENING_WITH_FEATURES, *[PLAY | play for play in plays])
        return wellbeing_indicators(told, count_by=count_by)

    return make


def days(indicators: DataFrame) -> DataFrame:
    return indicators.filter("period = 'day'")


def test_days_and_weeks_that_start_on_monday(made: Made) -> None:
    dates = ["2024-03-03", "2024-03-04", "2024-03-10", "2024-03-11"]  # Sunday to Monday
    assert_rows(
        made(*[{"local_date": date} for date in dates]),
        "period period_start plays",
        *[("day", date, 1) for date in dates],
        ("week", "2024-02-26", 1), ("week", "2024-03-04", 2), ("week", "2024-03-11", 1),
    )  # fmt: skip


def test_each_listener_has_days_of_their_own(made: Made) -> None:
    found = days(made({}, {}, {"user_id": "you"}))
    assert_rows(found, "user_id plays", ("me", 2), ("you", 1))


def test_how_much_was_heard_and_how_varied_it_was(made: Made) -> None:
    found = days(made({}, {}, {"song_id": "t"}, {"song_id": "u", "artist_name": "b"}))
    entropy = -(3 / 4 * log2(3 / 4) + 1 / 4 * log2(1 / 4))
    assert_rows(
        found,
        "plays minutes songs artists variety artist_entropy",
        (4, 4.0, 3, 2, 0.75, round(entropy, 6)),
    )


@pytest.mark.parametrize(
    ("artists", "bits"), [("a", 0.0), ("aaaa", 0.0), ("ab", 1.0), ("abcd", 2.0), ("aabc", 1.5)]
)
def test_entropy_in_bits(made: Made, artists: str, bits: float) -> None:
    found = days(made(*[{"artist_name": artist} for artist in artists]))
    assert_rows(found, "artist_entropy", (bits,))


def test_late_night_is_from_midnight_to_five(made: Made) -> None:
    found = days(made(*[{"hour_of_day": hour} for hour in (0, 4, 5, 23)]))
    assert_rows(found, "late_night_share", (0.5,))


def test_short_plays_count_in_the_share_of_skips_and_nowhere_else(made: Made) -> None:
    kept_out = {"counts": False, "skipped": True, "song_id": "t", "valence": 1.0}
    short, *others = [kept_out | {"not_counted": why} for why in ("short", "private", "excluded")]
    found = days(made({}, {"skipped": None}, {"skipped": True}, short, *others))
    assert_rows(found, "plays songs skip_share valence", (3, 1, 0.5, 0.5))


def test_versions_of_a_song_are_one_or_each_its_own(made: Made) -> None:
    versions = [{"recording_id": "a"}, {"recording_id": "b"}]
    for count_by, songs, variety in (("song", 1, 0.5), ("recording", 2, 1.0)):
        found = days(made(*versions, count_by=count_by))
        assert_rows(found, "songs variety", (songs, variety))


def test_a_day_of_short_plays_alone_is_no_row(made: Made) -> None:
    assert made({"counts": False, "not_counted": "short"}).count() == 0


def test_invented_features_never_enter_a_mean(made: Made) -> None:
    invented = {"feature_source": "synthetic", "valence": 1.0, "energy": 1.0, "tempo": 180.0}
    absent = {"feature_source": None, "valence": None}
    found = days(made({"valence": 0.2}, {"valence": 0.6}, invented, absent))
    assert_rows(
        found,
        "plays authentic_share valence valence_spread energy acousticness tempo",
        (4, 0.5, 0.4, 0.2, 0.5, 0.5, 100.0),
    )
    only_invented = days(made(invented, absent))
    assert_rows(
        only_invented,
        "plays authentic_share valence valence_spread energy",
        (2, 0.0, None, None, None),
    )

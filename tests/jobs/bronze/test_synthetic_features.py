from __future__ import annotations

import hashlib
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pyspark.sql import DataFrame, SparkSession, functions as F
from table_frames import assert_rows

from jobs.bronze.synthetic_features import JOB, made_up, synthetic_features
from lib.quality import check, mark
from schemas import bronze
from schemas.features import SYNTHETIC_COLUMNS

NAMES = "danceability energy acousticness instrumentalness valence tempo key mode"
UNIT = NAMES.split()[:5]


def features_of(spark: SparkSession, ids: list[str]) -> list[tuple[Any, ...]]:
    told = spark.createDataFrame([(id_,) for id_ in ids], "id STRING")
    made = told.select("id", *made_up(F.col("id"))).select("id", *NAMES.split())
    return [tuple(row) for row in made.collect()]


def by_hashlib(track_id: str) -> tuple[Any, ...]:
    """The definition in `made_up`'s words, without Spark."""
    digest = hashlib.sha512(track_id.encode()).hexdigest()
    u = [int(digest[8 * place : 8 * place + 8], 16) / 2**32 for place in range(8)]
    unit = [rounded(u[place], "0.0001") for place in range(5)]
    return track_id, *unit, rounded(60 + 120 * u[5], "0.01"), int(12 * u[6]), int(2 * u[7])


def rounded(value: float, step: str) -> float:
    return float(Decimal(repr(value)).quantize(Decimal(step), ROUND_HALF_UP))


def test_the_features_of_these_ids_never_change(spark: SparkSession) -> None:
    pinned = [
        ("4uLU6hMCjMI75M1A2tKUQC", 0.2793, 0.6695, 0.3131, 0.9345, 0.3824, 175.13, 2, 1),
        ("11dFghVXANMlKmJXsNCbNl", 0.8407, 0.143, 0.3693, 0.1329, 0.8482, 142.75, 3, 0),
        ("7ouMYWpwJ422jRcDASZB7P", 0.7421, 0.5743, 0.5352, 0.9003, 0.5351, 123.12, 9, 0),
        ("ä🎵", 0.3318, 0.5905, 0.1165, 0.3516, 0.1999, 176.3, 6, 0),
    ]
    assert features_of(spark, [id_ for id_, *_ in pinned]) == pinned


@settings(max_examples=6, deadline=None)
@given(ids=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=200))
def test_any_language_makes_the_same_numbers_in_their_ranges(
    spark: SparkSession, ids: list[str]
) -> None:
    made = features_of(spark, ids)
    assert made == [by_hashlib(id_) for id_ in ids]
    for _, *unit, tempo, key, mode in made:
        assert all(0 <= value <= 1 for value in unit)
        assert 60 <= tempo <= 180
        assert 0 <= key <= 11
        assert mode in (0, 1)


def test_many_ids_fill_the_ranges_evenly(spark: SparkSession) -> None:
    made = spark.range(20_000).select(*made_up(F.col("id").cast("string")))
    (row,) = made.agg(
        *[F.avg(name).alias(name) for name in SYNTHETIC_COLUMNS],
        F.corr("valence", "energy").alias("corr"),
    ).collect()
    means = dict.fromkeys(UNIT, 0.5) | {"tempo": 120.0, "key": 5.5, "mode": 0.5, "corr": 0.0}
    spread = dict.fromkeys(UNIT, 0.29) | {"tempo": 35.0, "key": 3.5, "mode": 0.5, "corr": 1.0}
    for name, mean in means.items():
        assert abs(row[name] - mean) < 4 * spread[name] / 20_000**0.5, name


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Callable[..., DataFrame]:
    """What is made of what was told: ids that Kaggle or Spotify cover, and ids and names not."""

    def make(**options: Any) -> DataFrame:
        played = [("a1", "A"), ("b2", "B"), ("c3", "C"), (None, "N"), ("d4", "D")]
        others = [{"isrc": "I5", "recording_mbid": "m"}, {"recording_mbid": "m6"}]
        return synthetic_features(
            frame(
                bronze.PLAYS,
                *[{"track_id": i, "artist_name": "x", "track_name": n} for i, n in played],
                *[ids | {"artist_name": "x", "track_name": "E"} for ids in others],
            ),
            frame(
                bronze.LIBRARY_ITEMS,
                {"item_type": "track", "track_id": "l7", "artist_name": "x", "name": "L"},
                {"item_type": "show", "name": "A show"},
            ),
            frame(
                bronze.KAGGLE_TRACKS,
                {"track_id": "a1", "artists": "x", "track_name": "A"},
                {"track_id": "b1", "artists": "x", "track_name": "B"},
            ),
            frame(bronze.SPOTIFY_AUDIO_FEATURES, {"track_id": "d4"}),
            frame(
                bronze.SPOTIFY_TRACKS,
                {"track_id": "d4", "artists": ["x"], "track_name": "D"},
                {"track_id": "s8", "artists": ["x"], "track_name": "S"},
            ),
            frame(bronze.LASTFM_TRACKS, {"artist_name": "x", "track_name": "N"}),
            frame(bronze.AUDIO_FILES),
            frame(bronze.REKORDBOX_TRACKS),
            **options,
        )

    return make


#: For "x::N", told without an id.
HASH = "b4f0c0d2aa5ee055"
NOT_COVERED = ("b2", "c3", "I5", "m6", "l7", "s8", HASH)


def test_missing_makes_them_for_ids_that_no_one_measured(made: Callable[..., DataFrame]) -> None:
    rows = made(allowed=True, scope="missing")
    assert_rows(rows, f"track_id {NAMES}", *map(by_hashlib, NOT_COVERED))
    assert check(mark(rows, JOB.writes), JOB.writes).rows == len(NOT_COVERED)


def test_all_makes_them_for_every_id(made: Callable[..., DataFrame]) -> None:
    every = (*NOT_COVERED, "a1", "b1", "d4")
    assert_rows(made(allowed=True, scope="all"), "track_id", *[(id_,) for id_ in every])


@pytest.mark.parametrize("scope", ["missing", "all"])
def test_none_where_they_are_not_allowed(made: Callable[..., DataFrame], scope: str) -> None:
    assert made(allowed=False, scope=scope).isEmpty()

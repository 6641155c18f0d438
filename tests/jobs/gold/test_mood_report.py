from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.mood_report import mood_report
from lib.mood_names import PROTOTYPES
from lib.moods import SPACE
from schemas import gold, silver

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """The report on songs around the first moods there are names for, each of its own genre."""

    def make(groups: int, songs: int, earlier: int | None = None, **options: Any) -> DataFrame:
        scatter = np.random.default_rng(3).normal(size=(groups * songs, len(SPACE)))
        centres = np.array([p.centre for p in PROTOTYPES[:groups] for _ in range(songs)])
        values = centres + scatter * 0.02 * [scale for _, scale in SPACE.values()]
        named = [(f"s{number:04}", row) for number, row in enumerate(values)]
        if earlier:
            options["earlier"] = frame(gold.MOOD_REPORT, {"k": earlier, "chosen": True})
        known = [
            {"song_id": name, "recording_id": name, "genres": [f"genre {number // songs}"]}
            for number, (name, _) in enumerate(named)
        ]
        heard = [
            {"recording_id": name, "feature_source": "kaggle"} | dict(zip(SPACE, row, strict=True))
            for name, row in named
        ]
        return mood_report(
            frame(silver.SONGS, *known),
            frame(silver.TRACK_FEATURES, *heard),
            **({"k": None, "k_min": 3, "k_max": 5, "sample": 20_000, "seed": 7} | options),
        )

    return make


def test_one_row_for_each_k_and_the_true_one_is_chosen(made: Made) -> None:
    found = made(groups=4, songs=30)
    assert_rows(found, "k chosen", (3, False), (4, True), (5, False))
    assert_rows(
        found.filter("chosen"),
        "ari_seeds ari_halves ami_genre fitted_on why",
        (1.0, 1.0, 1.0, 120, "of the stable ones the furthest above chance"),
    )
    assert found.filter("silhouette > permuted_silhouette + 0.2").count() == 3


def test_a_number_that_was_set_is_used(made: Made) -> None:
    why = "the only number that was asked for, or that songs allow"
    assert_rows(made(groups=4, songs=10, k=2), "k chosen why", (2, True, why))


def test_the_number_of_before_counts(made: Made) -> None:
    # One cloud: no number of moods is stable, and none much more so than another.
    chosen = {before: made(1, 40, before, k_max=4).filter("chosen").first() for before in (3, 4)}
    assert any(row is not None and row["why"].startswith("as before") for row in chosen.values())


@pytest.mark.parametrize("groups", [1, 2])
def test_no_more_moods_than_songs(made: Made, groups: int) -> None:
    assert_rows(made(groups, songs=1), "k chosen silhouette", (groups, True, None))

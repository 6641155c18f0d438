from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.silver.track_features import JOB, track_features
from lib.quality import check, mark
from schemas import bronze, silver

#: The valence that each source tells, so that a row's valence says whose it is.
SPOTIFY, SYNTHETIC, KAGGLE = 0.1, 0.2, 0.3
DEFAULT = ("spotify", "measured", "synthetic", "kaggle")

Chosen = Callable[..., DataFrame]


@pytest.fixture
def chosen(frame: Callable[..., DataFrame]) -> Chosen:
    """Features of song s (versions a and b) and song n (known by names only)."""

    def choose(
        spotify: Sequence[str] = (),
        synthetic: Sequence[str] = (),
        kaggle: Sequence[str | dict[str, Any]] = (),
        preference: Sequence[str] = DEFAULT,
    ) -> DataFrame:
        ids = [
            {"id_type": "spotify", "id": "a", "song_id": "s"},
            {"id_type": "spotify", "id": "b", "song_id": "s"},
            {"id_type": "name", "id": "x::s", "song_id": "s"},
            {"id_type": "name", "id": "n", "song_id": "n"},
        ]
        rows = [k if isinstance(k, dict) else {"track_id": k, "valence": KAGGLE} for k in kaggle]
        return track_features(
            frame(silver.SONG_IDS, *ids),
            frame(
                bronze.SPOTIFY_AUDIO_FEATURES,
                *[{"track_id": i, "valence": SPOTIFY, "loudness": -6.5} for i in spotify],
            ),
            frame(
                bronze.SYNTHETIC_FEATURES,
                *[{"track_id": i, "valence": SYNTHETIC} for i in synthetic],
            ),
            frame(bronze.KAGGLE_TRACKS, *rows),
            preference=preference,
        )

    return choose


def of_a(features: DataFrame) -> DataFrame:
    return features.filter("recording_id = 'a'")


HOW = "feature_source match_method feature_track_id valence"


@pytest.mark.parametrize("preference", list(permutations(("spotify", "synthetic", "kaggle"))))
def test_the_first_of_the_preference_that_covers_a_recording(
    chosen: Chosen, preference: tuple[str, ...]
) -> None:
    by_source = {
        "spotify": ("spotify", "track_id", "a", SPOTIFY),
        "synthetic": ("synthetic", "generated", "a", SYNTHETIC),
        "kaggle": ("kaggle", "track_id", "a", KAGGLE),
    }
    everywhere = {"spotify": "a", "synthetic": "a", "kaggle": "a"}
    for place, first in enumerate(preference):
        found = of_a(chosen(**everywhere, preference=preference))
        assert_rows(found, HOW, by_source[first])
        del everywhere[preference[place]]  # what stands next has its turn


def test_another_version_gives_its_features_by_name(chosen: Chosen) -> None:
    assert_rows(of_a(chosen(kaggle="b")), HOW, ("kaggle", "name_key", "b", KAGGLE))


def test_of_one_source_the_own_id_comes_before_another_version(chosen: Chosen) -> None:
    told = [{"track_id": "b", "valence": 0.9, "popularity": 99}, {"track_id": "a", "valence": 0.4}]
    assert_rows(of_a(chosen(kaggle=told)), HOW, ("kaggle", "track_id", "a", 0.4))


def test_a_preferred_source_by_name_comes_before_a_lesser_one_by_id(chosen: Chosen) -> None:
    found = of_a(chosen(spotify="b", synthetic="a", kaggle="a"))
    assert_rows(found, HOW, ("spotify", "name_key", "b", SPOTIFY))


def test_of_other_versions_the_most_popular_then_the_first_id(
    chosen: Chosen, frame: Callable[..., DataFrame]
) -> None:
    ids = [{"id_type": "spotify", "id": i, "song_id": "s"} for i in "abcd"]
    told = [("b", 10, 0.1), ("c", 90, 0.2), ("d", 90, 0.3)]
    kaggle = [{"track_id": i, "popularity": p, "valence": v} for i, p, v in told]
    found = track_features(
        frame(silver.SONG_IDS, *ids),
        frame(bronze.SPOTIFY_AUDIO_FEATURES),
        frame(bronze.SYNTHETIC_FEATURES),
        frame(bronze.KAGGLE_TRACKS, *kaggle),
        preference=DEFAULT,
    )
    assert_rows(of_a(found), HOW, ("kaggle", "name_key", "c", 0.2))


def test_synthetic_features_are_for_their_own_id_only(chosen: Chosen) -> None:
    assert_rows(of_a(chosen(synthetic="b")), HOW, (None, None, None, None))


def test_a_song_of_names_only_is_covered_by_its_own_id(chosen: Chosen) -> None:
    found = chosen(synthetic="n").filter("recording_id = 'n'")
    expected = ("n", None, "synthetic", "generated", "n", SYNTHETIC)
    assert_rows(found, f"song_id track_id {HOW}", expected)


@pytest.mark.parametrize("named", [(), ("measured",), ("synthetic",), ("synthetic", "kaggle")])
def test_a_source_that_is_not_named_is_not_used(chosen: Chosen, named: tuple[str, ...]) -> None:
    expected = (None, None, None, None)
    if "kaggle" in named:
        expected = ("kaggle", "track_id", "a", KAGGLE)
    assert_rows(of_a(chosen(spotify="a", kaggle="a", preference=named)), HOW, expected)


def test_every_feature_of_the_source_and_no_other(chosen: Chosen) -> None:
    found = of_a(chosen(spotify="a", kaggle=[{"track_id": "a", "tempo": 99.0, "valence": KAGGLE}]))
    assert_rows(found, "loudness tempo key", (-6.5, None, None))


def test_a_track_under_several_genres_gives_its_most_popular_row(chosen: Chosen) -> None:
    told = [
        {"track_id": "a", "track_genre": genre, "popularity": p, "valence": v}
        for genre, p, v in [("pop", 5, 0.5), ("rock", 7, 0.7), ("jazz", 7, 0.6)]
    ]
    assert_rows(of_a(chosen(kaggle=told)), HOW, ("kaggle", "track_id", "a", 0.7))
    assert_rows(of_a(chosen(kaggle=told[::-1])), HOW, ("kaggle", "track_id", "a", 0.7))


def test_every_recording_has_one_row_and_the_rules_hold(chosen: Chosen) -> None:
    found = chosen(spotify="a", synthetic="abn", kaggle="ab")
    assert_rows(found, "recording_id", ("a",), ("b",), ("n",))
    counts = check(mark(found, JOB.writes), JOB.writes).counts
    assert [count.broken for count in counts] == [0]

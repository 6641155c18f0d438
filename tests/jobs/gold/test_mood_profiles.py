from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from pyspark.sql import DataFrame
from pyspark.testing import assertDataFrameEqual
from table_frames import assert_rows

from jobs.gold.mood_profiles import mood_profiles
from lib.mood_names import PROTOTYPES
from lib.moods import SPACE
from schemas import gold, silver

#: Songs are scattered around these moods.
MOODS = ("Euphoric", "Tender", "Club trance", "Dark and intense")
CENTRES = [next(p.centre for p in PROTOTYPES if p.mood == mood) for mood in MOODS]

Song = dict[str, Any]
Made = Callable[..., DataFrame]


def songs_around(centre: Sequence[float], count: int, source: str = "kaggle") -> list[Song]:
    scatter = np.random.default_rng(3).normal(size=(count, len(SPACE))) * 0.02
    scale = np.array([scale for _, scale in SPACE.values()])
    values = np.array(centre) + scatter * scale
    return [dict(zip(SPACE, row, strict=True)) | {"feature_source": source} for row in values]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """The moods of songs with these features, told in order or from the last to the first."""

    def make(songs: Sequence[Song], k: int, reverse: bool = False, **options: Any) -> DataFrame:
        named = [(f"s{number:04}", song) for number, song in enumerate(songs)]
        if reverse:
            named.reverse()
        return mood_profiles(
            frame(silver.SONGS, *[{"song_id": name, "recording_id": name} for name, _ in named]),
            frame(silver.TRACK_FEATURES, *[{"recording_id": name} | song for name, song in named]),
            frame(gold.MOOD_REPORT, {"k": k, "chosen": True}, {"k": k + 1, "chosen": False}),
            **({"sample": 20_000, "seed": 7} | options),
        )

    return make


def test_moods_by_falling_energy_with_their_size_and_share(made: Made) -> None:
    sizes = (90, 60, 30, 20)
    songs = [s for c, n in zip(CENTRES, sizes, strict=True) for s in songs_around(c, n)]
    found = made(songs, k=4)
    assert_rows(
        found,
        "cluster_id mood songs share fitted_on next_id",
        (0, "Dark and intense", 20, 0.1, 200, 4),
        (1, "Euphoric", 90, 0.45, 200, 4),
        (2, "Club trance", 30, 0.15, 200, 4),
        (3, "Tender", 60, 0.3, 200, 4),
    )
    about = {prototype.mood: prototype.about for prototype in PROTOTYPES}
    assert_rows(found, "mood about", *[(mood, about[mood]) for mood in MOODS])


def test_the_order_of_rows_changes_nothing(made: Made) -> None:
    songs = [song for centre in CENTRES[:3] for song in songs_around(centre, 30)]
    one, other = (made(songs, k=4, reverse=reverse, sample=50) for reverse in (False, True))
    assertDataFrameEqual(one, other, rtol=0, atol=0)


def test_moods_of_before_keep_id_and_name_and_new_ones_come_after(
    made: Made, frame: Callable[..., DataFrame]
) -> None:
    before = [
        {"cluster_id": 3, "mood": "Mine", "about": "as I call it"}
        | dict(zip(SPACE, CENTRES[0], strict=True)),
        {"cluster_id": 5, "mood": "Gone", "about": "of songs no longer here"}
        | dict(zip(SPACE, (0.5, 0.5, 0.5, 0.5, 0.5, 200.0), strict=True)),
    ]
    songs = [song for centre in CENTRES[:2] for song in songs_around(centre, 20)]
    for next_id, new in ((9, 9), (None, 6)):  # a table built without next_id knows only its own
        earlier = frame(gold.MOOD_PROFILES, *[one | {"next_id": next_id} for one in before])
        assert_rows(
            made(songs, k=2, earlier=earlier),
            "cluster_id mood about next_id",
            (3, "Mine", "as I call it", new + 1),
            (new, "Tender", "quiet and hopeful", new + 1),
        )


def test_invented_features_are_not_fitted_on_but_their_songs_are_placed(made: Made) -> None:
    real = [s for c in CENTRES[:2] for s in songs_around(c, 100)]
    invented = songs_around(CENTRES[2], 40, source="synthetic")
    found = made([*real, *invented], k=2).groupBy("fitted_on").sum("songs")
    assert_rows(found, "fitted_on sum(songs)", (200, 240))


def test_invented_features_help_where_there_are_few_others(made: Made) -> None:
    songs = [*songs_around(CENTRES[0], 5), *songs_around(CENTRES[1], 5, source="synthetic")]
    assert_rows(made(songs, k=2), "mood songs fitted_on", ("Euphoric", 5, 10), ("Tender", 5, 10))


def test_the_sample_is_bounded_and_every_song_is_counted(made: Made) -> None:
    songs = [song for centre in CENTRES[:2] for song in songs_around(centre, 150)]
    found = made(songs, k=2, sample=100)
    expected = [("Euphoric", 150, 0.5, 100), ("Tender", 150, 0.5, 100)]
    assert_rows(found, "mood songs share fitted_on", *expected)


def test_a_song_that_lacks_a_feature_is_left_out(made: Made) -> None:
    whole = songs_around(CENTRES[0], 3)
    broken = [whole[0] | {"tempo": None}, whole[1] | {"valence": float("nan")}]
    found = made([*whole, *broken], k=1)
    assert_rows(found, "songs share silhouette fitted_on", (3, 1.0, None, 3))


@pytest.mark.parametrize("songs", [[], [{"valence": 0.5, "feature_source": "kaggle"}]])
def test_no_song_that_can_be_placed_gives_no_mood(made: Made, songs: list[Song]) -> None:
    found = made(songs, k=4)
    assert found.count() == 0
    assert set(found.columns) == set(gold.MOOD_PROFILES.column_names)

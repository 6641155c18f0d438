from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.silver.songs import songs
from schemas import bronze, silver

#: A song as each table tells it; tests write what is told otherwise.
KAGGLE = {
    "track_id": "k",
    "artists": "The Artist; Guest",
    "track_name": "Title",
    "album_name": "Album",
    "track_genre": "pop",
    "popularity": 50,
    "duration_ms": 200_000,
    "explicit": False,
}
PLAY = {"track_id": "p", "artist_name": "The Artist", "track_name": "Title - Live"}
SAVED = {"item_type": "track", "track_id": "l", "artist_name": "Artist", "name": "Title"}

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """The one song that these rows tell of."""

    def make(
        kaggle: list[dict[str, Any]] = [],  # noqa: B006 - read only
        plays: list[dict[str, Any]] = [],  # noqa: B006 - read only
        library: list[dict[str, Any]] = [],  # noqa: B006 - read only
    ) -> DataFrame:
        ids = {row["track_id"] for row in (*kaggle, *plays, *library)} - {None}
        known = [{"id_type": "spotify", "id": id_} for id_ in ids]
        known += [{"id_type": "name", "id": "artist::title"}]
        return songs(
            frame(silver.SONG_IDS, *[id_ | {"song_id": "song"} for id_ in known]),
            frame(bronze.PLAYS, *plays),
            frame(bronze.LIBRARY_ITEMS, *library),
            frame(bronze.KAGGLE_TRACKS, *kaggle),
        )

    return make


def test_the_facts_of_the_best_version_and_who_knows_the_song(made: Made) -> None:
    song = made(kaggle=[KAGGLE, KAGGLE | {"track_genre": "indie"}], plays=[PLAY], library=[SAVED])
    assert_rows(
        song,
        "recording_id track_id title artist artists album_name duration_ms popularity explicit",
        ("k", "k", "Title", "The Artist", ["The Artist", "Guest"], "Album", 200_000, 50, False),
    )
    assert_rows(
        song,
        "genres versions sources spotify_url",
        (["indie", "pop"], 3, ["kaggle_tracks", "library_items", "plays"],
         "https://open.spotify.com/track/k"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("versions", "best"),
    [
        pytest.param([{}, {"album_name": None, "popularity": 99}], "v0", id="the completest"),
        pytest.param([{"popularity": 10}, {"popularity": 90}], "v1", id="then the most popular"),
        pytest.param(
            [{"popularity": None, "explicit": True}, {"popularity": 0}], "v1", id="0 is one"
        ),
        pytest.param([{}, {}], "v1", id="else the greatest id"),
    ],
)
def test_the_best_version(made: Made, versions: list[dict[str, Any]], best: str) -> None:
    told = [KAGGLE | {"track_id": f"v{number}"} | facts for number, facts in enumerate(versions)]
    for order in (told, told[::-1]):
        assert_rows(made(kaggle=order), "track_id versions", (best, len(versions)))


def test_among_equals_the_most_played_version_is_the_best(made: Made) -> None:
    played = [PLAY | {"track_id": i, "album_name": "A"} for i in ("a", "a", "b", "c")]
    assert_rows(made(plays=played), "track_id versions", ("a", 3))


def test_what_kaggle_tells_of_an_id_comes_before_what_plays_tell(made: Made) -> None:
    played = PLAY | {"track_id": "k", "track_name": "Title (Deluxe)", "album_name": "Other"}
    assert_rows(
        made(kaggle=[KAGGLE], plays=[played, played]),
        "title album_name versions sources",
        ("Title", "Album", 1, ["kaggle_tracks", "plays"]),
    )


def test_a_song_known_by_names_only_has_no_id_and_no_page(made: Made) -> None:
    assert_rows(
        made(plays=[PLAY | {"track_id": None}]),
        "song_id recording_id track_id spotify_url versions title artists genres",
        ("song", "song", None, None, 0, "Title - Live", ["The Artist"], []),
    )


def test_names_with_and_without_an_id_are_one_song_of_one_version(made: Made) -> None:
    told = made(plays=[PLAY, PLAY | {"track_id": None}])
    assert_rows(told, "recording_id versions", ("p", 1))


def test_every_song_is_described_once(frame: Callable[..., DataFrame]) -> None:
    ids = [{"id_type": "spotify", "id": f"t{n}", "song_id": f"s{n % 7}"} for n in range(20)]
    plays = [PLAY | {"track_id": row["id"]} for row in ids]
    described = songs(
        frame(silver.SONG_IDS, *ids),
        frame(bronze.PLAYS, *plays),
        frame(bronze.LIBRARY_ITEMS),
        frame(bronze.KAGGLE_TRACKS, *[KAGGLE | {"track_id": row["id"]} for row in ids]),
    )
    versions = [3, 3, 3, 3, 3, 3, 2]
    assert_rows(described, "song_id versions", *[(f"s{n}", v) for n, v in enumerate(versions)])

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from table_frames import assert_rows

from jobs.bronze.library_items import JOB, library_items
from lib.quality import mark

Told = Callable[..., DataFrame]

LIBRARY = {
    "tracks": [{"artist": "A", "album": "B", "track": "T", "uri": "spotify:track:1"}],
    "albums": [{"artist": "A", "album": "B", "uri": "spotify:album:9"}],
    "shows": [{"name": "A show", "publisher": "P", "uri": "spotify:show:2"}],
    "episodes": [{"name": "An episode", "show": "A show", "uri": "spotify:episode:3"}],
    "bannedTracks": [],
}


def listed(uri: str, name: str = "T", added: str | None = "2023-05-06") -> dict[str, Any]:
    track = {"trackName": name, "artistName": "A", "albumName": "B", "trackUri": uri}
    return {"track": track, "episode": None, "localTrack": None, "addedDate": added}


@pytest.fixture
def told(spark: SparkSession) -> Told:
    """The items of documents of one user, or of (user, document) pairs."""

    def make(*documents: Any) -> DataFrame:
        pairs = [d if isinstance(d, tuple) else ("me", d) for d in documents]
        rows = [(json.dumps(document), "f.json", user) for user, document in pairs]
        schema = "document STRING, source_file STRING, user_id STRING"
        return library_items(spark.createDataFrame(rows, schema), spark.createDataFrame([], schema))

    return make


def test_saved_tracks_shows_and_episodes(told: Told) -> None:
    assert_rows(
        told(LIBRARY),
        "user_id list_name item_type uri track_id name artist_name album_name added_on",
        ("me", "library", "track", "spotify:track:1", "1", "T", "A", "B", None),
        ("me", "library", "show", "spotify:show:2", None, "A show", "P", None, None),
        ("me", "library", "episode", "spotify:episode:3", None, "An episode", "A show", None, None),
    )


def test_playlists_as_they_are_mailed(told: Told) -> None:
    episode = {"episodeName": "E", "showName": "S", "episodeUri": "spotify:episode:4"}
    items = [listed("spotify:track:1"), {"episode": episode, "addedDate": None}]
    assert_rows(
        told({"playlists": [{"name": "Run", "lastModifiedDate": "2023-01-01", "items": items}]}),
        "list_name item_type uri track_id name artist_name album_name added_on",
        ("Run", "track", "spotify:track:1", "1", "T", "A", "B", "2023-05-06"),
        ("Run", "episode", "spotify:episode:4", None, "E", "S", None, None),
    )


def test_playlists_as_a_bare_array_named_by_number(told: Told) -> None:
    playlists = [{"playlist": number, "items": [listed("spotify:track:1")]} for number in (0, 1)]
    assert_rows(
        told(playlists), "list_name uri", ("0", "spotify:track:1"), ("1", "spotify:track:1")
    )


def test_an_item_is_told_once_for_each_list_and_person(told: Told) -> None:
    runs = {"playlists": [{"name": "Run", "items": [listed("spotify:track:1")] * 2}]}
    assert_rows(
        told(LIBRARY | {"shows": [], "episodes": []}, LIBRARY, runs, runs, ("you", runs)),
        "user_id list_name uri",
        ("me", "library", "spotify:track:1"),
        ("me", "library", "spotify:show:2"),
        ("me", "library", "spotify:episode:3"),
        ("me", "Run", "spotify:track:1"),
        ("you", "Run", "spotify:track:1"),
    )


def test_of_repeats_the_first_added_is_kept_in_any_order(told: Told) -> None:
    dates = ["2024-01-01", "2022-01-01", "2023-01-01"]
    items = [listed("spotify:track:1", added=added) for added in dates]
    for order in (items, items[::-1]):
        assert_rows(told({"playlists": [{"name": "Run", "items": order}]}), "added_on", (dates[1],))


def test_a_date_that_is_none_is_a_gap(told: Told) -> None:
    item = listed("spotify:track:1", added="some day")
    assert_rows(told({"playlists": [{"name": "R", "items": [item]}]}), "uri added_on",
                ("spotify:track:1", None))  # fmt: skip


def test_local_files_and_items_without_a_uri_are_left_out(told: Told) -> None:
    local = {"track": None, "episode": None, "localTrack": {"uri": "spotify:local:x"}}
    nameless = {"tracks": [{"artist": "A", "track": "T"}]}
    assert told({"playlists": [{"name": "R", "items": [local]}]}, nameless).count() == 0


@pytest.mark.parametrize("document", [{}, [], "text", 7, None, {"tracks": None}, [{"items": 5}]])
def test_a_document_of_something_else_gives_no_row(told: Told, document: Any) -> None:
    assert told(document, LIBRARY).count() == 3


def test_an_item_without_a_name_or_of_another_kind_breaks_a_rule(told: Told) -> None:
    saved = [{"artist": "A", "track": "", "uri": "spotify:track:1"},
             {"artist": "A", "track": "T", "uri": "https://example.org/2"}]  # fmt: skip
    assert_rows(
        mark(told({"tracks": saved}), JOB.writes),
        "uri _broken_rule",
        ("spotify:track:1", "has_a_name"),
        ("https://example.org/2", "uri_is_spotify"),
    )

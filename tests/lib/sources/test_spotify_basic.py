from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from lib.sources.spotify_basic import recognise_history, recognise_library
from schemas.landing import SPOTIFY_BASIC, SPOTIFY_LIBRARY

API_JSON = Path(__file__).parents[3].parent / "shared" / "data" / "spotify_api_json"
MUSIC = {"endTime": "2022-01-01 10:00", "msPlayed": 1, "artistName": "A", "trackName": "T"}
PODCAST = {"endTime": "2022-01-01 10:00", "msPlayed": 1, "podcastName": "P", "episodeName": "E"}
SAVED = {"artist": "A", "album": "B", "track": "T", "uri": "spotify:track:1"}
TRACK = {"trackName": "T", "artistName": "A", "albumName": "B", "trackUri": "spotify:track:1"}
EPISODE = {"episodeName": "E", "showName": "S", "episodeUri": "spotify:episode:1"}


def item(**fields: Any) -> dict[str, Any]:
    return {"track": None, "episode": None, "localTrack": None, "addedDate": "2022-01-01", **fields}


@pytest.mark.parametrize(
    ("rows", "podcasts", "notes"),
    [
        ([MUSIC, MUSIC], 0, ()),
        ([PODCAST], 1, ()),
        (
            [MUSIC, PODCAST, 5, {}],
            1,
            ("1 row that is no object", "1 row that is no play"),
        ),
    ],
    ids=["music", "podcasts", "mixed with others"],
)
def test_a_history_is_counted(rows: list[object], podcasts: int, notes: tuple[str, ...]) -> None:
    found = recognise_history(rows)
    assert found is not None
    assert (found.kind, found.rows, found.podcast_rows) == (SPOTIFY_BASIC, len(rows), podcasts)
    assert found.notes == notes


@pytest.mark.parametrize(
    ("content", "rows", "notes"),
    [
        ({"tracks": [SAVED]}, 1, ()),
        ({"tracks": [SAVED, 1], "albums": [], "shows": []}, 2, ("1 row that is no track",)),
        (
            {
                "playlists": [
                    {"name": "x", "lastModifiedDate": "2022-01-01", "items": [item(track=TRACK)]},
                    {"name": "y", "items": [item(episode=EPISODE)]},
                    {"name": "empty", "items": []},
                ]
            },
            2,
            ("3 playlists", "1 row that is no track"),
        ),
        ([{"playlist": 0, "items": [{"track": TRACK}]}], 1, ("1 playlist",)),
    ],
    ids=["library tracks", "whole library", "playlists as mailed", "array of playlists"],
)
def test_a_library_is_counted(content: object, rows: int, notes: tuple[str, ...]) -> None:
    found = recognise_library(content)
    assert found is not None
    assert (found.kind, found.rows, found.notes) == (SPOTIFY_LIBRARY, rows, notes)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"tracks": []},
        {"tracks": {"items": []}},
        {"playlists": [{"name": "x", "items": []}]},
        {"tracks": [{"name": "as the Web API tells it", "uri": "spotify:track:1"}]},
        [{"items": [{"track": {"uri": "spotify:track:1"}}]}],
        [{"searchTime": "x", "searchQuery": "y"}],
        None,
    ],
)
def test_anything_else_is_left_to_others(content: object) -> None:
    assert recognise_history(content) is None
    assert recognise_library(content) is None


@pytest.mark.skipif(not API_JSON.exists(), reason="../shared/data is absent")
def test_answers_of_the_web_api_are_not_taken_for_an_export() -> None:
    answers = [orjson.loads(path.read_bytes()) for path in API_JSON.rglob("*.json")]
    assert len(answers) > 30
    assert not [a for a in answers if recognise_history(a) or recognise_library(a)]

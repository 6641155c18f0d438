from __future__ import annotations

from typing import Any

import pytest

from lib.sources.spotify_extended import recognise
from schemas.landing import SPOTIFY_EXTENDED


def play(**fields: Any) -> dict[str, Any]:
    return {"ts": "2024-01-01T00:00:00Z", "ms_played": 1, **fields}


def test_music_video_podcast_and_audiobook_rows_are_told_apart() -> None:
    found = recognise(
        [
            play(spotify_track_uri="spotify:track:1", episode_name=None),
            play(spotify_episode_uri="spotify:episode:1", episode_name="One"),
            play(episode_name="A removed episode"),
            play(audiobook_uri="spotify:show:1"),
        ]
    )
    assert found is not None
    assert (found.kind, found.rows, found.podcast_rows) == (SPOTIFY_EXTENDED, 4, 2)
    assert found.notes == ("1 audiobook row",)


def test_what_is_not_understood_is_counted() -> None:
    found = recognise([play(), "text", None, {"ts": "x"}])
    assert found is not None
    assert found.rows == 4
    assert found.notes == ("2 rows that are no objects", "1 row without ts or ms_played")


def test_the_user_is_whom_most_rows_name() -> None:
    found = recognise([play(username="bob"), *[play(username=" zoe ")] * 2, play(username=7)])
    assert found is not None
    assert found.user == "zoe"
    assert found.notes == ("1 further user name",)


def test_a_row_without_a_name_tells_no_user() -> None:
    found = recognise([play(username=""), play(username=None), play()])
    assert found is not None
    assert found.user is None


@pytest.mark.parametrize("content", [[], {}, None, 3, [1], [{"ts": 1}], {"ts": 1, "ms_played": 2}])
def test_anything_else_is_left_to_others(content: object) -> None:
    assert recognise(content) is None

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.silver.plays import JOB, plays
from lib.errors import RuleError
from lib.quality import check, mark
from schemas import bronze, silver

PLAY = {
    "play_id": "1",
    "user_id": "me",
    "artist_name": "Artist",
    "track_name": "Title",
    "played_at": "2024-03-01T20:00:00",
    "stamp": "end",
    "ms_played": 60_000,
}
SAVED = {
    "user_id": "me",
    "list_name": "library",
    "item_type": "track",
    "track_id": "saved",
    "artist_name": "Artist",
    "name": "Title",
}

Made = Callable[..., DataFrame]


@pytest.fixture
def made(frame: Callable[..., DataFrame]) -> Made:
    """The silver plays of these bronze plays, all of one song."""

    def make(
        *told: dict[str, Any],
        library: tuple[dict[str, Any], ...] = (),
        best: str | None = None,
        min_ms: int = 30_000,
    ) -> DataFrame:
        names = [{"id": key, "id_type": "name"} for key in ("artist::title", "a show::title")]
        ids = [{"id": "told", "id_type": "spotify"}]
        return plays(
            frame(bronze.PLAYS, *told),
            frame(bronze.LIBRARY_ITEMS, *library),
            frame(silver.SONG_IDS, *[id_ | {"song_id": "song"} for id_ in names + ids]),
            frame(silver.SONGS, {"song_id": "song", "track_id": best}),
            min_ms=min_ms,
        )

    return make


def test_an_id_that_was_told_stays(made: Made) -> None:
    told = PLAY | {"track_id": "told"}
    found = made(told, library=(SAVED,), best="best")
    expected = ("song", "told", "told", "told")
    assert_rows(found, "song_id track_id recording_id id_method", expected)


def test_names_find_the_id_of_the_persons_own_library_first(made: Made) -> None:
    found = made(PLAY, library=(SAVED,), best="best")
    assert_rows(found, "track_id recording_id id_method", ("saved", "saved", "library"))


def test_names_find_the_best_version_where_the_library_knows_none(made: Made) -> None:
    others = SAVED | {"user_id": "you", "track_id": "yours"}
    found = made(PLAY, library=(others,), best="best")
    assert_rows(found, "track_id recording_id id_method", ("best", "best", "name_key"))


def test_names_that_no_one_knows_keep_their_song_and_have_no_id(made: Made) -> None:
    expected = ("song", None, "song", None)
    assert_rows(made(PLAY), "song_id track_id recording_id id_method", expected)


def test_saved_tracks_come_before_playlists(made: Made) -> None:
    listed = SAVED | {"list_name": "A list", "uri": "spotify:track:a", "track_id": "listed"}
    saved = SAVED | {"uri": "spotify:track:z"}
    assert_rows(made(PLAY, library=(listed, saved)), "track_id", ("saved",))
    assert_rows(made(PLAY, library=(listed,)), "track_id", ("listed",))


def test_names_meet_in_their_normal_form(made: Made) -> None:
    told = PLAY | {"artist_name": "THE ARTIST", "track_name": "Title - Remastered 2011"}
    assert_rows(made(told, library=(SAVED,)), "track_id track_name", ("saved", told["track_name"]))


SHOW = {"user_id": "me", "list_name": "library", "item_type": "show", "name": "A show"}
EPISODE = {**SHOW, "item_type": "episode", "name": "One", "artist_name": "A show"}


@pytest.mark.parametrize("item", [SHOW, EPISODE])
def test_a_name_that_is_a_show_of_the_library_is_a_podcast(
    made: Made, item: dict[str, Any]
) -> None:
    episode = PLAY | {"artist_name": "A show"}
    found = made(
        episode,
        episode | {"play_id": "2", "user_id": "you"},  # no show of theirs
        episode | {"play_id": "3", "track_id": "told"},  # the source says: a track
        PLAY | {"play_id": "4"},
        library=(item,),
    )
    assert_rows(
        mark(found, JOB.writes),
        "play_id is_podcast _broken_rule",
        ("1", True, "not_a_library_show"),
        ("2", False, None),
        ("3", False, None),
        ("4", False, None),
    )


def test_a_play_counts_from_half_a_minute_or_where_its_length_is_not_known(made: Made) -> None:
    lengths = [0, 29_999, 30_000, None]
    told = [PLAY | {"play_id": str(n), "ms_played": ms} for n, ms in enumerate(lengths)]
    expected = [("0", False), ("1", False), ("2", True), ("3", True)]
    assert_rows(made(*told), "play_id counts", *expected)
    everything = [(play_id, True) for play_id, _ in expected]
    assert_rows(made(*told, min_ms=0), "play_id counts", *everything)


def test_a_play_began_when_its_stamp_says_or_that_much_earlier(made: Made) -> None:
    found = made(
        PLAY | {"ms_played": 90_500},
        PLAY | {"play_id": "2", "ms_played": None},
        PLAY | {"play_id": "3", "stamp": "start"},
    )
    assert_rows(
        found,
        "play_id started_at",
        ("1", "2024-03-01 19:58:29.5"), ("2", "2024-03-01 20:00:00"), ("3", "2024-03-01 20:00:00"),
    )  # fmt: skip


def test_no_play_is_doubled_by_what_the_library_repeats(made: Made) -> None:
    lists = [SAVED | {"list_name": f"list {n}", "uri": f"u{n}", "track_id": f"t{n}"} for n in "ab"]
    shows = [SHOW, EPISODE, EPISODE | {"uri": "e2"}]
    found = made(PLAY, PLAY | {"play_id": "2", "artist_name": "A show"}, library=(*lists, *shows))
    assert_rows(found, "play_id", ("1",), ("2",))


def test_a_play_without_a_song_stops_the_run(made: Made) -> None:
    stranger = PLAY | {"artist_name": "No one knows them"}
    with pytest.raises(RuleError, match="has_a_song is broken by 1 of 2 rows"):
        check(mark(made(PLAY, stranger), JOB.writes), JOB.writes)

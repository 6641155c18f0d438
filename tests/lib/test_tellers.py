from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import Row, SparkSession, functions as F
from table_frames import frame

from lib.tellers import merged
from schemas import bronze

ORDER = ("spotify_extended", "listenbrainz", "lastfm", "spotify_basic")

#: A play as two services tell it; each case is of a person of its own, told in seconds from START.
START = "2024-03-01T20:00:00"
PLAY = {"track_name": "Harbour", "artist_name": "Ann", "song_id": "harbour"}

#: What is told, case by case: play_id, source, seconds after START, and what else.
Told = tuple[str, str, int, dict[str, Any]]
CASES: dict[str, list[Told]] = {
    "gaps": [
        ("g2", "lastfm", 3, {"track_id": "by lastfm", "album_name": "By the sea"}),
        (
            "g3",
            "spotify_basic",
            0,
            {
                "ms_played": 200_000, "track_id": "by basic", "album_name": "By basic",
                "skipped": True, "shuffle": False,
            },
        ),
        ("g1", "listenbrainz", 5, {"found_track_id": "found", "isrc": "I", "shuffle": True}),
    ],
    "private": [
        ("p2", "spotify_extended", 0, {"incognito": True, "ms_played": 200_000}),
        ("p1", "lastfm", 2, {}),
    ],
    "as told": [
        ("a1", "spotify_extended", 0, {"ms_played": 200_000, "album_name": "By the Sea"}),
        ("a2", "lastfm", 30, {"album_name": "BY THE SEA", "artist_name": "ANN"}),
        ("a3", "spotify_basic", 0, {"ms_played": 201_000}),
    ],
    "otherwise": [
        ("o1", "spotify_extended", 0, {"ms_played": 200_000, "album_name": "By the sea"}),
        (
            "o2",
            "listenbrainz",
            45,
            {
                "ms_played": 150_400, "track_name": "Harbour - Live", "artist_name": "Ann & Bo",
                "album_name": "Best of",
            },
        ),
        ("o3", "lastfm", -40, {}),
    ],
    "twice": [
        ("t1", "spotify_extended", 0, {"ms_played": 200_000}),
        ("t2", "lastfm", 1, {}),
        ("t3", "spotify_extended", 200, {"ms_played": 200_000}),
        ("t4", "lastfm", 202, {}),
        ("t5", "lastfm", 9_000, {}),
    ],
    "alone": [("l1", "lastfm", 0, {"album_name": "By the sea"})],
}  # fmt: skip


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, dict[str, Row]]:
    """The real plays of each person, by play_id, from one merge for all."""
    told = [
        (user, play_id, source, after, PLAY | more)
        for user, plays in CASES.items()
        for play_id, source, after, more in plays
    ]
    apart = ("song_id", "found_track_id")  # bronze.plays has these not
    rows = frame(
        spark,
        bronze.PLAYS,
        *[
            {"user_id": user, "play_id": play_id, "source": source, "played_at": START}
            | {name: value for name, value in play.items() if name not in apart}
            for user, play_id, source, _, play in told
        ],
    )
    more = spark.createDataFrame(
        [(row[1], row[3], *[row[4].get(name) for name in apart]) for row in told],
        "play_id STRING, after INT, song_id STRING, found_track_id STRING",
    )
    started = (F.col("played_at") + F.make_dt_interval(secs="after")).alias("started_at")
    plays = rows.join(more, on="play_id", how="inner").select("*", started)
    by_user: dict[str, dict[str, Row]] = {user: {} for user in CASES}
    for row in merged(plays, ORDER).collect():
        assert by_user[row.user_id].setdefault(row.play_id, row) is row, "a play is one row"
    return by_user


Found = dict[str, dict[str, Row]]


def test_the_source_of_most_detail_leads_and_the_others_vanish(found: Found) -> None:
    assert {user: sorted(plays) for user, plays in found.items()} == {
        "gaps": ["g1"], "private": ["p2"], "as told": ["a1"], "otherwise": ["o1"],
        "twice": ["t1", "t3", "t5"], "alone": ["l1"],
    }  # fmt: skip


def test_the_leaders_gaps_are_filled_by_whoever_tells_first(found: Found) -> None:
    play = found["gaps"]["g1"]
    filled = ("track_id", "found_track_id", "ms_played", "album_name", "skipped", "shuffle")
    assert tuple(play[name] for name in filled) == (
        "by lastfm", "found", 200_000, "By the sea", True, True
    )  # fmt: skip
    assert (play.isrc, play.reason_end, play.incognito) == ("I", None, None)
    assert str(play.started_at) == "2024-03-01 20:00:05", "the leader's own"


def test_all_who_told_it_are_listed_the_leader_first_in_one_order(found: Found) -> None:
    listed = {
        play_id: (play.sources, play.told_play_ids)
        for plays in found.values()
        for play_id, play in plays.items()
    }
    assert listed == {
        "g1": (["listenbrainz", "lastfm", "spotify_basic"], ["g1", "g2", "g3"]),
        "p2": (["spotify_extended", "lastfm"], ["p2", "p1"]),
        "a1": (["spotify_extended", "lastfm", "spotify_basic"], ["a1", "a2", "a3"]),
        "o1": (["spotify_extended", "listenbrainz", "lastfm"], ["o1", "o2", "o3"]),
        "t1": (["spotify_extended", "lastfm"], ["t1", "t2"]),
        "t3": (["spotify_extended", "lastfm"], ["t3", "t4"]),
        "t5": (["lastfm"], ["t5"]),
        "l1": (["lastfm"], ["l1"]),
    }


def test_every_row_that_was_told_is_in_one_play(found: Found) -> None:
    for user, plays in found.items():
        told = sorted(play_id for play in plays.values() for play_id in play.told_play_ids)
        assert told == sorted(play_id for play_id, *_ in CASES[user])


def test_what_others_tell_otherwise_is_said_in_words(found: Found) -> None:
    assert found["otherwise"]["o1"].disagreements == [
        "listenbrainz: title Harbour - Live",
        "listenbrainz: artist Ann & Bo",
        "listenbrainz: album Best of",
        "listenbrainz: start 45 s later",
        "listenbrainz: heard 150 s",
        "lastfm: start 40 s sooner",
    ]


def test_case_and_what_clocks_differ_by_is_no_disagreement(found: Found) -> None:
    assert found["as told"]["a1"].disagreements == []
    assert found["alone"]["l1"].disagreements == []


def test_a_private_play_stays_private_whoever_leads(found: Found) -> None:
    assert found["private"]["p2"].incognito

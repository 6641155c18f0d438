from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from table_frames import frame

from jobs.silver.plays import JOB, plays
from lib.errors import RuleError
from lib.quality import check, mark
from lib.settings import Settings
from schemas import bronze, silver

PLAY = {
    "user_id": "me",
    "source": "lastfm",
    "artist_name": "Ann",
    "track_name": "Harbour",
    "played_at": "2024-03-01T20:00:00",
    "stamp": "start",
}
#: Where ids and names lead: `id: song recording version key`; names hold `::`.
SONG_IDS = """
    h1: harbour h1 original ann::harbour
    h2: harbour h2 live ann::harbour
    h3: harbour h3 remaster ann & bo::harbour
    Ann::Harbour: harbour h1 original ann::harbour
    Ann::Harbour - Live: harbour h2 live ann::harbour
    Ann::Harbour - Demo: harbour demo demo ann::harbour
    Ann::Harbour - Remastered: harbour h3 remaster ann::harbour
    i1: intro1 i1 original ann::intro
    i2: intro2 i2 original ann::intro
    Ann::Intro: intro1 i1 original ann::intro
    Ann::Nowhere: nowhere nowhere original ann::nowhere
    A show::One: one one original a show::one
    A show::Two: two t2 original a show::two
    t2: two t2 original a show::two
"""
#: Whose library knows which track; `saved` come before `listed`.
LIBRARY = {
    "of the lead": [("saved", "h1")],
    "of a live take": [("saved", "h2")],
    "with a guest": [("saved", "h3")],
    "of several": [("listed", "h1"), ("saved", "h2"), ("listed", "h3")],
    "in lists": [("b", "h2"), ("a", "h2"), ("listed", "h2")],
    "of an intro": [("saved", "i2")],
}
#: Who plays what: whose, what is told otherwise than PLAY; and what is found.
FOUND: dict[str, tuple[str, dict[str, Any], tuple[str, str | None, str, str, str | None]]] = {
    "an id that was told stays": (
        "of a live take", {"track_id": "h1"}, ("harbour", "h1", "h1", "original", "told")
    ),
    "another id than Spotify's": (
        "of a live take", {"isrc": "I"}, ("isrc", "best", "I", "original", "told")
    ),
    "the recording of that title": (
        "no one", {}, ("harbour", "h1", "h1", "original", "name_key")
    ),
    "a slip": (
        "no one", {"track_name": "Harbuor"}, ("harbour", "h1", "h1", "original", "near_name")
    ),
    "no one knows the version": (
        "no one", {"track_name": "Harbour - Demo"},
        ("harbour", "best", "demo", "demo", "name_key"),
    ),
    "no one knows any": (
        "of the lead", {"track_name": "Nowhere"}, ("nowhere", None, "nowhere", "original", None)
    ),
    "the library's same version": (
        "of several", {"track_name": "Harbour - Live"},
        ("harbour", "h2", "h2", "live", "library"),
    ),
    "of the same version the library's listed one": (
        "of several", {}, ("harbour", "h1", "h1", "original", "library")
    ),
    "the library's track with a guest": (
        "with a guest", {"track_name": "Harbour - Remastered"},
        ("harbour", "h3", "h3", "remaster", "library"),
    ),
    "the recording of that very title before another of the library": (
        "of a live take", {}, ("harbour", "h1", "h1", "original", "name_key")
    ),
    "any of the library where no one knows the version": (
        "of several", {"track_name": "Harbour - Demo"},
        ("harbour", "h2", "h2", "live", "library"),
    ),
    "a track on many lists is one": (
        "in lists", {"track_name": "Harbour - Live"},
        ("harbour", "h2", "h2", "live", "library"),
    ),
    "a shared title": (
        "no one", {"track_name": "Intro"}, ("intro1", "i1", "i1", "original", "name_key")
    ),
    "a shared title of the own library": (
        "of an intro", {"track_name": "Intro"}, ("intro2", "i2", "i2", "original", "library")
    ),
}  # fmt: skip
#: Of one person whose library holds a show: what is told, and whether it is an episode of that.
PODCASTS: dict[str, tuple[dict[str, Any], bool]] = {
    "a show's name": ({}, True),
    "a name that an episode tells": ({"artist_name": "Another show"}, True),
    "told with an id": ({"track_id": "t2"}, False),
    "a song found by its name": ({"track_name": "Two"}, True),
    "an artist": ({"artist_name": "Ann", "track_name": "Harbour"}, False),
}
STARTS = {
    "an end": ({"stamp": "end", "ms_played": 90_500}, "2024-03-01 19:58:29.500000"),
    "an end of unknown length": ({"stamp": "end"}, "2024-03-01 20:00:00"),
    "a start": ({"ms_played": 90_500}, "2024-03-01 20:00:00"),
}
COUNTS: dict[str, tuple[dict[str, Any], str | None]] = {
    "too short": ({"ms_played": 29_999}, "short"),
    "long enough": ({"ms_played": 30_000}, None),
    "of unknown length": ({}, None),
    "private": ({"incognito": True, "ms_played": 200_000}, "private"),
    "of a genre": ({"track_id": "t2"}, "excluded"),
}
#: One person's plays of two sources: both tell one play, and one tells another.
TOLD_TWICE = [
    {"play_id": "basic", "source": "spotify_basic", "stamp": "end", "ms_played": 180_000}
    | {"played_at": "2024-03-01T20:03:10", "user_id": "twice"},
    {"play_id": "scrobble", "user_id": "twice"},
    {"play_id": "short", "source": "spotify_basic", "stamp": "end", "ms_played": 10_000}
    | {"played_at": "2024-03-01T21:00:10", "user_id": "twice"},
    {"play_id": "short too", "played_at": "2024-03-01T21:00:00", "user_id": "twice"},
    *[
        {"play_id": f"episode by {source}", "source": source, "artist_name": "A show"}
        | {"track_name": "One", "user_id": "twice", "played_at": "2024-03-01T22:00:00"}
        for source in ("lastfm", "listenbrainz")
    ],
]


def song_ids() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"id_type": "isrc", "id": "I", "song_id": "isrc", "recording_id": "I", "name_key": "-"}
        | {"version": "original", "found_by": "id"},
        {"id_type": "name", "id": "Ann::Harbuor", "song_id": "harbour", "recording_id": "h1"}
        | {"version": "original", "name_key": "ann::harbuor", "found_by": "near_name"},
        {"id_type": "name", "id": "Another show::One", "song_id": "one", "recording_id": "one"},
    ]
    for line in SONG_IDS.strip().splitlines():
        id_, _, leads_to = line.strip().rpartition(": ")
        song, recording, version, key = leads_to.split(" ", 3)
        kind = "name" if "::" in id_ else "spotify"
        found_by = "name_key" if song not in ("nowhere", "one") else None
        rows.append(
            {"id_type": kind, "id": id_, "song_id": song, "recording_id": recording}
            | {"version": version, "name_key": key, "found_by": found_by}
        )
    return rows


def silver_plays(spark: SparkSession, *told: dict[str, Any]) -> DataFrame:
    tracks = [
        {"user_id": user, "list_name": "library" if where == "saved" else where}
        | {"item_type": "track", "track_id": track, "uri": f"spotify:track:{track}"}
        for user, known in LIBRARY.items()
        for where, track in known
    ]
    show = {"item_type": "show", "name": "A show"}
    episode = {"item_type": "episode", "name": "One", "artist_name": "Another show"}
    shows = [
        {"user_id": user, "list_name": "library", "uri": uri} | item
        for user in ("podcasts", "twice")
        for uri, item in (("s", show), ("e1", episode), ("e2", episode))
    ]
    best = [("harbour", "best"), ("isrc", "best"), ("two", "t2"), ("nowhere", None)]
    songs = [{"song_id": song, "track_id": track} for song, track in best]
    songs[2]["genres"] = ["Sleep"]  # type: ignore[assignment]
    arguments = JOB.arguments(Settings())
    arguments["exclude"] |= {"genres": ["sleep"]}
    return plays(
        frame(spark, bronze.PLAYS, *[PLAY | play for play in told]),
        frame(spark, bronze.LIBRARY_ITEMS, *tracks, *shows),
        frame(spark, silver.SONG_IDS, *song_ids()),
        frame(spark, silver.SONGS, *songs),
        **arguments,
    )


@pytest.fixture(scope="module")
def made(spark: SparkSession) -> dict[str, Row]:
    """Every play above, by its play_id: from one run for all."""
    told = [{"user_id": user} | play for user, play, _ in FOUND.values()]
    told += [
        {"user_id": "podcasts", "artist_name": "A show", "track_name": "One"} | play
        for play, _ in PODCASTS.values()
    ]
    told += [{"user_id": "starts"} | play for play, _ in STARTS.values()]
    told += [{"user_id": "counts"} | play for play, _ in COUNTS.values()]
    ids = [*FOUND, *PODCASTS, *STARTS, *COUNTS]
    named = [{"play_id": play_id} | play for play_id, play in zip(ids, told, strict=True)]
    rows = mark(silver_plays(spark, *named, *TOLD_TWICE), JOB.writes).collect()
    assert len({row.play_id for row in rows}) == len(rows), "no play is doubled"
    return {row.play_id: row for row in rows}


@pytest.mark.parametrize("case", FOUND)
def test_the_song_of_a_play(made: dict[str, Row], case: str) -> None:
    play = made[case]
    found = (play.song_id, play.track_id, play.recording_id, play.version, play.id_method)
    assert found == FOUND[case][2]


@pytest.mark.parametrize("case", PODCASTS)
def test_a_name_that_is_a_show_of_the_persons_library_is_a_podcast(
    made: dict[str, Row], case: str
) -> None:
    is_podcast = PODCASTS[case][1]
    assert made[case].is_podcast == is_podcast
    assert made[case]["_broken_rule"] == ("not_a_library_show" if is_podcast else None)


@pytest.mark.parametrize("case", STARTS)
def test_a_play_began_when_its_stamp_says_or_that_much_earlier(
    made: dict[str, Row], case: str
) -> None:
    assert str(made[case].started_at) == STARTS[case][1]


@pytest.mark.parametrize("case", COUNTS)
def test_a_play_counts_or_says_why_not(made: dict[str, Row], case: str) -> None:
    assert (made[case].not_counted, made[case].counts) == (COUNTS[case][1], not COUNTS[case][1])


def test_one_real_play_is_one_row_that_several_tell(made: dict[str, Row]) -> None:
    mine = {play_id: row for play_id, row in made.items() if row.user_id == "twice"}
    told = {play_id: (row.told_play_ids, row.not_counted) for play_id, row in mine.items()}
    assert told == {
        "scrobble": (["scrobble", "basic"], None),
        # How long it was heard only the follower tells.
        "short too": (["short too", "short"], "short"),
        "episode by listenbrainz": (["episode by listenbrainz", "episode by lastfm"], None),
    }
    assert mine["scrobble"].ms_played == 180_000
    assert mine["scrobble"].sources == ["lastfm", "spotify_basic"]
    assert {play_id for play_id, row in mine.items() if row.is_podcast} == {
        "episode by listenbrainz"
    }


def test_a_play_without_a_song_stops_the_run(spark: SparkSession) -> None:
    strangers = {"play_id": "2", "artist_name": "No one knows them"}
    found = silver_plays(spark, {"play_id": "1"}, strangers)
    with pytest.raises(RuleError, match="has_a_song is broken by 1 of 2 rows"):
        check(mark(found, JOB.writes), JOB.writes)

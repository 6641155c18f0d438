from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession
from table_frames import frame

from lib.exclusions import excluded_songs, not_counted, song_reference
from schemas import silver
from schemas.table import Table

#: What the rule looks at, and a name for the row.
LOOKED_AT = Table(
    name="silver.looked_at",
    about="",
    columns="""
    row STRING NOT NULL COMMENT ''
    source STRING COMMENT ''
    ms_played BIGINT COMMENT ''
    incognito BOOLEAN COMMENT ''
    started_at TIMESTAMP NOT NULL COMMENT ''
    is_excluded_song BOOLEAN COMMENT ''
    name_key STRING NOT NULL COMMENT ''
    genres ARRAY<STRING> COMMENT ''
    """,
    key=("row",),
)
ID = "4uLU6hMCjMI75M1A2tKUQC"
PLAYS: dict[str, dict[str, Any]] = {
    "plain": {"ms_played": 200_000, "source": "lastfm", "name_key": "ann::harbour", "genres": []},
    "just long enough": {"ms_played": 30_000, "source": "spotify_basic"},
    "short": {"ms_played": 29_999, "source": "spotify_basic"},
    "short by lastfm": {"ms_played": 29_999, "source": "lastfm"},
    "of unknown length": {"source": "lastfm"},
    "private": {"ms_played": 200_000, "incognito": True},
    "short and private": {"ms_played": 1, "incognito": True},
    "by the Earth": {"name_key": "earth::wind"},
    "by Earth, Wind & Fire": {"name_key": "earth & fire & wind::september"},
    "with Beyoncé": {"name_key": "beyonce & jay z::deja vu"},
    "of an excluded song": {"is_excluded_song": True},
    "with genres": {"genres": ["Children's Music", "lo-fi"]},
    "before midnight": {"started_at": "2024-12-24T22:59:59"},
    "at midnight in Berlin": {"started_at": "2024-12-24T23:00:00"},
    "a minute before the next day": {"started_at": "2024-12-25T22:59:00"},
    "at the next midnight": {"started_at": "2024-12-25T23:00:00"},
}
NOTHING: dict[str, list[str]] = {"artists": [], "songs": [], "genres": [], "spans": []}
USUAL: dict[str, Any] = {
    "min_ms": 30_000, "min_ms_of": {}, "count_private": False, "timezone": "Europe/Berlin"
}  # fmt: skip

SHORT = {"short": "short", "short by lastfm": "short"}
PRIVATE = {"private": "private", "short and private": "private"}
NOT_BY_THEMSELVES = SHORT | PRIVATE | {"of an excluded song": "excluded"}
BERLINS_DAY = {
    "at midnight in Berlin": "excluded", "a minute before the next day": "excluded"
}  # fmt: skip

#: Settings other than the usual, and why plays are not counted that otherwise would.
CASES: dict[str, tuple[dict[str, Any], dict[str, str | None]]] = {
    "usually": ({}, {}),
    "however short": ({"min_ms": 0}, dict.fromkeys(SHORT)),
    "however short by one source": ({"min_ms_of": {"lastfm": 0}}, {"short by lastfm": None}),
    "longer by one source": (
        {"min_ms_of": {"spotify_basic": 60_000, "listenbrainz": 0}},
        {"just long enough": "short"},
    ),
    "private too": (
        {"count_private": True}, {"private": None, "short and private": "short"}
    ),
    "an artist": ({"artists": ["Raffi", "BEYONCE"]}, {"with Beyoncé": "excluded"}),
    "a part of a band's name": ({"artists": ["Earth"]}, {
        "by the Earth": "excluded", "by Earth, Wind & Fire": "excluded"
    }),
    "a band of several": (
        {"artists": ["Earth, Wind & Fire"]}, {"by Earth, Wind & Fire": "excluded"}
    ),
    "a genre": ({"genres": ["LO FI", "sleep"]}, {"with genres": "excluded"}),
    "a part of a genre": ({"genres": ["music"]}, {}),
    "a day of the listener's": ({"spans": ["2024-12-25"]}, BERLINS_DAY),
    "whole days": (
        {"spans": ["2024-12-24/2024-12-25"]}, BERLINS_DAY | {"before midnight": "excluded"}
    ),
    "hours": (
        {"spans": ["2024-12-25T23:00/2024-12-25T23:59", "2024-12-26T00:00/2024-12-26T00:01"]},
        {"at the next midnight": "excluded"},
    ),
    "private and excluded": (
        {"spans": ["2024-01-01"], "artists": ["Ann"]},
        # All that tell no time of their own; why they would not count anyway does not matter.
        {row: "excluded" for row, play in PLAYS.items()
         if "started_at" not in play and row not in PRIVATE},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def reasons(spark: SparkSession) -> dict[str, dict[str, str | None]]:
    """Why each play is not counted, case by case, from one Spark job."""
    rows = [{"row": row, "name_key": "-::-"} | play for row, play in PLAYS.items()]
    columns = []
    for case, (told, _) in CASES.items():
        exclude = NOTHING | {part: told[part] for part in NOTHING if part in told}
        other = {name: value for name, value in told.items() if name not in NOTHING}
        columns.append(not_counted(**(USUAL | other), exclude=exclude).alias(case))
    found = frame(spark, LOOKED_AT, *rows).select("row", *columns).collect()
    return {case: {row["row"]: row[case] for row in found} for case in CASES}


@pytest.mark.parametrize("case", CASES)
def test_which_plays_are_not_counted_and_why(
    reasons: dict[str, dict[str, str | None]], case: str
) -> None:
    expected = NOT_BY_THEMSELVES | CASES[case][1]
    assert {row: why for row, why in reasons[case].items() if why} == {
        row: why for row, why in expected.items() if why
    }


@pytest.mark.parametrize(
    ("text", "means"),
    [
        (f"https://open.spotify.com/track/{ID}", ID),
        (f" https://open.spotify.com/intl-pt/track/{ID}?si=abc&context=x ", ID),
        (f"spotify:track:{ID}", ID),
        (f" {ID} ", ID),
        ("GBAAA0000001", "GBAAA0000001"),
        ("gb-aaa-00-00001", "GBAAA0000001"),
        ("2ca7c1b2d46841bc", "2ca7c1b2d46841bc"),
        ("The Beatles :: Yesterday (Live)", "beatles::yesterday"),
        ("Beatles::yesterday", "beatles::yesterday"),
    ],
)
def test_a_song_may_be_written_in_many_ways(text: str, means: str) -> None:
    assert song_reference(text) == means


def test_a_song_is_excluded_by_any_of_its_ids_and_names(spark: SparkSession) -> None:
    table = silver.SONG_IDS
    ids = frame(
        spark,
        table,
        {"id_type": "spotify", "id": ID, "song_id": "one", "name_key": "ann::harbour"},
        {"id_type": "isrc", "id": "GBAAA0000001", "song_id": "one", "name_key": "ann::harbour"},
        {"id_type": "name", "id": "Bo::Sea", "song_id": "two", "name_key": "bo::sea"},
    )
    for text, song in {
        f"https://open.spotify.com/intl-de/track/{ID}?si=1": "one",
        "GBAAA0000001": "one",
        "Ann :: Harbour - Remastered 2011": "one",
        "two": "two",
    }.items():
        assert [row["song_id"] for row in excluded_songs(ids, ["x", text]).collect()] == [song]
    assert excluded_songs(ids, []).isEmpty()

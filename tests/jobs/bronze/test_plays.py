from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from scratch_lake import EXTENDED, ScratchLake
from table_frames import assert_rows

from jobs.bronze.plays import plays

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BASIC = {"endTime": "2022-01-01 10:00", "msPlayed": 5, "artistName": "A", "trackName": "T"}
Told = Callable[..., DataFrame]


@pytest.fixture
def told(spark: SparkSession) -> Told:
    """The plays of one file of each export, or of each (user, file, rows)."""

    def documents(*files: tuple[str, str, Sequence[Any]]) -> DataFrame:
        rows = [(json.dumps(rows), file, user) for user, file, rows in files]
        return spark.createDataFrame(rows, "document STRING, source_file STRING, user_id STRING")

    def make(*rows: Any, basic: Sequence[Any] = (), files: Sequence[Any] = ()) -> DataFrame:
        extended = documents(*(files or [("me", "extended.json", rows)]))
        scrobbles = spark.createDataFrame([], "source_file STRING, user_id STRING")
        basics = documents(("me", "basic.json", basic))
        none = documents()
        return plays(extended, basics, scrobbles, none, none, none, none, NOW)

    return make


def test_what_the_extended_export_tells_of_a_play(told: Told) -> None:
    row = EXTENDED | {"skipped": None, "platform": "android", "conn_country": "DE"}
    made = told(row)
    assert_rows(
        made,
        "user_id source played_at stamp ms_played track_id track_name artist_name album_name",
        ("me", "spotify_extended", "2024-03-01 20:00:00", "end", 180_000, "0000000000000000000001",
         "A title", "An artist", "An album"),
    )  # fmt: skip
    assert_rows(
        made,
        "reason_start reason_end shuffle skipped offline incognito platform country source_file",
        ("trackdone", "trackdone", False, None, False, False, "android", "DE", "extended.json"),
    )
    assert_rows(made, "landed_at is_podcast", ("2026-01-01 00:00:00", False))
    assert json.loads(made.collect()[0].raw) == row


def test_what_the_basic_export_tells_of_a_play(told: Told) -> None:
    made = told(basic=[BASIC])
    assert_rows(
        made,
        "source played_at stamp ms_played track_id track_name artist_name skipped source_file",
        ("spotify_basic", "2022-01-01 10:00:00", "end", 5, None, "T", "A", None, "basic.json"),
    )


def test_exact_repeats_are_kept_out_and_nothing_else(told: Told) -> None:
    longer = EXTENDED | {"ms_played": 180_001}
    later = EXTENDED | {"ts": "2024-03-01T20:00:01Z"}
    renamed = EXTENDED | {"master_metadata_track_name": "A title - Live"}
    made = told(EXTENDED, EXTENDED, longer, later, renamed, longer)
    assert_rows(
        made,
        "played_at ms_played track_name",
        ("2024-03-01 20:00:00", 180_000, "A title"),
        ("2024-03-01 20:00:00", 180_001, "A title"),
        ("2024-03-01 20:00:01", 180_000, "A title"),
        ("2024-03-01 20:00:00", 180_000, "A title - Live"),
    )


def test_a_repeat_in_another_file_is_the_same_play_but_another_persons_is_not(told: Told) -> None:
    files = [("me", "a", [EXTENDED]), ("me", "b", [EXTENDED]), ("you", "c", [EXTENDED])]
    assert_rows(told(files=files), "user_id source_file", ("me", "a"), ("you", "c"))
    assert told(files=files).select("play_id").distinct().count() == 2


def test_a_play_keeps_its_id_whatever_is_landed_beside_it(told: Told) -> None:
    alone = {row.play_id for row in told(EXTENDED).collect()}
    beside = {row.play_id for row in told(EXTENDED | {"ms_played": 1}, EXTENDED).collect()}
    assert alone < beside


def test_an_id_never_changes_or_every_lake_would_land_its_plays_twice(told: Told) -> None:
    untold = {name: value for name, value in EXTENDED.items() if name != "ms_played"}
    made = told(EXTENDED, untold, EXTENDED | {"ts": "noon"}, {"x": 1}, basic=[BASIC])
    assert_rows(
        made,
        "source played_at ms_played play_id",
        ("spotify_extended", "2024-03-01 20:00:00", 180_000, "096849b74b69ea76cf7ba82fa6beb374"),
        ("spotify_extended", "2024-03-01 20:00:00", None, "95a4c59f0ebed16d07babcc73be0531d"),
        ("spotify_extended", None, 180_000, "9966aa118020cb3a583abfd6cced70d6"),
        ("spotify_extended", None, None, "8676d4b1ab8ecf3fc963f561a30bd471"),
        ("spotify_basic", "2022-01-01 10:00:00", 5, "ea017553f948dd4f3098cdcb040e35bf"),
    )


@pytest.mark.parametrize(
    "row",
    [
        EXTENDED | {"spotify_track_uri": None, "spotify_episode_uri": "spotify:episode:1"},
        EXTENDED | {"spotify_track_uri": None, "episode_name": "One", "ts": "not a time"},
        EXTENDED | {"spotify_track_uri": None, "audiobook_uri": "spotify:show:1"},
    ],
)
def test_episodes_and_audiobooks_are_podcasts(told: Told, row: dict[str, Any]) -> None:
    assert_rows(told(row), "is_podcast", (True,))


def test_podcasts_of_the_basic_export(told: Told) -> None:
    episode = {"endTime": "2022-01-01 10:00", "msPlayed": 5, "podcastName": "P", "episodeName": "E"}
    assert_rows(told(basic=[episode]), "is_podcast", (True,))


def test_two_rows_that_cannot_be_read_do_not_pass_for_one_another(told: Told) -> None:
    made = told(EXTENDED | {"ts": "noon"}, EXTENDED | {"ts": "dusk"}, EXTENDED | {"ts": "dusk"})
    assert_rows(made, "played_at ms_played", (None, 180_000), (None, 180_000))


GOOD = [EXTENDED, EXTENDED | {"master_metadata_track_name": 1999, "ms_played": "240000"}]
PODCAST = EXTENDED | {"spotify_track_uri": None, "spotify_episode_uri": "spotify:episode:1"}
#: What is bad in a row, the row, and the rule that keeps it out.
BAD = {
    "year 1": (EXTENDED | {"ts": "0001-01-01T00:00:00Z"}, "time_is_plausible"),
    "year 2200": (EXTENDED | {"ts": "2200-01-01T00:00:00Z"}, "time_is_plausible"),
    "before Spotify": (EXTENDED | {"ts": "1999-12-31T23:59:59Z"}, "time_is_plausible"),
    "not a time": (EXTENDED | {"ts": "yesterday"}, "time_is_known"),
    "31 February": (EXTENDED | {"ts": "2024-02-31T10:00:00Z"}, "time_is_known"),
    "no time": (EXTENDED | {"ts": None}, "time_is_known"),
    "a number for a time": (EXTENDED | {"ts": 1_709_323_200}, "time_is_known"),
    "negative duration": (EXTENDED | {"ms_played": -1}, "duration_is_plausible"),
    "endless duration": (EXTENDED | {"ms_played": 10**12}, "duration_is_plausible"),
    "beyond any number": (EXTENDED | {"ms_played": 10**30}, "duration_is_readable"),
    "words for a number": (EXTENDED | {"ms_played": "three"}, "duration_is_readable"),
    "an object for a number": (EXTENDED | {"ms_played": {"ms": 1}}, "duration_is_readable"),
    "no title": (EXTENDED | {"master_metadata_track_name": None}, "has_names"),
    "an empty artist": (EXTENDED | {"master_metadata_album_artist_name": ""}, "has_names"),
    "a text for a row": ("just text", "time_is_known"),
    "a number for a row": (7, "time_is_known"),
    "a list for a row": ([1, 2], "time_is_known"),
    "an empty row": ({}, "time_is_known"),
}


@pytest.fixture(scope="module")
def bad_lake(
    make_lake: Callable[..., ScratchLake], tmp_path_factory: pytest.TempPathFactory
) -> ScratchLake:
    """bronze.plays of one export in which good rows stand between all kinds of bad ones."""
    lake = make_lake(tmp_path_factory.mktemp("bad"))
    bad = [row for row, _ in BAD.values()]
    lake.land([GOOD[0], *bad[:9], None, PODCAST, *bad[9:], GOOD[1]])
    report = lake.run("bronze.plays")
    assert report.ok, report
    return lake


def test_good_rows_land_between_bad_ones(bad_lake: ScratchLake) -> None:
    landed = bad_lake.rows("SELECT track_name, ms_played FROM bronze.plays ORDER BY ms_played")
    assert [tuple(row.values()) for row in landed] == [("A title", 180_000), ("1999", 240_000)]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_row_is_quarantined_as_it_came(bad_lake: ScratchLake, kind: str) -> None:
    row, rule = BAD[kind]
    raws = [row, json.dumps(row, separators=(",", ":"))]
    kept = bad_lake.rows("SELECT rule, raw FROM ops.quarantine WHERE table_name = 'bronze.plays'")
    assert [found["rule"] for found in kept if _parsed(found["raw"]) in raws] == [rule]


def test_every_row_of_the_file_is_counted(bad_lake: ScratchLake) -> None:
    counts = {
        row["rule"]: (row["checked"], row["broken"])
        for row in bad_lake.rows("SELECT * FROM ops.quality_results")
    }
    read = len(GOOD) + len(BAD) + 1
    assert counts["not_a_podcast"] == (read + 1, 1)
    rejected = sum(broken for rule, (_, broken) in counts.items() if rule != "not_a_podcast")
    assert rejected == read - len(GOOD)


def _parsed(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw

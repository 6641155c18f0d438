from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from toy_jobs import NOON, build, pour, row, toy_places

import jobs
from apps.status import describe, full_name, lake_status
from lib.errors import TableError
from lib.places import Places
from schemas import bronze, ops, silver
from schemas.features import FEATURE_SOURCES

MAKES = jobs.pipeline().jobs


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return toy_places(tmp_path)


def test_an_empty_lake_has_everything_yet_to_build(places: Places) -> None:
    assert lake_status(places) == {
        "lake": places.settings.lake,
        "tables": [],
        "not_built": list(jobs.pipeline().order),
        "coverage": [],
        "last_run": [],
    }
    assert not Path(places.settings.lake).exists(), "looking makes nothing"


def test_each_table_says_its_rows_and_whether_it_is_up_to_date(places: Places) -> None:
    build(MAKES["bronze.kaggle_tracks"], places, row(bronze.KAGGLE_TRACKS))
    build(MAKES["silver.song_ids"], places)
    build(MAKES["bronze.kaggle_tracks"], places, row(bronze.KAGGLE_TRACKS, track_id="y"))
    told = {table["table"]: table for table in lake_status(places)["tables"]}
    assert told["bronze.kaggle_tracks"] == {
        "table": "bronze.kaggle_tracks",
        "rows": 2,
        "version": 2,
        "run": "a run",
        "state": "up to date",
    }
    assert told["silver.song_ids"]["state"] == "new data in bronze.kaggle_tracks"


def test_coverage_tells_what_is_known_of_each_users_and_sources_plays(places: Places) -> None:
    table = silver.LISTENING_WITH_FEATURES
    found = {"id_method": "told", "feature_source": "kaggle"}
    told = [
        found | {"sources": ["spotify_extended", "lastfm"]},
        found | {"sources": ["spotify_extended"], "feature_source": "spotify", "counts": False},
        {"sources": ["lastfm"], "feature_source": "synthetic"},
        {"sources": ["lastfm"], "user_id": "Bob"},
    ]
    days = [NOON.date() + timedelta(days=number) for number in range(len(told))]
    plays = [
        row(table, **({"user_id": "Ann", "local_date": day} | play))
        for day, play in zip(days, told, strict=True)
    ]
    pour(places.path(table), table, *plays)
    found_none = {f"{source}_features": 0 for source in FEATURE_SOURCES}
    none = found_none | {"told_by_another_too": 0, "found_a_song": 0, "no_features": 0}
    bobs = {"plays": 1, "first": days[3], "last": days[3], "plays_that_count": 1, "no_features": 1}
    assert lake_status(places)["coverage"] == [
        none
        | {"user_id": "Ann", "source": "all", "plays": 3, "first": days[0], "last": days[2]}
        | {"plays_that_count": 2, "told_by_another_too": 1, "found_a_song": 2}
        | {"spotify_features": 1, "kaggle_features": 1, "synthetic_features": 1},
        none
        | {"user_id": "Ann", "source": "lastfm", "plays": 2, "first": days[0], "last": days[2]}
        | {"plays_that_count": 2, "told_by_another_too": 1, "found_a_song": 1}
        | {"kaggle_features": 1, "synthetic_features": 1},
        none
        | {"user_id": "Ann", "source": "spotify_extended"}
        | {"plays": 2, "first": days[0], "last": days[1]}
        | {"plays_that_count": 1, "told_by_another_too": 1, "found_a_song": 2}
        | {"spotify_features": 1, "kaggle_features": 1},
        none | bobs | {"user_id": "Bob", "source": "all"},
        none | bobs | {"user_id": "Bob", "source": "lastfm"},
    ]


def test_a_table_of_older_columns_hides_coverage_and_not_the_rest(places: Places) -> None:
    table = silver.LISTENING_WITH_FEATURES
    older = replace(table, columns="play_id STRING NOT NULL COMMENT 'the play'", rules=())
    pour(places.path(table), older, {"play_id": "x"})
    found = lake_status(places)
    assert [told["table"] for told in found["tables"]] == [table.name]
    assert found["coverage"] == []


def test_the_last_run_is_told_job_by_job(places: Places) -> None:
    for run, status in (("20240501", "done"), ("20240502", "failed"), ("20240502", "blocked")):
        told = row(ops.JOB_RUNS, run_id=run, table_name=status, status=status)
        pour(places.path(ops.JOB_RUNS), ops.JOB_RUNS, told)
    last = lake_status(places)["last_run"]
    assert {(job["run_id"], job["status"]) for job in last} == {
        ("20240502", "failed"),
        ("20240502", "blocked"),
    }


def test_a_name_may_be_short_where_it_is_one_tables() -> None:
    assert full_name("songs") == full_name("silver.songs") == "silver.songs"
    with pytest.raises(TableError, match=r"There is: bronze\.plays, silver\.plays$"):
        full_name("plays")
    with pytest.raises(TableError, match=r"gold names no single table"):
        full_name("gold")


def test_a_declaration_is_told_as_plain_values() -> None:
    told = describe(bronze.KAGGLE_TRACKS)
    assert (told["name"], told["key"]) == ("bronze.kaggle_tracks", ["track_id", "track_genre"])
    first = {"name": "track_id", "type": "STRING", "nullable": False}
    assert told["columns"][0].items() > first.items()
    assert told["rules"][0].keys() >= {"name", "predicate", "severity"}

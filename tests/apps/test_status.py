from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from toy_jobs import build, pour, toy_places

import jobs
from apps.status import describe, full_name, lake_status
from lib.errors import TableError
from lib.places import Places
from schemas import bronze, ops, silver
from schemas.table import Table

MAKES = jobs.pipeline().jobs
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def row(table: Table, **told: object) -> dict[str, object]:
    """A row with plain values where the table asks for some."""
    plain = {"STRING": "x", "BOOLEAN": True, "TIMESTAMP": NOON, "DOUBLE": 0.0}
    return {c.name: plain.get(c.type, 0) for c in table.fields if not c.nullable} | told


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


def test_coverage_tells_authentic_features_from_made_up_ones(places: Places) -> None:
    table = silver.LISTENING_WITH_FEATURES
    days = [NOON + timedelta(days=number) for number in range(4)]
    sources = ["kaggle", "synthetic", "synthetic", None]
    plays = [
        row(table, user_id="Ann", played_at=day, feature_source=source, counts=day != NOON)
        for day, source in zip(days, sources, strict=True)
    ]
    plays[0]["track_id"] = "t"
    pour(places.path(table), table, *plays)
    [told] = lake_status(places)["coverage"]
    assert (told["user_id"], told["first"], told["last"]) == ("Ann", days[0], days[-1])
    numbers = ("plays", "plays_that_count", "with_spotify_id")
    assert [told[name] for name in numbers] == [4, 3, 1]
    assert (told["authentic_features"], told["synthetic_features"]) == (1, 2)


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

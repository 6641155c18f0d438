"""Asking the tables in SQL, without a JVM."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from toy_jobs import pour, toy_places

from lib import lake
from lib.errors import TableError
from lib.places import Places
from schemas import gold, ops

RUN = {
    "run_id": "r1",
    "table_name": "silver.plays",
    "status": "done",
    "started_at": datetime(2024, 3, 1, 23, 30, tzinfo=UTC),
    "seconds": 1.5,
}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A lake in which one job ran, and moods are declared and not built."""
    places = toy_places(tmp_path)
    pour(places.path(ops.JOB_RUNS), ops.JOB_RUNS, RUN)
    return places


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Berlin")
        time.tzset()
        yield
    time.tzset()


def test_tables_go_by_their_names(places: Places) -> None:
    assert lake.rows(places, "SELECT run_id, seconds FROM ops.job_runs") == [
        {"run_id": "r1", "seconds": 1.5}
    ]


@pytest.mark.usefixtures("in_berlin")
def test_times_are_in_utc_and_say_so_wherever_one_asks(places: Places) -> None:
    [row] = lake.rows(places, "SELECT started_at, hour(started_at) AS hour FROM ops.job_runs")
    assert (row["started_at"], row["hour"]) == (RUN["started_at"], 23)
    assert row["started_at"].utcoffset().total_seconds() == 0


def test_an_answer_is_as_new_as_the_table(places: Places) -> None:
    pour(places.path(ops.JOB_RUNS), ops.JOB_RUNS, RUN | {"run_id": "r2"})
    assert lake.rows(places, "SELECT count(*) AS n FROM ops.job_runs") == [{"n": 2}]


def test_columns_of_one_name_are_all_there(places: Places) -> None:
    answer = lake.query(places, "SELECT 1 AS a, 2 AS a_1, 3 AS a, 4 AS a")
    assert answer.to_pylist() == [{"a": 1, "a_1": 2, "a_2": 3, "a_3": 4}]


@pytest.mark.parametrize(
    "sql",
    ["SELECT * FROM gold.moods", "SELECT * FROM nope", "SELEC 1", "SELECT nope FROM ops.job_runs"],
)
def test_what_cannot_be_asked_is_refused_with_the_tables_there_are(
    sql: str, places: Places
) -> None:
    with pytest.raises(TableError, match=r"Error: .*\nTables there are: ops\.job_runs$"):
        lake.query(places, sql)


def test_a_table_that_is_declared_and_not_built_is_not_there(places: Places) -> None:
    with pytest.raises(TableError, match=r"Tables there are: ops\.job_runs$"):
        lake.query(places, f"SELECT * FROM {gold.MOOD_CLUSTERS.name}")


def test_what_goes_wrong_on_the_way_is_one_of_our_errors_too(places: Places) -> None:
    with pytest.raises(TableError, match=r"Could not convert string 'silver.plays'"):
        lake.query(places, "SELECT CAST(table_name AS INT) FROM ops.job_runs")


def test_an_empty_lake_says_what_to_do_first(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"none yet: run `songlake run` first$"):
        lake.query(toy_places(tmp_path), "SELECT * FROM gold.mood_clusters")
    assert lake.rows(toy_places(tmp_path), "SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO ops.job_runs SELECT * FROM ops.job_runs",
        "DELETE FROM ops.job_runs",
        "UPDATE ops.job_runs SET run_id = 'x'",
        "DROP VIEW ops.job_runs",
        "CREATE TABLE x AS SELECT 1",
        "COPY (SELECT 1) TO 'out.csv'",
        "COPY (PIVOT ops.job_runs ON status USING count(*)) TO 'out.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'out.db'",
        "SELECT 1; DROP VIEW ops.job_runs",
        "SELECT 1; SELECT 2",
        "-- nothing",
        "",
    ],
)
def test_what_would_write_is_refused_and_leaves_nothing(
    sql: str, places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TableError, match="read only: ask one question, with SELECT"):
        lake.query(places, sql)
    assert [path.name for path in tmp_path.iterdir()] == ["lake"]


@pytest.mark.parametrize(
    "sql",
    [
        "FROM ops.job_runs",
        "WITH r AS (FROM ops.job_runs) FROM r",
        "DESCRIBE ops.job_runs",
        "SELECT 1;",
    ],
)
def test_every_way_to_ask_is_taken(sql: str, places: Places) -> None:
    assert lake.rows(places, sql)

"""One job: what it reads, what it commits and what it leaves behind when it fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import DataFrame, SparkSession, functions as F
from toy_jobs import THINGS, held, pour, toy, toy_places, user_metadata

import lib.run_job
from lib import delta_log
from lib.delta import AppendNew, Upsert
from lib.errors import RuleError, TableError
from lib.job import Job
from lib.places import Places, why_stale
from lib.run_job import Run, read_input, run_job
from schemas import ops
from schemas.table import Rule

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
FIRST, SECOND = Run("first", NOW), Run("second", NOW)
BOXES = toy("silver.boxes")


def as_they_are(things: DataFrame) -> DataFrame:
    return things


JOB = Job(writes=BOXES, reads=(THINGS,), transform=as_they_are)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A lake in which bronze.things has rows a and b."""
    places = toy_places(tmp_path)
    pour(places.path(THINGS), THINGS, {"id": "a", "size": 1}, {"id": "b", "size": -2})
    return places


def test_its_rows_are_committed_with_what_they_were_made_from(
    spark: SparkSession, places: Places
) -> None:
    def seen_now(things: DataFrame, now: datetime, smallest: int) -> DataFrame:
        return things.filter(F.col("size") >= smallest).withColumn("seen_at", F.lit(now))

    job = replace(JOB, transform=seen_now, timed=True, settings={"smallest": "plays.min_ms"})
    places = toy_places(places.settings.data, plays__min_ms=1)
    read = places.state(THINGS)
    made = run_job(job, spark, places, FIRST)
    assert held(places.path(BOXES), "id seen_at") == [("a", NOW)]
    assert (made.rows, made.version) == (1, 1)
    record = user_metadata(places.path(BOXES))
    assert record is not None
    assert record["inputs"] == {"bronze.things": read}
    assert (record["run"], record["settings"]) == ("first", {"plays.min_ms": 1})
    assert why_stale(job, places) is None


def test_rows_that_come_while_it_runs_are_left_for_the_next_run(
    spark: SparkSession, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_late(*what: Any) -> DataFrame:
        pour(places.path(THINGS), THINGS, {"id": "late"})
        return read_input(*what)

    def later_still(things: DataFrame) -> DataFrame:
        pour(places.path(THINGS), THINGS, {"id": "later still"})
        return things

    monkeypatch.setattr(lib.run_job, "read_input", read_late)
    job = replace(JOB, transform=later_still)
    run_job(job, spark, places, FIRST)
    assert held(places.path(BOXES), "id") == [("a",), ("b",)]
    assert why_stale(job, places) == "new data in bronze.things"


def with_earlier(things: DataFrame, earlier: DataFrame) -> DataFrame:
    """The things, and what was there before with its size doubled."""
    before = earlier.join(things, on="id", how="left_anti")
    return things.union(before.withColumn("size", F.col("size") * 2))


REMEMBERS = replace(JOB, transform=with_earlier, remembers=True)


def test_a_job_that_remembers_is_given_its_own_rows_of_before(
    spark: SparkSession, places: Places
) -> None:
    path = places.path(BOXES)
    run_job(REMEMBERS, spark, places, FIRST)
    assert held(path) == [("a", 1), ("b", -2)]
    assert why_stale(REMEMBERS, places) is None, "its own rows are no news to it"
    DeltaTable(places.path(THINGS)).delete("id = 'b'")
    first = places.state(BOXES)
    run_job(REMEMBERS, spark, places, SECOND)
    assert held(path) == [("a", 1), ("b", -4)]
    record = user_metadata(path)
    assert record is not None
    assert record["earlier"] == first
    assert set(record["inputs"]) == {THINGS.name}
    assert why_stale(REMEMBERS, places) is None
    run_job(REMEMBERS, spark, places, Run("anew", NOW, full_refresh=True))
    assert held(path) == [("a", 1)]


def test_what_it_was_built_without_is_unknown_of_its_rows_of_before(
    spark: SparkSession, places: Places
) -> None:
    older = toy(BOXES.name, "id STRING NOT NULL COMMENT 'which one'", changes_with_time=())
    pour(places.path(BOXES), older, {"id": "of old"})
    run_job(REMEMBERS, spark, places, FIRST)
    assert held(places.path(BOXES)) == [("a", 1), ("b", -2), ("of old", None)]


@pytest.mark.parametrize("mode", [AppendNew(), Upsert()])
def test_a_full_refresh_makes_the_table_anew(
    mode: Any, spark: SparkSession, places: Places
) -> None:
    pour(places.path(BOXES), BOXES, {"id": "of old"})
    run_job(replace(JOB, mode=mode), spark, places, Run("again", NOW, full_refresh=True))
    assert held(places.path(BOXES), "id") == [("a",), ("b",)]


def test_rejected_rows_are_quarantined_once_however_often_it_runs(
    spark: SparkSession, places: Places
) -> None:
    table = replace(BOXES, rules=(Rule("is_positive", "size > 0"), Rule("has_id", "id <> 'b'")))
    job = replace(JOB, writes=table)
    columns = "table_name rule raw quarantined_at"
    others = ("silver.crates", "is_positive", "{}", NOW)
    kept = dict(zip(columns.split(), others, strict=True))
    pour(places.path(ops.QUARANTINE), ops.QUARANTINE, {"quarantine_id": "x", **kept})
    for run in (FIRST, SECOND):
        made = run_job(job, spark, places, run)
        assert [count.broken for count in made.counts] == [1, 0]
        assert made.rows == 2
    assert held(places.path(BOXES)) == [("a", 1)]
    raw = '{"id":"b","size":-2,"seen_at":null}'
    ours = ("silver.boxes", "is_positive", raw, NOW)
    assert held(places.path(ops.QUARANTINE), columns) == [ours, others]


def test_rows_that_are_none_of_the_table_leave_no_trace_but_their_number(
    spark: SparkSession, places: Places
) -> None:
    rules = (Rule("is_no_podcast", "size > 0", "skip"), Rule("is_large", "size > 5", "warn"))
    made = run_job(replace(JOB, writes=replace(BOXES, rules=rules)), spark, places, FIRST)
    assert [count.broken for count in made.counts] == [1, 1]
    assert held(places.path(BOXES)) == [("a", 1)]
    assert delta_log.read_log(places.path(ops.QUARANTINE)) is None


def twice(things: DataFrame) -> DataFrame:
    return things.union(things)


@pytest.mark.parametrize(
    ("job", "error"),
    [
        (replace(JOB, writes=replace(BOXES, rules=(Rule("x", "size > 0", "fail"),))), RuleError),
        (replace(JOB, transform=twice), TableError),
        (replace(JOB, transform=lambda things: things.drop("size")), TableError),
    ],
    ids=["rule", "key", "column"],
)
def test_where_it_fails_nothing_is_committed(
    job: Job, error: type[Exception], spark: SparkSession, places: Places
) -> None:
    path = places.path(BOXES)
    pour(path, BOXES, {"id": "of old"})
    with pytest.raises(error, match=r"silver\.boxes"):
        run_job(job, spark, places, FIRST)
    assert held(path, "id") == [("of old",)]
    assert delta_log.commit_files(path)[0][0] == 1


def test_an_input_may_be_a_folder_of_parquet_files(
    spark: SparkSession, places: Places, tmp_path: Path
) -> None:
    folder = str(tmp_path / "files")
    rows = spark.sql("SELECT 5 AS size, 'p' AS id, TIMESTAMP '2024-01-01' AS seen_at, 'x' AS more")
    rows.write.parquet(folder)
    run_job(JOB, spark, Places(places.settings, {THINGS.name: folder}), FIRST)
    assert held(places.path(BOXES)) == [("p", 5)]
    rows.drop("size").write.mode("overwrite").parquet(folder)
    with pytest.raises(TableError, match=rf"{folder} lacks columns of bronze\.things: size"):
        run_job(JOB, spark, Places(places.settings, {THINGS.name: folder}), SECOND)


def test_a_place_without_a_table_is_refused_by_name(spark: SparkSession, places: Places) -> None:
    elsewhere = Places(places.settings, {THINGS.name: "/nowhere/things"})
    with pytest.raises(TableError, match=r"no table at /nowhere/things \(for bronze\.things\)"):
        run_job(JOB, spark, elsewhere, FIRST)


def test_a_table_that_is_not_built_yet_reads_as_one_without_rows(
    spark: SparkSession, tmp_path: Path
) -> None:
    places = toy_places(tmp_path)
    assert run_job(JOB, spark, places, FIRST).rows == 0
    assert held(places.path(BOXES)) == []


def test_nothing_in_asks_nothing_of_spark_and_gives_nothing_out(
    spark: SparkSession, places: Places
) -> None:
    def must_not_run(things: DataFrame, **more: Any) -> DataFrame:
        raise AssertionError

    path = places.path(BOXES)
    run_job(JOB, spark, places, FIRST)
    DeltaTable(places.path(THINGS)).delete()
    job = replace(JOB, transform=must_not_run)
    made = run_job(job, spark, places, SECOND)
    assert (made.rows, held(path)) == (0, [])
    assert why_stale(job, places) is None
    with pytest.raises(AssertionError):
        run_job(replace(job, remembers=True), spark, places, SECOND)

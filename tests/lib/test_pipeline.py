"""The graph of jobs, and what a run makes of one that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from toy_jobs import THINGS, held, pour, toy, toy_places

import lib.pipeline
from lib.errors import SettingsError, TableError
from lib.job import Job
from lib.pipeline import Pipeline, Report, Step, explain
from lib.places import Places
from schemas import ops
from schemas.table import Rule, Table

BOXES, CRATES, PILES = toy("silver.boxes"), toy("silver.crates"), toy("gold.piles")
SHELVES, SAME_NAME = toy("gold.shelves"), toy("gold.boxes")


def as_they_are(things: DataFrame, *_: DataFrame) -> DataFrame:
    return things


def job(writes: Table, *reads: Table, transform: Callable[..., DataFrame] = as_they_are) -> Job:
    return Job(writes=writes, reads=reads, transform=transform)


FOUR = Pipeline(
    [
        job(SHELVES, PILES, CRATES),
        job(PILES, BOXES),
        job(BOXES, THINGS),
        job(CRATES, THINGS),
    ]
)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A lake in which bronze.things, which no job writes, has a row."""
    places = toy_places(tmp_path, spark__jobs_at_once=2)
    pour(places.path(THINGS), THINGS, {"id": "a", "size": 1})
    return places


def states(report: Report) -> dict[str, str]:
    return {name: step.status for name, step in report.steps.items()}


def test_the_order_comes_from_what_jobs_read_and_write() -> None:
    place = FOUR.order.index
    assert place("silver.boxes") < place("gold.piles") < place("gold.shelves")
    assert place("silver.crates") < place("gold.shelves")
    assert FOUR.reads["silver.boxes"] == set(), "no job writes bronze.things"


def test_jobs_that_read_each_other_in_a_circle_are_refused() -> None:
    with pytest.raises(ValueError, match=r"in a circle: .*silver\.boxes"):
        Pipeline([job(BOXES, PILES), job(PILES, BOXES)])


def test_two_jobs_that_write_one_table_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two jobs write silver\.boxes"):
        Pipeline([job(BOXES, THINGS), job(BOXES, CRATES)])


def test_what_is_asked_for_comes_with_all_it_is_made_from() -> None:
    assert FOUR.select(["piles"]) == ("silver.boxes", "gold.piles")
    assert set(FOUR.select()) == set(FOUR.jobs)
    assert set(FOUR.select([], ["silver"])) == {"silver.boxes", "silver.crates"}
    assert FOUR.select(["gold.piles"], ["gold"]) == ("gold.piles",)


@pytest.mark.parametrize("name", ["nope", "gold", "bronze.things", ""])
def test_a_name_that_no_job_writes_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} names no single table.*gold\.piles"):
        FOUR.select([name])


def test_a_short_name_of_two_tables_is_refused_with_both() -> None:
    both = Pipeline([job(BOXES, THINGS), job(SAME_NAME, THINGS), job(PILES, THINGS)])
    with pytest.raises(SettingsError, match=r"There is: silver\.boxes, gold\.boxes$"):
        both.select(["boxes"])
    assert both.select(["gold.boxes"]) == ("gold.boxes",)


def test_what_reads_something_stale_is_stale(places: Places) -> None:
    reasons = FOUR.stale(places, FOUR.select(["piles"]))
    assert reasons == {"silver.boxes": "not built yet", "gold.piles": "not built yet"}


def test_a_run_brings_all_up_to_date_and_the_next_does_nothing(
    spark: SparkSession, places: Places
) -> None:
    told: list[Step] = []
    report = FOUR.run(places, FOUR.select(), spark, told.append)
    assert states(report) == dict.fromkeys(FOUR.jobs, "done")
    assert report.ok
    assert held(places.path(SHELVES)) == [("a", 1)], "each read what was made before it"
    assert {step.status for step in told} == {"running", "done"}
    assert FOUR.stale(places, FOUR.select()) == {}
    again = FOUR.run(places, FOUR.select(), spark)
    assert states(again) == dict.fromkeys(FOUR.jobs, "up to date")
    pour(places.path(THINGS), THINGS, {"id": "b", "size": 2})
    assert FOUR.stale(places, FOUR.select(["piles"])) == {
        "silver.boxes": "new data in bronze.things",
        "gold.piles": "reads silver.boxes",
    }


def test_a_failure_stops_what_reads_it_and_nothing_else(
    spark: SparkSession, places: Places
) -> None:
    mended = False

    def boxes(things: DataFrame) -> DataFrame:
        if not mended:
            raise TableError("bronze.things is not what it was")
        return things

    pipeline = Pipeline(
        [
            job(BOXES, THINGS, transform=boxes),
            job(PILES, BOXES),
            job(SHELVES, PILES),
            job(CRATES, THINGS),
        ]
    )
    report = pipeline.run(places, pipeline.select(), spark)
    assert states(report) == {
        "silver.boxes": "failed",
        "gold.piles": "blocked",
        "gold.shelves": "blocked",
        "silver.crates": "done",
    }
    assert not report.ok
    assert report.steps["silver.boxes"].error == "bronze.things is not what it was"
    assert report.steps["gold.shelves"].reason == "reads gold.piles"
    assert held(places.path(ops.JOB_RUNS), "table_name status rows error") == [
        ("gold.piles", "blocked", None, None),
        ("gold.shelves", "blocked", None, None),
        ("silver.boxes", "failed", None, "bronze.things is not what it was"),
        ("silver.crates", "done", 1, None),
    ]
    mended = True
    again = pipeline.run(places, pipeline.select(), spark)
    assert states(again).pop("silver.crates") == "up to date"
    assert list(states(again).values()).count("done") == 3


def test_ready_jobs_run_side_by_side(spark: SparkSession, places: Places) -> None:
    both_run = threading.Barrier(2)

    def waits(things: DataFrame) -> DataFrame:
        both_run.wait(timeout=60)
        return things

    pair = Pipeline([job(BOXES, THINGS, transform=waits), job(CRATES, THINGS, transform=waits)])
    report = pair.run(places, pair.select(), spark)
    assert states(report) == {"silver.boxes": "done", "silver.crates": "done"}


def test_what_most_others_wait_for_is_begun_first(spark: SparkSession, tmp_path: Path) -> None:
    places = toy_places(tmp_path, spark__jobs_at_once=1)
    pour(places.path(THINGS), THINGS, {"id": "a", "size": 1})
    begun: list[str] = []

    def note(step: Step) -> None:
        if step.status == "running":
            begun.append(step.table)

    lone = [job(toy(f"gold.lone{n}"), THINGS) for n in range(2)]
    Pipeline([*lone, job(BOXES, THINGS), job(PILES, BOXES)]).run(
        places, [one.name for one in lone] + [BOXES.name, PILES.name], spark, note
    )
    assert begun[0] == BOXES.name
    assert set(begun[1:]) == {"gold.lone0", "gold.lone1", PILES.name}


def test_a_full_refresh_runs_what_is_up_to_date_too(spark: SparkSession, places: Places) -> None:
    one = Pipeline([job(BOXES, THINGS)])
    for refresh, status in ((False, "done"), (False, "up to date"), (True, "done")):
        report = one.run(places, one.select(), spark, full_refresh=refresh)
        assert states(report) == {"silver.boxes": status}
    assert report.steps["silver.boxes"].reason == "full refresh"


def test_what_rules_counted_is_on_record(spark: SparkSession, places: Places) -> None:
    rules = (Rule("is_large", "size > 5", "warn"), Rule("has_id", "id <> ''"))
    one = Pipeline([job(toy("silver.boxes", rules=rules), THINGS)])
    report = one.run(places, one.select(), spark)
    assert held(places.path(ops.QUALITY_RESULTS), "run_id rule severity checked broken") == [
        (report.run_id, "has_id", "reject", 1, 0),
        (report.run_id, "is_large", "warn", 1, 1),
    ]


def test_where_no_record_can_be_written_the_run_says_so_and_goes_on(
    spark: SparkSession, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(lib.pipeline, "record_job", full)
    pair = Pipeline([job(BOXES, THINGS), job(PILES, BOXES)])
    report = pair.run(places, pair.select(), spark)
    assert states(report) == {"silver.boxes": "failed", "gold.piles": "blocked"}
    error = report.steps["silver.boxes"].error
    assert error.startswith("ops.job_runs could not be written. The disk is full")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("java.io.IOException: No space left on device", "The disk is full"),
        ("OSError: [Errno 13] Permission denied: '/lake'", "The lake's folder cannot be written"),
        ("\n  [DIVIDE_BY_ZERO] Division by zero.\n  at line 1", "ValueError: [DIVIDE_BY_ZERO]"),
        (
            "An error occurred while calling o57.collect.\n: java.lang.ArithmeticException: / by",
            "ValueError: java.lang.ArithmeticException",
        ),
        ("Caused by: java.lang.OutOfMemoryError: Java heap space", "Spark ran out of memory"),
        ("", "ValueError"),
    ],
)
def test_an_unexpected_error_is_one_line(text: str, said: str) -> None:
    assert explain(ValueError(text)).startswith(said)
    assert "\n" not in explain(ValueError(text))


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("AST constructor recursion depth mismatch (before=39, after=32)", "done"),
        ("error return without exception set", "failed"),
    ],
)
def test_a_job_that_pythons_parser_failed_runs_once_more(
    places: Places, spark: SparkSession, message: str, status: str
) -> None:
    fails = [SystemError(message)]

    def once_failing(things: DataFrame) -> DataFrame:
        if fails:
            raise fails.pop()
        return things

    pipeline = Pipeline([job(BOXES, THINGS, transform=once_failing)])
    assert states(pipeline.run(places, pipeline.select(), spark)) == {"silver.boxes": status}

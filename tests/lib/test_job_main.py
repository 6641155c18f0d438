"""A job file run by itself. (Each real one under spark-submit: tests/test_spark_submit.py.)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession, functions as F
from toy_jobs import THINGS, held, pour, toy, toy_places, user_metadata

from lib.job import Job
from lib.job_main import main
from lib.places import Places
from schemas.table import Rule

BOXES = toy("silver.small_boxes", rules=(Rule("is_large", "size > 5", "warn"),))


def small_boxes(things: DataFrame, min_ms: int) -> DataFrame:
    return things.filter(things["size"] >= min_ms)


JOB = Job(writes=BOXES, reads=(THINGS,), transform=small_boxes, settings={"min_ms": "plays.min_ms"})


@pytest.fixture
def run(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Runs a job by its flags in the tests' Spark, which stays, and a lake of the test's own."""
    monkeypatch.setenv("SONGLAKE_DATA", str(tmp_path))
    monkeypatch.setattr(SparkSession, "stop", lambda session: None)

    def start(*flags: str, job: Job = JOB) -> None:
        main(job, list(flags))

    return start


@pytest.fixture
def things(tmp_path: Path) -> str:
    """A table somewhere."""
    path = str(tmp_path / "else" / "things")
    pour(path, THINGS, {"id": "a", "size": 1}, {"id": "b", "size": 9})
    return path


def test_inputs_and_output_lie_where_the_flags_say(
    run: Callable[..., None], things: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    run("--things-path", things, "--out-path", out, "--min-ms", "1")
    assert held(out) == [("a", 1), ("b", 9)]
    assert capsys.readouterr().out.splitlines() == [
        f"silver.small_boxes: 2 rows made, version 1 at {out}",
        "silver.small_boxes: rules broken: {'is_large': 1}",
    ]
    assert not (tmp_path / "lake").exists(), "nothing of the lake was touched"
    record = user_metadata(out)
    assert record is not None
    assert record["settings"] == {"plays.min_ms": 1}


def test_what_is_not_told_comes_from_the_lake_and_the_settings(
    run: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: Places = toy_places(tmp_path)
    pour(places.path(THINGS), THINGS, {"id": "a", "size": 1}, {"id": "b", "size": 9})
    monkeypatch.setenv("SONGLAKE_PLAYS__MIN_MS", "5")
    run()
    assert held(places.path(BOXES)) == [("b", 9)]
    assert {path.name for path in (tmp_path / "lake").iterdir()} >= {".lock", ".lock-jvm"}


def test_an_input_may_have_a_flag_of_another_name(
    run: Callable[..., None], things: str, tmp_path: Path
) -> None:
    job = replace(JOB, flags={"bronze.things": "real-things"})
    run("--real-things-path", things, "--out-path", str(tmp_path / "out"), "--min-ms", "5", job=job)
    assert held(str(tmp_path / "out")) == [("b", 9)]


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["--things-path", "/nowhere"], "There is no table at /nowhere (for bronze.things)"),
        (["--min-ms", "long"], "plays.min_ms = 'long' (from flag)"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_an_exit_code(
    flags: list[str],
    line: str,
    run: Callable[..., None],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*flags, "--out-path", str(tmp_path / "out"))
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (1, "")
    assert told.err.startswith(f"silver.small_boxes: {line}")
    assert told.err.count("\n") == 1


def test_help_names_every_input_and_setting(
    run: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        run("--help")
    told = capsys.readouterr().out
    assert all(flag in told for flag in ("--things-path", "--out-path", "--min-ms"))


def test_a_list_is_told_by_commas(run: Callable[..., None], things: str, tmp_path: Path) -> None:
    def named(things: DataFrame, preference: list[str]) -> DataFrame:
        return things.withColumn("id", F.lit("+".join(preference))).limit(1)

    job = replace(JOB, transform=named, settings={"preference": "features.preference"})
    out = str(tmp_path / "out")
    run("--things-path", things, "--out-path", out, "--preference", "kaggle,spotify", job=job)
    assert held(out, "id") == [("kaggle+spotify",)]

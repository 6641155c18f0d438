"""Where there is no room, no right to write and no Java: one clear line, and tables stay whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession, functions as F
from toy_jobs import THINGS, held, pour, toy, toy_places
from typer.testing import Result

import jobs
from apps.running import spark_output_in
from lib import delta_log
from lib.job import Job
from lib.pipeline import Pipeline

Songlake = Callable[..., Result]

BOXES, PILES = toy("silver.boxes"), toy("gold.piles")


def one_line(result: Result) -> str:
    """What a command said that ended with 1, which must be one line."""
    assert result.exit_code == 1, result.output
    assert result.stderr.startswith("songlake: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


@pytest.mark.parametrize("command", [("run",), ("ingest", "history.json"), ("demo",)])
def test_a_folder_that_cannot_be_written_is_one_line(
    command: tuple[str, ...], songlake: Songlake, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    line = one_line(songlake(*command, "--data", tmp_path / "file" / "data"))
    assert str(tmp_path / "file") in line
    assert "writ" in line


def test_looking_at_a_lake_that_cannot_be_works_and_makes_nothing(
    songlake: Songlake, tmp_path: Path
) -> None:
    nowhere = tmp_path / "file" / "data"
    nowhere.parent.write_text("in the way")
    told = songlake("status", "--data", nowhere, "--json")
    assert (told.exit_code, json.loads(told.stdout)["tables"]) == (0, [])


@pytest.mark.usefixtures("toys")
def test_a_java_that_is_none_is_one_line(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    line = one_line(songlake("run", "--data", tmp_path))
    assert "There is no Java. Install Java 17 or 21 and put it on PATH or in JAVA_HOME" in line


def test_what_spark_prints_as_it_starts_goes_to_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def start() -> None:
        with spark_output_in(tmp_path / "logs"):
            subprocess.run("echo warning >&2", shell=True, check=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        start()
    subprocess.run("echo heard >&2", shell=True, check=True)
    assert capfd.readouterr().err == "heard\n"
    assert (tmp_path / "logs" / "spark.log").read_text() == "warning\n"


@pytest.fixture
def little_room(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a disk of 1 MB")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk of 1 MB")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def test_on_a_full_disk_tables_stay_whole_and_the_run_says_so(
    spark: SparkSession, songlake: Songlake, little_room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def much(things: DataFrame) -> DataFrame:
        """Two megabytes that no packing makes smaller."""
        noise = [F.sha2((F.col("number") * 9 + part).cast("string"), 512) for part in range(4)]
        numbers = things.sparkSession.range(4_000).withColumnRenamed("id", "number")
        named = numbers.withColumn("id", F.concat(*noise))
        return named.crossJoin(things.select("size", "seen_at"))

    pipeline = Pipeline(
        [
            Job(writes=BOXES, reads=(THINGS,), transform=much),
            Job(writes=PILES, reads=(THINGS,), transform=lambda things: things),
        ]
    )
    monkeypatch.setattr(jobs, "pipeline", lambda: pipeline)
    places = toy_places(little_room)
    pour(places.path(THINGS), THINGS, {"id": "a", "size": 1})
    pour(places.path(BOXES), BOXES, {"id": "of old"})
    ran = songlake("run", "--data", little_room)
    assert ran.exit_code == 1
    [line] = [line for line in ran.stdout.splitlines() if line.startswith("silver.boxes failed")]
    assert "The disk is full" in line
    assert "Traceback" not in ran.output
    assert held(places.path(BOXES), "id") == [("of old",)]
    if delta_log.read_log(places.path(PILES)):
        assert len(held(places.path(PILES))) <= 1
    subprocess.run(["mount", "-o", "remount,size=64m", str(little_room)], check=True)
    again = songlake("run", "--data", little_room)
    assert again.exit_code == 0, again.output
    assert len(held(places.path(BOXES))) == 4_000
    assert held(places.path(PILES)) == [("a", 1)]

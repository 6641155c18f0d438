"""A lake from nothing to the demo: first without any input, then with one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import Result

import jobs
from lib.demo_history import TIMEZONE
from lib.settings import PROJECT

Songlake = Callable[..., Result]


@pytest.fixture(scope="module")
def no_java(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """`songlake` as a process of its own, where there is no Java: what works here starts no JVM."""
    home = tmp_path_factory.mktemp("home")

    def call(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "apps.cli", *map(str, words)],
            cwd=PROJECT,
            env={"HOME": str(home), "JAVA_HOME": "/nowhere", "PATH": "", **more},
            capture_output=True,
            text=True,
        )

    return call


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def empty(spark: SparkSession, songlake: Songlake, data: Path) -> tuple[Result, list[Any]]:
    """A run without any input, and what the tables hold after it."""
    ran = songlake("run", "--data", data, "--json")
    return ran, json.loads(songlake("status", "--data", data, "--json").stdout)["tables"]


@pytest.fixture(scope="module")
def demo(empty: Any, songlake: Songlake, data: Path) -> Result:
    """The demo, in the same lake: each of its tables had no rows before."""
    return songlake("demo", "--data", data)


def test_a_run_without_inputs_makes_every_table_and_no_row(
    empty: tuple[Result, list[Any]],
) -> None:
    ran, tables = empty
    assert ran.exit_code == 0, ran.output
    built = {row["table"]: row["rows"] for row in tables if not row["table"].startswith("ops.")}
    assert built == dict.fromkeys(jobs.pipeline().jobs, 0)


def test_the_demo_shows_moods_and_hours_and_what_to_type_next(demo: Result) -> None:
    assert demo.exit_code == 0, demo.output
    for said in ("Moods of what was heard", "Hours of the week", "./songlake ingest", "Mon"):
        assert said in demo.stdout


def test_status_tells_rows_freshness_and_coverage(
    demo: Result, songlake: Songlake, data: Path
) -> None:
    told = json.loads(songlake("status", "--data", data, "--json").stdout)
    assert told["not_built"] == []
    rows = {row["table"]: row["rows"] for row in told["tables"]}
    assert rows["silver.plays"] == rows["bronze.plays"] > 0
    assert {of["source"]: of["plays"] for of in told["coverage"]} == dict.fromkeys(
        ["all", "spotify_extended"], rows["silver.plays"]
    )
    assert {run["status"] for run in told["last_run"]} == {"done"}
    assert "silver.plays" in songlake("status", "--data", data).stdout


def test_lineage_goes_from_moods_to_files(demo: Result, songlake: Songlake, data: Path) -> None:
    tree = songlake("lineage", "mood_clusters", "--data", data)
    assert "landing.kaggle" in tree.stdout
    told = json.loads(songlake("lineage", "mood_clusters", "--data", data, "--json").stdout)
    assert (told["name"], told["record"]["songlake"]) == ("gold.mood_clusters", 1)


def test_a_run_with_nothing_new_starts_no_jvm_and_loads_little(
    demo: Result, no_java: Callable[..., Any], data: Path
) -> None:
    words = ("run", "--data", data, "--set", f"timezone={TIMEZONE}")
    done = no_java(*words, PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    imports = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    said = [line for line in done.stderr.splitlines() if line not in imports]
    told = [line.partition(": ")[2].partition(":")[0] for line in said]
    assert told == ["not connected", "not connected"], "how to connect services, and no more"
    assert done.stdout.startswith("Everything is up to date")
    loaded = {line.rpartition("|")[2].strip() for line in imports}
    assert "apps.running" in loaded
    slow = {"faiss", "librosa", "matplotlib", "polars", "scipy.ndimage", "scipy.signal", "sklearn",
            "spotipy"}  # fmt: skip
    assert not slow & loaded, "each takes a quarter of a second or more, and none is needed"


def test_tables_are_asked_without_a_jvm(
    demo: Result, no_java: Callable[..., Any], data: Path
) -> None:
    sql = "SELECT mood, count(*) AS songs FROM gold.mood_clusters GROUP BY ALL"
    done = no_java("query", sql, "--format", "json", "--data", data)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(set(row) == {"mood", "songs"} for row in json.loads(done.stdout))


@pytest.mark.parametrize(
    ("setting", "change", "readers"),
    [
        ("moods.seed=8", "from 7 to 8", {"mood_report", "mood_profiles"}),
        (
            "statistics.count_by=recording",
            "from song to recording",
            {"temporal_patterns", "wellbeing_indicators", "listening_stats", "listening_totals"},
        ),
    ],
)
def test_one_setting_reruns_only_what_reads_it_and_what_reads_that(
    demo: Result, songlake: Songlake, data: Path, setting: str, change: str, readers: set[str]
) -> None:
    settings = ("--set", f"timezone={TIMEZONE}", "--set", setting)
    planned = songlake("run", "--dry-run", "--json", "--data", data, *settings)
    told = {step["table"]: step["reason"] for step in json.loads(planned.stdout)["steps"]}
    reruns = {name: reason for name, reason in told.items() if reason}
    first = {f"gold.{name}" for name in readers}
    name = setting.partition("=")[0]
    assert {table: reruns[table] for table in first} == dict.fromkeys(
        first, f"setting {name} changed {change}"
    )
    below = set(first)
    for _ in told:  # as many times as there are tables: the longest way down
        below |= {name for name, reads in jobs.pipeline().reads.items() if reads & below}
    assert set(reruns) == below
    assert all(reruns[table].startswith("reads ") for table in below - first)


def test_without_java_what_needs_it_is_one_line(
    no_java: Callable[..., Any], tmp_path: Path
) -> None:
    done = no_java("run", "--data", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "songlake: There is no Java. Install Java 17 or 21" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in (tmp_path / "lake").iterdir()] == [".lock"]

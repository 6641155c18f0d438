"""The command line: words in, lines and exit codes out."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ingest_samples import PLAY, write
from pyspark.sql import SparkSession
from toy_jobs import held, pour, toy
from typer.testing import Result

from lib.places import Places
from lib.settings import PROJECT
from schemas import TABLES

Songlake = Callable[..., Result]


def refused(result: Result) -> str:
    """The one line of a command that was refused."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("songlake: ")
    return result.stderr.removeprefix("songlake: ").removesuffix("\n")


# settings


def test_config_tells_each_value_and_where_it_is_from(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONGLAKE_USER", "Ann")
    told = songlake("config", "--json", "--data", tmp_path, "--set", "moods.k=5")
    found = {row["setting"]: (row["value"], row["from"]) for row in json.loads(told.stdout)}
    assert found["user"] == ("Ann", "environment")
    assert found["data"] == (str(tmp_path), "flag")
    assert found["moods.k"] == (5, "flag")
    assert found["plays.min_ms"] == (30_000, "conf/local.yaml")
    assert "Ann" in songlake("config").stdout


@pytest.mark.parametrize("flags", [["--json"], []])
def test_config_masks_what_gives_access(flags: list[str], songlake: Songlake) -> None:
    keys = {"spark.hadoop.fs.s3a.secret.key": "s3cr3t", "spark.ui.enabled": "false"}
    told = songlake("config", "--set", f"spark.conf={json.dumps(keys)}", *flags)
    assert "s3cr3t" not in told.stdout
    assert "****" in told.stdout
    assert "spark.ui.enabled" in told.stdout


@pytest.mark.parametrize(
    ("pair", "line"),
    [
        ("timezone", "--set timezone: write it as NAME=VALUE"),
        ("timezon=UTC", "'timezon' (from flag) is not a setting"),
        ("timezone=Mars", "timezone = 'Mars' (from flag): not an IANA time zone"),
        ('features.preference=["kaggle", "deezer"]', "unknown ['deezer']; choose from"),
        ("plays.min_ms=-5", "plays.min_ms = -5 (from flag)"),
    ],
)
@pytest.mark.parametrize("command", ["config", "status", "run"])
def test_a_setting_that_cannot_be_is_one_line(
    command: str, pair: str, line: str, songlake: Songlake
) -> None:
    assert line in refused(songlake(command, "--set", pair))


# run


@pytest.mark.usefixtures("spark")
def test_run_brings_the_lake_up_to_date_and_then_does_nothing(
    songlake: Songlake, toys: Places
) -> None:
    data = toys.settings.data
    planned = songlake("run", "--dry-run", "--data", data)
    assert (planned.exit_code, planned.stdout.count("would run")) == (0, 2)
    assert not Path(toys.settings.lake, "gold").exists()
    ran = songlake("run", "boxes", "--json", "--data", data)
    steps = [(step["table"], step["status"]) for step in json.loads(ran.stdout)["steps"]]
    assert steps == [("silver.boxes", "done")]
    ran = songlake("run", "--data", data)
    assert ran.exit_code == 0
    assert held(toys.path(toy("gold.piles"))) == [("a", 1)]
    again = songlake("run", "--data", data)
    said = f"Everything is up to date (2 tables in {toys.settings.lake})."
    assert again.stdout.split() == said.split()
    again = songlake("run", "--json", "--data", data)
    assert {step["status"] for step in json.loads(again.stdout)["steps"]} == {"up to date"}
    anew = songlake("run", "--full-refresh", "--stages", "3", "--json", "--data", data)
    [step] = json.loads(anew.stdout)["steps"]
    assert (step["table"], step["status"]) == ("gold.piles", "done")


def test_a_job_that_fails_fails_the_run_and_says_what_to_do(
    spark: SparkSession, songlake: Songlake, toys: Places
) -> None:
    path = toys.path(toy("silver.boxes"))
    pour(path, toy("silver.boxes", "id BIGINT COMMENT 'as it was'", changes_with_time=()))
    ran = songlake("run", "--data", toys.settings.data)
    assert ran.exit_code == 1
    lines = " ".join(ran.stdout.split())
    assert "silver.boxes failed: silver.boxes at" in lines
    assert "Move that folder away and run again" in lines
    assert "Mend the cause and run again" in lines
    ran = songlake("run", "--json", "--data", toys.settings.data)
    told = {step["table"]: step["status"] for step in json.loads(ran.stdout)["steps"]}
    assert told == {"silver.boxes": "failed", "gold.piles": "blocked"}
    assert ran.exit_code == 1


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--stages", "4"], "--stages 4: choose all, or of 1 (bronze), 2 (silver), 3 (gold)"),
        (["--stages", "silver,platinum"], "--stages platinum: choose all"),
        (["boxes", "--stages", "gold"], "--stages gold leaves nothing of what boxes is made from"),
        (["crates"], "crates names no single table that a job writes. There is: silver.boxes"),
    ],
)
def test_what_cannot_be_run_is_one_line(
    words: list[str], line: str, songlake: Songlake, toys: Places
) -> None:
    assert line in refused(songlake("run", *words, "--data", toys.settings.data))


def test_a_damaged_log_is_one_line(songlake: Songlake, toys: Places) -> None:
    (Path(toys.path(toy("bronze.things"))) / "_delta_log" / f"{9:020}.json").touch()
    pour(toys.path(toy("silver.boxes")), toy("silver.boxes"), record={"code": "", "settings": {}})
    for command in ("run", "status"):
        line = refused(songlake(command, "--data", toys.settings.data))
        assert "0009.json is empty or damaged" in line
        assert "\n" not in line


# ingest


def test_ingest_exits_with_0_only_where_all_was_taken_in(
    songlake: Songlake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SONGLAKE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SONGLAKE_USER", "Ann")
    good = write(tmp_path / "history.json", [PLAY])
    bad = write(tmp_path / "broken.json", b'[{"ts": ')
    first = songlake("ingest", good)
    assert first.exit_code == 0
    assert "landed: spotify_extended, 1 rows, of Ann" in first.stdout
    assert "Next: songlake run" in first.stdout
    again = songlake("ingest", good, "--json")
    assert (again.exit_code, json.loads(again.stdout)[0]["status"]) == (0, "already")
    other = write(tmp_path / "other.json", [PLAY | {"ms_played": 1}])
    mixed = songlake("ingest", bad, other, "--user", "Bob", "--json")
    told = {Path(row["source"]).name: row["status"] for row in json.loads(mixed.stdout)}
    assert (mixed.exit_code, told) == (1, {"broken.json": "refused", "other.json": "landed"})
    missing = songlake("ingest", tmp_path / "nowhere.zip")
    assert missing.exit_code == 1
    assert "nowhere.zip" in missing.stdout
    (tmp_path / "empty").mkdir()
    assert songlake("ingest", tmp_path / "empty").exit_code == 1
    assert songlake("ingest").exit_code == 2


# tables, query, lineage


def test_tables_lists_all_and_shows_one(songlake: Songlake) -> None:
    listed = songlake("tables").stdout
    assert all(name in listed for name in TABLES)
    shown = songlake("tables", "mood_clusters").stdout
    assert "gold.mood_clusters: " in shown
    assert "Key: song_id" in shown
    [told] = json.loads(songlake("tables", "silver.plays", "--json").stdout)
    assert told["key"] == list(TABLES["silver.plays"].key)
    assert len(json.loads(songlake("tables", "--json").stdout)) == len(TABLES)


@pytest.mark.parametrize("command", ["tables", "lineage"])
def test_a_name_of_no_table_or_of_two_is_refused(command: str, songlake: Songlake) -> None:
    assert "nope names no single table. There is: bronze." in refused(songlake(command, "nope"))
    two = refused(songlake(command, "plays"))
    assert two == "plays names no single table. There is: bronze.plays, silver.plays"


def test_query_gives_what_was_asked_for_and_nothing_else(
    songlake: Songlake, tmp_path: Path
) -> None:
    def ask(sql: str, format_: str) -> Result:
        return songlake("query", sql, "--format", format_, "--data", tmp_path)

    assert json.loads(ask("SELECT 1 AS one, 'x' AS word", "json").stdout) == [
        {"one": 1, "word": "x"}
    ]
    assert json.loads(ask("SELECT 1 AS one WHERE false", "json").stdout) == []
    assert ask("SELECT 1 AS one, 'a,\"b' AS word", "csv").stdout == 'one,word\n1,"a,""b"\n'
    assert "word" in songlake("query", "SELECT 1 AS word", "--data", tmp_path).stdout
    assert "choose table, csv or json" in refused(ask("SELECT 1", "xml"))
    assert "ask one question, with SELECT" in refused(ask("DROP TABLE x", "json"))
    assert "none yet" in refused(ask("SELECT * FROM gold.mood_clusters", "json"))


# test


def test_test_hands_its_words_to_pytest_and_its_code_back(
    songlake: Songlake, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def run(command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        asked.append((command, how))
        return subprocess.CompletedProcess(command, 5)

    monkeypatch.setattr(subprocess, "run", run)
    assert songlake("test", "--soak", "tests/lib", "-k", "lock").exit_code == 5
    [(command, how)] = asked
    assert command[1:] == ["-m", "pytest", "-m", "slow or not slow", "tests/lib", "-k", "lock"]
    assert how["cwd"] == PROJECT


def test_no_command_shows_what_there_is(songlake: Songlake) -> None:
    told = songlake("--help").stdout
    commands = "demo ingest run status unmatched tables query lineage config"
    for command in commands.split():
        assert f" {command} " in told

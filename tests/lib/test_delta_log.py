from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from delta.tables import DeltaTable as SparkDeltaTable
from deltalake import CommitProperties, DeltaTable
from pyspark.sql import SparkSession
from toy_jobs import THINGS, actions, held, pour, toy

from lib import delta_table
from lib.delta_log import LogState, commit_files, read_log
from lib.errors import TableError

RECORD = {"run": "first", "inputs": {}}


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A table of two small files; its newest commit, version 2, has a record."""
    path = str(tmp_path / "things")
    pour(path, THINGS, {"id": "a"})
    pour(path, THINGS, {"id": "b"}, record=RECORD)
    return path


def state(path: str) -> LogState:
    found = read_log(path)
    assert found is not None
    return found


def compact(path: str) -> None:
    DeltaTable(path).optimize.compact()


def vacuum(path: str) -> None:
    compact(path)
    table = DeltaTable(path)
    gone = table.vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    assert len(gone) == 2


def set_property(path: str) -> None:
    DeltaTable(path).alter.set_table_properties({"delta.logRetentionDuration": "interval 7 days"})


def test_a_table_is_its_newest_version_data_and_record(path: str) -> None:
    [info] = [action["commitInfo"] for action in actions(path) if "commitInfo" in action]
    assert state(path) == LogState(2, f"2@{info['timestamp']}", {"songlake": 1, **RECORD})


@pytest.mark.parametrize("maintain", [compact, vacuum, set_property])
def test_maintenance_moves_the_version_and_nothing_else(
    maintain: Callable[[str], None], path: str
) -> None:
    before = state(path)
    maintain(path)
    after = state(path)
    assert after.version > before.version
    assert (after.data, after.record) == (before.data, before.record)
    assert held(path, "id") == [("a",), ("b",)]


def test_so_does_maintenance_by_spark(spark: SparkSession, path: str) -> None:
    before = state(path)
    SparkDeltaTable.forPath(spark, path).optimize().executeCompaction()
    after = state(path)
    assert after.version > before.version
    assert (after.data, after.record) == (before.data, before.record)


def test_rows_that_go_are_a_change(path: str) -> None:
    before = state(path)
    DeltaTable(path).delete("id = 'a'")
    after = state(path)
    assert after.data != before.data
    assert after.record == before.record


def test_a_new_column_is_a_change(path: str) -> None:
    before = state(path)
    delta_table.prepare(toy("bronze.things", THINGS.columns + "colour STRING COMMENT 'x'"), path)
    assert state(path).data != before.data


def test_the_same_version_of_another_table_is_another_state(tmp_path: Path, path: str) -> None:
    rebuilt = str(tmp_path / "rebuilt")
    pour(rebuilt, THINGS, {"id": "a"})
    pour(rebuilt, THINGS, {"id": "b"}, record=RECORD)
    assert state(rebuilt).version == state(path).version
    assert state(rebuilt).data != state(path).data


@pytest.mark.parametrize("text", ["by hand", '"by hand"', '{"run": "of another tool"}', "[1]"])
def test_what_others_write_into_commits_is_no_record(text: str, path: str) -> None:
    properties = CommitProperties(custom_metadata={"userMetadata": text})
    DeltaTable(path).delete("id = 'a'", commit_properties=properties)
    assert state(path).record == {"songlake": 1, **RECORD}


def test_there_is_no_state_where_there_is_no_table(tmp_path: Path) -> None:
    assert read_log(str(tmp_path / "nowhere")) is None
    (tmp_path / "killed" / "_delta_log").mkdir(parents=True)
    (tmp_path / "killed" / "_delta_log" / ".00000000000000000000.json.tmp").touch()
    assert read_log(str(tmp_path / "killed")) is None


def test_a_url_is_as_good_as_a_path(path: str) -> None:
    assert read_log(f"file://{path}") == read_log(path)


@pytest.mark.parametrize("length", [0, 1, 40])
def test_a_damaged_commit_is_an_error_that_names_it(length: int, path: str) -> None:
    [(_, newest), *_] = commit_files(path)
    Path(newest).write_bytes(Path(newest).read_bytes()[:length])
    with pytest.raises(TableError, match=r"0002\.json is empty or damaged.*backup"):
        read_log(path)


def test_history_that_was_cleaned_up_leaves_the_last_change_unknown(path: str) -> None:
    compact(path)
    DeltaTable(path).create_checkpoint()
    for version, file in commit_files(path):
        if version < 3:
            Path(file).unlink()
    assert held(path, "id") == [("a",), ("b",)]
    assert state(path) == LogState(3, None, None)


def test_a_record_is_found_however_many_commits_of_maintenance_follow(path: str) -> None:
    for days in range(3, 15):
        interval = {"delta.logRetentionDuration": f"interval {days} days"}
        DeltaTable(path).alter.set_table_properties(interval)
    assert state(path).version == 14
    assert state(path).record == {"songlake": 1, **json.loads(json.dumps(RECORD))}

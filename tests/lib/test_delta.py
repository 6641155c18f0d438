"""The three ways in which rows land, and what a table is before and after."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession
from table_frames import assert_rows, frame as make_frame
from toy_jobs import THINGS, actions, held, pour, toy, user_metadata

from lib import delta, delta_log, delta_read, delta_table
from lib.delta import AppendNew, Replace, Upsert
from lib.errors import TableError
from schemas.table import Table

Land = Callable[..., int]

OLD = {"id": "a", "size": 1}
TALLER = {"id": "a", "size": 2}
NEW = {"id": "b", "size": 9}
SEEN = datetime(2024, 1, 1, tzinfo=UTC)
SEEN_LATER = OLD | {"seen_at": "2024-06-01T00:00:00"}


@pytest.fixture
def land(spark: SparkSession) -> Land:
    """Lands rows as a job would, from a session of the write's own."""

    def write(path: str, mode: delta.Mode, *rows: Any, table: Table = THINGS, run: str = "") -> int:
        record = {"run": run} if run else None
        return delta.write(make_frame(spark.newSession(), table, *rows), table, path, mode, record)

    return write


def changes(path: str) -> list[dict[str, Any]]:
    """The files that the newest commit added or removed."""
    return [action for action in actions(path) if "add" in action or "remove" in action]


@pytest.mark.parametrize(
    ("mode", "rows"),
    [
        (Replace(), [("a", 2), ("b", 9)]),
        (AppendNew(), [("a", 1), ("b", 9), ("c", 3)]),
        (Upsert(), [("a", 2), ("b", 9), ("c", 3)]),
    ],
)
def test_rows_land_instead_of_beside_or_over_those_there(
    mode: delta.Mode, rows: list[tuple[Any, ...]], land: Land, tmp_path: Path
) -> None:
    path = str(tmp_path / "things")
    land(path, mode, OLD, {"id": "c", "size": 3}, run="first")
    assert held(path) == [("a", 1), ("c", 3)]
    assert user_metadata(path) == {"songlake": 1, "run": "first"}
    assert changes(path), "the record is in the very commit that adds the rows"
    assert land(path, mode, TALLER, NEW, run="second") == 2
    assert held(path) == rows
    assert user_metadata(path) == {"songlake": 1, "run": "second"}
    assert changes(path)


@pytest.mark.parametrize("mode", [AppendNew(), Upsert()])
def test_landing_twice_changes_nothing_but_is_on_record(
    mode: delta.Mode, land: Land, tmp_path: Path
) -> None:
    table = toy("bronze.things", partition_by=("size",))
    path = str(tmp_path / "things")
    pour(path, table, {"id": "a", "size": 1, "seen_at": SEEN}, {"id": "b", "size": 9})
    before = delta_log.read_log(path)
    version = land(path, mode, SEEN_LATER, NEW, table=table, run="second")
    after = delta_log.read_log(path)
    assert before is not None
    assert after is not None
    assert (changes(path), user_metadata(path)) == ([], {"songlake": 1, "run": "second"})
    assert (after.version, after.data) == (version, before.data)
    assert held(path, "seen_at") == [(None,), (SEEN,)]


def test_a_run_without_rows_is_on_record_too(land: Land, tmp_path: Path) -> None:
    path = str(tmp_path / "things")
    land(path, Upsert(), run="first")
    assert held(path) == []
    assert user_metadata(path) == {"songlake": 1, "run": "first"}


def test_jobs_side_by_side_never_mix_their_records(land: Land, tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in ("left", "right")]
    together = threading.Barrier(len(paths))

    def work(path: str) -> None:
        for number in range(2):
            together.wait(timeout=60)
            land(path, Replace(), NEW | {"size": number}, run=f"{path}{number}")

    threads = [threading.Thread(target=work, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for path in paths:
        said = [user_metadata(path, version) for version in (1, 2)]
        assert said == [{"songlake": 1, "run": f"{path}{number}"} for number in range(2)]


@pytest.mark.parametrize(
    ("columns", "wrong"),
    [
        ("id STRING, size INT", "seen_at is missing, not timestamp"),
        ("id STRING, size BIGINT, seen_at TIMESTAMP", "size is bigint, not int"),
        ("id STRING, size INT, seen_at STRING", "seen_at is string, not timestamp"),
    ],
)
def test_rows_that_do_not_fit_the_declaration_are_refused(
    columns: str, wrong: str, spark: SparkSession, tmp_path: Path
) -> None:
    rows = spark.newSession().createDataFrame([], columns)
    with pytest.raises(TableError, match=f"bronze.things: .*{wrong}"):
        delta.write(rows, THINGS, str(tmp_path / "things"), Replace())
    assert list(tmp_path.iterdir()) == []


def test_columns_that_are_not_declared_are_left_out(spark: SparkSession) -> None:
    rows = spark.createDataFrame([], "extra INT, seen_at TIMESTAMP, size INT, id STRING")
    assert delta_table.declared_columns(rows, THINGS).columns == ["id", "size", "seen_at"]


def test_an_array_fits_whether_or_not_its_elements_may_be_null(spark: SparkSession) -> None:
    tags = "id STRING COMMENT 'which one'\ntags ARRAY<STRING> COMMENT 'words'"
    rows = spark.sql("SELECT 'a' AS id, array('x') AS tags")
    assert not rows.schema["tags"].dataType.containsNull
    assert_rows(delta_table.declared_columns(rows, toy("bronze.tagged", tags)), "tags", (["x"],))


@pytest.mark.parametrize("mode", [Replace(), AppendNew(), Upsert()])
def test_a_null_where_none_may_be_commits_nothing(
    mode: delta.Mode, spark: SparkSession, tmp_path: Path
) -> None:
    path = str(tmp_path / "things")
    pour(path, THINGS, {"id": "a", "size": 1})
    nobody = "SELECT CAST(NULL AS STRING) AS id, 1 AS size, CAST(NULL AS TIMESTAMP) AS seen_at"
    with pytest.raises(Exception, match="NOT NULL constraint violated for column: id"):
        delta.write(spark.newSession().sql(nobody), THINGS, path, mode, {"run": "bad"})
    assert DeltaTable(path).version() == 1
    assert held(path) == [("a", 1)]


def test_what_is_declared_is_in_the_table_and_stays_there(
    spark: SparkSession, land: Land, tmp_path: Path
) -> None:
    path = str(tmp_path / "things")
    pour(path, THINGS, {"id": "a"})
    land(path, Replace(), NEW)
    shown = spark.read.format("delta").load(path).schema
    declared = [(field.name, field.comment) for field in THINGS.fields]
    assert [(field.name, field.metadata["comment"]) for field in shown] == declared
    nullable = {field.name: field.nullable for field in DeltaTable(path).schema().fields}
    assert nullable == {"id": False, "size": True, "seen_at": True}
    assert (DeltaTable(path).metadata().name, DeltaTable(path).metadata().description) == (
        "bronze.things",
        "A thing.",
    )


WIDER = toy(
    "bronze.things",
    """
    id STRING NOT NULL COMMENT 'its name'
    size INT COMMENT 'in m'
    seen_at TIMESTAMP COMMENT 'when last seen, UTC'
    colour STRING COMMENT 'as seen'
    """,
)


def test_new_columns_and_comments_reach_a_table_with_its_rows(land: Land, tmp_path: Path) -> None:
    path = str(tmp_path / "things")
    pour(path, THINGS, {"id": "a", "size": 1})
    land(path, Upsert(), NEW | {"colour": "red"}, table=WIDER)
    assert held(path, "id colour") == [("a", None), ("b", "red")]
    comments = {f.name: f.metadata["comment"] for f in DeltaTable(path).schema().fields}
    assert comments == {column.name: column.comment for column in WIDER.fields}
    protocol = DeltaTable(path).protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)


def test_a_table_that_is_as_declared_is_not_altered(tmp_path: Path) -> None:
    path = str(tmp_path / "things")
    pour(path, WIDER)
    version = DeltaTable(path).version()
    assert not delta_table.prepare(WIDER, path)
    assert DeltaTable(path).version() == version


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ("id STRING NOT NULL COMMENT 'x'\nseen_at TIMESTAMP COMMENT 'x'", "size"),
        (THINGS.columns.replace("size INT", "size BIGINT"), "size"),
        (THINGS.columns + "owner STRING NOT NULL COMMENT 'whose'", "owner"),
    ],
    ids=["removed", "retyped", "required"],
)
def test_what_alter_cannot_do_is_refused_with_the_remedy(
    columns: str, named: str, tmp_path: Path
) -> None:
    path = str(tmp_path / "things")
    pour(path, THINGS, {"id": "a"})
    with pytest.raises(TableError, match=rf"other columns \({named}\)\. Move that folder away"):
        delta_table.prepare(toy("bronze.things", columns), path)
    assert DeltaTable(path).version() == 1


@pytest.mark.parametrize("mode", [Replace(), AppendNew(), Upsert()])
def test_a_table_that_was_made_and_never_filled_takes_all_rows(
    mode: delta.Mode, land: Land, tmp_path: Path
) -> None:
    path = str(tmp_path / "things")
    assert delta_table.prepare(THINGS, path), "made, then killed before its first rows"
    assert delta_table.prepare(THINGS, path)
    land(path, mode, OLD)
    assert held(path) == [("a", 1)]
    assert not delta_table.prepare(THINGS, path)


def test_a_folder_with_files_and_no_log_is_set_aside_whole(tmp_path: Path) -> None:
    path = tmp_path / "things"
    (path / "size=1").mkdir(parents=True)
    (path / "size=1" / "part-0.parquet").write_bytes(b"somebody's")
    assert delta_table.prepare(THINGS, str(path))
    [aside] = [folder for folder in tmp_path.iterdir() if folder.name.startswith(".set-aside-")]
    assert (aside / "size=1" / "part-0.parquet").read_bytes() == b"somebody's"
    assert held(str(path)) == []


def test_an_empty_folder_becomes_the_table(tmp_path: Path) -> None:
    (tmp_path / "things").mkdir()
    assert delta_table.prepare(THINGS, str(tmp_path / "things"))
    assert [folder.name for folder in tmp_path.iterdir()] == ["things"]


def test_a_table_is_read_as_of_a_version(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "things")
    assert_rows(delta_read.read(spark, THINGS, path), "id size")
    assert delta_read.read(spark, THINGS, path).columns == ["id", "size", "seen_at"]
    pour(path, THINGS, {"id": "a", "size": 1})
    pour(path, THINGS, {"id": "b", "size": 2})
    assert_rows(delta_read.read(spark, THINGS, path, 1), "id size", ("a", 1))
    assert_rows(delta_read.read(spark, THINGS, path), "id size", ("a", 1), ("b", 2))


@pytest.mark.parametrize("partition_by", [(), ("size",)])
def test_a_table_is_read_as_declared_by_its_files_or_by_spark(
    spark: SparkSession, tmp_path: Path, land: Land, partition_by: tuple[str, ...]
) -> None:
    table, path = toy("bronze.things", partition_by=partition_by), str(tmp_path / "of [them] ü")
    land(path, Replace(), OLD | {"seen_at": SEEN}, NEW, table=table)
    land(path, AppendNew(), {"id": "c", "size": 9}, table=table)
    read = delta_read.read(spark, table, path)
    assert read.schema.simpleString() == delta_table.spark_schema(table).simpleString()
    assert_rows(
        read, "id size seen_at", ("a", 1, "2024-01-01 00:00:00"), ("b", 9, None), ("c", 9, None)
    )
    assert_rows(delta_read.read(spark, table, path, 1), "id size", ("a", 1), ("b", 9))


def test_a_table_of_no_rows_is_read_with_its_columns(spark: SparkSession, tmp_path: Path) -> None:
    path = str(tmp_path / "things")
    delta.write(make_frame(spark.newSession(), THINGS), THINGS, path, Replace(), {"run": "a"})
    assert delta_read.read(spark, THINGS, path).columns == list(THINGS.column_names)
    assert delta_read.read(spark, THINGS, path).collect() == []

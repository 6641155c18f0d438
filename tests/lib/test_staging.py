"""Staging: rows wait beside their table until they are committed, and leave nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from table_frames import frame as make_frame
from toy_jobs import THINGS, held, toy

from lib import delta
from lib.errors import RuleError, TableError
from lib.parts import Batches
from lib.staging import MadeByWorkers, as_frame, can_stage, staged
from schemas.table import Rule

ARROW = pa.schema(
    [("id", pa.string()), ("size", pa.int32()), ("seen_at", pa.timestamp("us", "UTC"))]
)
SMALL = Rule("is_small", "size < 5", "warn")
TINY = Rule("is_tiny", "size < 3", "fail")


def sized(spark: SparkSession, *sizes: int) -> MadeByWorkers:
    """Rows that workers make, a row a number."""

    def make(batches: Batches) -> Batches:
        for batch in batches:
            for size in batch.column(0).to_pylist():
                row = {"id": f"a{size}", "size": size}
                yield pa.RecordBatch.from_pylist([row], schema=ARROW)

    work = spark.createDataFrame([(size,) for size in sizes], "size INT")
    return MadeByWorkers(work, make, THINGS.ddl)


@pytest.mark.parametrize("by_workers", [True, False])
def test_rows_of_workers_obey_the_table_s_rules_like_any(
    spark: SparkSession, tmp_path: Path, by_workers: bool
) -> None:
    path = str(tmp_path / "things")
    made = sized(spark, 1, 2, 7)
    rows = made if by_workers else as_frame(made)
    with staged(rows, replace(THINGS, rules=(SMALL,)), path) as files:
        assert (files.rows, files.rejected) == (3, ())
        assert [(count.checked, count.broken) for count in files.counts] == [(3, 1)]
        delta.commit(files.parts, THINGS, path)
    assert held(path) == [("a1", 1), ("a2", 2), ("a7", 7)]
    with (
        pytest.raises(RuleError, match=r"is_tiny is broken by 1 of 3 rows"),
        staged(rows, replace(THINGS, rules=(TINY,)), path),
    ):
        pytest.fail("must not be reached")
    even = Rule("is_even", "size % 2 = 0")
    with staged(rows, replace(THINGS, rules=(even,)), path) as files:
        assert [part.rows for part in files.parts] == [1]
        assert len(files.rejected) >= 1


def test_what_fails_or_was_killed_leaves_nothing_beside_the_table(
    spark: SparkSession, tmp_path: Path
) -> None:
    killed = tmp_path / ".staged-things-of-old"
    killed.mkdir()
    (killed / "a.parquet").write_bytes(b"half")
    (other := tmp_path / ".staged-things_to_do-now").mkdir()
    path = str(tmp_path / "things")
    nameless = toy("bronze.things", "id STRING COMMENT 'which', size INT COMMENT 'm',".replace(
        ", size", ",\nsize"))  # fmt: skip
    rows = make_frame(spark, nameless, {"id": None, "size": 1}, {"id": "b", "size": 2})
    needed = toy("bronze.things", "id STRING NOT NULL COMMENT 'which',\nsize INT COMMENT 'm'")
    with (
        pytest.raises(TableError, match=r"bronze\.things: rows without id\. Nothing was committed"),
        staged(rows, needed, path),
    ):
        pytest.fail("must not be reached")
    assert [left for left in tmp_path.iterdir() if left != other] == []


def test_rows_are_staged_on_this_machine_alone(spark: SparkSession, tmp_path: Path) -> None:
    assert can_stage(spark, THINGS, str(tmp_path))
    assert not can_stage(spark, THINGS, "s3://bucket/things")
    assert not can_stage(spark, replace(THINGS, partition_by=("size",)), str(tmp_path))

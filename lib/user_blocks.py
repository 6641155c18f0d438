"""Rows made from all plays of some listeners at a time, by Spark's Python workers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pyspark import cloudpickle
from pyspark.sql import DataFrame, GroupedData, SparkSession, functions as F

#: Blocks that listeners are dealt out to: of ten thousand each holds about forty.
_BLOCKS = 256

Maker = TypeVar("Maker")


def in_blocks(rows: DataFrame) -> GroupedData:
    """Rows in blocks of listeners: all of one listener's are in one block."""
    return rows.groupBy(F.pmod(F.xxhash64("user_id"), F.lit(_BLOCKS)).alias("block"))


def on_workers(spark: SparkSession, maker: Maker) -> Callable[[], Maker]:
    """What gives a broadcast value on a worker, unpacked once a task and not once a block."""
    # By cloudpickle, for executors that have not this project; Spark broadcasts by pickle.
    held = spark.sparkContext.broadcast(cloudpickle.dumps(maker))  # type: ignore[no-untyped-call]
    unpacked: list[Maker] = []

    def get() -> Maker:
        if not unpacked:
            unpacked.append(cloudpickle.loads(held.value))
        return unpacked[0]

    return get

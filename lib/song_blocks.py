"""Rows made from blocks of songs by Spark's Python workers, each with all songs at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import pyarrow as pa
from pyspark import cloudpickle
from pyspark.sql import SparkSession
from threadpoolctl import threadpool_limits

from lib.song_vectors import Rows
from lib.staging import MadeByWorkers

#: Blocks differ in work: with a few tasks for each core the last ones end together.
_TASKS_PER_CORE = 3


class BlockMaker(Protocol):
    """Holds a catalogue, and makes the rows of some of its songs."""

    def rows_of(self, songs: Rows) -> pa.RecordBatch:
        """The rows of these songs, given by their places in the catalogue."""


def rows_of_blocks(
    spark: SparkSession, maker: BlockMaker, blocks: Sequence[Rows], schema: str
) -> MadeByWorkers:
    """The rows of all blocks; the maker is broadcast once.

    Workers keep to one thread of their own: as many of them run as there are cores.
    """
    # By cloudpickle, for executors that have not this project; Spark broadcasts by pickle.
    packed = cloudpickle.dumps((maker, list(blocks)))  # type: ignore[no-untyped-call]
    held = spark.sparkContext.broadcast(packed)

    def make(numbers: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        mine, songs = cloudpickle.loads(held.value)
        with threadpool_limits(limits=1):
            for batch in numbers:
                for number in batch.column(0).to_pylist():
                    yield mine.rows_of(songs[number])

    tasks = min(len(blocks), _TASKS_PER_CORE * spark.sparkContext.defaultParallelism)
    return MadeByWorkers(spark.range(0, len(blocks), 1, max(1, tasks)), make, schema)

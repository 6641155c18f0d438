"""A stage of audio work: rows of files in, rows of results out, one file at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from pyspark.sql import DataFrame
from pyspark.sql.types import StructType

from lib.no_rows import no_rows

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

#: Tasks for each core: one that drew long files is not waited for by the others for long.
_TASKS_PER_CORE = 16


def each_file(
    files: DataFrame, work: Callable[[Row], Iterable[Mapping[str, Any]]], schema: str
) -> DataFrame:
    """Hands each row of a frame to a function on the executors, by `mapInPandas`.

    Rows go to and fro, never samples: the function reads its file and writes what it makes itself.

    Args:
        files: the rows; NULLs come as None in columns of text, and as NaN in those of numbers.
        work: makes the rows of one file. It is sent to the executors by value, and should keep
            what it makes in an `lib.audio.store.AudioStore`, for a task may run more than once.
        schema: the columns of what it makes, as DDL; what a row lacks is NULL.

    Returns:
        The rows that it made.
    """
    import pandas as pd

    names = cast(StructType, StructType.fromDDL(schema)).fieldNames()

    def of_batch(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            for row in batch.to_dict("records"):
                # What a row lacks is None, not NaN, which is no NULL in a column of lists.
                made = [[each.get(n) for n in names] for each in work(cast(Row, row))]
                yield pd.DataFrame(made, columns=names, dtype=object)

    cores = files.sparkSession.sparkContext.defaultParallelism
    tasks = min(files.count(), _TASKS_PER_CORE * cores)
    if not tasks:
        return no_rows(files.sparkSession, schema)
    return files.repartition(tasks).mapInPandas(of_batch, schema)

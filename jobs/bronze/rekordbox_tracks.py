"""Bronze: tracks of DJs' Rekordbox collections."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import cast

import pyarrow as pa
from pyspark.sql import DataFrame, Window, functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StructType

from lib.job import Job
from lib.sources.rekordbox_tracks import rows
from lib.windows import whole
from schemas import bronze, landing

#: Tracks that are handed to Spark together.
_TOGETHER = 2_000


def rekordbox_tracks(files: DataFrame) -> DataFrame:
    """Each track of a person's collection once.

    Args:
        files: `path`, `source_file` and `user_id` of each landed collection.

    Returns:
        The table's columns, and `raw`, the track's attributes as the file has them. A collection
        does not say when it was exported: the newest is that with the latest day in it, then that
        with more plays of the track, then that which was landed last.
    """
    schema = cast(
        StructType,
        StructType.fromDDL(f"{bronze.REKORDBOX_TRACKS.ddl}, raw STRING, landed_at DOUBLE"),
    )
    for field in schema:
        field.nullable = True  # rules see to what must be there
    told = files.mapInArrow(_Reader(to_arrow_schema(schema)), schema)
    days = F.greatest("date_added", "date_modified", "last_played")
    newest = Window.partitionBy("user_id", "location").orderBy(
        F.col("newest_day").desc_nulls_last(), F.col("play_count").desc_nulls_last(),
        F.col("landed_at").desc(), "source_file", "rekordbox_id",
    )  # fmt: skip
    of_file = whole("user_id", "source_file")
    return (
        told.withColumn("newest_day", F.max(days).over(of_file))
        .withColumn("nth", F.row_number().over(newest))
        .filter("nth = 1 OR location IS NULL")
        .drop("nth", "newest_day", "landed_at")
    )


class _Reader:
    """Reads collection files in Spark's Python workers, some tracks at a time."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for file in batch.to_pylist():
                path = Path(file["path"])
                whose = {"user_id": file["user_id"], "source_file": file["source_file"]}
                whose["landed_at"] = path.stat().st_mtime
                found = (whose | row for row in rows(path))
                while some := list(islice(found, _TOGETHER)):
                    yield pa.RecordBatch.from_pylist(some, schema=self.schema)


JOB = Job(
    writes=bronze.REKORDBOX_TRACKS,
    reads=(landing.REKORDBOX,),
    transform=rekordbox_tracks,
)

if __name__ == "__main__":
    JOB.main()

"""Bronze: audio files by their content, probed where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyspark.sql import DataFrame, Window, functions as F

from lib.audio.files import file_row
from lib.audio.stage import Row, each_file
from lib.audio.store import AudioStore
from lib.job import Job
from schemas import bronze, landing


def audio_files(lines: DataFrame, *, root: str) -> DataFrame:
    """One row a file by its content, of the last that was landed of each path.

    Args:
        lines: landed lines, see `lib.audio.intake`.
        root: where the audio store lies, which keeps what decoding told.
    """
    told = F.from_json("document", "path STRING, sha256 STRING, at STRING")
    newest = Window.partitionBy("told.path").orderBy(F.col("told.at").desc(), "document")
    files = (
        lines.filter(F.trim("document") != "")
        .select("document", told.alias("told"))
        .withColumn("nth", F.row_number().over(newest))
        .filter("nth = 1")
        .groupBy(F.col("told.sha256").alias("audio_id"))
        .agg(F.sort_array(F.collect_list("document")).alias("documents"))
    )

    def rows(file: Row) -> Iterator[dict[str, Any]]:
        yield file_row(file["audio_id"], file["documents"], AudioStore(root))

    return each_file(files, rows, f"{_nullable()}, failure STRING")


def _nullable() -> str:
    """The table's columns; those of a file that cannot be decoded are NULL."""
    return ", ".join(f"{column.name} {column.type}" for column in bronze.AUDIO_FILES.fields)


JOB = Job(
    writes=bronze.AUDIO_FILES,
    reads=(landing.AUDIO_FILES,),
    transform=audio_files,
    settings={"root": "audio"},
)

if __name__ == "__main__":
    JOB.main()

"""Landed files as DataFrames, still as their source wrote them."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession, functions as F

from lib import landing
from schemas.landing import Landing

_DOCUMENTS = "document STRING, source_file STRING, user_id STRING"


def read_landing(spark: SparkSession, kind: Landing, folder: str) -> DataFrame:
    """All landed files of a kind.

    Returns:
        For JSON one row a file: `document` (its text), `source_file`, `user_id`. For CSV one row a
        record: its columns as text, named by the header, and `source_file`. A file without a
        column has NULL there.
    """
    files = landing.landed_files(Path(folder).parent, kind)
    if kind.format == "csv":
        return _read_csv(spark, files)
    frames = [
        spark.read.text(_literal(place), wholetext=True).select(
            F.regexp_replace("value", "^\ufeff", "").alias("document"),
            F.col("_metadata.file_name").alias("source_file"),
            F.lit(landing.user_of(place.name)).alias("user_id"),
        )
        for place in sorted({file.parent for file in files})
    ]
    return _union(frames) if frames else spark.createDataFrame([], _DOCUMENTS)


def _read_csv(spark: SparkSession, files: list[Path]) -> DataFrame:
    # Kaggle doubles a quote inside quotes and leaves backslashes as they are.
    options = {"header": "true", "quote": '"', "escape": '"', "multiLine": "false"}
    frames = []
    for file in files:
        multiline = "true" if _has_breaks_in_quotes(file) else "false"
        reader = spark.read.options(**(options | {"multiLine": multiline}))
        frame = reader.csv(_literal(file))
        frame = frame.toDF(*[name.strip().lstrip("\ufeff").lower() for name in frame.columns])
        frames.append(frame.withColumn("source_file", F.lit(file.name)))
    return _union(frames) if frames else spark.createDataFrame([], "source_file STRING")


def _has_breaks_in_quotes(file: Path) -> bool:
    """Whether a record goes over a line's end: then the file cannot be split between tasks."""
    inside = False
    with file.open("rb") as lines:
        for line in lines:
            inside ^= line.count(b'"') % 2 == 1
            if inside:
                return True
    return False


def _literal(path: Path) -> str:
    """A path in which Hadoop reads no wildcard."""
    text = str(path)
    for sign in "\\{}[]*?":
        text = text.replace(sign, f"\\{sign}")
    return text


def _union(frames: list[DataFrame]) -> DataFrame:
    return reduce(lambda all_, one: all_.unionByName(one, allowMissingColumns=True), frames)

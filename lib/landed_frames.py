"""Landed files as DataFrames, still as their source wrote them."""

from __future__ import annotations

from functools import reduce
from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame, DataFrameReader, SparkSession, functions as F

from lib import landing
from lib.errors import InputError
from lib.no_rows import no_rows
from lib.recognise import HEAD_BYTES
from lib.sources import lastfm
from lib.sources.lastfm import Layout
from schemas.landing import LASTFM, Landing

_DOCUMENTS = "document STRING, source_file STRING, user_id STRING"
_RECORDS = "source_file STRING, user_id STRING"


def read_landing(spark: SparkSession, kind: Landing, folder: str) -> DataFrame:
    """All landed files of a kind.

    Returns:
        One row a file for JSON, and one a line for JSON Lines: `document` (the text),
        `source_file`, `user_id`. For XML one row a file: `path`, which all machines see,
        `source_file`, `user_id`. For CSV one row a record: its columns as text, named by the
        header, `source_file` and, where the kind is personal, `user_id`. A file without a column
        has NULL there.

    Raises:
        InputError: a file in the folder is not of its kind.
    """
    files = landing.landed_files(Path(folder).parent, kind)
    if kind.format == "csv":
        return _read_scrobbles(spark, files) if kind == LASTFM else _read_csv(spark, files)
    if kind.format == "xml":
        told = {
            "path": [str(file) for file in files],
            "source_file": [file.name for file in files],
            "user_id": [landing.user_of(file.parent.name) for file in files],
        }
        # By Arrow it is a local relation: Spark takes no job to find it empty.
        return spark.createDataFrame(
            pa.table({name: pa.array(values, pa.string()) for name, values in told.items()})
        )
    wholetext = kind.format == "json"
    frames = [
        spark.read.text(_literal(place), wholetext=wholetext).select(
            F.regexp_replace("value", "^\ufeff", "").alias("document"),
            F.col("_metadata.file_name").alias("source_file"),
            F.lit(landing.user_of(place.name)).alias("user_id"),
        )
        for place in sorted({file.parent for file in files})
    ]
    return _union(frames) if frames else no_rows(spark, _DOCUMENTS)


def _read_csv(spark: SparkSession, files: list[Path]) -> DataFrame:
    frames = []
    for file in files:
        frame = _csv_reader(spark, [file]).options(header="true").csv(_literal(file))
        frame = frame.toDF(*[name.strip().lstrip("\ufeff").lower() for name in frame.columns])
        frames.append(frame.withColumn("source_file", F.lit(file.name)))
    return _union(frames) if frames else no_rows(spark, "source_file STRING")


def _read_scrobbles(spark: SparkSession, files: list[Path]) -> DataFrame:
    """Last.fm's files: those of one listener that are written alike are read as one."""
    alike: dict[tuple[Path, Layout], list[Path]] = {}
    for file in files:
        with file.open("rb") as stream:
            layout = lastfm.layout_of(stream.read(HEAD_BYTES))
        if layout is None:
            raise InputError(f"{file}: no scrobbles of Last.fm (any more): delete it there")
        alike.setdefault((file.parent, layout), []).append(file)
    frames = [
        _csv_reader(spark, group)
        .options(header=str(layout.header).lower(), sep=layout.delimiter)
        .schema(", ".join(f"`{name}` STRING" for name in layout.columns))
        .csv([_literal(file) for file in group])
        .withColumns(
            {
                "source_file": F.col("_metadata.file_name"),
                "user_id": F.lit(landing.user_of(place.name)),
            }
        )
        for (place, layout), group in sorted(alike.items(), key=lambda each: each[1])
    ]
    return _union(frames) if frames else no_rows(spark, _RECORDS)


def _csv_reader(spark: SparkSession, files: list[Path]) -> DataFrameReader:
    # A quote inside quotes is doubled, and a backslash is one.
    multiline = str(any(map(_has_breaks_in_quotes, files))).lower()
    return spark.read.options(quote='"', escape='"', multiLine=multiline)


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

"""Bronze: the rows of the Kaggle Spotify Tracks dataset, in whichever copy it circulates."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.delta import Upsert
from lib.job import Job
from lib.no_rows import no_rows
from schemas import bronze, landing

_NAMES = ("artists", "album_name", "track_name")
#: What 0 stands for where the dataset does not know.
_ZERO_IS_UNKNOWN = ("tempo", "time_signature")


def kaggle_tracks(records: DataFrame) -> DataFrame:
    """Typed rows, each (track, genre) once.

    Args:
        records: the CSV's columns as text, in any order, with or without the index column.

    Returns:
        The table's columns, and `raw`, the record as JSON. Of copies that differ, the row of the
        most popular is kept, ties broken by a hash of the rows' text, so that the order of files
        is all one.
    """
    declared = [column for column in bronze.KAGGLE_TRACKS.fields if column.name in records.columns]
    if not declared:
        return no_rows(records.sparkSession, f"{bronze.KAGGLE_TRACKS.ddl}, raw STRING")
    names = [column.name for column in declared]
    text = F.xxhash64(*names)
    # Records without their key are told apart by their text: each goes to quarantine.
    keyless = F.when(F.coalesce("track_id", F.lit("")) == "", text)
    once = Window.partitionBy("track_id", "track_genre", keyless).orderBy(
        F.col("popularity").try_cast("double").desc_nulls_last(), text
    )
    raw = F.to_json(F.struct(*names), {"ignoreNullFields": "false"}).alias("raw")
    typed = [_typed(column.name, column.type).alias(column.name) for column in declared]
    return (
        records.select(*names)
        .withColumn("nth", F.row_number().over(once))
        .filter("nth = 1")
        .select(*typed, raw)
    )


def _typed(name: str, kind: str) -> Column:
    told = F.trim(name)
    if name in _NAMES:  # blanks around a name are part of it
        return F.when(_is_nameless() | (told == ""), None).otherwise(F.col(name))
    if kind == "STRING":
        return F.nullif(told, F.lit(""))
    # Some tools write whole numbers with a decimal point once a column holds a gap.
    number = told.try_cast("double") if kind in ("INT", "BIGINT") else told
    value = number.try_cast(kind)
    return F.nullif(value, F.lit(0).cast(kind)) if name in _ZERO_IS_UNKNOWN else value


def _is_nameless() -> Column:
    """A record whose names are all missing; only then is NA a gap and not a name."""
    gap = F.lit(True)
    for name in _NAMES:
        gap &= F.coalesce(F.upper(F.trim(name)), F.lit("")).isin("", "NA", "NAN", "NULL", "N/A")
    return gap


JOB = Job(
    writes=bronze.KAGGLE_TRACKS,
    reads=(landing.KAGGLE,),
    transform=kaggle_tracks,
    mode=Upsert(),
)

if __name__ == "__main__":
    JOB.main()

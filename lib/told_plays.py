"""Columns of bronze.plays, from however a source writes them."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, functions as F

from lib.sources import lastfm
from schemas import bronze

#: Epoch numbers beyond this are milliseconds: as seconds they would be in the year 5138.
_MOST_SECONDS = 100_000_000_000


def as_told(rows: DataFrame, **columns: Column) -> DataFrame:
    """The rows with these columns, and NULL for what their source does not tell."""
    kinds = {column.name: column.type for column in bronze.PLAYS.fields}
    kinds |= {"ms_played_raw": "STRING", "raw": "STRING", "is_podcast": "BOOLEAN"}
    given = {name: F.col(name) for name in ("user_id", "source_file", "raw")}
    given |= {"is_podcast": F.lit(False)} | columns
    return rows.select(
        *[
            given.get(name, F.lit(None)).cast(kind).alias(name)
            for name, kind in kinds.items()
            if name not in ("play_id", "landed_at")
        ]
    )


def named(text: Column) -> Column:
    """The text, NULL where it is empty."""
    return F.when(F.trim(text) != "", text)


def time_as_written(text: Column) -> Column:
    """A time as `lastfm` says it may be written; NULL where it cannot be read."""
    day_first = F.lit("d MMM yyyy[,] H:mm[:ss]")
    return F.coalesce(
        F.when(text.rlike(f"^{lastfm.EPOCH}$"), epoch(text)),
        F.when(text.rlike(f"^{lastfm.ISO}$"), F.try_to_timestamp(text)),
        F.when(text.rlike(f"^{lastfm.DAY_FIRST}$"), F.try_to_timestamp(text, day_first)),
    )


def epoch(text: Column) -> Column:
    """The time that a number of seconds or milliseconds since 1970 stands for."""
    number = text.try_cast("double")
    milliseconds = F.when(F.abs(number) < _MOST_SECONDS, number * 1000).otherwise(number)
    in_range = F.when(F.abs(milliseconds) < _MOST_SECONDS * 1000, milliseconds)
    return F.timestamp_millis(F.round(in_range).cast("bigint"))


def whole(text: Column, times: int = 1) -> Column:
    """The whole number that is so many times the one written; NULL where none is."""
    return F.round(text.try_cast("double") * times).try_cast("bigint")


def uuid(text: Column) -> Column:
    """The MusicBrainz id in lower case; NULL where it is none."""
    told = F.lower(F.trim(text))
    return F.when(told.rlike("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"), told)


def isrc(text: Column) -> Column:
    """The ISRC without hyphens and in upper case; NULL where it is none."""
    plain = F.upper(F.regexp_replace(text, "[-\\s]", ""))
    return F.when(plain.rlike("^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$"), plain)


def spotify_id(url: Column) -> Column:
    """The track id in a Spotify URL or URI, which may also be the bare id."""
    found = F.regexp_extract(url, r"^(?:.*spotify.*track[/:])?([0-9A-Za-z]{22})(?:\?.*)?$", 1)
    return F.nullif(found, F.lit(""))

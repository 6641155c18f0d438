"""What a person's own audio files and Rekordbox collection tell of songs."""

from __future__ import annotations

import unicodedata

from pyspark.sql import Column, DataFrame, Window, functions as F

#: Whose music it is where nobody says; such names link nothing (see lib/identity.NOBODY).
UNKNOWN_ARTIST = "Unknown artist"

#: "Artist - Title", as titles without an artist's field often are.
_BOTH = r"^(.+?)\s+[-–—]\s+(.+)$"


def audio_tellings(audio_files: DataFrame) -> DataFrame:
    """What files tell by their manifest, tags or names.

    Args:
        audio_files: bronze.audio_files.

    Returns:
        Its rows with `artist_name` and `track_name`, neither NULL, and `duration_ms`.
    """
    stem = F.regexp_replace("file_name", r"\.[^.]*$", "")
    return audio_files.withColumns(
        {
            "track_name": F.coalesce("title", stem),
            "artist_name": F.coalesce("artist_name", F.lit(UNKNOWN_ARTIST)),
            "duration_ms": F.round(F.col("duration_s") * 1000).cast("bigint"),
        }
    )


def rekordbox_tellings(rekordbox_tracks: DataFrame, audio_files: DataFrame) -> DataFrame:
    """What collections tell, with the audio file that lies where a track does.

    Args:
        rekordbox_tracks: bronze.rekordbox_tracks.
        audio_files: bronze.audio_files.

    Returns:
        Its rows that have a title, with `artist_name` and `track_name`, neither NULL, and
        `audio_id`, NULL where no file is found.
    """
    both = F.col("title").rlike(_BOTH) & F.col("artist_name").isNull()
    told = rekordbox_tracks.filter("title IS NOT NULL").withColumns(
        {
            "track_name": F.when(both, F.regexp_extract("title", _BOTH, 2)).otherwise(
                F.col("title")
            ),
            "artist_name": F.when(both, F.regexp_extract("title", _BOTH, 1)).otherwise(
                F.coalesce("artist_name", F.lit(UNKNOWN_ARTIST))
            ),
        }
    )
    found = files_of(rekordbox_tracks, audio_files)
    return told.join(found, on=["user_id", "location"], how="left")


def files_of(rekordbox_tracks: DataFrame, audio_files: DataFrame) -> DataFrame:
    """The audio file of each track, by where it lies.

    A collection may have been exported on another machine or before a disk was mounted elsewhere:
    of files with a track's file name, that is it whose path ends like the track's for longest, if
    by a folder at least or in a file of the same size, and no other file does as well.

    Args:
        rekordbox_tracks: bronze.rekordbox_tracks.
        audio_files: bronze.audio_files.

    Returns:
        `user_id`, `location`, `audio_id`.
    """
    as_key = F.udf(_path_key, useArrow=False)
    paths = F.explode(F.concat(F.array("path"), F.coalesce("other_paths", F.array())))
    files = _reversed(
        audio_files.select("audio_id", F.col("size_bytes").alias("bytes"), paths.alias("at")),
        as_key("at"), "file_parts",
    )  # fmt: skip
    tracks = _reversed(
        rekordbox_tracks.select("user_id", "location", "size_bytes"), as_key("location"), "parts"
    )
    same_size = F.coalesce(F.col("size_bytes") == F.col("bytes"), F.lit(False))
    rank = F.struct(_common("parts", "file_parts").alias("common"), same_size.alias("same_size"))
    each = (
        tracks.join(files, on="name", how="inner")
        .withColumn("rank", rank)
        .groupBy("user_id", "location", "audio_id")
        .agg(F.max("rank").alias("rank"))
    )
    of_track = Window.partitionBy("user_id", "location")
    best = F.max("rank").over(of_track)
    return (
        each.withColumn("best", best)
        .filter("rank = best AND (rank.common > 1 OR rank.same_size)")
        .groupBy("user_id", "location")
        .agg(F.min("audio_id").alias("audio_id"), F.count(F.lit(1)).alias("files"))
        .filter("files = 1")
        .select("user_id", "location", "audio_id")
    )


def told_of_files(rekordbox_tracks: DataFrame, audio_files: DataFrame) -> DataFrame:
    """What collections tell of the sound of audio files.

    Args:
        rekordbox_tracks: bronze.rekordbox_tracks.
        audio_files: bronze.audio_files.

    Returns:
        `audio_id`, `key`, `mode` and the beat grid; of several tracks of a file, of that with a
        grid that is most played.
    """
    grid = [name for name in rekordbox_tracks.columns if name.startswith("grid_")]
    order = F.struct(
        F.coalesce(F.size("grid_starts_s"), F.lit(0)) < 1, -F.coalesce("play_count", F.lit(0)),
        "location", "user_id",
    )  # fmt: skip
    told = F.struct("key", "mode", *grid)
    return (
        rekordbox_tracks.join(
            files_of(rekordbox_tracks, audio_files), on=["user_id", "location"], how="inner"
        )
        .groupBy("audio_id")
        .agg(F.min_by(told, order).alias("told"))
        .select("audio_id", "told.*")
    )


def _reversed(rows: DataFrame, key: Column, parts: str) -> DataFrame:
    """Adds a path's parts, its last first, and that last one as `name`."""
    return rows.withColumn(parts, F.reverse(F.split(key, "/"))).withColumn(
        "name", F.get(parts, F.lit(0))
    )


def _common(one: str, other: str) -> Column:
    """How many parts two paths have in common at their ends."""
    same = F.zip_with(one, other, lambda a, b: a.eqNullSafe(b))
    # Of paths that are equal, no place is told: all of it is common.
    first_other = F.nullif(F.array_position(same, F.lit(False)), F.lit(0))
    return F.coalesce(first_other - 1, F.size(one).cast("bigint"))


def _path_key(path: str) -> str:
    """A path in one spelling: file systems differ in case and in how they write accents."""
    return unicodedata.normalize("NFC", path).replace("\\", "/").casefold().strip("/")

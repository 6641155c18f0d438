"""Silver: beat-synced loops of separated files, of the mix and of each stem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyspark.sql import DataFrame, functions as F

from lib.audio.encode import Format
from lib.audio.segments import LoopSettings, segment_rows
from lib.audio.stage import Row, each_file
from lib.audio.store import AudioStore
from lib.job import Job
from lib.own_music import told_of_files
from schemas import bronze, silver


def segments(
    stems: DataFrame,
    audio_files: DataFrame,
    audio_analysis: DataFrame,
    rekordbox_tracks: DataFrame,
    *,
    root: str,
    form: Format,
    how: Mapping[str, Any],
) -> DataFrame:
    """One row a loop of each stem, and of the mix that it came from.

    Args:
        stems: silver.stems.
        audio_files: bronze.audio_files.
        audio_analysis: silver.audio_analysis, whose beats the loops are cut at,
        rekordbox_tracks: bronze.rekordbox_tracks, unless a file's beat grid is told there.
        root: where the audio store lies.
        form: `flac` or `wav`.
        how: the section `segments` of the settings.
    """
    separated = stems.filter("path IS NOT NULL").select(
        "audio_id", "engine", "stem_count", "stem", "path"
    )
    mixes = audio_files.join(
        separated.select("audio_id").distinct(), on="audio_id", how="left_semi"
    ).select(
        "audio_id",
        F.lit("mix").alias("engine"),
        F.lit(1).alias("stem_count"),
        F.lit("mix").alias("stem"),
        "path",
    )
    files = _files(audio_files, audio_analysis, rekordbox_tracks)
    sources = separated.unionByName(mixes).join(files, on="audio_id", how="left")
    settings, store = LoopSettings(**how, form=form), AudioStore(root)

    def rows(source: Row) -> Iterator[dict[str, Any]]:
        return segment_rows(source, settings, store)

    nullable = ", ".join(f"{column.name} {column.type}" for column in silver.SEGMENTS.fields)
    return each_file(sources, rows, f"{nullable}, lacks STRING")


def _files(
    audio_files: DataFrame, audio_analysis: DataFrame, rekordbox_tracks: DataFrame
) -> DataFrame:
    """Each file's name, beats and key: of the key, first what Rekordbox tells."""
    told = told_of_files(rekordbox_tracks, audio_files)
    grids = told.withColumn("told_key", F.struct("key", "mode")).drop("key", "mode")
    measured = audio_analysis.select(
        "audio_id", "tempo", "beats", "first_downbeat", F.struct("key", "mode").alias("heard_key")
    )
    key = F.when(F.col("told_key.key").isNotNull(), F.col("told_key")).otherwise(F.col("heard_key"))
    return (
        audio_files.select("audio_id", "title", "artist_name", "duration_s", "bits")
        .join(measured, on="audio_id", how="left")
        .join(grids, on="audio_id", how="left")
        .select("*", key["key"].alias("key"), key["mode"].alias("mode"))
        .drop("told_key", "heard_key")
    )


JOB = Job(
    writes=silver.SEGMENTS,
    reads=(silver.STEMS, bronze.AUDIO_FILES, silver.AUDIO_ANALYSIS, bronze.REKORDBOX_TRACKS),
    transform=segments,
    settings={"root": "audio", "form": "stems.format", "how": "segments"},
)

if __name__ == "__main__":
    JOB.main()

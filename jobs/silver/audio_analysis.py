"""Silver: tempo, beats, key, loudness and more, measured in audio files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyspark.sql import DataFrame

from lib.audio.stage import Row, each_file
from lib.audio.store import AudioStore
from lib.job import Job
from schemas import bronze, silver


def audio_analysis(files: DataFrame, *, root: str) -> DataFrame:
    """One row a file, measured unless the audio store has its measures.

    Args:
        files: bronze.audio_files.
        root: where the audio store lies.
    """
    from lib.audio.measures import measures  # takes half a second, and most runs measure nothing

    def rows(file: Row) -> Iterator[dict[str, Any]]:
        yield measures(file["audio_id"], file["path"], AudioStore(root))

    return each_file(files.select("audio_id", "path"), rows, silver.AUDIO_ANALYSIS.ddl)


JOB = Job(
    writes=silver.AUDIO_ANALYSIS,
    reads=(bronze.AUDIO_FILES,),
    transform=audio_analysis,
    settings={"root": "audio"},
)

if __name__ == "__main__":
    JOB.main()

"""Silver: the stems of audio files, by the engines that were asked for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, functions as F

from lib.audio.encode import Format
from lib.audio.separation.engines import engine_or_lack
from lib.audio.stage import Row, each_file
from lib.audio.stems import stem_rows
from lib.audio.store import AudioStore
from lib.job import Job
from schemas import bronze, landing, silver


def stems(
    lines: DataFrame,
    audio_files: DataFrame,
    *,
    root: str,
    form: Format,
    models: str | None,
    model_url: str,
) -> DataFrame:
    """One row a stem of each file, engine and number of stems that was asked for.

    Args:
        lines: landed lines, see `apps.separate`.
        audio_files: bronze.audio_files.
        root: where the audio store lies.
        form: `flac` or `wav`.
        models: where Spleeter's models lie; by default in the audio store.
        model_url: where they are published.

    Returns:
        One that cannot be had has rows that say why, unless its stems were made before.
    """
    told = F.from_json("document", "audio_id STRING, engine STRING, stems INT").alias("told")
    asked = lines.filter(F.trim("document") != "").select(told).select("told.*").distinct()
    files = asked.join(audio_files, on="audio_id", how="inner").select(
        "audio_id", "engine", "stems", "path", "size_bytes"
    )
    engines = files.select("engine", "stems").distinct().collect()  # as many as there are choices
    models = models or str(Path(root) / "models")
    ready = {
        (row["engine"], row["stems"]): engine_or_lack(
            row["engine"], row["stems"], Path(models), model_url
        )
        for row in engines
    }
    store = AudioStore(root)

    def rows(file: Row) -> Iterator[dict[str, Any]]:
        return stem_rows(file, ready[file["engine"], file["stems"]], store, form)

    return each_file(files, rows, silver.STEMS.ddl)


JOB = Job(
    writes=silver.STEMS,
    reads=(landing.SEPARATIONS, bronze.AUDIO_FILES),
    transform=stems,
    settings={
        "root": "audio",
        "form": "stems.format",
        "models": "stems.models",
        "model_url": "stems.model_url",
    },
)

if __name__ == "__main__":
    JOB.main()

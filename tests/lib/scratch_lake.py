"""A lake in a temporary folder: land rows or files, run the jobs, ask the tables."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

import jobs
from lib import lake
from lib.ingest import FileReport, ingest
from lib.pipeline import Report
from lib.places import Places
from lib.settings import load_settings

EXTENDED = {
    "ts": "2024-03-01T20:00:00Z",
    "ms_played": 180_000,
    "spotify_track_uri": "spotify:track:0000000000000000000001",
    "master_metadata_track_name": "A title",
    "master_metadata_album_artist_name": "An artist",
    "master_metadata_album_album_name": "An album",
    "reason_start": "trackdone",
    "reason_end": "trackdone",
    "shuffle": False,
    "skipped": False,
    "offline": False,
    "incognito_mode": False,
}
"""A row of Spotify's extended export; tests write what is told otherwise: EXTENDED | {…}."""


@dataclass(frozen=True)
class ScratchLake:
    """A lake of a test's own.

    Attributes:
        spark: the tests' session.
        folder: holds landing/ and lake/.
        flags: dotted setting names to values.
    """

    spark: SparkSession
    folder: Path
    flags: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def places(self) -> Places:
        small = {"data": self.folder, "spark.jobs_at_once": 2}
        return Places(load_settings({**small, **self.flags})[0])

    def under(self, **settings: Any) -> ScratchLake:
        """The same lake under other settings; two underscores stand for the dot in a name."""
        told = {name.replace("__", "."): value for name, value in settings.items()}
        return ScratchLake(self.spark, self.folder, {**self.flags, **told})

    def ingest(self, *paths: Path, user: str | None = None) -> list[FileReport]:
        return ingest(paths, self.places.settings.landing, user)

    def land(
        self, rows: Sequence[Any], user: str | None = None, name: str = "Streaming_History_Audio"
    ) -> FileReport:
        """Lands rows as one JSON file, by default of an extended export."""
        file = self.folder / "inputs" / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(list(rows)), encoding="utf-8")
        (report,) = self.ingest(file, user=user)
        return report

    def run(self, *tables: str, full_refresh: bool = False) -> Report:
        """Runs the jobs of these tables and of all they are made from; without any, all jobs."""
        pipeline = jobs.pipeline()
        selected = pipeline.select(tables)
        return pipeline.run(self.places, selected, self.spark, full_refresh=full_refresh)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return lake.rows(self.places, sql)

    def copied_to(self, folder: Path) -> ScratchLake:
        """The same landing and tables in another folder, to be run on without harm to these."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return ScratchLake(self.spark, folder, self.flags)

"""The real inputs as plain Python reads them, and one lake of them, built once for all tests."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scratch_lake import ScratchLake

from lib.ingest import FileReport
from lib.pipeline import Report

ME, OTHER = "me", "other"
#: What tests look at; similar songs and mixes of the whole catalogue are benchmarks' to measure.
LOOKED_AT = (
    "gold.mood_clusters", "gold.dataset_summary", "gold.temporal_patterns",
    "gold.wellbeing_indicators",
)  # fmt: skip


@dataclass(frozen=True)
class Files:
    """What the real files hold, read by nothing of Songlake's."""

    kaggle: list[dict[str, str]]
    extended: list[dict[str, Any]]
    basic: list[dict[str, Any]]
    library_names: set[tuple[str, str]]

    @property
    def catalogue(self) -> list[dict[str, str]]:
        """Kaggle's rows but for the index and the row of nulls, exact repeats once."""
        told = {tuple(row.items())[1:] for row in self.kaggle if row["artists"]}
        return [dict(row) for row in told]

    @property
    def track_plays(self) -> list[dict[str, Any]]:
        """The extended export's plays of tracks, exact repeats once."""
        told = {json.dumps(row) for row in self.extended if row["spotify_track_uri"]}
        return [json.loads(row) for row in told]


@pytest.fixture(scope="session")
def files(shared_data: Path) -> Files:
    with (shared_data / "kaggle" / "dataset.csv").open(encoding="utf-8", newline="") as text:
        kaggle = list(csv.DictReader(text))
    basic = shared_data / "spotify_basic_export"
    saved = json.loads((basic / "YourLibrary_tracks.json").read_bytes())["tracks"]
    names = {(row["artist"], row["track"]) for row in saved if row["uri"]}
    for playlist in json.loads((basic / "Playlist_tracks.json").read_bytes()):
        tracks = [item["track"] for item in playlist["items"] if item.get("track")]
        names |= {(row["artistName"], row["trackName"]) for row in tracks if row["trackUri"]}
    return Files(
        kaggle,
        rows_in(shared_data.glob("spotify_extended_export/*.json")),
        rows_in(basic.glob("StreamingHistory*.json")),
        names,
    )


def rows_in(paths: Iterable[Path]) -> list[dict[str, Any]]:
    return [row for path in sorted(paths) for row in json.loads(path.read_bytes())]


@dataclass(frozen=True)
class Built:
    """A lake after its first run."""

    lake: ScratchLake
    reports: dict[str, list[FileReport]]
    run: Report

    def rows(self, sql: str) -> list[dict[str, Any]]:
        return self.lake.rows(sql)

    def count(self, sql: str) -> int:
        ((count,),) = [tuple(row.values()) for row in self.rows(f"SELECT count(*) {sql}")]
        return int(count)


@pytest.fixture(scope="session")
def real(
    shared_data: Path,
    make_lake: Callable[..., ScratchLake],
    tmp_path_factory: pytest.TempPathFactory,
) -> Built:
    """One lake of the catalogue and of both exports, each a listener's."""
    lake = make_lake(tmp_path_factory.mktemp("real"))
    reports = {
        "kaggle": lake.ingest(shared_data / "kaggle"),
        "extended": lake.ingest(shared_data / "spotify_extended_export", user=ME),
        "basic": lake.ingest(shared_data / "spotify_basic_export", user=OTHER),
    }
    run = lake.run(*LOOKED_AT)
    assert run.ok, run
    print("seconds of the first run:", {step.table: step.seconds for step in run.steps.values()})
    return Built(lake, reports, run)

"""silver.stems and silver.segments: what was asked for, made by Spark's workers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from scratch_lake import ScratchLake

from lib.audio.asked import land_separations, meant
from tests.audio_songs import Plan, sing, write
from tests.lib.ingest_samples import write as write_file
from tests.lib.rekordbox_samples import TRACK, collection


@pytest.fixture
def music(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    write(folder / "Band - Fits.wav", sing(Plan(tempo=120, seconds=8)))
    write(folder / "Band - Too short.wav", sing(Plan(seconds=2)))
    nine = np.random.default_rng(0).normal(0, 0.1, (4_000, 9))
    soundfile.write(folder / "Band - Nine channels.wav", nine, 8_000)  # FLAC holds eight
    write(folder / "Band - Not asked for.wav", sing(Plan(seconds=1)))
    return folder


#: A DJ's own words of a file, at two places: the second time with a beat grid.
IN_REKORDBOX = [
    TRACK | {"Name": "Fits", "Tonality": "C", "Location": "file://localhost/D:/music/Band%20-%20Fits.wav"},
    TRACK | {"Name": "Fits", "Tonality": "3B", "TrackID": "2",
             "Location": "file://localhost/E:/music/Band%20-%20Fits.wav",
             "TEMPO": [{"Inizio": "1.250", "Bpm": "120.00", "Metro": "4/4", "Battito": "1"}]},
]  # fmt: skip


def test_stems_and_loops_of_what_was_asked_for(
    lake: ScratchLake, music: Path, tmp_path: Path
) -> None:
    lake = lake.under(segments__beats=8)
    landing = lake.places.settings.landing
    lake.ingest(music, write_file(tmp_path / "rekordbox.xml", collection(*IN_REKORDBOX)))
    for name in ("fits", "too short", "nine channels"):
        (audio_id,) = meant(landing, [f"band {name}"])
        land_separations(landing, [(audio_id, "builtin", 4)])
        land_separations(landing, [(audio_id, "builtin", 4), (audio_id, "builtin", 2)])
    land_separations(landing, [("f" * 64, "builtin", 4)])  # no such file: bronze says why
    report = lake.run("silver.segments")
    assert report.ok, report

    stems = lake.rows(
        "SELECT title, stem_count, stem, s.path, failure FROM silver.stems AS s "
        "JOIN bronze.audio_files USING (audio_id)"
    )
    assert len(stems) == 3 * (4 + 2)
    failed = {row["title"] for row in stems if row["failure"]}
    assert failed == {"Nine channels"}
    assert all(Path(row["path"]).is_file() for row in stems if not row["failure"])

    loops = lake.rows(
        "SELECT title, engine, stem_count, stem, number, s.* FROM silver.segments AS s "
        "JOIN bronze.audio_files USING (audio_id)"
    )
    assert {row["title"] for row in loops} == {"Fits"}
    numbers = {row["number"] for row in loops}
    assert {(row["engine"], row["stem_count"], row["stem"], row["number"]) for row in loops} == {
        (engine, count, stem, number)
        for engine, count, names in (
            ("mix", 1, ("mix",)),
            ("builtin", 2, ("vocals", "accompaniment")),
            ("builtin", 4, ("vocals", "drums", "bass", "other")),
        )
        for stem in names
        for number in numbers
    }
    for row in loops:
        assert soundfile.info(row["path"]).frames == row["samples"]
        told = (row["tempo"], row["beats_from"], row["camelot"])
        assert told == (120, "rekordbox", "3B")
    assert min(row["start_s"] for row in loops) == pytest.approx(1.25, abs=1e-4)
    (skipped,) = lake.rows(
        "SELECT broken FROM ops.quality_results "
        "WHERE table_name = 'silver.segments' AND rule = 'long_enough'"
    )
    assert skipped["broken"] == 1

    made = {path: path.stat().st_mtime_ns for path in Path(lake.places.audio).rglob("*.flac")}
    assert lake.run("silver.segments", full_refresh=True).ok
    assert made == {path: path.stat().st_mtime_ns for path in made}

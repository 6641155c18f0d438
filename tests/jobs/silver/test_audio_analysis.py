"""silver.audio_analysis: a row a file, measured on the executors and kept in the audio store."""

from __future__ import annotations

from pathlib import Path

import pytest
from scratch_lake import ScratchLake

from tests.audio_songs import Plan, sing, write


def test_files_are_measured_once(lake: ScratchLake, tmp_path: Path) -> None:
    music = tmp_path / "music"
    for tempo in (100.0, 120.0):
        write(
            music / f"{tempo:.0f}.flac",
            sing(Plan(tempo=tempo, timbre="piano", pattern="rock", seconds=8.0)),
        )
    write(music / "short.flac", sing(Plan(seconds=0.3)))
    lake.ingest(music)
    lake.run("silver.audio_analysis")
    ask = """
        SELECT f.file_name, a.* FROM silver.audio_analysis a
        JOIN bronze.audio_files f USING (audio_id) ORDER BY 1
    """
    rows = lake.rows(ask)
    assert [row["file_name"] for row in rows] == ["100.flac", "120.flac", "short.flac"]
    assert [row["tempo"] for row in rows[:2]] == pytest.approx([100.0, 120.0], rel=0.01)
    assert len(rows[1]["beats"]) == pytest.approx(16, abs=1)
    assert rows[2]["tempo"] is None
    assert "less than 1 s" in rows[2]["failure"]

    kept = {path: path.stat().st_mtime_ns for path in lake.places.audio.rglob("result.json")}
    assert len(kept) == 2 * 3
    lake.run("silver.audio_analysis", full_refresh=True)
    assert lake.rows(ask) == rows
    assert kept == {
        path: path.stat().st_mtime_ns for path in lake.places.audio.rglob("result.json")
    }

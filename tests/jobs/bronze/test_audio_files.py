"""bronze.audio_files: a row a file by content, and broken ones in quarantine with the reason."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from scratch_lake import ScratchLake

from tests.audio_odd import odd_files
from tests.audio_songs import Plan, sing, write


@pytest.fixture
def music(tmp_path: Path) -> Path:
    return tmp_path / "music"


def test_files_are_rows_and_broken_ones_are_told_why(lake: ScratchLake, music: Path) -> None:
    odd = odd_files(music / "odd")
    song = write(music / "b" / "An artist - A title.flac", sing(Plan(seconds=2.0)))
    (music / "a").mkdir()
    copy = shutil.copy(song, music / "a" / "copy.flac")
    (music / "manifest.csv").write_text(
        "path,title,isrc,track_id\n"
        "odd/mono.wav,Mono,US-RC1-76-07839,spotify:track:0000000000000000000001\n"
        "odd/missing.wav,Missing,,\n"
    )
    lake.ingest(music)
    lake.run("bronze.audio_files")
    rows = {row["file_name"]: row for row in lake.rows("SELECT * FROM bronze.audio_files")}
    assert set(rows) == {
        "copy.flac",
        *(path.name for name, path in odd.items() if not name.startswith("broken")),
    }
    both = rows["copy.flac"]
    assert (both["path"], both["other_paths"]) == (str(copy), [str(song)])
    assert (both["format"], both["duration_s"], both["bits"]) == ("flac", 2.0, 16)
    assert (both["title"], both["named_by"]) == ("copy", "file_name")
    mono = rows["mono.wav"]
    assert (mono["title"], mono["named_by"], mono["channels"]) == ("Mono", "manifest", 1)
    assert (mono["isrc"], mono["track_id"]) == ("USRC17607839", "0000000000000000000001")
    assert rows["fine.flac"]["bits"] == 24
    assert rows["song.m4a"]["codec"] == "aac"
    reasons = {
        Path(raw["path"]).name: raw["failure"]
        for row in lake.rows("SELECT raw FROM ops.quarantine")
        for raw in [json.loads(row["raw"])]
    }
    assert set(reasons) == {p.name for name, p in odd.items() if name.startswith("broken")}
    assert reasons["empty.mp3"] == "an empty file"
    assert "not one sample" in reasons["header.wav"]
    assert all(reasons.values())

    # What is gone keeps its row, for it was decoded once; what is new and gone has none.
    shutil.rmtree(music / "odd")
    lake.ingest(write(music / "c" / "new.wav", sing(Plan(seconds=1.0))))
    lake.run("bronze.audio_files")
    assert len(lake.rows("SELECT * FROM bronze.audio_files")) == len(rows) + 1

"""`songlake dataset`: a lake's songs, stems and mixes in a folder of their own."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from toy_jobs import pour, row, toy_places

from lib.places import Places
from schemas.bronze import AUDIO_FILES, REKORDBOX_TRACKS
from schemas.gold import HARMONIC_PAIRS, PLAYLISTS
from schemas.silver import (
    AUDIO_ANALYSIS,
    COLLECTION_TRACKS,
    SEGMENTS,
    SONG_IDS,
    SONGS,
    STEMS,
    TRACK_FEATURES,
)
from schemas.table import Table
from tests.apps.conftest import Songlake

DJ = {
    SONGS: [{"song_id": "s1", "recording_id": "r1", "title": "A, b", "genres": ["house"]}],
    TRACK_FEATURES: [{"song_id": "s1", "recording_id": "r1", "tempo": 120.5}],
    SONG_IDS: [{"id_type": "audio", "id": "f", "song_id": "s1"}],
    HARMONIC_PAIRS: [
        {"song_id": "s1", "rank": 1, "next_song_id": "s2", "camelot": "8A", "tempo": 121.0}
    ],
    PLAYLISTS: [{"user_id": "me", "playlist": "Lift me", "position": 1, "song_id": "s1"}],
    REKORDBOX_TRACKS: [
        {"location": "C:/1.mp3", "title": "X - A, b", "playlists": ["Sets/Friday", "All"],
         "playlist_positions": [1, 7]},
        {"location": "C:/2.mp3", "title": "B"},
        {"location": "C:/3.mp3", "playlists": ["All"], "playlist_positions": [2]},
    ],
    COLLECTION_TRACKS: [
        {"location": "C:/1.mp3", "title": "A, b", "artist": "X", "song_id": "s1", "audio_id": "f"},
        {"location": "C:/2.mp3", "title": "B", "artist": "Unknown artist"},
    ],
    AUDIO_FILES: [{"audio_id": "f", "path": "/music/f.mp3"}],
    AUDIO_ANALYSIS: [{"audio_id": "f", "key": 3, "beats": [0.5, 1.0]}],
}  # fmt: skip


def lake(folder: Path, *without: Table) -> Places:
    places = toy_places(folder / "data")
    for table, rows in DJ.items():
        if table not in without:
            pour(places.path(table), table, *[row(table, **told) for told in rows])
    return places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A lake with two stems, and a loop of one."""
    places = lake(tmp_path)
    for name in ("drums", "bass", "loop"):
        (tmp_path / f"{name}.flac").write_bytes(name.encode())
    of = {"audio_id": "f", "engine": "builtin", "stem_count": 4}
    stems = [of | {"stem": stem, "path": f"{tmp_path}/{stem}.flac"} for stem in ("drums", "bass")]
    stems.append(of | {"stem": "other", "path": None, "failure": "no"})
    pour(places.path(STEMS), STEMS, *[row(STEMS, **told) for told in stems])
    loop = of | {"stem": "drums", "number": 3, "path": f"{tmp_path}/loop.flac"}
    pour(places.path(SEGMENTS), SEGMENTS, row(SEGMENTS, **loop))
    return places


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_all_of_a_lake_in_a_folder_that_validates(
    songlake: Songlake, places: Places, tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "set"
    built = songlake("dataset", "build", "--out", out, "--data", places.settings.data, "--json")
    assert built.exit_code == 0, built.output
    summary = json.loads((out / "summary.json").read_text())
    assert json.loads(built.stdout) == summary
    assert {name: told["rows"] for name, told in summary["tables"].items()} == {
        "track_metadata_complete.csv": 1, "harmonic_relations.csv": 1, "playlists.csv": 1,
        "rekordbox_playlists.csv": 3, "audio_files.csv": 1, "stems.csv": 2, "segments.csv": 1,
    }  # fmt: skip
    (song,) = rows(out / "track_metadata_complete.csv")
    shown = ("title", "tempo", "genres", "audio_ids", "mix_camelot", "mix_tempo")
    assert [song[name] for name in shown] == ["A, b", "120.5", "house", "f", "8A", "121"]
    stems = {told["file"]: told["song_id"] for told in rows(out / "stems.csv")}
    assert stems == {f"stems/f/builtin-4/{stem}.flac": "s1" for stem in ("drums", "bass")}
    (loop,) = rows(out / "segments.csv")
    assert loop["file"] == "segments/f/builtin-4/drums-003.flac"
    assert (out / loop["file"]).read_bytes() == b"loop"
    listed = [tuple(told.values())[1:7] for told in rows(out / "rekordbox_playlists.csv")]
    assert listed == [
        ("All", "2", "", "", "", ""),
        ("All", "7", "s1", "f", "A, b", "X"),
        ("Sets/Friday", "1", "s1", "f", "A, b", "X"),
    ]
    (file,) = rows(out / "audio_files.csv")
    assert (file["original_path"], file["key"], file["song_id"]) == ("/music/f.mp3", "3", "s1")
    checked = songlake("dataset", "validate", out)
    assert (checked.exit_code, checked.output) == (0, f"{out}: whole: 10 files\n")


def test_what_is_wrong_is_told_and_ends_with_1(
    songlake: Songlake, places: Places, tmp_path: Path
) -> None:
    out = tmp_path / "set"
    assert songlake("dataset", "build", "--out", out, "--data", places.settings.data).exit_code == 0
    (out / "stems/f/builtin-4/bass.flac").unlink()
    told = songlake("dataset", "validate", out)
    assert (told.exit_code, told.stderr.splitlines()[0]) == (
        1, "stems/f/builtin-4/bass.flac: missing",
    )  # fmt: skip
    as_json = songlake("dataset", "validate", out, "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["whole"] is False
    absent = songlake("dataset", "validate", tmp_path)
    assert (absent.exit_code, "no dataset" in absent.output) == (1, True)


def test_a_lake_without_audio_or_stems(songlake: Songlake, tmp_path: Path) -> None:
    places = lake(tmp_path, AUDIO_FILES, AUDIO_ANALYSIS)
    out = tmp_path / "set"
    built = songlake("dataset", "build", "--out", out, "--data", places.settings.data)
    assert built.exit_code == 0, built.output
    assert "stems.csv: left out" in built.output
    summary = json.loads((out / "summary.json").read_text())
    assert summary["left_out"] == ["audio_files.csv", "stems.csv", "segments.csv"]
    assert songlake("dataset", "validate", out).exit_code == 0


def test_a_stem_that_is_gone_leaves_no_dataset(
    songlake: Songlake, places: Places, tmp_path: Path
) -> None:
    (tmp_path / "bass.flac").unlink()
    out = tmp_path / "set"
    told = songlake("dataset", "build", "--out", out, "--data", places.settings.data)
    assert told.exit_code == 1
    assert "bass.flac of silver.stems is not there" in told.output
    assert not out.exists()

"""`songlake export`: tables as files."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet
import pytest
from toy_jobs import pour, row, toy_places

from apps.export import flat
from lib.places import Places
from schemas.gold import MOOD_CLUSTERS
from schemas.silver import SONGS, TRACK_FEATURES
from tests.apps.conftest import Songlake

KNOWN = {
    "song_id": "s2", "recording_id": "r2", "title": 'A "quoted", title', "artist": "B",
    "artists": ["B", "C"], "genres": ["indie", "pop"], "tags": ["sad"], "isrc": "I",
    "release_date": date(2001, 5, 1), "aoty_score": 81.4, "lastfm_listeners": 10,
}  # fmt: skip


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Two songs: of one everything is known, of the other its name."""
    places = toy_places(tmp_path / "data")
    bare = {"song_id": "s1", "recording_id": "r1", "genres": [], "track_id": None}
    pour(places.path(SONGS), SONGS, row(SONGS, **KNOWN), row(SONGS, **bare))
    features = [
        row(TRACK_FEATURES, song_id="s2", recording_id="r2", tempo=120.5, feature_source="kaggle"),
        row(TRACK_FEATURES, song_id="s2", recording_id="other", tempo=99.0),
    ]
    pour(places.path(TRACK_FEATURES), TRACK_FEATURES, *features)
    return places


def exported(songlake: Songlake, places: Places, kind: str, out: Path, *words: Any) -> None:
    answer = songlake("export", kind, "--data", places.settings.data, "--out", out, *words)
    assert answer.exit_code == 0, answer.output
    assert answer.output.endswith("2 rows\n")


def test_the_training_dataset_has_one_row_a_song(
    songlake: Songlake, places: Places, tmp_path: Path
) -> None:
    out = tmp_path / "songs.parquet"
    exported(songlake, places, "parquet", out, "--dataset", "training")
    bare, known = pyarrow.parquet.read_table(out).to_pylist()
    told = {name: known[name] for name in KNOWN if name != "recording_id"}
    assert told == {name: value for name, value in KNOWN.items() if name != "recording_id"}
    assert (known["tempo"], known["feature_source"], known["mood"]) == (120.5, "kaggle", None)
    assert (bare["song_id"], bare["tempo"], bare["genres"]) == ("s1", None, [])


def test_it_has_the_mood_where_moods_are_made(
    songlake: Songlake, places: Places, tmp_path: Path
) -> None:
    mood = row(MOOD_CLUSTERS, song_id="s1", mood="Calm")
    pour(places.path(MOOD_CLUSTERS), MOOD_CLUSTERS, mood)
    exported(songlake, places, "parquet", tmp_path / "x")
    moods = [song["mood"] for song in pyarrow.parquet.read_table(tmp_path / "x").to_pylist()]
    assert moods == ["Calm", None]


def test_csv_has_lists_as_text_and_reads_back(
    songlake: Songlake, places: Places, tmp_path: Path
) -> None:
    out = tmp_path / "songs.csv"
    exported(songlake, places, "csv", out)
    with out.open(newline="", encoding="utf-8") as file:
        bare, known = csv.DictReader(file)
    assert known["title"] == KNOWN["title"]
    assert known["artists"] == "B; C"
    assert known["release_date"] == "2001-05-01"
    assert (bare["genres"], bare["isrc"]) == ("", "")


def test_a_table_is_exported_by_its_name(
    songlake: Songlake, places: Places, tmp_path: Path
) -> None:
    out = tmp_path / "features.parquet"
    exported(songlake, places, "parquet", out, "--dataset", "track_features")
    assert pyarrow.parquet.read_table(out).column_names == list(TRACK_FEATURES.column_names)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("xlsx",), "choose csv or parquet"),
        (("csv", "--dataset", "nothing"), "names no single table"),
        (("csv", "--out", "/nowhere/songs.csv"), "name another file with --out"),
    ],
)
def test_what_cannot_be_is_said_with_its_remedy(
    songlake: Songlake, places: Places, words: tuple[str, ...], told: str
) -> None:
    answer = songlake("export", *words, "--data", places.settings.data)
    assert answer.exit_code == 1
    assert told in answer.output


def test_before_a_run_it_says_what_to_do(songlake: Songlake, tmp_path: Path) -> None:
    answer = songlake("export", "csv", "--data", tmp_path)
    assert answer.exit_code == 1
    assert "songlake run" in answer.output


def test_lists_of_anything_become_text_with_their_gaps() -> None:
    lists = {"pads": [["A", None, "B"], [], None], "starts": [[0.5, 8.0], [None], None]}
    assert flat(pa.table(lists)).to_pydict() == {
        "pads": ["A; ; B", "", None], "starts": ["0.5; 8", "", None],
    }  # fmt: skip
    assert flat(pa.table(lists).slice(1, 1)).to_pydict() == {"pads": [""], "starts": [""]}

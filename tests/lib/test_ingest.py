from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from lib.ingest import FileReport, ingest
from lib.landing import INCOMING, landed_files
from schemas.landing import KINDS
from tests.lib.ingest_samples import (
    BASIC,
    CSV,
    LISTEN,
    PLAY,
    SCROBBLES,
    contents,
    lines,
    one,
    write,
    zipped,
)
from tests.lib.rekordbox_samples import TRACK, collection

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is absent")


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


def test_contents_are_looked_at_and_not_names(tmp_path: Path, landing: Path) -> None:
    for name, content in {
        "a.txt": [PLAY],
        "b": [BASIC],
        "c.dat": {"tracks": [{"artist": "A", "track": "T", "uri": "spotify:track:1"}]},
        "d.old": CSV.encode(),
        "e.bin": SCROBBLES.encode(),
        "f": lines(LISTEN, LISTEN),
        "g.md": [LISTEN],
        "h.log": collection(TRACK),
    }.items():
        write(tmp_path / "in" / name, content)
    reports = ingest([tmp_path / "in"], landing)
    assert {report.kind for report in reports} == {kind.kind for kind in KINDS}
    assert {report.status for report in reports} == {"landed"}
    assert all(
        path.suffix == f".{kind.format}" for kind in KINDS for path in landed_files(landing, kind)
    )


def test_files_are_landed_byte_for_byte(tmp_path: Path, landing: Path) -> None:
    data = b'\xef\xbb\xbf[ {"ts" : "x",\r\n"ms_played":1} ]\n'
    write(tmp_path / "a.json", data)
    assert one(tmp_path / "a.json", landing).rows == 1
    assert list(contents(landing).values()) == [data]


def test_a_second_time_changes_nothing(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "in" / "a.json", [PLAY])
    write(tmp_path / "in" / "b.csv", CSV.encode())
    ingest([tmp_path / "in"], landing)
    before = {path: path.stat().st_mtime_ns for path in landing.rglob("*")}
    reports = ingest([tmp_path / "in"], landing)
    assert [report.status for report in reports] == ["already", "already"]
    assert [report.rows for report in reports] == [1, 1]
    assert {path: path.stat().st_mtime_ns for path in landing.rglob("*")} == before


def test_the_same_bytes_under_another_name_are_landed_once(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "in" / "endsong.json", [PLAY])
    write(tmp_path / "in" / "endsong (1).json", [PLAY])
    reports = ingest([tmp_path / "in"], landing)
    assert [report.status for report in reports] == ["landed", "already"]
    assert len(contents(landing)) == 1


def test_each_report_is_told_as_it_is_made(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "a.json", [PLAY])
    told: list[FileReport] = []
    assert ingest([tmp_path / "a.json"], landing, on_file=told.append) == told != []


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_order_and_repetition_of_paths_make_no_difference(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        paths = [
            write(root / "in" / "a.json", [PLAY]),
            write(root / "in" / "copy of a.json", [PLAY]),
            write(root / "in" / "b.json", [{**PLAY, "username": "anna"}]),
            write(root / "c.zip", zipped({"a.json": [PLAY], "h/d.json": [BASIC]})),
            write(root / "e.csv", CSV.encode()),
            write(root / "broken.json", b"[{"),
            root / "in",
        ]
        ingest(paths, root / "expected")
        asked = data.draw(st.permutations(paths)) + data.draw(st.lists(st.sampled_from(paths)))
        reports = ingest(asked, root / "landing")
        assert contents(root / "landing") == contents(root / "expected")
        assert sum(report.status == "landed" for report in reports) == 4


@needs_shared
def test_a_real_extended_export_is_taken_whole(landing: Path) -> None:
    reports = ingest([SHARED / "spotify_extended_export"], landing)
    assert [(r.status, r.kind, r.user) for r in reports] == [
        ("landed", "spotify_extended", "me")
    ] * 6
    assert sum(report.rows for report in reports) == 7_007
    assert sum(report.podcast_rows for report in reports) == 62


@needs_shared
def test_a_real_export_zipped_lands_the_same_files(tmp_path: Path, landing: Path) -> None:
    ingest([SHARED / "spotify_extended_export"], landing)
    packed = shutil.make_archive(
        str(tmp_path / "my_spotify_data"), "zip", SHARED, "spotify_extended_export"
    )
    assert {r.status for r in ingest([Path(packed)], landing)} == {"already"}
    ingest([Path(packed)], tmp_path / "other")
    assert contents(tmp_path / "other") == contents(landing)


@needs_shared
def test_a_real_basic_export_is_taken_with_its_library(landing: Path) -> None:
    reports = ingest([SHARED / "spotify_basic_export"], landing, user="b")
    rows = {kind: [r.rows for r in reports if r.kind == kind.kind] for kind in KINDS}
    by_kind = {kind.kind: (len(counts), sum(counts)) for kind, counts in rows.items() if counts}
    assert by_kind == {"spotify_basic": (6, 54_429), "spotify_library": (2, 2_416)}


@needs_shared
def test_the_real_catalogue_is_taken(landing: Path) -> None:
    report = one(SHARED / "kaggle" / "dataset.csv", landing)
    assert (report.status, report.kind, report.rows, report.detail) == (
        "landed",
        "kaggle",
        114_000,
        "",
    )


@needs_shared
def test_other_real_json_is_no_use(landing: Path) -> None:
    *inside, last = ingest([SHARED / "spotify_api_json"], landing)
    assert {report.status for report in inside} == {"ignored"}
    assert last.status == "refused"
    assert not any((landing / kind.kind).exists() for kind in KINDS)
    assert list((landing / INCOMING).iterdir()) == []

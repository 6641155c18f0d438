from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from lib import recognise
from lib.errors import InputError
from lib.ingest import ingest
from lib.landing import land
from schemas.landing import KINDS
from tests.lib.ingest_samples import (
    BASIC,
    CSV,
    LISTEN,
    PLAY,
    SCROBBLES,
    by_name,
    contents,
    dump,
    lines,
    one,
    write,
    zipped,
)


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.json", b"", "an empty file: download or copy it again"),
        ("a.csv", b"", "an empty file"),
        ("a.json", dump([PLAY] * 9)[:-20], "broken JSON .* cut off; download or copy it again"),
        ("a.txt", dump([PLAY] * 9)[:-20], "broken JSON .* cut off; download or copy it again"),
        ("a.json", b"hello", "broken JSON"),
        (
            "a.json",
            '[{"ts": "é"}]'.encode("latin-1"),
            "not UTF-8 text at byte 9 .*: save it as UTF-8",
        ),
        ("a.json", '[{"ts": 1}]'.encode("utf-16"), "UTF-16 text: save it as UTF-8"),
        ("a.csv", CSV.encode("utf-16"), "UTF-16 text: save it as UTF-8"),
        ("a.csv", CSV.replace("x", "é").encode("latin-1"), "not UTF-8 .*: save it as UTF-8"),
        (
            "a.csv",
            CSV.replace("valence", "mood").encode(),
            "without the column valence of Kaggle's",
        ),
        ("a.jsonl", b"", "an empty file"),
        ("a.jsonl", lines(*[LISTEN] * 9)[:-20], r"cut off: its last line \(9\) is no whole JSON"),
        (
            "a.jsonl",
            lines(LISTEN) + '{"x": "é"}\n'.encode("latin-1") + lines(LISTEN),
            r"not UTF-8 text in line 2 .*: save it as UTF-8",
        ),
        ("a.jsonl", dump(LISTEN)[:-20], "broken JSON .* cut off"),
        ("a.csv", f"{SCROBBLES}A,B".encode(), "cut off: its last row has 2 fields of 4"),
        ("a.csv", f'{SCROBBLES}A,B,T,"01 Ja'.encode(), "cut off: it ends within quotes"),
        (
            "a.csv",
            b"artist,track,date\nA,T,01.02.2024\n",
            "no date can be read .*01.02.2024.*: export them again with dates as epoch seconds",
        ),
        ("a.csv", SCROBBLES.replace("An", "é").encode("latin-1"), "not UTF-8 .*: save it as UTF-8"),
        ("a.zip", zipped({"a.json": [PLAY] * 99})[:-30], "broken zip"),
        ("a.json", b"[" * 100_000, "broken JSON"),
    ],
)
@pytest.mark.parametrize("named", [False, True], ids=["in a folder", "named"])
def test_broken_files_are_refused_with_a_remedy(
    tmp_path: Path, landing: Path, name: str, data: bytes, message: str, named: bool
) -> None:
    bad = write(tmp_path / "in" / name, data)
    good = write(tmp_path / "in" / "z.json", [PLAY])
    reports = by_name(ingest([bad, good] if named else [tmp_path / "in"], landing))
    assert reports["z.json"].status == "landed"
    assert reports[name].status == "refused"
    assert re.match(f"{re.escape(str(bad))}: .*{message}", str(reports[name]))
    assert len(contents(landing)) == 1


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("Payments.json", dump({"payments": 1}), r"JSON of something else \(fields payments\)"),
        ("Search.json", dump([{"searchTime": 1}]), r"something else \(fields searchTime\)"),
        ("list.json", dump([1, 2]), r"something else \(no objects\)"),
        ("other.jsonl", b'{"a":1}\n{"a":2}\n', r"JSON Lines of something else \(fields a\)"),
        ("ReadMe.pdf", b"%PDF-1.4 \x00\xff", "neither JSON nor CSV of plays or of the Kaggle"),
        ("notes.md", b"[a link](x)", "neither JSON nor"),
        ("empty.py", b"", "an empty file"),
        (
            "other.csv",
            b"a,b\n1,2\n",
            r"a CSV of something else \(its first line is a, b\): .* lacks the columns artist, "
            "track, date",
        ),
        (
            "charts.csv",
            b"Artist;Name;Scrobbles;Rank\nA;T;7;1\n",
            r"first line is Artist, Name, Scrobbles, Rank\): .* lacks the column date",
        ),
    ],
)
def test_files_of_no_use_are_ignored_in_a_folder_and_refused_when_named(
    tmp_path: Path, landing: Path, name: str, data: bytes, message: str
) -> None:
    write(tmp_path / "in" / "z.json", [PLAY])
    path = write(tmp_path / "in" / name, data)
    in_folder = by_name(ingest([tmp_path / "in"], landing))[name]
    named = one(path, landing)
    assert (in_folder.status, named.status) == ("ignored", "refused")
    for report in (in_folder, named):
        assert re.search(message, report.detail)


def test_a_named_file_of_something_else_is_told_what_would_be_understood(
    tmp_path: Path, landing: Path
) -> None:
    report = one(write(tmp_path / "a.json", {"x": 1}), landing)
    assert all(kind.about in report.detail for kind in KINDS)


@pytest.mark.parametrize("content", [[], {}])
def test_a_file_that_holds_nothing_is_ignored_with_its_reason(
    tmp_path: Path, landing: Path, content: object
) -> None:
    report = one(write(tmp_path / "StreamingHistory_podcast_0.json", content), landing)
    assert (report.status, report.detail[:13]) == ("ignored", "holds nothing")


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        (
            {"recording_msid": None, "recording_mbid": "x", "score": 1, "created": 1},
            "ListenBrainz feedback (loved and hated): not used",
        ),
        (
            {"recording_msid": None, "blurb_content": None, "pinned_until": 2, "created": 1},
            "ListenBrainz pinned recordings: not used",
        ),
    ],
)
@pytest.mark.parametrize("rows", [1, 2])
def test_what_listenbrainz_tells_beside_listens_is_no_mistake(
    tmp_path: Path, landing: Path, row: dict[str, Any], detail: str, rows: int
) -> None:
    report = one(write(tmp_path / "a.jsonl", lines(*[row] * rows)), landing)
    assert (report.status, report.detail) == ("ignored", detail)


def test_a_file_that_tells_the_user_is_no_mistake(tmp_path: Path, landing: Path) -> None:
    report = one(write(tmp_path / "Userdata.json", {"username": "anna"}), landing)
    assert (report.status, report.detail) == ("ignored", "names the export's user: anna")


@pytest.mark.parametrize("kind", ["folder", "zip", "empty folder"])
def test_a_folder_or_zip_with_nothing_of_use_is_refused(
    tmp_path: Path, landing: Path, kind: str
) -> None:
    path = tmp_path / "in"
    if kind == "zip":
        write(path, zipped({"a.json": [], ".DS_Store": b"x"}))
    else:
        path.mkdir()
    if kind == "folder":
        write(path / "a.txt", b"hello")
        write(path / "inner" / "b.zip", zipped({"word/document.xml": b"<x/>"}))
    *inside, last = ingest([path], landing)
    assert {report.status for report in inside} <= {"ignored"}
    assert (last.status, last.source) == ("refused", str(path))
    assert "nothing of use" in last.detail
    assert all(kind.about in last.detail for kind in KINDS)


def test_a_path_that_is_not_there_is_refused_and_the_rest_lands(
    tmp_path: Path, landing: Path
) -> None:
    good = write(tmp_path / "z.json", [PLAY])
    absent, landed = ingest([tmp_path / "absent", good], landing)
    assert str(absent) == f"{tmp_path}/absent: no such file or folder: check the path"
    assert (absent.status, landed.status) == ("refused", "landed")


def test_a_file_that_may_not_be_read_is_refused(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = write(tmp_path / "in" / "a.json", [PLAY])
    write(tmp_path / "in" / "b.json", [BASIC])
    really_open = Path.open

    def denied(path: Path, *args: Any, **kwargs: Any) -> Any:
        if path == secret:
            raise PermissionError(13, "Permission denied", str(path))
        return really_open(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", denied)
    refused, landed = ingest([tmp_path / "in"], landing)
    assert str(refused) == (
        f"{secret}: cannot be read (Permission denied): check it and its permissions"
    )
    assert landed.status == "landed"


def test_links_are_followed_once(tmp_path: Path, landing: Path) -> None:
    write(tmp_path / "in" / "deep" / "a.json", [PLAY])
    (tmp_path / "in" / "deep" / "up").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "gone.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "in" / "self").symlink_to(tmp_path / "in" / "self")
    write(tmp_path / "far" / "b.json", [BASIC])
    (tmp_path / "in" / "far").symlink_to(tmp_path / "far")
    reports = by_name(ingest([tmp_path / "in"], landing))
    assert {name: report.status for name, report in reports.items()} == {
        "a.json": "landed",
        "b.json": "landed",
        "up": "ignored",
        "gone.json": "refused",
        "self": "refused",
    }


@pytest.mark.timeout(10)
def test_a_pipe_is_not_waited_for(tmp_path: Path, landing: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert one(tmp_path / "pipe", landing).status == "refused"


def test_the_landing_folder_itself_is_not_walked(tmp_path: Path) -> None:
    write(tmp_path / "a.json", [PLAY])
    landing = tmp_path / "data" / "landing"
    ingest([tmp_path], landing, user="anna")
    again = ingest([tmp_path], landing, user="bob")
    assert [report.status for report in again] == ["landed", "ignored"]


def test_a_json_file_too_large_to_parse_is_refused(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognise, "MAX_JSON_BYTES", 2**20)
    report = one(write(tmp_path / "a.json", [PLAY] * 20_000), landing)
    assert report.status == "refused"
    assert "2 MiB of JSON in one file, where 1 MiB is the most: split it" in report.detail


def test_a_line_names_a_file_with_odd_characters_on_one_line(tmp_path: Path, landing: Path) -> None:
    odd = os.fsdecode(b"a\n\x1b[31m\xff.json")
    report = one(write(tmp_path / odd, [PLAY]), landing)
    assert report.status == "landed"
    assert report.source.isprintable()
    report.source.encode()


def test_a_disk_that_fills_up_is_told_and_the_next_file_is_tried(
    tmp_path: Path, landing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "in" / "a.json", [PLAY])
    write(tmp_path / "in" / "b.json", [BASIC])

    def full(*args: Any) -> Path:
        if args[3] == "a.json":
            raise InputError("not copied")
        return land(*args)

    monkeypatch.setattr("lib.ingest.land", full)
    assert [r.status for r in ingest([tmp_path / "in"], landing)] == ["refused", "landed"]

"""Audio files are taken in by reference, once, with what tags, a manifest or a preview tell."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mutagen
import pytest
from ingest_samples import contents, one, zipped
from mutagen.id3 import TIT2, TPE1, TSRC

from lib.audio.intake import known_lines
from lib.audio.names import told_by_file_name, told_by_tags
from lib.ingest import ingest
from tests.audio_odd import write_mp4
from tests.audio_songs import Plan as Plan, Sound, sing, write

SOUND: Sound = sing(Plan(seconds=0.5)).mix


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    return tmp_path / "landing"


@pytest.fixture
def music(tmp_path: Path) -> Path:
    write(tmp_path / "music" / "a" / "one.wav", SOUND)
    write(tmp_path / "music" / "two.flac", SOUND / 2)
    return tmp_path / "music"


def statuses(paths: list[Path], landing: Path) -> dict[str, str]:
    return {Path(r.source).name: r.status for r in ingest(paths, landing)}


def test_a_folder_is_taken_once(music: Path, landing: Path) -> None:
    assert statuses([music], landing) == {"one.wav": "landed", "two.flac": "landed"}
    before = contents(landing)
    assert statuses([music, music / "two.flac"], landing)["one.wav"] == "already"
    assert contents(landing) == before
    write(music / "three.ogg", SOUND)
    assert statuses([music], landing)["three.ogg"] == "landed"
    assert set(contents(landing)) > set(before)
    assert {Path(path).name for path in known_lines(landing)} == {
        "one.wav", "two.flac", "three.ogg",
    }  # fmt: skip


def test_sound_is_not_copied(music: Path, landing: Path) -> None:
    ingest([music], landing)
    assert sum(len(data) for data in contents(landing).values()) < 2_000


def test_what_changed_is_taken_anew(music: Path, landing: Path) -> None:
    ingest([music], landing)
    before = known_lines(landing)
    write(music / "two.flac", SOUND / 4)
    assert statuses([music], landing) == {"one.wav": "already", "two.flac": "landed"}
    after = known_lines(landing)
    assert after[str(music / "two.flac")]["sha256"] != before[str(music / "two.flac")]["sha256"]
    os.utime(music / "two.flac", (1, 1))  # only touched: the content is the same
    assert statuses([music], landing)["two.flac"] == "landed"
    again = known_lines(landing)[str(music / "two.flac")]
    assert again["sha256"] == after[str(music / "two.flac")]["sha256"]


def tag_mp3(path: Path) -> Path:
    write(path, SOUND)
    file = mutagen.File(path)
    file.add_tags()
    for frame in (TIT2(3, "A title"), TPE1(3, "An  artist"), TSRC(3, "us-rc1-76-07839")):
        file.tags.add(frame)
    file.save()
    return path


def tag_vorbis(path: Path) -> Path:
    write(path, SOUND)
    file = mutagen.File(path)
    file.update({"title": "A title", "artist": "An artist", "isrc": "USRC17607839"})
    file.save()
    return path


def tag_mp4(path: Path) -> Path:
    write_mp4(path, SOUND, 22_050)
    file = mutagen.File(path)
    file["\xa9nam"], file["\xa9ART"] = "A title", "An artist"
    file["----:com.apple.iTunes:ISRC"] = b"USRC17607839"
    file.save()
    return path


@pytest.mark.parametrize(
    ("make", "name"),
    [(tag_mp3, "a.mp3"), (tag_mp3, "a.wav"), (tag_mp3, "a.aiff"), (tag_vorbis, "a.flac"),
     (tag_vorbis, "a.ogg"), (tag_mp4, "a.m4a"), (tag_mp4, "a.stem.mp4")],
)  # fmt: skip
def test_tags_are_read(make: Callable[[Path], Path], name: str, tmp_path: Path) -> None:
    wanted = {"title": "A title", "artist": "An artist", "isrc": "USRC17607839"}
    assert told_by_tags(make(tmp_path / name)) == wanted


def test_no_tags_and_broken_files_tell_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3\x04\x00\x00\xff\xff\xff\xff" + b"\0" * 50)
    assert told_by_tags(tmp_path / "a.mp3") == {}
    assert told_by_tags(write(tmp_path / "b.wav", SOUND)) == {}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("An artist - A title.mp3", {"artist": "An artist", "title": "A title"}),
        (
            "07 - An artist - A title (Live).flac",
            {"artist": "An artist", "title": "A title (Live)"},
        ),
        ("03. A_title.wav", {"title": "A title"}),
        ("A1 A title.stem.mp4", {"title": "A title"}),
        ("99 Luftballons.mp3", {"title": "Luftballons"}),
        ("1999.mp3", {"title": "1999"}),
    ],
)
def test_a_files_name_tells_its_own(name: str, told: dict[str, str]) -> None:
    assert told_by_file_name(name) == told


def manifest(folder: Path, text: str) -> Path:
    file = folder / "manifest.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_manifest_tells_of_files_before_or_after_them(music: Path, landing: Path) -> None:
    ingest([music], landing)
    file = manifest(
        music,
        "Path,Title,Artist,ISRC,track_id,mood\n"
        "a\\one.wav,One,An artist,usrc17607839,https://open.spotify.com/track/"
        "0000000000000000000001?si=x,calm\n"
        "gone.wav,Gone,,,,\n",
    )
    report = one(file, landing)
    assert (report.kind, report.status, report.rows) == ("audio_files", "landed", 2)
    assert "1 of its rows name no file there" in report.detail
    assert "gone.wav" in report.detail
    told: dict[str, Any] = known_lines(landing)[str(music / "a" / "one.wav")]["manifest"]
    assert told == {
        "title": "One", "artist": "An artist", "isrc": "USRC17607839",
        "track_id": "0000000000000000000001",
    }  # fmt: skip
    assert one(file, landing).status == "already"
    assert set(statuses([music], landing).values()) == {"already"}


def test_a_manifest_alone_takes_the_files_that_it_lists(music: Path, landing: Path) -> None:
    assert one(manifest(music, "path,title\ntwo.flac,Two\n"), landing).status == "landed"
    assert [Path(path).name for path in known_lines(landing)] == ["two.flac"]


def test_a_csv_of_something_else_is_no_manifest(tmp_path: Path, landing: Path) -> None:
    report = one(manifest(tmp_path, "path,size\na.wav,3\n"), landing)
    assert report.status == "refused"


def test_sound_in_a_zip_is_refused_with_what_to_do(tmp_path: Path, landing: Path) -> None:
    data = write(tmp_path / "one.wav", SOUND).read_bytes()
    archive = tmp_path / "music.zip"
    archive.write_bytes(zipped({"one.wav": data}))
    reports = ingest([archive], landing)
    assert {report.status for report in reports} == {"refused"}
    assert "unpack the zip" in reports[0].detail


def test_sound_is_known_by_its_content_under_any_name(tmp_path: Path, landing: Path) -> None:
    for name in ("a.wav", "b.flac", "c.ogg", "d.mp3"):
        data = tag_mp3(tmp_path / name) if name == "d.mp3" else write(tmp_path / name, SOUND)
        named = data.rename(tmp_path / f"{data.stem}.dat")
        assert one(named, landing).status == "landed", name


def test_an_empty_audio_file_is_taken_so_that_its_reason_is_kept(
    tmp_path: Path, landing: Path
) -> None:
    (tmp_path / "empty.mp3").write_bytes(b"")
    assert one(tmp_path / "empty.mp3", landing).status == "landed"

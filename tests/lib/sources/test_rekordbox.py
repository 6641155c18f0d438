from __future__ import annotations

import io
import tracemalloc
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from hypothesis import given, strategies as st

from lib.errors import InputError
from lib.locations import decoded, spotify_id
from lib.sources.rekordbox import Entry, read, recognise, root_of
from lib.sources.rekordbox_tracks import rows
from tests.lib.ingest_samples import one, write
from tests.lib.rekordbox_samples import TRACK, collection

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "rekordbox"
REAL = sorted(SHARED.glob("*.xml"))


def rows_of(tmp_path: Path, *tracks: dict[str, Any], **options: Any) -> list[dict[str, Any]]:
    return list(rows(write(tmp_path / "collection.xml", collection(*tracks, **options))))


def test_a_track_in_the_tables_columns(tmp_path: Path) -> None:
    (row,) = rows_of(
        tmp_path,
        TRACK
        | {"Tonality": " Ebm ", "Year": "1999", "PlayCount": "7", "Colour": "0xFF007F"}
        | {"TEMPO": [{"Inizio": "0.025", "Bpm": "124.00", "Metro": "4/4", "Battito": "1"}]},
        playlists={"Sets/2024/Opening": ["1"], "Other": ["2", "1"]},
    )
    expected = {
        "location": "C:/Music/Title.mp3", "rekordbox_id": "1", "title": "Title", "tempo": 124.0,
        "tonality": "Ebm", "key": 3, "mode": 0, "duration_ms": 200_000, "rating": 4, "year": 1999,
        "play_count": 7, "album_name": None, "size_bytes": 100, "date_added": date(2022, 4, 9),
        "playlists": ["Sets/2024/Opening", "Other"], "playlist_positions": [1, 2],
        "grid_starts_s": [0.025], "grid_tempos": [124.0], "grid_metres": ["4/4"],
        "grid_beats": [1], "cue_kinds": [], "colour": "0xFF007F",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_cues_loops_and_the_phrases_they_are_named_after(tmp_path: Path) -> None:
    marks = [
        {"Name": "Chorus 2", "Type": "0", "Start": "60.5", "Num": "2",
         "Red": "40", "Green": "226", "Blue": "20"},
        {"Name": "", "Type": "0", "Start": "0.025", "Num": "-1"},
        {"Name": "Intro", "Type": "0", "Start": "1", "Num": "0"},
        {"Name": "Intro of the DJ", "Type": "4", "Start": "8", "End": "16", "Num": "-1"},
        {"Name": "x", "Type": "4", "Start": "20", "End": "24", "Num": "1"},
        {"Name": "", "Type": "1", "Start": "30", "End": "31", "Num": "-1"},
    ]  # fmt: skip
    (row,) = rows_of(tmp_path, TRACK | {"POSITION_MARK": marks})
    assert row["cue_kinds"] == [
        "memory cue", "hot cue", "memory loop", "hot loop", "fade in", "hot cue",
    ]  # fmt: skip
    assert row["cue_pads"] == [None, "A", None, "B", None, "C"]
    assert row["cue_starts_s"] == [0.025, 1.0, 8.0, 20.0, 30.0, 60.5]
    assert row["cue_ends_s"] == [None, None, 16.0, 24.0, 31.0, None]
    assert row["cue_colours"] == [None] * 5 + ["#28e214"]
    assert (row["phrases"], row["phrase_starts_s"]) == (["intro", "chorus 2"], [1.0, 60.5])


def test_what_converters_write_and_what_is_not_known(tmp_path: Path) -> None:
    odd = {"BitRate": "320.0", "AverageBpm": "0.00", "TotalTime": "", "Rating": "-1",
           "DateAdded": "0000-00-00", "Size": "1e999", "Tonality": "All"}  # fmt: skip
    (row,) = rows_of(tmp_path, TRACK | odd)
    names = ("bit_rate", "tempo", "duration_ms", "rating", "date_added", "size_bytes", "key")
    assert [row[name] for name in names] == [320] + [None] * 6
    assert row["tonality"] == "All"


def test_playlists_that_name_tracks_by_their_location(tmp_path: Path) -> None:
    lists = {"L": [TRACK["Location"]]}
    (row,) = rows_of(tmp_path, TRACK, playlists=lists, key_type="1")
    assert (row["playlists"], row["playlist_positions"]) == (["L"], [1])


# ------------------------------------------------------------------------------- locations


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("file://localhost/C:/Music/A%20b%20%26%20c.mp3", "C:/Music/A b & c.mp3"),
        ("file://localhost/Users/dj/a+b%2Bc.mp3", "/Users/dj/a+b+c.mp3"),
        ("file:///Volumes/USB/a.mp3", "/Volumes/USB/a.mp3"),
        ("file://localhost/C:%5CMusic%5Ca.mp3", "C:/Music/a.mp3"),
        ("file://localhost/D:/E%CC%81te%CC%81.mp3", "D:/\u00c9t\u00e9.mp3"),
        ("file://localhosttidal:tracks:145320494", "tidal:tracks:145320494"),
        ("", ""),
    ],
)
def test_a_location_is_a_path(location: str, path: str) -> None:
    assert decoded(location) == path


@given(st.text("aé &%+#?/:日", min_size=1).map(lambda text: "/music" + text))
def test_any_path_comes_back(path: str) -> None:
    assert decoded("file://localhost" + quote(path)) == path


def test_a_track_streamed_from_spotify_has_its_id() -> None:
    assert spotify_id(decoded("file://localhostspotify:track:" + "a" * 22)) == "a" * 22
    assert spotify_id("C:/spotify:track:x") is None


# ---------------------------------------------------------------------------- broken files

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<DJ_PLAYLISTS><COLLECTION><TRACK Name='&b;'/></COLLECTION></DJ_PLAYLISTS>"
)
FILE_REFERENCE = BOMB.replace(b'"aaaaaaaaaa"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (collection(TRACK)[:-40], r"broken XML in line \d+ .* export the collection again"),
        (collection(TRACK).replace(b"Artist=", b"Artist"), "broken XML in line 2"),
        (BOMB, "declares entities"),
        (FILE_REFERENCE, "declares entities"),
        (b"<?xml version='1.0'?><DJ_PLAYLISTS/>", "without a Rekordbox collection"),
        (collection(TRACK).decode().encode("utf-16"), "UTF-16"),
        (b'<?xml version="1.0" encoding="UTF-8"?><DJ_PLAYLISTS a="\xff"/>', "broken XML"),
    ],
)
def test_a_broken_collection_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    report = one(write(tmp_path / "c.xml", data), tmp_path / "landing")
    assert report.status == "refused"
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(report.detail)


def test_other_xml_is_none_of_ours(tmp_path: Path) -> None:
    report = one(write(tmp_path / "c.xml", b"<?xml version='1.0'?><rss/>"), tmp_path / "landing")
    assert report.detail.startswith("XML of something else (<rss>)")
    assert root_of(b"\xef\xbb\xbf <!-- <DJ_PLAYLISTS> --> <gpx a='1'>") == "gpx"


def test_memory_does_not_grow_with_the_file() -> None:
    peaks = []
    for count in (1_500, 6_000):
        stream = io.BytesIO(collection(*[TRACK | {"TEMPO": [{"Inizio": "0"}] * 5}] * count))
        tracemalloc.start()
        assert sum(isinstance(found, Entry) for found in read(stream)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]


# ------------------------------------------------------------------------------ real files


@pytest.mark.parametrize("file", REAL, ids=lambda file: file.stem)
def test_a_real_collection_against_another_reading(file: Path) -> None:
    tree = ET.parse(file)
    expected = []
    for track in tree.iterfind("COLLECTION/TRACK"):
        marks = sorted(
            track.iterfind("POSITION_MARK"), key=lambda mark: float(mark.attrib["Start"])
        )
        grid = list(track.iterfind("TEMPO"))
        at = track.attrib
        expected.append({
            "location": unquote(at["Location"]).removeprefix("file://localhost/"),
            "rekordbox_id": at["TrackID"], "track_id": None,
            "title": at["Name"], "artist_name": at["Artist"] or None,
            "album_name": None, "composer": None, "remixer": None, "mix": None, "genre": None,
            "grouping": None, "label": at["Label"] or None, "comments": at["Comments"] or None,
            "year": None, "disc_number": None, "track_number": None,
            "tempo": float(at["AverageBpm"]) or None, "tonality": at["Tonality"] or None,
            "key": {"Fm": 5, "": None}[at["Tonality"]], "mode": {"Fm": 0, "": None}[at["Tonality"]],
            "duration_ms": int(at["TotalTime"]) * 1000, "kind": at["Kind"].strip(),
            "size_bytes": int(at["Size"]), "bit_rate": int(at["BitRate"]),
            "sample_rate": int(at["SampleRate"]), "rating": 0, "play_count": int(at["PlayCount"]),
            "colour": None, "date_added": date.fromisoformat(at["DateAdded"]),
            "date_modified": None, "last_played": None,
            "grid_starts_s": [float(one.attrib["Inizio"]) for one in grid],
            "grid_tempos": [float(one.attrib["Bpm"]) for one in grid],
            "grid_metres": [one.attrib["Metro"] for one in grid],
            "grid_beats": [int(one.attrib["Battito"]) for one in grid],
            "cue_starts_s": [float(one.attrib["Start"]) for one in marks],
            "cue_ends_s": [float(one.attrib["End"]) if "End" in one.attrib else None
                           for one in marks],
            "cue_pads": [None if one.attrib["Num"] == "-1" else "ABCDEFGH"[int(one.attrib["Num"])]
                         for one in marks],
            "cue_names": [one.attrib["Name"] or None for one in marks],
        })  # fmt: skip
    found = list(rows(file))
    assert len(found) == len(expected) == 6
    for row, told in zip(found, expected, strict=True):
        assert {name: row[name] for name in told} == told
        assert set(row) - set(told) == {
            "cue_kinds", "cue_colours", "phrases", "phrase_starts_s", "playlists",
            "playlist_positions", "raw",
        }  # fmt: skip


@pytest.mark.skipif(not REAL, reason="../shared/data is absent")
def test_every_attribute_of_real_files_is_read() -> None:
    """An attribute that no column comes from would be missed by the test above."""
    read_ones = set(TRACK) | {
        "Composer", "Grouping", "Kind", "DiscNumber", "TrackNumber", "BitRate", "SampleRate",
        "Comments", "Remixer", "Label", "Mix",
    }  # fmt: skip
    for file in REAL:
        tree = ET.parse(file)
        told = {name for track in tree.iterfind("COLLECTION/TRACK") for name in track.attrib}
        assert told == read_ones
        marks = [mark.attrib for mark in tree.iter("POSITION_MARK")]
        known = {"Name", "Type", "Start", "End", "Num", "Red", "Green", "Blue"}
        assert {name for mark in marks for name in mark} <= known
        with file.open("rb") as stream:
            assert recognise(stream).rows == 6


def test_a_collection_without_its_end_raises_where_it_is_read() -> None:
    with pytest.raises(InputError, match="broken XML"):
        list(read(io.BytesIO(collection(TRACK)[:200])))

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from table_frames import frame as make_frame

from lib.own_music import files_of
from schemas import bronze

#: Where a track lies by its collection, its size, and the files there are: the one found is `x`.
FOUND: dict[str, tuple[str, int | None, list[dict[str, Any]]]] = {
    "the very path": ("/m/a/s.mp3", None, [{"path": "/m/a/s.mp3"}]),
    "on another mount": ("C:/Music/a/s.mp3", None, [{"path": "/home/dj/Music/a/s.mp3"}]),
    "in another case and spelling": (
        "C:/M/A\u0301/S.mp3", None, [{"path": "/x/m/\u00e1/s.MP3"}],
    ),
    "a copy": ("/m/a/s.mp3", None, [{"path": "/other/s.mp3", "other_paths": ["/u/a/s.mp3"]}]),
    "of several that which is like it for longest": (
        "C:/M/a/b/s.mp3", None, [{"path": "/h/a/b/s.mp3"}, {"audio_id": "y", "path": "/h/b/s.mp3"}],
    ),
    "moved elsewhere, of the same size": ("C:/s.mp3", 7, [{"path": "/h/s.mp3", "size_bytes": 7}]),
    "of the same size, where folders do not tell": (
        "/m/a/s.mp3", 7,
        [{"path": "/1/a/s.mp3", "size_bytes": 7}, {"audio_id": "y", "path": "/2/a/s.mp3"}],
    ),
}  # fmt: skip
NOT_FOUND: dict[str, tuple[str, int | None, list[dict[str, Any]]]] = {
    "another name": ("/m/a/s.mp3", None, [{"path": "/m/a/t.mp3"}]),
    "the name alone": ("C:/a/s.mp3", 7, [{"path": "/h/s.mp3", "size_bytes": 8}]),
    "several as good": (
        "C:/a/s.mp3", None, [{"path": "/1/a/s.mp3"}, {"audio_id": "y", "path": "/2/a/s.mp3"}],
    ),
    "a streamed track": ("tidal:tracks:1", None, [{"path": "/m/1"}]),
}  # fmt: skip


@pytest.fixture(scope="module")
def found(spark: SparkSession) -> dict[str, str]:
    """The file found in each case, of one run for all: their names are made the case's own."""
    cases = list((FOUND | NOT_FOUND).items())

    def own(path: str, number: int) -> str:
        return f"{path}.{number}"

    tracks = [
        {"user_id": name, "location": own(at, number), "size_bytes": size}
        for number, (name, (at, size, _)) in enumerate(cases)
    ]
    files = [
        {"audio_id": "x"} | file | {"path": own(file["path"], number)}
        | {"audio_id": f"{file.get('audio_id', 'x')} {number}"}
        | {"other_paths": [own(path, number) for path in file.get("other_paths", [])]}
        for number, (_, (_, _, there)) in enumerate(cases)
        for file in there
    ]  # fmt: skip
    made = files_of(
        make_frame(spark, bronze.REKORDBOX_TRACKS, *tracks),
        make_frame(spark, bronze.AUDIO_FILES, *files),
    )
    return {row.user_id: row.audio_id.partition(" ")[0] for row in made.collect()}


@pytest.mark.parametrize("case", FOUND)
def test_the_file_of_a_track(found: dict[str, str], case: str) -> None:
    assert found.get(case) == "x"


@pytest.mark.parametrize("case", NOT_FOUND)
def test_a_track_without_a_file(found: dict[str, str], case: str) -> None:
    assert case not in found


def test_files_are_those_of_a_search_among_all(frame: Callable[..., DataFrame]) -> None:
    draw = random.Random(7)

    def paths(count: int) -> set[str]:
        return {"/".join(draw.choices("abc", k=draw.randint(1, 4))) for _ in range(count)}

    locations, files = paths(80), paths(25)
    made = files_of(
        frame(bronze.REKORDBOX_TRACKS, *[{"location": path} for path in locations]),
        frame(bronze.AUDIO_FILES, *[{"audio_id": f, "path": f, "size_bytes": 1} for f in files]),
    )
    expected = {at: file for at in locations if (file := _searched(at, files))}
    assert len(expected) > 5
    assert {row.location: row.audio_id for row in made.collect()} == expected


def _searched(at: str, paths: set[str]) -> str | None:
    def common(path: str) -> int:
        ends = zip(*(PurePosixPath(p).parts[::-1] for p in (at, path)), strict=False)
        return next((n for n, (a, b) in enumerate(ends) if a != b),
                    min(len(PurePosixPath(p).parts) for p in (at, path)))  # fmt: skip

    best = max(map(common, paths))
    files = [path for path in paths if common(path) == best]
    return files[0] if best > 1 and len(files) == 1 else None


def test_accents_are_told_in_two_ways() -> None:
    """The case above would show nothing if both were written alike."""
    at, _, (file,) = FOUND["in another case and spelling"]
    assert unicodedata.is_normalized("NFC", file["path"])
    assert not unicodedata.is_normalized("NFC", at)

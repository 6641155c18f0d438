"""Small input files for the tests of ingest, and short ways to make and read them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from lib.ingest import FileReport, ingest
from lib.sources.kaggle import COLUMNS

PLAY = {"ts": "2024-01-01T00:00:00Z", "ms_played": 60_000, "spotify_track_uri": "spotify:track:1"}
BASIC = {"endTime": "2022-01-01 10:00", "msPlayed": 1, "artistName": "A", "trackName": "T"}
LISTEN = {
    "listened_at": 1_704_067_200,
    "track_metadata": {"artist_name": "A", "track_name": "T", "additional_info": {}},
}
SCROBBLES = "A,An album,T,01 Jan 2024 00:00\n"
CSV = ",".join(COLUMNS) + "\n" + ",".join("x" for _ in COLUMNS) + "\n"


def dump(content: Any) -> bytes:
    return orjson.dumps(content)


def lines(*rows: Any) -> bytes:
    """JSON Lines."""
    return b"".join(dump(row) + b"\n" for row in rows)


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else dump(content))
    return path


def zipped(members: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content if isinstance(content, bytes) else dump(content))
    return buffer.getvalue()


def one(path: Path, landing: Path, **options: Any) -> FileReport:
    (report,) = ingest([path], landing, **options)
    return report


def by_name(reports: Sequence[FileReport]) -> dict[str, FileReport]:
    return {report.source.replace("!", "/").rpartition("/")[2]: report for report in reports}


def contents(landing: Path) -> dict[str, bytes]:
    """Every file under landing/ by its path there."""
    return {
        path.relative_to(landing).as_posix(): path.read_bytes()
        for path in sorted(landing.rglob("*"))
        if path.is_file()
    }

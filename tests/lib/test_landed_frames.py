"""Landed files as frames: whose each is, whatever its listener is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lib.landed_frames import read_landing
from lib.landing import kind_folder
from schemas import landing
from schemas.landing import Landing

USERS = ("me", "Zoë", "a~b c%", "100%41", "x+y@example.com", "../../etc", "[b]*{c}?")
SCROBBLES = "artist,album,title,01 Jan 2024 10:00\n"


@pytest.mark.parametrize(
    ("kind", "name", "text"),
    [
        (landing.SPOTIFY_BASIC, "a.json", "[]"),
        (landing.LISTENBRAINZ, "a.jsonl", "{}\n"),
        (landing.LASTFM, "a.csv", SCROBBLES),
    ],
    ids=lambda each: getattr(each, "kind", ""),
)
def test_a_file_is_its_listener_s(
    spark: SparkSession, tmp_path: Path, kind: Landing, name: str, text: str
) -> None:
    for user in USERS:
        folder = kind_folder(tmp_path, kind, user)
        folder.mkdir(parents=True)
        (folder / f"{'0' * 16}-{name}").write_text(text)
    rows = read_landing(spark, kind, str(tmp_path / kind.kind)).select("user_id", "source_file")
    assert {tuple(row) for row in rows.collect()} == {(u, f"{'0' * 16}-{name}") for u in USERS}

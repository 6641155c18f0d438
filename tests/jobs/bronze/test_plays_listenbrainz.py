"""ListenBrainz' listens as plays, of exports in lines and in one array."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession
from scratch_lake import ScratchLake
from table_frames import assert_rows

from jobs.bronze.plays import plays
from lib.landed_frames import read_landing
from schemas import landing
from tests.lib.ingest_samples import lines, write, zipped

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MBID = "0af0af23-bc15-46d4-a0a5-b6d9c6e2c7e1"
OTHER = "11111111-2222-3333-4444-555555555555"
ID = "0000000000000000000001"


def listen(title: str, mapped: str | None = None, **info: Any) -> dict[str, Any]:
    """A listen as the export has it: its time is a number with a point."""
    return {
        "inserted_at": 1_704_067_300,
        "listened_at": 1_704_067_200.0,
        "recording_msid": OTHER,
        "track_metadata": {
            "artist_name": "A",
            "track_name": title,
            "release_name": "B",
            "additional_info": info,
            "mbid_mapping": {"recording_mbid": mapped} if mapped else None,
        },
    }


def test_what_listenbrainz_tells_of_a_play(lake: ScratchLake, spark: SparkSession) -> None:
    told = [
        listen("plain"),
        listen("ids", MBID, recording_mbid=OTHER.upper(), isrc="us-um7-12-34567"),
        listen("mapped", MBID, recording_mbid="", isrc="unknown"),
        listen("url", spotify_id=f"https://open.spotify.com/track/{ID}?si=1"),
        listen("uri", spotify_id=f"spotify:track:{ID}", duration_ms="215000"),
        listen("bare", spotify_id=ID, duration=215.4, duration_played=30),
        listen("elsewhere", spotify_id="", origin_url=f"https://example.org/track/{ID}"),
        listen("album", spotify_id=f"https://open.spotify.com/album/{ID}", duration_ms=0),
        listen("odd", ms_played=-1, duration="long", isrc=["USUM71234567"]),
        listen(
            "spotify's",
            origin_url=f"https://open.spotify.com/intl-de/track/{ID}",
            ms_played=0,
            duration_ms=215_000,
            submission_client="ListenBrainz Archive Importer",
            music_service="spotify.com",
        ),
    ]
    old = listen("old")
    old["track_metadata"]["additional_info"] = "none"
    old["listened_at"] = 1_704_067_200
    write(lake.folder / "in.zip", zipped({
        "user.json": {"user_id": 7, "username": "anna"},
        "listens/2024/1.jsonl": b"\xef\xbb\xbf" + lines(*told, told[0]) + b"\n",
        "listens/2024/2.jsonl": lines(told[0]),
        "feedback.jsonl": lines({"recording_msid": None, "score": 1, "created": 1}),
        "old/listens.json": [old, told[0]],
    }))  # fmt: skip
    reports = lake.ingest(lake.folder / "in.zip")
    assert [report.status for report in reports].count("landed") == 3
    assert not [report for report in reports if report.status == "refused"]
    made = plays(*_landed(spark, lake.places.settings.landing), now=NOW)
    ids = "track_name ms_played duration_ms track_id isrc recording_mbid stamp"
    assert_rows(
        made,
        ids,
        ("plain", None, None, None, None, None, "start"),
        ("ids", None, None, None, "USUM71234567", OTHER, "start"),
        ("mapped", None, None, None, None, MBID, "start"),
        ("url", None, None, ID, None, None, "start"),
        ("uri", None, 215_000, ID, None, None, "start"),
        ("bare", 30_000, 215_400, ID, None, None, "start"),
        ("elsewhere", None, None, None, None, None, "start"),
        ("album", None, None, None, None, None, "start"),
        ("odd", None, None, None, None, None, "start"),
        ("spotify's", 0, 215_000, ID, None, None, "end"),
        ("old", None, None, None, None, None, "start"),
    )
    rest = "user_id source played_at artist_name album_name is_podcast"
    assert_rows(
        made.select(*rest.split()).distinct(),
        rest,
        ("anna", "listenbrainz", "2024-01-01 00:00:00", "A", "B", False),
    )


def _landed(spark: SparkSession, folder: Path) -> list[Any]:
    kinds = (
        landing.SPOTIFY_EXTENDED,
        landing.SPOTIFY_BASIC,
        landing.LASTFM,
        landing.LISTENBRAINZ,
        landing.LISTENBRAINZ_ARRAY,
        landing.SPOTIFY_API_PLAYS,
        landing.LASTFM_API_PLAYS,
    )
    return [read_landing(spark, kind, str(folder / kind.kind)) for kind in kinds]


def test_lines_are_read_in_parts(spark: SparkSession, tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "listenbrainz"
    rows = [listen(f"song {number}") for number in range(200)]
    write(folder / "user=me" / f"{'0' * 16}-a.jsonl", lines(*rows))
    session = spark.newSession()
    session.conf.set("spark.sql.files.maxPartitionBytes", "8192")
    made = read_landing(session, landing.LISTENBRAINZ, str(folder))
    assert made.rdd.getNumPartitions() > 4
    assert sorted(row.document for row in made.collect()) == sorted(
        line.decode() for line in lines(*rows).splitlines()
    )


def test_bad_lines_are_kept_as_they_came_and_good_ones_land(lake: ScratchLake) -> None:
    good = listen("good")
    bad = {
        '{"listened_at": 17040': "time_is_known",
        json.dumps(good | {"listened_at": None}): "time_is_known",
        json.dumps(good | {"listened_at": "soon"}): "time_is_known",
        json.dumps(good | {"listened_at": 10**40}): "time_is_known",
        json.dumps(good | {"listened_at": 0}): "time_is_plausible",
        json.dumps(good | {"listened_at": -62_135_596_800}): "time_is_plausible",
        json.dumps(good | {"listened_at": 7_258_118_400}): "time_is_plausible",
        json.dumps(listen("")): "has_names",
        json.dumps(good | {"track_metadata": None}): "has_names",
        "7": "time_is_known",
    }
    text = "\n".join([json.dumps(good), *bad, json.dumps(listen("better"))])
    (report,) = lake.ingest(write(lake.folder / "a.jsonl", text.encode()))
    assert (report.status, report.rows) == ("landed", 12)
    assert "1 line that is no JSON" in report.detail
    assert lake.run("bronze.plays").ok
    landed = lake.rows("SELECT track_name FROM bronze.plays ORDER BY track_name")
    assert [row["track_name"] for row in landed] == ["better", "good"]
    kept = lake.rows("SELECT rule, raw FROM ops.quarantine")
    assert {row["raw"]: row["rule"] for row in kept} == bad

"""Last.fm's CSV files as plays: read from landed files, as a run reads them."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deltalake import DeltaTable, write_deltalake
from hypothesis import given, settings, strategies as st
from pyspark.sql import DataFrame, SparkSession
from scratch_lake import EXTENDED, ScratchLake
from table_frames import assert_rows

from jobs.bronze.plays import plays
from lib.ingest import ingest
from lib.landed_frames import read_landing
from schemas import bronze, landing

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MBID = "0af0af23-bc15-46d4-a0a5-b6d9c6e2c7e1"
START = datetime(2024, 1, 1, tzinfo=UTC)
Row = tuple[str, str, str, datetime]


def read(spark: SparkSession, folder: Path, files: dict[str, str]) -> DataFrame:
    """The plays of these files, each whole and of user `me`."""
    (folder / "in").mkdir()
    for name, text in files.items():
        (folder / "in" / name).write_text(text, encoding="utf-8", newline="")
    reports = ingest([folder / "in"], folder / "landing", "me")
    assert {report.status for report in reports} == {"landed"}, reports
    nothing = spark.createDataFrame([], "document STRING, source_file STRING, user_id STRING")
    scrobbles = read_landing(spark, landing.LASTFM, str(folder / "landing" / "lastfm"))
    return plays(nothing, nothing, scrobbles, *[nothing] * 4, NOW)


def test_what_each_exporter_tells_of_a_play(spark: SparkSession, tmp_path: Path) -> None:
    files = {
        "a": "\ufeffArtist 1,Album,T,01 Jan 2024 00:00\n"
        'Artist 1b,"A, ""B""",T,"1 Jan 2024, 00:01"\n',
        "b": "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
        f'"1704067200","01 Jan 2024, 00:00","Artist 2","x","Album","y","T","{MBID.upper()}"\n',
        "c": "\ufeffArtist;Album;AlbumId;Track;Date#anna\n"
        '"Artist 3";"";"x";"T;U";"1704067200123"\n',
        "d": "Date\tTitle\tArtist Name\tmbid\n2024-01-01T00:00:00Z\tT\tArtist 4\tnone\n",
        "e": "timestamp,name,artist,album\r\n2024-01-01 01:00:00+01:00,\\T,Artist 5,NA\r\n",
        "f": 'artist,track,date\nArtist 6,"two\nlines",1704067200\n',
    }
    made = read(spark, tmp_path, files)
    at = "2024-01-01 00:00:00"
    assert_rows(
        made,
        "artist_name played_at track_name album_name recording_mbid",
        ("Artist 1", at, "T", "Album", None),
        ("Artist 1b", "2024-01-01 00:01:00", "T", 'A, "B"', None),
        ("Artist 2", at, "T", "Album", MBID),
        ("Artist 3", "2024-01-01 00:00:00.123", "T;U", None, None),
        ("Artist 4", at, "T", None, None),
        ("Artist 5", at, "\\T", "NA", None),
        ("Artist 6", at, "two\nlines", None, None),
    )
    told = "user_id source stamp ms_played duration_ms track_id isrc is_podcast"
    assert_rows(
        made.select(*told.split()).distinct(),
        told,
        ("me", "lastfm", "start", None, None, None, None, False),
    )


def test_two_scrobbles_of_one_second_are_one_and_a_later_export_adds_nothing(
    spark: SparkSession, tmp_path: Path
) -> None:
    row = "A,B,T,01 Jan 2024 00:00\n"
    files = {"a": row * 2 + "A,B,T,01 Jan 2024 00:01\n", "b": row + "A,B,U,01 Jan 2024 00:00\n"}
    assert_rows(
        read(spark, tmp_path, files),
        "track_name played_at",
        ("T", "2024-01-01 00:00:00"),
        ("T", "2024-01-01 00:01:00"),
        ("U", "2024-01-01 00:00:00"),
    )


def _csv(rows: Sequence[Sequence[object]], delimiter: str = ",", quoting: int = 0) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    return text.getvalue()


GHAN = ["uts", "utc_time", "artist", "artist_mbid", "album", "album_mbid", "track", "track_mbid"]
#: The same scrobbles as each exporter writes them.
VARIANTS: dict[str, Callable[[Sequence[Row]], str]] = {
    "benjaminbenben": lambda rows: _csv([(*r[:3], f"{r[3]:%d %b %Y %H:%M}") for r in rows]),
    "ghan": lambda rows: _csv(
        [
            GHAN,
            *[(_uts(r), f"{r[3]:%d %b %Y, %H:%M}", r[0], "", r[1], "", r[2], "") for r in rows],
        ],
        quoting=csv.QUOTE_ALL,
    ),
    "lastfmstats": lambda rows: "\ufeff"
    + _csv(
        [
            ["Artist", "Album", "AlbumId", "Track", "Date#anna"],
            *[(r[0], r[1], "", r[2], _uts(r) * 1000) for r in rows],
        ],
        ";",
        csv.QUOTE_NONNUMERIC,
    ),
    "iso with tabs": lambda rows: _csv(
        [
            ["time", "title", "artist", "album"],
            *[(r[3].isoformat(), r[2], r[0], r[1]) for r in rows],
        ],
        "\t",
    ),
}  # fmt: skip


def _uts(row: Row) -> int:
    return int(row[3].timestamp())


_text = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8)
_name = _text.filter(lambda text: any(char.isalpha() for char in text))
_rows = st.lists(
    st.tuples(
        _name, _text, _name, st.integers(0, 10**6).map(lambda n: START + timedelta(minutes=n))
    ),
    min_size=3,
    max_size=12,
)


@given(_rows)
@settings(max_examples=3, deadline=None)
def test_the_same_scrobbles_are_the_same_plays_whoever_exported_them(
    spark: SparkSession, rows: list[Row]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = {name: write(rows) for name, write in VARIANTS.items()}
        made = read(spark, Path(folder), files)
        found = [(r.artist_name, r.track_name, r.played_at.timestamp()) for r in made.collect()]
        # Each exporter's rows gave the same ids, so that one of each is left.
        assert sorted(found) == sorted({(row[0], row[2], row[3].timestamp()) for row in rows})


GOOD = ["A,B,T,01 Jan 2024 00:00", "A,B,T,29 Feb 2024 23:59"]
BAD = {
    "A,B,now playing,": "time_is_known",
    "A,B,of unknown time,01 Jan 1970 00:00": "time_is_plausible",
    "A,B,of year 1,0001-01-01 00:00:00": "time_is_plausible",
    "A,B,of year 2200,01 Jan 2200 00:00": "time_is_plausible",
    "A,B,of no day,31 Feb 2024 00:00": "time_is_known",
    "A,B,no time,2024-01-01": "time_is_known",
    "A,B,a word,soon": "time_is_known",
    "A,B,too large,99999999999999": "time_is_plausible",
    "A,B,far too large,999999999999999999999": "time_is_known",
    "A,B,,01 Jan 2024 00:00": "has_names",
    " ,B,no artist,01 Jan 2024 00:00": "has_names",
    "A,B,short": "time_is_known",
}


def test_good_rows_land_between_bad_ones_which_are_kept_as_they_came(lake: ScratchLake) -> None:
    (lake.folder / "a.csv").write_text("\n".join([GOOD[0], *BAD, GOOD[1]]) + "\n")
    (report,) = lake.ingest(lake.folder / "a.csv")
    assert (report.status, report.rows) == ("landed", 14)
    assert lake.run("bronze.plays").ok
    landed = lake.rows("SELECT played_at FROM bronze.plays ORDER BY played_at")
    times = [f"{row['played_at']:%Y-%m-%d %H:%M}" for row in landed]
    assert times == ["2024-01-01 00:00", "2024-02-29 23:59"]
    kept = lake.rows("SELECT rule, raw FROM ops.quarantine")
    as_told = {",".join(filter(None, line.split(","))): rule for line, rule in BAD.items()}
    assert {_line(row["raw"]): row["rule"] for row in kept} == as_told


def _line(raw: str) -> str:
    """A record's fields but for empty ones, which are no part of its JSON."""
    told = json.loads(raw)
    return ",".join(told[name] for name in ("artist", "album", "track", "date") if name in told)


def test_an_older_lake_gains_the_new_columns_and_keeps_its_rows(lake: ScratchLake) -> None:
    lake.land([EXTENDED])
    assert lake.run("bronze.plays").ok
    path = lake.places.path(bronze.PLAYS)
    new = ["duration_ms", "isrc", "recording_mbid"]
    before = DeltaTable(path).to_pyarrow_table()
    shutil.rmtree(path)
    write_deltalake(path, before.drop_columns(new))
    (lake.folder / "a.csv").write_text(f"uts,artist,track,track_mbid\n1704067200,A,T,{MBID}\n")
    lake.ingest(lake.folder / "a.csv")
    assert lake.run("bronze.plays").ok
    rows = lake.rows("SELECT * FROM bronze.plays ORDER BY played_at DESC")
    assert [(row["source"], row["recording_mbid"]) for row in rows] == [
        ("spotify_extended", None),
        ("lastfm", MBID),
    ]
    assert rows[0]["play_id"] == before["play_id"][0].as_py()
    assert set(DeltaTable(path).schema().to_arrow().names) == set(bronze.PLAYS.column_names)

"""Every copy of the catalogue is landed by `ingest` and read as a run reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.testing import assertDataFrameEqual
from table_frames import assert_rows

from jobs.bronze.kaggle_tracks import JOB, kaggle_tracks
from lib.ingest import ingest
from lib.landed_frames import read_landing
from lib.quality import mark
from schemas import bronze, landing

Rows = list[dict[str, Any]]

TRACK = {
    "track_id": "0000000000000000000001",
    "artists": "An Artist;A Guest",
    "album_name": "Album",
    "track_name": "Title",
    "popularity": 50,
    "duration_ms": 200_000,
    "explicit": False,
    "danceability": 0.5,
    "energy": 0.25,
    "key": 7,
    "loudness": -9.46,
    "mode": 1,
    "speechiness": 0.05,
    "acousticness": 3.5e-05,
    "instrumentalness": 0.0,
    "liveness": 0.1,
    "valence": 0.9,
    "tempo": 120.5,
    "time_signature": 4,
    "track_genre": "pop",
}
SECOND = TRACK | {"track_id": "0000000000000000000002", "explicit": True, "track_name": "NA"}
NAMELESS = TRACK | {"track_id": "0000000000000000000003", "artists": "", "album_name": ""} | {
    "track_name": ""
}  # fmt: skip
CATALOGUE = [TRACK, SECOND, NAMELESS]


def text(rows: Rows, columns: list[str] | None = None) -> str:
    """The rows as CSV, as Kaggle writes it."""
    out = io.StringIO()
    names = columns or ["", *TRACK]
    writer = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({"": index, **row} for index, row in enumerate(rows))
    return out.getvalue()


@pytest.fixture
def read(spark: SparkSession, tmp_path: Path) -> Callable[..., DataFrame]:
    """The table's rows as they come from files with these texts."""

    def read(*texts: str, encoding: str = "utf-8") -> DataFrame:
        for number, content in enumerate(texts):
            file = tmp_path / f"{number}.csv"
            file.write_bytes(content.encode(encoding))
            (report,) = ingest([file], tmp_path / "landing")
            assert report.status == "landed", report
        folder = tmp_path / "landing" / landing.KAGGLE.kind
        return kaggle_tracks(read_landing(spark, landing.KAGGLE, str(folder)))

    return read


def test_types_and_values(read: Callable[..., DataFrame]) -> None:
    made = read(text([TRACK])).select(*bronze.KAGGLE_TRACKS.column_names)
    assert_rows(made, " ".join(TRACK), tuple(TRACK.values()))
    types = {field.name: field.dataType.simpleString().upper() for field in made.schema}
    assert types == {column.name: column.type for column in bronze.KAGGLE_TRACKS.fields}


def upper_booleans(rows: Rows) -> Rows:
    return [row | {"explicit": str(row["explicit"]).upper()} for row in rows]


def gaps_as(gap: str, rows: Rows) -> Rows:
    return [{name: gap if value == "" else value for name, value in row.items()} for row in rows]


def decimal_points(rows: Rows) -> Rows:
    whole = ("popularity", "duration_ms", "key", "mode", "time_signature")
    return [row | {name: f"{row[name]}.0" for name in whole} for row in rows]


#: Copies of one catalogue that circulate, as texts.
COPIES = {
    "no index column": text(CATALOGUE, columns=list(TRACK)),
    "columns in another order": text(CATALOGUE, columns=sorted(TRACK)),
    "a named index column": text(CATALOGUE).replace(",", "Unnamed: 0,", 1),
    "a column too many": text([row | {"year": 2022} for row in CATALOGUE], [*TRACK, "year"]),
    "TRUE and FALSE": text(upper_booleans(CATALOGUE)),
    "NA for null": text(gaps_as("NA", CATALOGUE)),
    "nan for null": text(gaps_as("nan", CATALOGUE)),
    "decimal points in whole numbers": text(decimal_points(CATALOGUE)),
    "a byte order mark": "\ufeff" + text(CATALOGUE),
    "a byte order mark and no index": "\ufeff" + text(CATALOGUE, columns=list(TRACK)),
    "Windows line ends": text(CATALOGUE).replace("\n", "\r\n"),
    "rows in another order": text(CATALOGUE[::-1]),
    "every row twice": text([*CATALOGUE, *CATALOGUE]),
}


@pytest.fixture(scope="module")
def expected(spark: SparkSession) -> list[Any]:
    """The catalogue's rows, told by hand."""
    names = bronze.KAGGLE_TRACKS.column_names
    rows = [{name: row[name] for name in names} for row in CATALOGUE]
    rows[2] |= {"artists": None, "album_name": None, "track_name": None}
    nullable = bronze.KAGGLE_TRACKS.ddl.replace(" NOT NULL", "")
    return spark.createDataFrame([tuple(row.values()) for row in rows], nullable).collect()


@pytest.mark.parametrize("copy", COPIES)
def test_every_copy_gives_the_same_rows(
    read: Callable[..., DataFrame], expected: list[Any], copy: str
) -> None:
    made = read(COPIES[copy]).select(*bronze.KAGGLE_TRACKS.column_names)
    assertDataFrameEqual(made, expected, rtol=0, atol=0)


def test_two_copies_side_by_side_are_one_catalogue(read: Callable[..., DataFrame]) -> None:
    made = read(COPIES["columns in another order"], COPIES["TRUE and FALSE"])
    assert_rows(made, "track_id", *[(row["track_id"],) for row in CATALOGUE])


NAMES = [
    'The "Quoted" One',
    '"All of it"',
    "Axwell /\\ Ingrosso",
    "ends with a backslash\\",
    'a backslash \\" and a quote',
    "commas, of course; and 'single' quotes",
    " blanks around it ",
    "上を向いて歩こう",
    "#1 Crush",
    "None",
    "NA",
    "null",
]


@pytest.mark.parametrize("field", ["artists", "album_name", "track_name"])
def test_names_come_through_as_they_are(read: Callable[..., DataFrame], field: str) -> None:
    ids = [f"{number:022}" for number in range(len(NAMES))]
    told = [TRACK | {"track_id": i, field: name} for i, name in zip(ids, NAMES, strict=True)]
    made = read(text(told))
    assert_rows(made, f"track_id {field}", *zip(ids, NAMES, strict=True))


def test_a_line_break_within_quotes_is_part_of_the_name(read: Callable[..., DataFrame]) -> None:
    made = read(text([TRACK | {"track_name": "two\nlines"}, SECOND]))
    assert_rows(made, "track_name energy", ("two\nlines", 0.25), ("NA", 0.25))


def test_a_track_under_two_genres_is_two_rows(read: Callable[..., DataFrame]) -> None:
    made = read(text([TRACK, TRACK | {"track_genre": "rock"}, TRACK]))
    assert_rows(made, "track_id track_genre", *[(TRACK["track_id"], g) for g in ("pop", "rock")])


def test_of_rows_that_differ_the_most_popular_is_kept(read: Callable[..., DataFrame]) -> None:
    rows = [TRACK | {"popularity": p, "valence": p / 100} for p in (10, 90, 50)]
    assert_rows(read(text(rows)), "popularity valence", (90, 0.9))


def test_zero_tempo_and_zero_time_signature_are_unknown(read: Callable[..., DataFrame]) -> None:
    silent = TRACK | {"tempo": 0.0, "time_signature": 0, "danceability": 0.0, "key": 0, "mode": 0}
    made = read(text([silent]))
    assert_rows(made, "tempo time_signature danceability key mode", (None, None, 0.0, 0, 0))


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (NAMELESS, "has_names"),
        (TRACK | {"track_id": ""}, "has_id_and_genre"),
        (TRACK | {"track_genre": ""}, "has_id_and_genre"),
        (TRACK | {"valence": 1.2}, "features_in_range"),
        (TRACK | {"energy": -0.1}, "features_in_range"),
        (TRACK | {"key": 12}, "features_in_range"),
        (TRACK | {"tempo": 900}, "features_in_range"),
    ],
)
def test_rows_that_break_a_rule(
    read: Callable[..., DataFrame], bad: dict[str, Any], rule: str
) -> None:
    marked = mark(read(text([SECOND, bad])), JOB.writes)
    assert_rows(marked, "track_name _broken_rule", ("NA", None), (bad["track_name"] or None, rule))


def test_a_number_that_is_none_is_a_gap_not_the_end_of_the_run(
    read: Callable[..., DataFrame],
) -> None:
    made = read(text([TRACK | {"popularity": "many", "valence": "?", "explicit": "perhaps"}]))
    assert_rows(made, "popularity valence explicit energy", (None, None, None, 0.25))


def test_the_raw_row_tells_what_the_file_told(read: Callable[..., DataFrame]) -> None:
    (row,) = read(text([NAMELESS])).collect()
    assert '"track_id":"0000000000000000000003","track_genre":"pop","artists":null' in row.raw


def test_no_file_gives_no_row(read: Callable[..., DataFrame]) -> None:
    made = read()
    assert made.count() == 0
    assert set(made.columns) >= set(bronze.KAGGLE_TRACKS.column_names)

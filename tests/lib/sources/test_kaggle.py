from __future__ import annotations

import io
from pathlib import Path

import pytest

from lib.errors import InputError
from lib.sources import kaggle

SHARED = Path(__file__).parents[3].parent / "shared" / "data" / "kaggle" / "dataset.csv"
HEADER = ",".join(["", *kaggle.COLUMNS])
ROW = '0,id1,"A;B",Album,"He said ""hi""",73,1000,False' + ",0.5" * 11 + ",4,acoustic"


def read(text: str) -> kaggle.Recognised:
    return kaggle.recognise(io.BytesIO(text.encode()))


def csv(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def row(columns: tuple[str, ...]) -> str:
    return ",".join("x" for _ in columns)


@pytest.mark.parametrize(
    "text",
    [
        csv(HEADER, ROW),
        csv(HEADER, ROW.replace("False", "TRUE").replace("Album", "NA")),
        "\ufeff" + csv(",".join(kaggle.COLUMNS), row(kaggle.COLUMNS)),
        csv(",".join(reversed(kaggle.COLUMNS)), row(kaggle.COLUMNS)),
        csv(",".join(f'"{name}"' for name in kaggle.COLUMNS), row(kaggle.COLUMNS)),
        csv(HEADER, row(("", *kaggle.COLUMNS))).replace("\n", "\r\n"),
    ],
    ids=[
        "as published",
        "TRUE and NA",
        "bom, no index",
        "other order",
        "quoted header",
        "windows line ends",
    ],
)
def test_every_variant_in_circulation_is_taken(text: str) -> None:
    assert kaggle.is_likely(text.encode())
    assert read(text).rows == 1
    assert read(text).notes == ()


def test_a_record_over_several_lines_is_one_row() -> None:
    fields = ["x"] * len(kaggle.COLUMNS)
    fields[3] = '"two\nlines, and a ""quote"""'
    assert read(csv(",".join(kaggle.COLUMNS), ",".join(fields), row(kaggle.COLUMNS))).rows == 2


def test_missing_columns_are_named() -> None:
    header = ",".join(name for name in kaggle.COLUMNS if name not in {"valence", "tempo"})
    assert kaggle.is_likely(header.encode())
    with pytest.raises(InputError, match="without the columns valence, tempo of Kaggle's"):
        read(csv(header, "x"))


def test_a_column_there_twice_is_refused() -> None:
    with pytest.raises(InputError, match="the column valence twice"):
        read(csv(HEADER + ",valence"))


def test_columns_of_others_are_told() -> None:
    columns = (*kaggle.COLUMNS, "mood")
    assert read(csv(",".join(columns), row(columns))).notes == ("columns not used: mood",)


def test_rows_of_a_wrong_length_are_counted() -> None:
    good = row(kaggle.COLUMNS)
    found = read(csv(",".join(kaggle.COLUMNS), good, "x,y", good + ",z", good))
    assert (found.rows, found.notes) == (4, ("2 rows with too few or many fields",))


def test_a_file_that_was_cut_off_is_refused() -> None:
    with pytest.raises(InputError, match="cut off: its last row has 2 fields of 20"):
        read(csv(",".join(kaggle.COLUMNS), row(kaggle.COLUMNS), "x,y"))


def test_a_quote_that_is_never_closed_is_refused() -> None:
    good = row(kaggle.COLUMNS)
    with pytest.raises(InputError, match="no CSV from line"):
        read(csv(",".join(kaggle.COLUMNS), '"' + good, *[good] * 5_000))


def test_latin_1_is_refused_with_the_remedy() -> None:
    text = csv(",".join(kaggle.COLUMNS), row(kaggle.COLUMNS).replace("x", "é", 1))
    with pytest.raises(InputError, match=r"not UTF-8 text .*: save it as UTF-8"):
        kaggle.recognise(io.BytesIO(text.encode("latin-1")))


def test_other_csv_files_are_not_taken_for_the_dataset() -> None:
    assert not kaggle.is_likely(b"track_id,artists,rating\n1,2,3\n")
    assert not kaggle.is_likely(b"\xff\xd8\xff\xe0 a picture")


@pytest.mark.skipif(not SHARED.exists(), reason="../shared/data is absent")
def test_the_published_file_has_114_000_rows() -> None:
    with SHARED.open("rb") as stream:
        assert kaggle.recognise(stream).rows == 114_000
        assert not stream.closed

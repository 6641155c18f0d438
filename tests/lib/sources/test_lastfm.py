from __future__ import annotations

import io

import pytest

from lib.errors import InputError
from lib.sources import lastfm
from lib.sources.lastfm import layout_of
from lib.sources.recognised import Recognised
from schemas.landing import LASTFM

GHAN = "uts,utc_time,artist,artist_mbid,album,album_mbid,track,track_mbid\n"
GHAN_ROW = '"1704067200","01 Jan 2024, 00:00","A","","B","","T",""\n'


def read(text: str) -> Recognised:
    layout = layout_of(text.encode())
    assert layout is not None
    return lastfm.recognise(io.BytesIO(text.encode()), layout)


@pytest.mark.parametrize(
    ("text", "user"),
    [
        ("A,B,T,01 Jan 2024 00:00\n", None),
        ('A,B,T,"01 Jan 2024, 00:00"', None),
        ("A,B,T,\nA,B,T,01 Jan 2024 00:00\n", None),
        ("A,B,T,1704067200\n", None),
        (GHAN + GHAN_ROW, None),
        ('Artist;Album;AlbumId;Track;Date#anna\n"A";"B";"";"T";"1704067200000"\n', "anna"),
        ("\ufeffArtist;Album;AlbumId;Track;Date#anna b\nA;B;;T;1704067200000\n", "anna b"),
        ("Date\tTitle\tArtist\n2024-01-01T00:00:00Z\tT\tA\n", None),
        ("TIMESTAMP,Track Name,Artist Name\r\n1704067200,T,A\r\n", None),
        ("name,artist.#text,date.uts,mbid\nT,A,1704067200,\n", None),
    ],
)
def test_every_common_exporters_file_is_taken(text: str, user: str | None) -> None:
    found = read(text)
    headers = 0 if text.startswith("A,") else 1
    assert (found.kind, found.user) == (LASTFM, user)
    assert found.rows == len(text.splitlines()) - headers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "a,b\n1,2\n",
        "Artist;Name;Scrobbles;Rank\nA;T;7;1\n",
        "artists,track_name,time_signature\nA,T,4\n",
        "1,2,3,1704067200\n4,5,6,1704067201\n",
        "sensor,place,value,date\nx,y,1,1704067200\n",
        "a,b,c,2024-01-01\n",
        "\x00\x01\x02",
        "ts,platform,ms_played,track_name,artist_name\n2024-01-01 00:00:00,web,5,T,A\n",
    ],
)
def test_other_files_are_left_to_others(text: str) -> None:
    assert layout_of(text.encode()) is None


def test_rows_without_a_usable_date_are_counted() -> None:
    odd = "".join(
        f"{uts},{text},A,,B,,T,\n"
        for uts, text in [("", ""), ("0", '"01 Jan 1970, 00:00"'), ("", "soon"), ("", "later")]
    )
    found = read(GHAN + GHAN_ROW + odd + "x\n" + GHAN_ROW)
    assert found.rows == 7
    assert found.notes == (
        "1 row without a date (now playing)",
        "1 row of unknown time (1970)",
        "3 rows with odd dates",
        "1 row with too few or many fields",
    )


def test_a_header_alone_holds_nothing() -> None:
    assert read(GHAN) == Recognised(None, notes=("holds nothing: a header and no scrobbles",))


def test_scrobbles_over_several_lines_and_stray_quotes_are_whole() -> None:
    assert read('artist,track,date\nA,12" mix,1704067200\nA,"two\nlines",1704067200\n').rows == 2
    assert read('artist,date,track\nA,1704067200,"a ""word"""\nA,1704067200,"two\nlines"').rows == 2


@pytest.mark.parametrize("rest", ["17040", '"1704067200","01 Jan 2024, 00:00","A","","B","","T","'])
def test_a_file_that_was_cut_off_is_refused(rest: str) -> None:
    with pytest.raises(InputError, match="cut off"):
        read(GHAN + GHAN_ROW + rest)


def test_columns_are_named_apart() -> None:
    layout = layout_of(b"artist,track,date,,Track,\nA,T,1704067200,,,\n")
    assert layout is not None
    assert layout.columns == ("artist", "track", "date", "_3", "track_4", "_5")

from __future__ import annotations

import io
from typing import Any

import pytest

from lib.errors import InputError
from lib.sources.listenbrainz import is_lines, recognise, recognise_lines
from lib.sources.recognised import Recognised
from schemas.landing import LISTENBRAINZ, LISTENBRAINZ_ARRAY
from tests.lib.ingest_samples import LISTEN, dump, lines


def read(data: bytes) -> Recognised | str:
    assert is_lines(data)
    return recognise_lines(io.BytesIO(data))


NAMED = {**LISTEN, "user_name": "anna"}


@pytest.mark.parametrize(
    ("data", "rows", "user", "notes"),
    [
        (lines(LISTEN), 1, None, ()),
        (dump(LISTEN), 1, None, ()),
        (b"\xef\xbb\xbf" + lines(NAMED, LISTEN), 2, "anna", ()),
        (lines(NAMED).replace(b"\n", b"\r\n\r\n") * 2, 2, "anna", ()),
        (
            lines(NAMED, {**LISTEN, "user_name": "bob"}, NAMED, {"x": 1}, 7),
            5,
            "anna",
            ("2 rows that are no listens", "1 further user name"),
        ),
        (lines(LISTEN) + b'{"a\n' + lines(LISTEN), 3, None, ("1 line that is no JSON",)),
    ],
)
def test_listens_are_counted_line_by_line(
    data: bytes, rows: int, user: str | None, notes: tuple[str, ...]
) -> None:
    assert read(data) == Recognised(LISTENBRAINZ, rows=rows, user=user, notes=notes)


def test_a_broken_last_line_is_told_as_cut_off() -> None:
    whole = lines(LISTEN, LISTEN, {"x": "é"})
    for end in range(len(lines(LISTEN, LISTEN)) + 1, len(whole) - 1):
        with pytest.raises(InputError, match=r"cut off: its last line \(3\)"):
            read(whole[:end])
    assert isinstance(read(whole[:-1]), Recognised)


def test_a_large_file_is_read_a_line_at_a_time() -> None:
    class Endless(io.RawIOBase):
        """Tells how much was read at once."""

        def __init__(self) -> None:
            self.left, self.most = 2_000, 0

        def readable(self) -> bool:
            return True

        def readinto(self, into: Any) -> int:
            self.most = max(self.most, len(into))
            if not self.left:
                return 0
            self.left -= 1
            line = lines(LISTEN)
            into[: len(line)] = line
            return len(line)

    raw = Endless()
    found = recognise_lines(io.BufferedReader(raw))
    assert isinstance(found, Recognised)
    assert (found.rows, raw.most <= 2**17) == (2_000, True)


def test_lines_of_something_else_are_told() -> None:
    assert read(lines({"a": 1, "b": 2}, {"a": 3})) == "fields a, b"


@pytest.mark.parametrize("data", [b"", b'{"username":"anna"}\n', b'{\n"a": 1\n}', b"[1]", b"a\nb"])
def test_what_is_no_json_lines_is_left_to_others(data: bytes) -> None:
    assert not is_lines(data)


def test_an_older_export_is_an_array() -> None:
    assert recognise([NAMED, 5]) == Recognised(
        LISTENBRAINZ_ARRAY, rows=2, user="anna", notes=("1 row that is no listen",)
    )
    for other in ([], {}, [1], [{"listened_at": 1}], {"payload": [LISTEN]}):
        assert recognise(other) is None

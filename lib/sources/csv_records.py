"""CSV files a record at a time, with what can be wrong with them said in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from lib.errors import InputError


@contextmanager
def csv_records(stream: IO[bytes], delimiter: str = ",") -> Iterator[Iterator[list[str]]]:
    """The records of a CSV file; a blank line is an empty one.

    Args:
        stream: the file, at its beginning; it stays open.
        delimiter: what parts the fields.

    Raises:
        InputError: it is not UTF-8, is no CSV, or ends inside quotes; told where it is read.
    """
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        yield reader
        if lines.ends_inside_quotes:
            raise InputError("cut off: it ends within quotes: download it again")
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 text somewhere after line {reader.line_num:,} ({error.reason}): "
            "save it as UTF-8, or download it again"
        ) from None
    except csv.Error as error:
        raise InputError(
            f"no CSV from line {reader.line_num:,} on ({error}): download it again"
        ) from None
    finally:
        text.detach()


class _Lines:
    """Lines of a text, with what tells whether it ends too early."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._last = ""
        self._quotes = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self._last = line
            self._quotes += line.count('"')
            yield line

    @property
    def ends_inside_quotes(self) -> bool:
        """Whether the last line is not ended and quotes are open; a stray one elsewhere is not."""
        is_ended = self._last.endswith(("\n", "\r"))
        return not is_ended and self._quotes % 2 == 1 and self._last.count('"') % 2 == 1

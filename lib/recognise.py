"""What an input file is, told by its contents and never by its name."""

from __future__ import annotations

import codecs
import re

import orjson

from lib.errors import InputError
from lib.inputs import InputFile
from lib.sources import kaggle, lastfm, listenbrainz, rekordbox, spotify_basic, spotify_extended
from lib.sources.account import account_name
from lib.sources.recognised import Recognised

HEAD_BYTES = 65_536
"""How much of a file tells whether it is worth reading on."""

MAX_JSON_BYTES = 256 * 2**20
"""A JSON file is parsed as a whole, in about four times its size of memory. Spotify splits its
exports at 12 MB, so this leaves room for a lifetime's history joined into one file."""

_JSON_START = re.compile(rb'\s*(\[\s*[{\]]|\{\s*["}])')
_DATA = (".json", ".jsonl", ".csv", ".xml")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_RECOGNISERS = (
    spotify_extended.recognise,
    spotify_basic.recognise_history,
    spotify_basic.recognise_library,
    listenbrainz.recognise,
)


class NotUnderstoodError(InputError):
    """A file that is whole, but of no kind that Songlake reads."""


def recognise(file: InputFile) -> Recognised:
    """Tells what a file is and counts what is in it.

    Args:
        file: the file; it is opened twice.

    Raises:
        NotUnderstoodError: it is of no kind that Songlake reads.
        InputError: it is broken: empty, cut off, too large or in a wrong encoding.
        OSError: it cannot be read.
    """
    with file.open() as stream:
        head = stream.read(HEAD_BYTES)
    # An empty file is broken where data was to be expected, and elsewhere just an empty file.
    broken = InputError if file.named or file.suffix in _DATA else NotUnderstoodError
    if not head:
        raise broken("an empty file: download or copy it again")
    if head.startswith(_UTF16):
        raise broken("UTF-16 text: save it as UTF-8")
    if listenbrainz.is_lines(head):
        return _recognise_lines(file)
    if (root := rekordbox.root_of(head)) is not None:
        return _recognise_xml(file, root)
    if file.suffix == ".json" or _JSON_START.match(head.removeprefix(codecs.BOM_UTF8)):
        return _recognise_json(file)
    return _recognise_csv(file, head)


def parse_json(file: InputFile) -> object:
    """Parses a whole JSON file.

    Raises:
        NotUnderstoodError: it is JSON Lines.
        InputError: it is too large, in a wrong encoding, cut off or no JSON.
        OSError: it cannot be read.
    """
    if file.size > MAX_JSON_BYTES:
        raise InputError(
            f"{file.size / 2**20:,.0f} MiB of JSON in one file, where {MAX_JSON_BYTES // 2**20} "
            "MiB is the most: split it, or ingest the files as Spotify mailed them"
        )
    with file.open() as stream:
        data = stream.read().removeprefix(codecs.BOM_UTF8)
    try:
        data.decode("utf-8")
        return orjson.loads(data)
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 text at byte {error.start:,} ({error.reason}): "
            "save it as UTF-8, or download it again"
        ) from None
    except orjson.JSONDecodeError as error:
        if _is_json_lines(data):
            raise NotUnderstoodError("JSON Lines (one JSON value a line)") from None
        raise InputError(
            f"broken JSON ({error}): it may have been cut off; download or copy it again"
        ) from None


def _recognise_json(file: InputFile) -> Recognised:
    content = parse_json(file)
    for recogniser in _RECOGNISERS:
        if recognised := recogniser(content):
            return recognised
    if not content:
        return Recognised(None, notes=("holds nothing: an empty list or object",))
    if file.tells_user and (name := account_name(content)):
        return Recognised(None, notes=(f"names the export's user: {name}",))
    raise NotUnderstoodError(f"JSON of something else ({_shape(content)})")


def _recognise_lines(file: InputFile) -> Recognised:
    with file.open() as stream:
        recognised = listenbrainz.recognise_lines(stream)
    if isinstance(recognised, str):
        raise NotUnderstoodError(f"JSON Lines of something else ({recognised})")
    return recognised


def _recognise_xml(file: InputFile, root: str) -> Recognised:
    if root != rekordbox.ROOT:
        raise NotUnderstoodError(f"XML of something else (<{root}>)")
    with file.open() as stream:
        return rekordbox.recognise(stream)


def _recognise_csv(file: InputFile, head: bytes) -> Recognised:
    with file.open() as stream:
        if kaggle.is_likely(head):
            return kaggle.recognise(stream)
        if layout := lastfm.layout_of(head):
            return lastfm.recognise(stream, layout)
    if file.suffix == ".csv":
        raise NotUnderstoodError(lastfm.other_csv(head))
    raise NotUnderstoodError("neither JSON nor CSV of plays or of the Kaggle dataset")


def _is_json_lines(data: bytes) -> bool:
    try:
        return isinstance(orjson.loads(data.partition(b"\n")[0]), dict)
    except orjson.JSONDecodeError:
        return False


def _shape(content: object) -> str:
    sample = content[0] if isinstance(content, list) else content
    return f"fields {', '.join(list(sample)[:5])}" if isinstance(sample, dict) else "no objects"

"""Rekordbox's collection XML, as versions 5 to 7 export it: File, Export Collection in xml format.

`DJ_PLAYLISTS` holds a `COLLECTION` of `TRACK`s, each with the beat grid (`TEMPO`) and cue points
(`POSITION_MARK`), and a tree of playlists (`NODE`). The fields are those of
https://cdn.rekordbox.com/files/20200410160904/xml_format_list.pdf; converters from other DJ
programs write the same with fewer of them. A file is read in pieces, so that memory does not grow
with it, and never expands entities. See docs/adr/0027-rekordbox.md.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from lib.errors import InputError
from lib.sources.recognised import Recognised, tally
from schemas.landing import REKORDBOX

_PIECE = 2**18
ROOT = "DJ_PLAYLISTS"
_FIRST_ELEMENT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_FOLDER, _BY_LOCATION = "0", "1"


@dataclass(frozen=True)
class Entry:
    """A track of the collection, as the file has it.

    Attributes:
        told: its attributes.
        tempos: attributes of its TEMPO elements: where the beat grid changes.
        marks: attributes of its POSITION_MARK elements: cues and loops.
    """

    told: Mapping[str, str]
    tempos: list[Mapping[str, str]] = field(default_factory=list)
    marks: list[Mapping[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """A place in a playlist.

    Attributes:
        playlist: its name with those of the folders that it is in: `Sets/2024/Opening`.
        position: from 1.
        key: the track's `TrackID`, or its `Location` as the file has it.
        is_location: which of the two.
    """

    playlist: str
    position: int
    key: str
    is_location: bool


def root_of(head: bytes) -> str | None:
    """The outermost element of a file that begins like XML; None where it does not."""
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text.startswith((b"<?xml", b"<!", b"<DJ_")):
        return None
    found = _FIRST_ELEMENT.search(re.sub(rb"<!--.*?-->", b"", text, flags=re.DOTALL))
    return found[1].decode(errors="replace") if found else ""


def recognise(stream: IO[bytes]) -> Recognised:
    """Reads a collection to its end.

    Returns:
        Its counts; a record is one track.

    Raises:
        InputError: it is broken, declares entities, or is no collection.
    """
    rows = placeless = listed = 0
    playlists = set()
    for found in read(stream):
        if isinstance(found, Entry):
            rows += 1
            placeless += not found.told.get("Location", "").strip()
        else:
            listed += 1
            playlists.add(found.playlist)
    counts = [
        (placeless, "track without a location", "tracks without a location"),
        (len(playlists), "playlist", "playlists"),
    ]
    return Recognised(REKORDBOX, rows=rows, notes=tally(counts))


def read(stream: IO[bytes]) -> Iterator[Entry | Listed]:
    """Every track of a collection, then every place in its playlists.

    Args:
        stream: the file, at its beginning.

    Raises:
        InputError: it is broken, declares entities, or is no collection.
    """
    handler = _Collection()
    parser = make_parser()
    parser.setContentHandler(handler)
    try:
        while piece := stream.read(_PIECE):
            parser.feed(piece)
            yield from handler.taken()
        parser.close()
    except DefusedXmlException:
        raise InputError(
            "XML that declares entities or refers to other files, as no collection does: it may "
            "be made to fill a machine's memory; export the collection again"
        ) from None
    except SAXParseException as error:
        raise InputError(
            f"broken XML in line {error.getLineNumber():,} ({error.getMessage()}): it may have "
            "been cut off; export the collection again"
        ) from None
    if not handler.is_collection:
        raise InputError("XML without a Rekordbox collection: export the collection again")
    yield from handler.taken()


class _Collection(ContentHandler):
    """Gathers what the parser has come by."""

    def __init__(self) -> None:
        super().__init__()
        self.is_collection = False
        self._found: list[Entry | Listed] = []
        self._entry: Entry | None = None
        self._in_playlists = False
        self._nodes: list[Mapping[str, str]] = []
        self._position = 0

    def taken(self) -> list[Entry | Listed]:
        found, self._found = self._found, []
        return found

    def startElement(self, name: str, attrs: AttributesImpl[str]) -> None:  # noqa: N802 SAX's name
        told: dict[str, str] = dict(attrs.items())
        if name == "COLLECTION":
            self.is_collection = True
        elif name == "PLAYLISTS":
            self._in_playlists = True
        elif name == "NODE":
            self._nodes.append(told)
            self._position = 0
        elif name == "TRACK" and self._in_playlists:
            self._list(told)
        elif name == "TRACK":
            self._entry = Entry(told)
        elif self._entry and name == "TEMPO":
            self._entry.tempos.append(told)
        elif self._entry and name == "POSITION_MARK":
            self._entry.marks.append(told)

    def endElement(self, name: str) -> None:  # noqa: N802 SAX's name
        if name == "TRACK" and self._entry:
            self._found.append(self._entry)
            self._entry = None
        elif name == "NODE" and self._nodes:
            self._nodes.pop()

    def _list(self, told: Mapping[str, str]) -> None:
        key = told.get("Key", "")
        if not self._nodes or self._nodes[-1].get("Type", "") == _FOLDER or not key:
            return
        # The first node is the root of all folders, and has no name of its own.
        names = [node.get("Name", "") for node in self._nodes[1:]]
        self._position += 1
        by_location = self._nodes[-1].get("KeyType") == _BY_LOCATION
        self._found.append(Listed("/".join(names), self._position, key, by_location))

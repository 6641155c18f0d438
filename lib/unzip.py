"""Looks into zips, as Spotify mails them, without unpacking them anywhere."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from lib.inputs import InputFile, Unread, with_users

MAX_UNPACKED_BYTES = 2 * 2**30
"""What the files of one zip may add up to. A whole Spotify export is some 100 MB unpacked; a zip
that declares more than this is more likely made to fill a disk. (Python's zipfile never reads past
the size that a member declares.)"""

MAX_NESTED_ZIP_BYTES = 256 * 2**20
"""A zip inside a zip is held in memory, since reading it goes back and forth."""

UNREADABLE = (
    OSError,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a file, or a damaged or unknown zip's member, may raise."""

_STARTS = (b"PK\x03\x04", b"PK\x05\x06")


def unzipped(file: InputFile, depth: int = 0) -> Iterator[InputFile | Unread]:
    """The file itself or, where it is a zip, the files in it and in the zips in it.

    Args:
        file: any file.
        depth: how many zips it is inside of.
    """
    try:
        with file.open() as stream:
            if stream.read(4) not in _STARTS:
                yield file
                return
        if depth > 1 or (depth == 1 and file.size > MAX_NESTED_ZIP_BYTES):
            yield Unread(file.source, "a zip too deep or too large inside a zip: unpack it first")
            return
        with (
            file.open() as stream,
            zipfile.ZipFile(io.BytesIO(stream.read()) if depth else stream) as archive,
        ):
            yield from _members(archive, file, depth)
    except UNREADABLE as error:
        yield Unread(file.source, why_unreadable(error))


def why_unreadable(error: Exception) -> str:
    """One of `UNREADABLE` in words, with what to do about it."""
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror or error}): check it and its permissions"
    return f"broken, or in a broken zip ({error}): download or copy it again"


def _members(archive: zipfile.ZipFile, file: InputFile, depth: int) -> Iterator[InputFile | Unread]:
    infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED_BYTES:
        yield Unread(
            file.source,
            f"would unpack to {unpacked / 2**30:,.1f} GiB, where {MAX_UNPACKED_BYTES / 2**30:.0f} "
            "GiB is the most: unpack what you trust of it and ingest that",
        )
        return
    infos.sort(key=lambda info: info.filename)
    for entry in with_users(_member(archive, info, file) for info in infos):
        if isinstance(entry, InputFile):
            yield from unzipped(entry, depth + 1)
        else:
            yield entry


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: InputFile) -> InputFile | Unread:
    source = f"{file.source}!{info.filename}"
    place = PurePosixPath(info.filename.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or re.match("[A-Za-z]:", str(place)):
        return Unread(source, "its path climbs out of the zip: ingest it by itself if you trust it")
    if place.name.startswith("."):
        return Unread(source, "a hidden file", broken=False)
    if info.flag_bits & 0x1:
        return Unread(source, "encrypted: unpack the zip with its password and ingest the folder")
    return InputFile(source, place, info.file_size, partial(archive.open, info), user=file.user)

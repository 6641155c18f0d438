"""Where Rekordbox says that a track lies, as a path."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

_HOST = re.compile(r"^file://(localhost)?", re.IGNORECASE)
_DRIVE = re.compile(r"^/+(?=[A-Za-z]:(/|$))")
_SPOTIFY = re.compile(r"^/?spotify:track:([0-9A-Za-z]{22})$")


def decoded(location: str) -> str:
    """The path of a location: `file://localhost/C:/Music/A%20b.mp3` is `C:/Music/A b.mp3`.

    Percent-encoding is undone as UTF-8 (a plus sign is one), Windows' separators become `/`, and
    letters are composed (NFC): macOS writes accents apart from their letters. Tracks of streaming
    services have no path: `file://localhosttidal:tracks:1` is `tidal:tracks:1`.
    """
    bare = _HOST.sub("", location.strip())
    path = unicodedata.normalize("NFC", unquote(bare, errors="replace")).replace("\\", "/")
    return _DRIVE.sub("", path)


def spotify_id(path: str) -> str | None:
    """The Spotify id of a track that is streamed from there, by its decoded location."""
    found = _SPOTIFY.match(path)
    return found[1] if found else None

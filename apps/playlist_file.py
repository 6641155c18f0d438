"""A playlist as a file that players (M3U8) and playlist converters (CSV) read."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from apps.show import console
from lib.errors import InputError, SettingsError

#: Kinds of file, and how their names end.
KINDS = {"m3u": ".m3u8", "csv": ".csv"}

#: Not a file, but a playlist there; see `apps.playlist_spotify`.
SPOTIFY = "spotify"

#: What Soundiiz and TuneMyMusic find songs by.
_COLUMNS = ("title", "artist", "album", "isrc", "spotify_uri")


def file_kind(export: str | None, out: Path | None) -> str | None:
    """The kind of file asked for, or SPOTIFY; None where none is.

    Raises:
        SettingsError: there is no such kind, or a file is named without one.
    """
    if export is not None and export.lower() not in (*KINDS, SPOTIFY):
        raise SettingsError(f"--export {export}: choose {', '.join(KINDS)} or {SPOTIFY}")
    if out is not None and export is not None and export.lower() == SPOTIFY:
        raise SettingsError(f"--out {out}: a playlist on Spotify is no file; leave it out")
    if export is None and out is not None:
        raise SettingsError(f"--out {out}: say what to write, --export {' or '.join(KINDS)}")
    return export.lower() if export else None


def export_playlist(found: Mapping[str, Any], kind: str, out: Path | None = None) -> Path:
    """Writes a list of `apps.playlist.find_playlist`, and says where.

    Args:
        found: the list.
        kind: of KINDS.
        out: the file; None for one named after the list where the command was called.

    Raises:
        InputError: it cannot be written.
    """
    path = out or Path(re.sub(r"[^\w .,()-]", "_", found["playlist"]) + KINDS[kind])
    text = as_m3u(found) if kind == "m3u" else as_csv(found)
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}: name another file with --out") from None
    songs = found["songs"]
    console.print(f"{path}: {len(songs):,} songs", soft_wrap=True, markup=False)
    if unknown := sum(song["track_id"] is None for song in songs):
        how = "stand in it as comments" if kind == "m3u" else "are told by name alone"
        console.print(f"{unknown:,} of them have no Spotify id here and {how}.")
    return path


def as_m3u(found: Mapping[str, Any]) -> str:
    """Extended M3U: Spotify URIs with lengths and names; a song without an id is a comment."""
    lines = ["#EXTM3U", f"#PLAYLIST:{_line(found['playlist'])}"]
    for song in found["songs"]:
        name = _line(f"{song['artist']} - {song['title']}")
        if song["track_id"]:
            # In M3U -1 is a length that is not known.
            seconds = -1 if song["duration_ms"] is None else round(song["duration_ms"] / 1000)
            lines += [f"#EXTINF:{seconds},{name}", f"spotify:track:{song['track_id']}"]
        else:
            lines.append(f"# {name}")
    return "\n".join(lines) + "\n"


def as_csv(found: Mapping[str, Any]) -> str:
    """A row a song: title, artist, album, ISRC and Spotify URI, as far as they are known."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for song in found["songs"]:
        uri = f"spotify:track:{song['track_id']}" if song["track_id"] else ""
        writer.writerow([song["title"], song["artist"], song["album"], song["isrc"], uri])
    return text.getvalue()


def _line(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())

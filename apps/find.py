"""`songlake search`, `album` and `albums`: songs by name, taken into the lake."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from apps.collect import asking, show_collected
from apps.options import print_json
from apps.show import console, grid
from lib.clients.connections import Connections
from lib.collect.by_name import Found, as_wanted, find_album, find_songs
from lib.collect.metadata import Bar
from lib.collect.run import Services, fetch
from lib.errors import InputError, ServiceError
from lib.places import Places

Album = tuple[str, str]
_COLUMNS = ("album_name", "artist_name")


def search(places: Places, text: str, *, ingest: bool = False, as_json: bool = False) -> bool:
    """Shows the songs that words find; with `ingest`, fetches and lands what is known of them.

    Returns:
        Whether any was found.
    """

    def songs(connections: Connections, services: Services, _: Bar) -> list[Found]:
        return find_songs(connections, services, text)

    return _find(places, songs, ingest=ingest, as_json=as_json)


def take_albums(places: Places, albums: Sequence[Album], *, as_json: bool = False) -> bool:
    """Finds the songs of albums, fetches and lands what is known of them; says which it found not.

    Args:
        places: the lake.
        albums: (album, artist) of each.
        as_json: prints the songs as JSON.

    Returns:
        Whether all were found.
    """
    missing: list[Album] = []

    def songs(connections: Connections, services: Services, bar: Bar) -> list[Found]:
        found: list[Found] = []
        for done, (album, artist) in enumerate(albums, 1):
            of_album, lack = list[Found](), "no service knows it"
            try:
                of_album = find_album(connections, services, artist, album)
            except ServiceError as error:
                if services.spotify is None and services.lastfm is None:
                    raise
                lack = str(error)
            found += of_album
            if not of_album:
                missing.append((album, artist))
                connections.notice(f"{album} by {artist}: {lack}.")
            bar("Albums", done, len(albums))
        return found

    _find(places, songs, ingest=True, as_json=as_json)
    return not missing


def read_albums(file: Path) -> list[Album]:
    """(album, artist) of each row of a CSV with columns album_name and artist_name.

    Raises:
        InputError: it cannot be read, or lacks a column or a name.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines)
            rows = [(row.get("album_name"), row.get("artist_name")) for row in reader]
            header = reader.fieldnames or []
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{file}: cannot be read as CSV: {error}") from None
    if lacking := [name for name in _COLUMNS if name not in header]:
        raise InputError(f"{file}: has no column {lacking[0]}: it takes {', '.join(_COLUMNS)}")
    for line, row in enumerate(rows, 2):
        if not all(name and name.strip() for name in row):
            raise InputError(f"{file}, row {line}: album_name or artist_name is empty")
    return [(str(album).strip(), str(artist).strip()) for album, artist in dict.fromkeys(rows)]


def _find(
    places: Places,
    find: Callable[[Connections, Services, Bar], list[Found]],
    *,
    ingest: bool,
    as_json: bool,
) -> bool:
    made = None
    with asking(places) as (connections, services, bar):
        found = find(connections, services, bar)
        if ingest and found:
            made = fetch(places, connections, services, as_wanted(found), bar)
    if as_json:
        print_json([asdict(song) for song in found])
    else:
        rows = [asdict(song) for song in found]
        shown = grid("", rows, ("artist", "title", "album", "told_by"))
        console.print(shown if rows else "Nothing found.")
        if made is not None:
            show_collected(made)
    return bool(found)

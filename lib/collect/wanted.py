"""What metadata is asked for: of what is known, what the services have not told of late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lib import delta_log, lake
from lib.clients.reply import Json
from lib.collect.journal import Journal
from lib.places import Places
from schemas import TABLES
from schemas.landing import LASTFM_API_PLAYS, SPOTIFY_API_LIBRARY, SPOTIFY_API_PLAYS

_IDS = """
SELECT track_id, sum(heard) AS heard FROM ({})
WHERE regexp_full_match(track_id, '[0-9A-Za-z]{{22}}') GROUP BY ALL ORDER BY heard DESC, track_id
"""
_ID_SOURCES = {
    "bronze.plays": "SELECT track_id, 1 AS heard FROM bronze.plays",
    "bronze.library_items": "SELECT track_id, 0 AS heard FROM bronze.library_items",
}
_SONGS = """
SELECT artist, title, any_value(s.track_id) AS track_id, count(p.play_id) AS heard
FROM silver.songs AS s LEFT JOIN silver.plays AS p USING (song_id)
WHERE list_has_any(s.sources, ['plays', 'library_items'])
GROUP BY artist, title ORDER BY heard DESC, artist, title
"""
_ALBUMS = """
SELECT artist, album_name, count(p.play_id) AS heard
FROM silver.songs AS s LEFT JOIN silver.plays AS p USING (song_id)
WHERE list_has_any(s.sources, ['plays', 'library_items']) AND s.album_name IS NOT NULL
GROUP BY artist, s.album_name ORDER BY heard DESC, artist, album_name
"""


@dataclass(frozen=True)
class Wanted:
    """What to ask for, most heard first.

    Attributes:
        track_ids: Spotify tracks to look up by id.
        searches: (artist, title) of songs that have no Spotify id yet.
        songs: (artist, title) of all songs.
        albums: (artist, album) of the songs' albums.
    """

    track_ids: list[str] = field(default_factory=list)
    searches: list[tuple[str, str]] = field(default_factory=list)
    songs: list[tuple[str, str]] = field(default_factory=list)
    albums: list[tuple[str, str]] = field(default_factory=list)


def wanted(places: Places, journal: Journal) -> Wanted:
    """What the tables know of a listener's songs, and what was fetched but is not in them yet."""
    ids: dict[str, None] = {}
    names: dict[tuple[str, str], tuple[str, str]] = {}
    searches: dict[tuple[str, str], tuple[str, str]] = {}
    albums: dict[tuple[str, str], tuple[str, str]] = {}
    for track in _fetched(journal):
        has_id = isinstance(track.get("id"), str) and not track.get("is_local")
        if has_id:
            ids[track["id"]] = None
        if song := _names(track):
            is_new = _alike(song) not in names
            names.setdefault(_alike(song), song)
            if is_new and not has_id:
                searches[_alike(song)] = song
            if album := _album(track, song[0]):
                albums.setdefault(_alike(album), album)
    if sources := [sql for table, sql in _ID_SOURCES.items() if _is_built(places, table)]:
        rows = lake.rows(places, _IDS.format(" UNION ALL ".join(sources)))
        ids |= {row["track_id"]: None for row in rows}
    if all(_is_built(places, table) for table in ("silver.songs", "silver.plays")):
        for row in lake.rows(places, _SONGS):
            song = (row["artist"], row["title"])
            names.setdefault(_alike(song), song)
            if row["track_id"] is None:
                searches.setdefault(_alike(song), song)
            else:
                searches.pop(_alike(song), None)
        for row in lake.rows(places, _ALBUMS):
            album = (row["artist"], row["album_name"])
            albums.setdefault(_alike(album), album)
    return Wanted(list(ids), list(searches.values()), list(names.values()), list(albums.values()))


def _fetched(journal: Journal) -> Iterable[Json]:
    """Tracks in what was fetched and is not landed yet, of either service."""
    for kind in (SPOTIFY_API_PLAYS, SPOTIFY_API_LIBRARY):
        yield from (body["track"] for body in journal.bodies(kind) if body.get("track"))
    yield from journal.bodies(LASTFM_API_PLAYS)


def _names(track: Json) -> tuple[str, str] | None:
    artist = (track.get("artists") or [track.get("artist") or {}])[0]
    told = artist.get("name") or artist.get("#text")
    return (told, track["name"]) if told and track.get("name") else None


def _album(track: Json, artist: str) -> tuple[str, str] | None:
    told = track.get("album") or {}
    name = told.get("name") or told.get("#text")
    return (artist, name) if name else None


def _alike(song: tuple[str, str]) -> tuple[str, str]:
    return song[0].casefold(), song[1].casefold()


def _is_built(places: Places, table: str) -> bool:
    return delta_log.read_log(places.path(TABLES[table])) is not None

"""What metadata is asked for: of what is known, what the services have not told of late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lib import delta_log, lake
from lib.clients.reply import Json
from lib.collect.journal import Journal
from lib.places import Places
from schemas import TABLES
from schemas.landing import (
    AOTY_ALBUMS,
    LASTFM_API_PLAYS,
    LASTFM_API_TRACKS,
    SPOTIFY_API_LIBRARY,
    SPOTIFY_API_PLAYS,
    SPOTIFY_API_TRACKS,
)

Names = tuple[str, str]

_IDS = """
SELECT track_id, sum(heard) AS heard FROM ({})
WHERE regexp_full_match(track_id, '[0-9A-Za-z]{{22}}') GROUP BY ALL ORDER BY heard DESC, track_id
"""
_ID_SOURCES = {
    "bronze.plays": "SELECT track_id, 1 AS heard FROM bronze.plays",
    "bronze.library_items": "SELECT track_id, 0 AS heard FROM bronze.library_items",
}
_SONGS = """
SELECT s.artist, s.title, any_value(s.track_id) AS track_id, count(p.play_id) AS heard
FROM silver.songs AS s LEFT JOIN silver.plays AS p USING (song_id)
WHERE list_has_any(s.sources, ['plays', 'library_items'])
GROUP BY s.artist, s.title ORDER BY heard DESC, s.artist, s.title
"""
_ALBUMS = """
SELECT s.artist, s.album_name, count(p.play_id) AS heard
FROM silver.songs AS s LEFT JOIN silver.plays AS p USING (song_id)
WHERE list_has_any(s.sources, ['plays', 'library_items']) AND s.album_name IS NOT NULL
GROUP BY s.artist, s.album_name ORDER BY heard DESC, s.artist, s.album_name
"""


@dataclass(frozen=True)
class Wanted:
    """What to ask for, most heard first.

    Attributes:
        track_ids: Spotify tracks to look up by id.
        searches: (artist, title) of songs that have no Spotify id yet.
        songs: (artist, title) of all songs.
        albums: (artist, album) of the songs' albums.
        ids_of: the Spotify id of songs that have one, by artist and title in lower case.
    """

    track_ids: list[str] = field(default_factory=list)
    searches: list[Names] = field(default_factory=list)
    songs: list[Names] = field(default_factory=list)
    albums: list[Names] = field(default_factory=list)
    ids_of: dict[Names, str] = field(default_factory=dict)


@dataclass
class _Known:
    """What is wanted, as it is found: each once, whatever its case."""

    ids: dict[str, None] = field(default_factory=dict)
    songs: dict[Names, Names] = field(default_factory=dict)
    searches: dict[Names, Names] = field(default_factory=dict)
    albums: dict[Names, Names] = field(default_factory=dict)
    ids_of: dict[Names, str] = field(default_factory=dict)

    def song(self, names: Names, track_id: str | None) -> None:
        self.songs.setdefault(alike(names), names)
        if track_id is not None:
            self.ids_of.setdefault(alike(names), track_id)
        self.search(names)

    def search(self, names: Names) -> None:
        if alike(names) in self.ids_of:
            self.searches.pop(alike(names), None)
        else:
            self.searches.setdefault(alike(names), names)

    def album(self, names: Names) -> None:
        self.albums.setdefault(alike(names), names)

    def as_wanted(self) -> Wanted:
        songs, searches = list(self.songs.values()), list(self.searches.values())
        return Wanted(list(self.ids), searches, songs, list(self.albums.values()), self.ids_of)


def wanted(places: Places, journal: Journal) -> Wanted:
    """What to ask for: a listener's songs, and what failed before, whoever wanted it.

    Songs are those that the tables know, and those that were fetched but are not in them yet.
    Songs of the Kaggle dataset that nobody heard are none: asking for them takes Spotify 13 hours.
    """
    known = _Known()
    for track in _fetched(journal):
        has_id = isinstance(track.get("id"), str) and not track.get("is_local")
        if has_id:
            known.ids[track["id"]] = None
        if names := song_of(track):
            known.song(names, track["id"] if has_id else None)
        if album := album_of(track):
            known.album(album)
    if sources := [sql for table, sql in _ID_SOURCES.items() if _is_built(places, table)]:
        rows = lake.rows(places, _IDS.format(" UNION ALL ".join(sources)))
        known.ids |= {row["track_id"]: None for row in rows}
    if all(_is_built(places, table) for table in ("silver.songs", "silver.plays")):
        for row in lake.rows(places, _SONGS):
            known.song((row["artist"], row["title"]), row["track_id"])
        for row in lake.rows(places, _ALBUMS):
            known.album((row["artist"], row["album_name"]))
    _add_failed(known, journal)
    return known.as_wanted()


def song_of(track: Json) -> Names | None:
    """(artist, title) of a track as either service tells it; None where it lacks one."""
    artist = _artist(track)
    return (artist, track["name"]) if artist and track.get("name") else None


def album_of(track: Json) -> Names | None:
    """(artist, album) of a track as either service tells it; None where it lacks one."""
    told = track.get("album") or {}
    artist, album = _artist(track), told.get("name") or told.get("title") or told.get("#text")
    return (artist, album) if artist and album else None


def alike(names: Names) -> Names:
    """The same for names that differ in case alone."""
    return names[0].casefold(), names[1].casefold()


def _add_failed(known: _Known, journal: Journal) -> None:
    for kind, key, _ in journal.failures():
        artist, has_names, title = key.partition("::")
        if kind == AOTY_ALBUMS.kind:
            known.album((artist, title))
        elif kind == LASTFM_API_TRACKS.kind:
            known.songs.setdefault((artist, title), (artist, title))
        elif kind == SPOTIFY_API_TRACKS.kind and has_names:
            known.search((artist, title))
        elif kind == SPOTIFY_API_TRACKS.kind:
            known.ids.setdefault(key)


def _artist(track: Json) -> str | None:
    first = (track.get("artists") or [track.get("artist") or {}])[0]
    told: str | None = first.get("name") or first.get("#text")
    return told


def _fetched(journal: Journal) -> Iterable[Json]:
    """Tracks in what was fetched and is not landed yet, of either service."""
    for kind in (SPOTIFY_API_PLAYS, SPOTIFY_API_LIBRARY):
        yield from (body["track"] for body in journal.bodies(kind) if body.get("track"))
    yield from journal.bodies(LASTFM_API_PLAYS)


def _is_built(places: Places, table: str) -> bool:
    return delta_log.read_log(places.path(TABLES[table])) is not None

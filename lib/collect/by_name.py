"""What services find by a name: songs by words, an album's tracks. Spotify first, else Last.fm."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from lib.clients.connections import Connections
from lib.clients.reply import Json
from lib.collect.run import Services
from lib.collect.wanted import Wanted, alike
from lib.errors import ServiceError

T = TypeVar("T")
Ask = Callable[[], list[Json]]


@dataclass(frozen=True)
class Found:
    """A song that a service found.

    Attributes:
        artist: its first artist.
        title: its title.
        album: its album, where that is told.
        track_id: its Spotify id; None where Last.fm found it.
        told_by: who found it.
    """

    artist: str
    title: str
    album: str | None
    track_id: str | None
    told_by: str


def find_songs(connections: Connections, services: Services, text: str) -> list[Found]:
    """Songs that words find, the best first.

    Raises:
        ServiceError: no service can be asked.
    """
    spotify, lastfm = services.spotify, services.lastfm
    return _first_answer(
        connections,
        {
            "Spotify": (lambda: spotify.find(text)) if spotify else None,
            "Last.fm": (lambda: lastfm.find(text)) if lastfm else None,
        },
    )


def find_album(
    connections: Connections, services: Services, artist: str, album: str
) -> list[Found]:
    """The songs of an album, in order; empty where nobody knows it.

    Raises:
        ServiceError: no service can be asked.
    """
    spotify, lastfm = services.spotify, services.lastfm
    return _first_answer(
        connections,
        {
            "Spotify": (lambda: spotify.album_tracks(artist, album)) if spotify else None,
            "Last.fm": (lambda: lastfm.album_tracks(artist, album)) if lastfm else None,
        },
        album,
    )


def as_wanted(found: Iterable[Found]) -> Wanted:
    """What to ask for so that these songs come into the lake."""
    songs = list(found)
    return Wanted(
        track_ids=_once(song.track_id for song in songs if song.track_id),
        searches=_once((song.artist, song.title) for song in songs if not song.track_id),
        songs=_once((song.artist, song.title) for song in songs),
        albums=_once((song.artist, song.album) for song in songs if song.album),
        ids_of={alike((song.artist, song.title)): song.track_id for song in songs if song.track_id},
    )


def _once(items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))


def _first_answer(
    connections: Connections, services: dict[str, Ask | None], album: str | None = None
) -> list[Found]:
    """What the first service tells that finds anything; one that fails is told of in a line."""
    asked = False
    for name, ask in services.items():
        if ask is None:
            continue
        try:
            tracks = ask()
        except ServiceError as error:
            connections.notice(str(error))
            continue
        asked = True
        if found := [song for track in tracks if (song := _song(track, name, album))]:
            return found
    if not asked:
        raise ServiceError("Spotify and Last.fm", "down", "neither can be asked now")
    return []


def _song(track: Json, told_by: str, album: str | None) -> Found | None:
    by = (track.get("artists") or [track.get("artist")])[0]
    artist = by.get("name") if isinstance(by, dict) else by
    held = track.get("album")
    of = held.get("name") if isinstance(held, dict) else None
    if not artist or not track.get("name"):
        return None
    return Found(artist, track["name"], of or album, track.get("id"), told_by)

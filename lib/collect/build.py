"""Fills in a catalogue: its songs, and beside them the albums that their answers tell of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from lib.clients.connections import Connections
from lib.collect.catalogue import Coverage, Song, albums_of, as_wanted, coverage
from lib.collect.journal import Journal
from lib.collect.metadata import Bar
from lib.collect.run import Collected, Services, Work, kept, metadata_of, side_by_side
from lib.collect.wanted import Wanted
from lib.places import Places

#: Seconds after which answers are looked through for new albums.
_NEW_ALBUMS_S = 30.0


def build(
    places: Places, connections: Connections, services: Services, songs: list[Song], bar: Bar
) -> tuple[Collected, list[Coverage]]:
    """Metadata of a catalogue's songs, and of their albums as they are told; lands it.

    Returns:
        What came of it, and how much of the catalogue each service knows.
    """
    told: list[Coverage] = []

    def all_of(journal: Journal) -> None:
        of_songs, named = replace(services, aoty=None), as_wanted(songs)
        work = metadata_of(connections, of_songs, journal, named, bar)
        albums: list[Song] = []
        if services.aoty is not None:
            work = _with_albums(work, connections, services, journal, bar, albums)
        side_by_side(connections, work)
        told.extend(coverage(journal, songs, albums))

    return kept(places, connections, all_of), told


def _with_albums(
    work: Work,
    connections: Connections,
    services: Services,
    journal: Journal,
    bar: Bar,
    albums: list[Song],
) -> Work:
    """The work and beside it that on albums, which its answers tell of by and by."""
    ended = {name: threading.Event() for name in work}

    def until_ended(name: str, ask: Callable[[], None]) -> None:
        try:
            ask()
        finally:
            ended[name].set()

    def as_they_come() -> None:
        is_last = False
        while not is_last:
            is_last = all(event.is_set() for event in ended.values())
            known = {_alike(album) for album in albums}
            new = [album for album in albums_of(journal) if _alike(album) not in known]
            albums.extend(new)
            asked = metadata_of(
                connections, Services(aoty=services.aoty), journal, Wanted(albums=new), bar
            )
            asked["AOTY"]()
            if not is_last:
                connections.clock.sleep(_NEW_ALBUMS_S)

    made: Work = {name: partial(until_ended, name, ask) for name, ask in work.items()}
    return made | {"AOTY": as_they_come}


def _alike(album: Song) -> Song:
    return album[0].casefold(), album[1].casefold()

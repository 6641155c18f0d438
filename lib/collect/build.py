"""Fills in a catalogue: its songs, and beside them the albums that their answers tell of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from lib.clients.connections import Connections
from lib.collect.catalogue import albums_of
from lib.collect.journal import Journal
from lib.collect.metadata import Bar
from lib.collect.run import Collected, Services, Work, kept, metadata_of, side_by_side
from lib.collect.told import Coverage, coverage
from lib.collect.wanted import Names, Wanted, alike
from lib.places import Places

#: Seconds after which answers are looked through for new albums.
_NEW_ALBUMS_S = 30.0


def build(
    places: Places, connections: Connections, services: Services, known: Wanted, bar: Bar
) -> tuple[Collected, list[Coverage]]:
    """Metadata of a catalogue's songs, and of their albums as they are told; lands it.

    Returns:
        What came of it, and how much of the catalogue each service knows.
    """
    told: list[Coverage] = []

    def all_of(journal: Journal) -> Wanted:
        of_songs = replace(services, aoty=None)
        work = metadata_of(connections, of_songs, journal, known, bar)
        albums: list[Names] = []
        if services.aoty is not None:
            landing = places.settings.landing

            def found(is_first: bool) -> list[Names]:
                return albums_of(journal, landing, known, landed=is_first)

            work = _with_albums(work, connections, services, journal, bar, albums, found)
        side_by_side(connections, work)
        told.extend(coverage(journal, known, albums))
        return known

    return kept(places, connections, all_of), told


def _with_albums(
    work: Work,
    connections: Connections,
    services: Services,
    journal: Journal,
    bar: Bar,
    albums: list[Names],
    found: Callable[[bool], list[Names]],
) -> Work:
    """The work and beside it that on albums, which its answers tell of by and by."""
    ended = {name: threading.Event() for name in work}

    def until_ended(name: str, ask: Callable[[], None]) -> None:
        try:
            ask()
        finally:
            ended[name].set()

    def as_they_come() -> None:
        is_first, is_last = True, False
        while not is_last:
            is_last = all(event.is_set() for event in ended.values())
            met = {alike(album) for album in albums}
            new = [album for album in found(is_first) if alike(album) not in met]
            albums.extend(new)
            is_first = False
            asked = metadata_of(
                connections, Services(aoty=services.aoty), journal, Wanted(albums=new), bar
            )
            asked["AOTY"]()
            if not is_last:
                connections.clock.sleep(_NEW_ALBUMS_S)

    made: Work = {name: partial(until_ended, name, ask) for name, ask in work.items()}
    return made | {"AOTY": as_they_come}

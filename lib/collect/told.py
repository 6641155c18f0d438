"""How many songs each service told of, and which filled in for the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lib.collect.journal import Journal
from lib.collect.wanted import Names, Wanted, alike
from schemas.landing import AOTY_ALBUMS, LASTFM_API_TRACKS, SPOTIFY_API_TRACKS

State = Callable[[Names], str | None]
_BY = {
    (True, True): "Spotify and Last.fm",
    (True, False): "Spotify alone",
    (False, True): "Last.fm alone",
    (False, False): "neither",
}


@dataclass(frozen=True)
class Coverage:
    """How much of what was asked for a service knows.

    Attributes:
        what: what was asked for.
        asked: how many of them.
        complete: of these, told.
        absent: of these, not known there.
    """

    what: str
    asked: int
    complete: int
    absent: int


def told_by(journal: Journal, known: Wanted) -> dict[str, int]:
    """Who told of how many songs, by all that was ever asked; those who told of none are left out.

    Returns:
        `Spotify and Last.fm`, `Spotify alone`, `Last.fm alone` and `neither`, in this order.
    """
    spotify, lastfm = _of_spotify(journal, known), _of_names(journal.states(LASTFM_API_TRACKS))
    counted = Counter(
        (spotify(song) == "complete", lastfm(song) == "complete") for song in known.songs
    )
    return {words: counted[by] for by, words in _BY.items() if counted[by]}


def coverage(journal: Journal, known: Wanted, albums: Sequence[Names]) -> list[Coverage]:
    """How much of the songs and albums the services know, by all that was ever asked."""
    kinds: list[tuple[str, State, Sequence[Names]]] = [
        ("songs on Spotify", _of_spotify(journal, known), known.songs),
        ("songs on Last.fm", _of_names(journal.states(LASTFM_API_TRACKS)), known.songs),
        ("albums on Album of the Year", _of_names(journal.states(AOTY_ALBUMS)), albums),
    ]
    told = []
    for what, state, asked in kinds:
        found = [state(names) for names in asked]
        told.append(Coverage(what, len(asked), found.count("complete"), found.count("absent")))
    return told


def _of_spotify(journal: Journal, known: Wanted) -> State:
    """What came of asking Spotify for a song, by its id or its names."""
    states = journal.states(SPOTIFY_API_TRACKS)
    by_names = _of_names(states)

    def state(song: Names) -> str | None:
        by_id = states.get(known.ids_of.get(alike(song), ""))
        return by_id if by_id == "complete" else by_names(song) or by_id

    return state


def _of_names(states: dict[str, str]) -> State:
    return lambda names: states.get("::".join(names).casefold())

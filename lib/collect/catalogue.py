"""A catalogue gathered from Last.fm's lists: which songs, and what is then known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lib.clients.reply import Json
from lib.collect.journal import Journal
from lib.collect.metadata import Bar
from lib.collect.wanted import Wanted
from lib.errors import ServiceError
from lib.names import name
from lib.settings_sections import Live
from lib.sources.lastfm_api import LastfmApi
from lib.sources.spotify_api import AT_ONCE
from schemas.landing import AOTY_ALBUMS, LASTFM_API_TRACKS, SPOTIFY_API_TRACKS

Song = tuple[str, str]
List = Callable[[int], list[Json]]

#: A list is left after so many pages: Last.fm's charts go on without end, with ever the same songs.
_PAGES = 500


@dataclass(frozen=True)
class Plan:
    """What a catalogue is gathered from, and how much of it.

    Attributes:
        user: whose most played tracks; None for charts and tags.
        tags: whose top tracks are taken in place of the charts.
        raw: entries of lists that are read at most.
        songs: songs that are kept of them at most, in the order of the lists.
        quick: only the first page of each list is read.
    """

    user: str | None = None
    tags: Sequence[str] = ()
    raw: int = 30_000
    songs: int = 10_000
    quick: bool = False


@dataclass(frozen=True)
class Coverage:
    """How many songs of a catalogue a service knows.

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


def gather(lastfm: LastfmApi, plan: Plan, bar: Bar) -> tuple[list[Song], int]:
    """Songs of the lists, each once: the lists are read side by side, a page of each in turn.

    Returns:
        (artist, title) of each, and how many entries were read.

    Raises:
        ServiceError: a list cannot be read; pages of charts and tags that came are cached.
    """
    songs: dict[str, Song] = {}
    raw = 0
    for page in _pages(lastfm, plan):
        for track in page[: plan.raw - raw]:
            raw += 1
            artist = (track.get("artist") or {}).get("name")
            if artist and track.get("name"):
                songs.setdefault(name(artist, track["name"]).key, (artist, track["name"]))
        bar("Last.fm lists", raw, plan.raw)
        if raw >= plan.raw:
            break
    return list(songs.values())[: plan.songs], raw


def as_wanted(songs: Sequence[Song]) -> Wanted:
    """What to ask for so that these songs come into the lake."""
    return Wanted(searches=list(songs), songs=list(songs))


def albums_of(journal: Journal) -> list[Song]:
    """(artist, album) of what Spotify, else Last.fm, told and is not landed yet, each once."""
    albums: dict[Song, Song] = {}
    for kind in (SPOTIFY_API_TRACKS, LASTFM_API_TRACKS):
        for track in journal.bodies(kind):
            by = (track.get("artists") or [track.get("artist") or {}])[0]
            told = track.get("album") or {}
            artist, album = by.get("name"), told.get("name") or told.get("title")
            if artist and album:
                albums.setdefault((artist.casefold(), album.casefold()), (artist, album))
    return list(albums.values())


def coverage(journal: Journal, songs: Sequence[Song], albums: Sequence[Song]) -> list[Coverage]:
    """What the services know of a catalogue, by all that was ever asked."""
    told = []
    for what, kind, asked in (
        ("songs on Spotify", SPOTIFY_API_TRACKS, songs),
        ("songs on Last.fm", LASTFM_API_TRACKS, songs),
        ("albums on Album of the Year", AOTY_ALBUMS, albums),
    ):
        states = journal.states(kind)
        found = [states.get("::".join(names).casefold()) for names in asked]
        told.append(Coverage(what, len(asked), found.count("complete"), found.count("absent")))
    return told


def bounds(live: Live, songs: int, *, with_aoty: bool) -> dict[str, tuple[int, timedelta]]:
    """The fewest requests that a catalogue needs of each service, and the time they take.

    An album of Album of the Year is counted for each song, though many songs share one.
    """
    batches = sum(-(-songs // AT_ONCE[what]) for what in ("audio features", "artists"))
    needed = {"Spotify": (live.spotify, songs + batches), "Last.fm": (live.lastfm, songs)}
    if with_aoty:
        needed["Album of the Year"] = (live.aoty, songs)
    return {
        service: (count, timedelta(seconds=round(count * conf.seconds / conf.requests)))
        for service, (conf, count) in needed.items()
        if conf.enabled
    }


def _pages(lastfm: LastfmApi, plan: Plan) -> Iterator[list[Json]]:
    def of_tag(tag: str) -> List:
        return lambda page: lastfm.tag_top_tracks(tag, page)

    user = plan.user
    if user is not None:
        lists: list[List] = [lambda page: lastfm.user_top_tracks(user, page)]
    else:
        lists = [of_tag(tag) for tag in plan.tags] or [lastfm.chart_top_tracks]
    for number in range(1, 2 if plan.quick else _PAGES + 1):
        for each in list(lists):
            if tracks := _page(each, number):
                yield tracks
            else:
                lists.remove(each)


def _page(of_list: List, number: int) -> list[Json]:
    try:
        return of_list(number)
    except ServiceError as error:
        if error.kind != "absent":  # no such tag, or no page after the last
            raise
        return []

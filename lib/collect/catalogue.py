"""A catalogue gathered from lists of Last.fm, or where that cannot be asked of Spotify."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import chain, islice
from pathlib import Path

import orjson

from lib.clients.reply import Json
from lib.collect.journal import Journal
from lib.collect.metadata import Bar
from lib.collect.plays import TOP_RANGES
from lib.collect.run import Services
from lib.collect.wanted import Names, Wanted, album_of, alike, song_of
from lib.errors import InputError, ServiceError
from lib.landing import landed_files
from lib.names import name
from lib.settings_sections import Live
from lib.sources.lastfm_api import LastfmApi
from lib.sources.spotify_api import AT_ONCE, SpotifyApi
from schemas.landing import LASTFM_API_TRACKS, SPOTIFY_API_TRACKS, Landing

Pages = Iterator[list[Json]]

#: A list is left after so many pages: Last.fm's charts go on without end, with ever the same songs.
_PAGES = 500


@dataclass(frozen=True)
class Plan:
    """What a catalogue is gathered from, and how much of it.

    Attributes:
        user: of Last.fm, whose most played tracks; None for nobody's.
        tags: whose top tracks; without these and a user the charts.
        raw: entries of lists that are read at most.
        songs: songs that are kept of them at most, in the order of the lists.
        quick: only the first page of each list is read.
    """

    user: str | None = None
    tags: Sequence[str] = ()
    raw: int = 30_000
    songs: int = 10_000
    quick: bool = False


def gather(
    services: Services, plan: Plan, bar: Bar, notice: Callable[[str], None]
) -> tuple[Wanted, int]:
    """Songs of the lists, each once: the lists are read side by side, a page of each in turn.

    Last.fm has charts, tags, what a user plays most, and after that the artists in their library;
    Spotify tells of tags as genres, and in place of charts what the one who is logged in plays
    most and saved.

    Returns:
        What to ask for so that these songs come into the lake, and how many entries were read.

    Raises:
        ServiceError: no list can be read; pages that came are cached.
        InputError: no list has a song.
    """
    spotify, lastfm = services.spotify, services.lastfm
    ways: list[tuple[str, Callable[[], list[Pages]]]] = []
    if lastfm is not None:
        ways.append(("Last.fm lists", lambda: _of_lastfm(lastfm, plan, notice)))
    if spotify is not None and plan.user is None:
        is_logged_in = services.tokens is not None and services.tokens.is_logged_in
        ways.append(("Spotify lists", lambda: _of_spotify(spotify, plan, is_logged_in)))
    failure = ServiceError("Last.fm", "down", "its lists are read, and it is not connected")
    for what, lists in ways:
        try:
            return _songs_of(lists(), plan, partial(bar, what))
        except ServiceError as error:
            failure = error
            notice(str(error))
    raise failure


def albums_of(journal: Journal, landing: Path, known: Wanted, *, landed: bool) -> list[Names]:
    """(artist, album) of what Spotify, else Last.fm, told of the songs wanted, each once.

    Args:
        journal: holds what is not landed yet.
        landing: holds what is.
        known: the songs.
        landed: whether to look there, too.
    """
    asked = {"::".join(song).casefold() for song in known.songs} | set(known.track_ids)
    albums: dict[Names, Names] = {}
    for kind in (SPOTIFY_API_TRACKS, LASTFM_API_TRACKS):
        told = _landed(landing, kind) if landed else ()
        bodies = (line["body"] for line in told if "body" in line and _key(line["asked"]) in asked)
        for track in chain(bodies, journal.bodies(kind)):
            if album := album_of(track):
                albums.setdefault(alike(album), album)
    return list(albums.values())


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


def _songs_of(
    lists: list[Pages], plan: Plan, bar: Callable[[int, int], None]
) -> tuple[Wanted, int]:
    songs: dict[str, Names] = {}
    ids: dict[Names, str] = {}
    raw = 0
    for page in _in_turn(lists, 1 if plan.quick else None):
        for track in page[: plan.raw - raw]:
            raw += 1
            if names := song_of(track):
                songs.setdefault(name(*names).key, names)
                if track_id := track.get("id"):
                    ids.setdefault(alike(names), track_id)
        bar(raw, plan.raw)
        if raw >= plan.raw:
            break
    bar(raw, raw)
    if not songs:
        raise InputError("No list has a song: look how --user and --tags are spelt.")
    kept = list(songs.values())[: plan.songs]
    ids_of = {alike(song): ids[alike(song)] for song in kept if alike(song) in ids}
    searches = [song for song in kept if alike(song) not in ids_of]
    return Wanted(list(ids_of.values()), searches, kept, ids_of=ids_of), raw


def _in_turn(lists: Iterable[Pages], most: int | None) -> Pages:
    """A page of each list, then the next of each, until all have ended."""
    left = [islice(pages, most) for pages in lists]
    while left:
        for pages in list(left):
            if (page := next(pages, None)) is None:
                left.remove(pages)
            else:
                yield page


def _of_lastfm(lastfm: LastfmApi, plan: Plan, notice: Callable[[str], None]) -> list[Pages]:
    named = {} if plan.user is None else {f"user {plan.user}": _of_user(lastfm, plan.user)}
    named |= {f"tag {tag}": _numbered(partial(lastfm.tag_top_tracks, tag)) for tag in plan.tags}
    lists = [
        _or_told(pages, partial(notice, f"Last.fm: {what} has no tracks there."))
        for what, pages in named.items()
    ]
    return lists or [_numbered(lastfm.chart_top_tracks)]


def _of_user(lastfm: LastfmApi, user: str) -> Pages:
    """What a user plays most, then what everybody plays most of each artist in their library."""
    yield from _numbered(partial(lastfm.user_top_tracks, user))
    for artists in _numbered(partial(lastfm.library_artists, user)):
        for by in filter(None, (artist.get("name") for artist in artists)):
            yield from _numbered(partial(lastfm.artist_top_tracks, by), 1)


def _or_told(pages: Pages, tell: Callable[[], None]) -> Pages:
    """The same pages; tells where there are none."""
    if (first := next(pages, None)) is None:
        tell()
        return
    yield first
    yield from pages


def _of_spotify(spotify: SpotifyApi, plan: Plan, is_logged_in: bool) -> list[Pages]:
    if plan.tags:
        return [spotify.of_genre(tag) for tag in plan.tags]
    if not is_logged_in:
        raise ServiceError(
            "Spotify", "unauthorised",
            "has no charts: connect Last.fm, name --tags, or `songlake login spotify` for a "
            "catalogue of what you play most and saved",
        )  # fmt: skip
    return [*(iter([spotify.top_tracks(span)]) for span in TOP_RANGES), spotify.saved()]


def _numbered(page_of: Callable[[int], list[Json]], most: int = _PAGES) -> Pages:
    for number in range(1, most + 1):
        try:
            page = page_of(number)
        except ServiceError as error:
            if error.kind != "absent":  # no such user, tag or artist, no page after the last
                raise
            return
        if not page:
            return
        yield page


def _landed(landing: Path, kind: Landing) -> Iterator[Json]:
    for file in landed_files(landing, kind):
        with file.open("rb") as lines:
            yield from (orjson.loads(line) for line in lines if line.strip())


def _key(asked: Json) -> str:
    names = (asked.get("artist"), asked.get("title"))
    return "::".join(map(str, names)).casefold() if all(names) else str(asked.get("id"))

"""Tops up what the services know of songs: each answer is kept as it comes, so work resumes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from lib.clients.reply import Json, Reply
from lib.collect.journal import Entry, Journal
from lib.collect.wanted import Wanted
from lib.sources.aoty import AotyPages
from lib.sources.lastfm_api import LastfmApi
from lib.sources.spotify_api import AT_ONCE, SpotifyApi
from schemas.landing import (
    AOTY_ALBUMS,
    LASTFM_API_TRACKS,
    SPOTIFY_API_ARTISTS,
    SPOTIFY_API_FEATURES,
    SPOTIFY_API_TRACKS,
    Landing,
)

Names = tuple[str, str]


class Bar(Protocol):
    """Shows how far a piece of work is."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """So many of so many are done."""


class Topping:
    """Asks for what is wanted and not known of late.

    Args:
        journal: keeps the answers.
        threads: requests under way at a time.
        keep_days: for so many days an answer stands.
        bar: shows how far it is.
    """

    def __init__(self, journal: Journal, threads: int, keep_days: float, bar: Bar) -> None:
        self._journal, self._threads, self._bar = journal, threads, bar
        self._stands = timedelta(days=keep_days)

    def spotify(self, api: SpotifyApi, wanted: Wanted) -> None:
        """Tracks by id, tracks by name, then the features and artists of all of them."""
        by_id = self._open(SPOTIFY_API_TRACKS, wanted.track_ids)
        self._ask("Spotify tracks", SPOTIFY_API_TRACKS, by_id, AT_ONCE["tracks"], api.tracks, _id)
        self._ask_by_names("Spotify searches", SPOTIFY_API_TRACKS, wanted.searches, api.search)
        found = list(self._journal.bodies(SPOTIFY_API_TRACKS))
        ids = dict.fromkeys([*wanted.track_ids, *(track["id"] for track in found)])
        again = self._journal.failed(SPOTIFY_API_FEATURES)
        features = self._open(SPOTIFY_API_FEATURES, [*ids, *again])
        self._ask("Spotify audio features", SPOTIFY_API_FEATURES, features,
                  AT_ONCE["audio features"], api.audio_features, _id)  # fmt: skip
        again = self._journal.failed(SPOTIFY_API_ARTISTS)
        artists = self._open(SPOTIFY_API_ARTISTS, [*_artist_ids(found), *again])
        self._ask("Spotify artists", SPOTIFY_API_ARTISTS, artists, AT_ONCE["artists"],
                  api.artists, _id)  # fmt: skip

    def lastfm(self, api: LastfmApi, wanted: Wanted) -> None:
        """Listeners, plays and tags of each song."""
        self._ask_by_names("Last.fm tracks", LASTFM_API_TRACKS, wanted.songs, api.track)

    def aoty(self, pages: AotyPages, wanted: Wanted) -> None:
        """Scores, genres and release date of each album."""
        names = ("::".join(album).casefold() for album in wanted.albums)
        pages.expect(len(self._open(AOTY_ALBUMS, names)))
        self._ask_by_names("Albums of the Year", AOTY_ALBUMS, wanted.albums, pages.album)

    def _ask_by_names(
        self,
        what: str,
        kind: Landing,
        songs: Iterable[Names],
        ask: Callable[[str, str], Reply],
    ) -> None:
        """Asks by artist and title, one at a time; case makes no other song or album."""
        names = {"::".join(song).casefold(): song for song in reversed(list(songs))}

        def one(keys: list[str]) -> Iterator[list[Reply]]:
            for key in keys:
                reply = ask(*names[key])
                yield [Reply(key, reply.body, reply.failure)]

        def asked(key: str) -> Json:
            return dict(zip(("artist", "title"), names[key], strict=True))

        wanted = self._open(kind, reversed(names))
        self._ask(what, kind, wanted, 1, one, asked)

    def _open(self, kind: Landing, keys: Iterable[str]) -> list[str]:
        """The keys whose answer is not known, or too old."""
        settled = self._journal.settled(kind, self._stands, datetime.now(UTC))
        return [key for key in dict.fromkeys(keys) if key not in settled]

    def _ask(
        self,
        what: str,
        kind: Landing,
        keys: Sequence[str],
        at_once: int,
        ask: Callable[[list[str]], Iterator[list[Reply]]],
        asked: Callable[[str], Json],
    ) -> None:
        """Asks for all keys, in threads, and keeps each answer before the next is asked for.

        Raises:
            StoppedError: the run was told to stop; what came is kept.
        """
        done = 0
        with ThreadPoolExecutor(self._threads) as pool:
            try:
                work = [
                    pool.submit(self._keep_all, kind, ask(chunk), asked)
                    for chunk in _chunks(keys, at_once)
                ]
                for future in as_completed(work):
                    if kept := future.result():  # none where the account may not ask
                        done += kept
                        self._bar(what, done, len(keys))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _keep_all(
        self, kind: Landing, replies: Iterator[list[Reply]], asked: Callable[[str], Json]
    ) -> int:
        kept = 0
        for some in replies:
            self._journal.keep(kind, [_entry(reply, asked) for reply in some])
            kept += len(some)
        return kept


def _entry(reply: Reply, asked: Callable[[str], Json]) -> Entry:
    return Entry(reply.key, asked(reply.key), reply.state, reply.body, reply.failure)


def _id(key: str) -> Json:
    return {"id": key}


def _artist_ids(tracks: Iterable[Json]) -> list[str]:
    told = (artist.get("id") for track in tracks for artist in track.get("artists", []))
    return list(dict.fromkeys(id_ for id_ in told if id_))


def _chunks(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk

"""Spotify's Web API through spotipy: what an account may ask is learned once a run.

Since November 2024 new apps get 403 for audio features; since February 2026 development apps may
lack the endpoints for several things at once and get at most 10 search results.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from lib.clients.reply import Json, Reply
from lib.clients.session import ServiceSession
from lib.errors import ServiceError
from lib.sources.spotify_answers import (
    has_id,
    items_of,
    matched,
    most_alike,
    plain,
    reply_of,
)
from lib.sources.spotify_calls import SpotifyCalls
from lib.sources.spotify_tokens import Tokens

#: Tracks that a playlist takes in a request.
_PLAYLIST_ITEMS = 100
#: The most that may be asked for at once (developer.spotify.com, Web API reference).
AT_ONCE = {"tracks": 50, "artists": 50, "audio features": 100}
FOUND = 10
SEARCHED = 5
"""Search results asked for; an app in development gets 10 at most."""

RECENT = 50
"""Plays that the API remembers at most."""

_FOUND_IN_ALL = 1_000


class SpotifyApi:
    """What Songlake asks of Spotify.

    Args:
        session: how it is asked.
        tokens: lets it be asked.
        url: where it is, e.g. `https://api.spotify.com/v1`.
        notice: takes a line for the person; the same line is shown once.
    """

    def __init__(
        self, session: ServiceSession, tokens: Tokens, url: str, notice: Callable[[str], None]
    ) -> None:
        calls = SpotifyCalls(session, tokens, url)
        self._api, self._ask, self._notice = calls.api, calls.ask, notice
        # None: not known yet. What the first request teaches, the others wait for.
        self._batch: bool | None = None
        self._features: bool | None = None
        self._learning = threading.Lock()

    def tracks(self, ids: Sequence[str]) -> Iterator[list[Reply]]:
        """Tracks by id, with ISRC and all that is kept of their albums; at most 50 at once."""
        return self._several("tracks", ids, self._api.tracks, self._api.track)

    def artists(self, ids: Sequence[str]) -> Iterator[list[Reply]]:
        """Artists by id, with genres; at most 50 at once."""
        return self._several("artists", ids, self._api.artists, self._api.artist)

    def audio_features(self, ids: Sequence[str]) -> Iterator[list[Reply]]:
        """Audio features by track id, at most 100 at once; nothing where the app may not have them.

        The first request tells; there is no second where it is refused.
        """
        step = 1 if self._batch is False else max(len(ids), 1)
        for at in range(0, len(ids), step):
            yield self._features_of(ids[at : at + step])

    def _features_of(self, ids: Sequence[str]) -> list[Reply]:
        if self._features is None:
            with self._learning:
                return self._ask_features(ids) if self._features is not False else []
        return self._ask_features(ids) if self._features else []

    def add_playlist(self, name: str, about: str, track_ids: Sequence[str]) -> str:
        """Adds a private playlist of these tracks, in order, for whom has logged in.

        Returns:
            Its id.

        Raises:
            ServiceError: it was not added, or not all of its tracks.
        """
        made = self._ask(
            lambda: self._api.current_user_playlist_create(name, public=False, description=about)
        )
        for at in range(0, len(track_ids), _PLAYLIST_ITEMS):
            some = list(track_ids[at : at + _PLAYLIST_ITEMS])
            self._ask(partial(self._api.playlist_add_items, made["id"], some))
        return str(made["id"])

    def search(self, artist: str, title: str) -> Reply:
        """The track that goes by these names; its key is `artist::title`.

        Of what is found the track whose names are most alike is taken, if they are alike.
        """
        query = f"track:{plain(title)} artist:{plain(artist)}"
        key = f"{artist}::{title}"
        try:
            found = self._ask(lambda: self._api.search(query, limit=SEARCHED, type="track"))
            items = [item for item in found["tracks"]["items"] if item]
            return Reply(key, most_alike(items, artist, title))
        except ServiceError as error:
            return reply_of(key, error)
        except (KeyError, TypeError):
            return Reply(key, failure="an answer without tracks")

    def find(self, text: str) -> list[Json]:
        """Tracks that words find, Spotify's best first; an app in development gets 10 at most.

        Raises:
            ServiceError: they cannot be had.
        """
        found = self._ask(lambda: self._api.search(plain(text), limit=FOUND, type="track"))
        return [track for track in items_of(found.get("tracks")) if has_id(track)]

    def album_tracks(self, artist: str, album: str) -> list[Json]:
        """The tracks of the album that goes by these names, with its name; empty for none.

        Raises:
            ServiceError: they cannot be had.
        """
        query = f"album:{plain(album)} artist:{plain(artist)}"
        found = self._ask(lambda: self._api.search(query, limit=SEARCHED, type="album"))
        meant = most_alike(items_of(found.get("albums")), artist, album)
        return [track | {"album": meant} for track in self._tracks_of(meant["id"])] if meant else []

    def artist_tracks(self, artist_id: str) -> Iterator[Json]:
        """The tracks of an artist's albums and singles, each id once, as albums list them.

        Raises:
            ServiceError: they cannot be had.
        """
        ask = partial(self._api.artist_albums, artist_id, include_groups="album,single")
        seen: set[str] = set()
        for album in self._paged(ask, limit=20):
            for track in self._tracks_of(album["id"]):
                if track["id"] not in seen:
                    seen.add(track["id"])
                    yield track | {"album": album}

    def _tracks_of(self, album_id: str) -> Iterator[Json]:
        return self._paged(partial(self._api.album_tracks, album_id), limit=50)

    def _paged(self, ask: Callable[..., Any], limit: int) -> Iterator[Json]:
        """What all pages of a list hold that has an id."""
        offset, more = 0, True
        while more:
            page = self._ask(partial(ask, limit=limit, offset=offset))
            items = items_of(page)
            yield from (item for item in items if has_id(item))
            offset, more = offset + len(items), bool(page.get("next") and items)

    def recently_played(self, after_ms: int | None) -> list[Json]:
        """The last plays, newest first; the API remembers 50.

        Args:
            after_ms: epoch milliseconds; earlier plays are left out.

        Raises:
            ServiceError: they cannot be had.
        """
        page = self._ask(
            lambda: self._api.current_user_recently_played(limit=RECENT, after=after_ms)
        )
        return items_of(page)

    def saved_tracks(self, offset: int) -> tuple[list[Json], bool, int]:
        """A page of what the listener saved, whether there are more, and how many in all.

        Raises:
            ServiceError: it cannot be had.
        """
        page = self._ask(lambda: self._api.current_user_saved_tracks(limit=50, offset=offset))
        items = items_of(page)
        return items, bool(page.get("next")), int(page.get("total") or offset + len(items))

    def top_tracks(self, time_range: str) -> list[Json]:
        """What the listener plays most, the first 50.

        Args:
            time_range: `short_term` (4 weeks), `medium_term` (6 months) or `long_term` (a year).

        Raises:
            ServiceError: it cannot be had.
        """
        page = self._ask(lambda: self._api.current_user_top_tracks(limit=50, time_range=time_range))
        return items_of(page)

    def saved(self) -> Iterator[list[Json]]:
        """Pages of the tracks that the listener saved, newest first."""
        offset, more = 0, True
        while more:
            items, more, _ = self.saved_tracks(offset)
            offset, more = offset + len(items), more and bool(items)
            yield [item["track"] for item in items if has_id(item.get("track"))]

    def of_genre(self, genre: str) -> Iterator[list[Json]]:
        """Pages of the tracks that a search for a genre finds, 1,000 at most."""
        query = f'genre:"{plain(genre)}"'
        for offset in range(0, _FOUND_IN_ALL, FOUND):
            ask = partial(self._api.search, query, limit=FOUND, offset=offset, type="track")
            items = items_of(self._ask(ask).get("tracks"))
            if not items:
                return
            yield [track for track in items if has_id(track)]

    # ------------------------------------------------------------------------ several at once

    def _several(
        self,
        what: str,
        ids: Sequence[str],
        ask_all: Callable[[list[str]], Any],
        ask_one: Callable[[str], Any],
    ) -> Iterator[list[Reply]]:
        """Replies as they come: all by one request where that is allowed, else one by one."""
        if self._batch is None:
            with self._learning:
                replies = self._at_once(what, ids, ask_all)
        else:
            replies = self._at_once(what, ids, ask_all)
        if replies is not None:
            yield replies
            return
        for id_ in ids:
            yield [self._one(id_, ask_one)]

    def _at_once(
        self, what: str, ids: Sequence[str], ask: Callable[[list[str]], Any]
    ) -> list[Reply] | None:
        """Replies by one request; None where several may not be asked for at once."""
        if self._batch is False:
            return None
        try:
            told = self._ask(lambda: ask(list(ids)))
        except ServiceError as error:
            if error.kind in ("forbidden", "absent"):
                self._batch = False
                self._notice(
                    f"Spotify: this app may not ask for several {what} at once "
                    f"({error.reason}): it takes one request each."
                )
                return None
            return [reply_of(id_, error) for id_ in ids]
        self._batch = True
        return matched(ids, told, what)

    def _one(self, id_: str, ask: Callable[[str], Any]) -> Reply:
        try:
            told = self._ask(lambda: ask(id_))
        except ServiceError as error:
            return reply_of(id_, error)
        return Reply(id_, told) if has_id(told) else Reply(id_, failure="an answer without an id")

    def _ask_features(self, ids: Sequence[str]) -> list[Reply]:
        """Replies by one request; none where the app may not have them."""
        try:
            told = self._ask(lambda: self._api.audio_features(list(ids)))
            self._features = True
            return matched(ids, told, "features")
        except ServiceError as error:
            if error.kind == "forbidden" and not self._features:
                self._features = False
                self._notice(
                    f"Spotify: this app may not read audio features ({error.reason}): "
                    "songs get theirs from elsewhere."
                )
                return []
            return [reply_of(id_, error) for id_ in ids]

"""Last.fm's API: its JSON, asked through our own session.

pylast asks with a client of its own, for XML, over a new connection each time, and a track's
listeners, playcount and tags one by one; here one request tells all of a track. Of pylast are the
error codes (ADR 21).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pylast
import requests

from lib.clients.answers import Fault, judge_json
from lib.clients.reply import Json, Reply
from lib.clients.session import ServiceSession
from lib.errors import FaultKind, ServiceError

PAGE = 200
"""Scrobbles of a page, the most that the API gives."""

_SIGN_UP = "last.fm/api/account/create gives one, for LASTFM_API_KEY"
#: What passes by itself, what this key or person may not, and what ends all asking.
_PASSING = (
    pylast.STATUS_OPERATION_FAILED, pylast.STATUS_OFFLINE, pylast.STATUS_TEMPORARILY_UNAVAILABLE,
)  # fmt: skip
_KEY_IS_NO_GOOD = (
    pylast.STATUS_AUTH_FAILED, pylast.STATUS_INVALID_API_KEY, pylast.STATUS_API_KEY_SUSPENDED,
)  # fmt: skip
_KINDS: Mapping[int, FaultKind] = {
    pylast.STATUS_INVALID_PARAMS: "absent", pylast.STATUS_LOGIN_REQUIRED: "forbidden",
}  # fmt: skip


def judge_lastfm(response: requests.Response) -> Fault | None:
    """Judges by Last.fm's own error code, which comes with any HTTP status.

    A refusal without such a code is not Last.fm's: something on the way made it.
    """
    fault = judge_json(response)
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError:
        return fault
    code = body.get("error") if isinstance(body, dict) else None
    if not isinstance(code, int):
        elsewhere = fault is not None and fault.kind in ("unauthorised", "forbidden", "absent")
        return Fault("transient", fault.reason) if fault and elsewhere else fault
    message = " ".join(str(body.get("message", "")).split())[:120]
    reason = f"error {code}, {message}"
    wait = fault.wait if fault else None
    if code in _PASSING:
        return Fault("transient", reason, wait)
    if code == pylast.STATUS_RATE_LIMIT_EXCEEDED:
        return Fault("limited", reason, wait)
    if code in _KEY_IS_NO_GOOD:
        return Fault("down", f"{reason}: check the key; {_SIGN_UP}")
    return Fault(_KINDS.get(code, "refused"), reason)


@dataclass(frozen=True)
class Cursor:
    """Where reading a listener's scrobbles stands; new ones do not move the pages.

    Attributes:
        since: epoch seconds; earlier scrobbles are not asked for.
        until: epoch seconds at which reading began; later ones are left to the next time.
        page: the next page to read, from 1.
        total: scrobbles between the two, as the last page told.
    """

    since: int
    until: int
    page: int = 1
    total: int | None = None

    def as_json(self) -> Json:
        """The cursor as plain values."""
        return asdict(self)


class LastfmApi:
    """What Songlake asks of Last.fm.

    Args:
        session: how it is asked; it judges by `judge_lastfm`.
        url: where it is, e.g. `https://ws.audioscrobbler.com/2.0`.
        api_key: the app's key.
    """

    def __init__(self, session: ServiceSession, url: str, api_key: str) -> None:
        self._session, self._url, self._key = session, f"{url}/", api_key

    def track(self, artist: str, title: str) -> Reply:
        """A track with its listeners, playcount and first tags; its key is `artist::title`."""
        key = f"{artist}::{title}"
        try:
            told = self._ask("track.getInfo", artist=artist, track=title, autocorrect=1)
        except ServiceError as error:
            return Reply(key) if error.kind == "absent" else Reply(key, failure=error.reason)
        track = told.get("track")
        if not isinstance(track, dict) or not track.get("name"):
            return Reply(key, failure="an answer without a track")
        return Reply(key, track)

    def scrobbles(self, user: str, cursor: Cursor) -> tuple[list[Json], Cursor | None]:
        """A page of a listener's scrobbles, newest first, without one that plays now.

        Pages are counted from the newest of those before `cursor.until`. Scrobbles that were
        deleted since the last page move later ones to earlier pages: then the total has become
        smaller, and reading goes back by as many pages as that moves them.

        Returns:
            The scrobbles, and the next cursor; None after the last page.

        Raises:
            ServiceError: it cannot be had.
        """
        told = self._ask(
            "user.getRecentTracks",
            user=user,
            limit=PAGE,
            page=cursor.page,
            **{"from": cursor.since, "to": cursor.until},
        )
        tracks = [t for t in _list(told, "recenttracks", "track") if "date" in t]
        attributes = told["recenttracks"].get("@attr", {})
        total = _int(attributes.get("total"))
        if cursor.total is not None and total is not None and total < cursor.total:
            back = -(-(cursor.total - total) // PAGE)
            if cursor.page > 1:
                return tracks, replace(cursor, page=max(1, cursor.page - back), total=total)
        pages = _int(attributes.get("totalPages"))
        is_last = cursor.page >= pages if pages is not None else not tracks
        return tracks, None if is_last else replace(cursor, page=cursor.page + 1, total=total)

    def user_top_tracks(self, user: str, page: int) -> list[Json]:
        """A page of what a listener played most, of all time; empty after the last."""
        return _list(self._ask("user.getTopTracks", user=user, page=page, limit=PAGE),
                     "toptracks", "track")  # fmt: skip

    def library_artists(self, user: str, page: int) -> list[Json]:
        """A page of the artists in a listener's library, most played first; else empty."""
        return _list(self._ask("library.getArtists", user=user, page=page, limit=PAGE),
                     "artists", "artist")  # fmt: skip

    def artist_top_tracks(self, artist: str, page: int) -> list[Json]:
        """A page, of 50, of the tracks of an artist that all listeners play most."""
        return _list(self._ask("artist.getTopTracks", artist=artist, page=page),
                     "toptracks", "track")  # fmt: skip

    def find(self, text: str) -> list[Json]:
        """Tracks that words find, most listened to first; their `artist` is a name."""
        told = self._ask("track.search", track=text, limit=10).get("results")
        return _list(told if isinstance(told, dict) else {}, "trackmatches", "track")

    def album_tracks(self, artist: str, album: str) -> list[Json]:
        """The tracks of an album, in order; empty where it is not known."""
        try:
            told = self._ask("album.getInfo", artist=artist, album=album, autocorrect=1)
        except ServiceError as error:
            if error.kind == "absent":
                return []
            raise
        known = told.get("album")
        return _list(known if isinstance(known, dict) and known.get("tracks") else
                     {"tracks": {}}, "tracks", "track")  # fmt: skip

    def tag_top_tracks(self, tag: str, page: int) -> list[Json]:
        """A page of the tracks most often given a tag; empty after the last."""
        return _list(self._ask("tag.getTopTracks", tag=tag, page=page, limit=PAGE),
                     "tracks", "track")  # fmt: skip

    def chart_top_tracks(self, page: int) -> list[Json]:
        """A page of the tracks that all listeners play most; empty after the last."""
        return _list(self._ask("chart.getTopTracks", page=page, limit=PAGE), "tracks", "track")

    def _ask(self, method: str, **params: Any) -> Json:
        asked = {"method": method, **params, "api_key": self._key, "format": "json"}
        answer = self._session.get(self._url, params=asked).json()
        if not isinstance(answer, dict):
            raise ServiceError("Last.fm", "transient", "an answer of another shape")
        return answer


def _list(told: Json, root: str, name: str) -> list[Json]:
    """The objects of a list; Last.fm writes one of a single object as that object."""
    held = told.get(root)
    if not isinstance(held, dict):
        raise ServiceError("Last.fm", "transient", f"an answer without {root}")
    listed = held.get(name, [])
    return [
        one for one in (listed if isinstance(listed, list) else [listed]) if isinstance(one, dict)
    ]


def _int(text: Any) -> int | None:
    try:
        return int(text)
    except (TypeError, ValueError):
        return None

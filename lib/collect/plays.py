"""Tops up what a listener heard, and what they saved, from both services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lib.clients.connections import Connections
from lib.clients.reply import Json
from lib.collect.journal import Entry, Journal
from lib.collect.metadata import Bar
from lib.errors import ServiceError
from lib.sources.lastfm_api import PAGE, Cursor, LastfmApi
from lib.sources.spotify_api import RECENT, SpotifyApi
from schemas.landing import LASTFM_API_PLAYS, SPOTIFY_API_LIBRARY, SPOTIFY_API_PLAYS

LATE_S = 14 * 86_400
"""Last.fm takes scrobbles that are so many seconds late: those of an offline device."""

TOP_RANGES = ("short_term", "medium_term", "long_term")


def spotify_plays(api: SpotifyApi, journal: Journal, user: str, connections: Connections) -> None:
    """The last plays, and the gap before them where the 50 that Spotify remembers leave one.

    Raises:
        ServiceError: they cannot be had.
    """
    name = f"spotify plays of {user}"
    last = journal.cursor(name)
    # The last one known is asked for again: if it is not among them, some may be missing.
    items = api.recently_played(last - 1 if last is not None else None)
    entries = [_play(item) for item in items if item.get("played_at") and item.get("track")]
    if not entries:
        return
    times = sorted(_epoch_ms(item["played_at"]) for item in items if item.get("played_at"))
    if last is not None and len(items) >= RECENT and times[0] > last:
        gap = {"from": _iso(last), "until": _iso(times[0])}
        entries.append(Entry(f"gap {last}", {"after": last}, body={"gap": gap}, is_dated=False))
        connections.notice(
            f"Spotify: plays may be missing between {gap['from']} and {gap['until']} (it remembers "
            f"{RECENT}): the extended streaming history from spotify.com/account/privacy fills it."
        )
    if last is None and len(items) >= RECENT:
        connections.notice(
            f"Spotify tells the last {RECENT} plays only: earlier ones are in the extended "
            "streaming history from spotify.com/account/privacy."
        )
    journal.keep(SPOTIFY_API_PLAYS, entries, user, (name, max(times[-1], last or 0)))


def spotify_library(api: SpotifyApi, journal: Journal, user: str, bar: Bar) -> None:
    """Saved tracks, newest first up to those that are known, and the tracks played most.

    Raises:
        ServiceError: they cannot be had.
    """
    known = journal.keys(SPOTIFY_API_LIBRARY, user)
    offset, more = 0, True
    while more:
        items, more, total = api.saved_tracks(offset)
        offset += len(items)
        bar("Spotify saved tracks", offset, total)
        entries = [_listed("saved", item["track"], item.get("added_at")) for item in items
                   if item.get("track")]  # fmt: skip
        journal.keep(SPOTIFY_API_LIBRARY, entries, user)
        more = more and bool(items) and not all(entry.key in known for entry in entries)
    for range_ in TOP_RANGES:
        entries = [_listed(range_, track) for track in api.top_tracks(range_)]
        journal.keep(SPOTIFY_API_LIBRARY, entries, user)


def lastfm_plays(api: LastfmApi, journal: Journal, name: str, user: str, bar: Bar) -> None:
    """All scrobbles since the last one known, and those that may have come late, page by page.

    Args:
        api: Last.fm.
        journal: keeps them.
        name: the listener's name there.
        user: whose plays they are here.
        bar: shows how far it is.

    Raises:
        ServiceError: a page cannot be had; the next run goes on from there.
    """
    reading, newest = f"lastfm pages of {name}", f"lastfm plays of {name}"
    last = journal.cursor(newest)
    kept = journal.cursor(reading)
    now = int(datetime.now(UTC).timestamp())
    cursor = Cursor(**kept) if kept else Cursor(max(0, (last or 0) - LATE_S), now)
    at: Cursor | None = cursor
    total = cursor.total
    while at is not None:
        tracks, at = api.scrobbles(name, at)
        entries = [_scrobble(track) for track in tracks if track["date"].get("uts")]
        journal.keep(LASTFM_API_PLAYS, entries, user, (reading, at.as_json() if at else None))
        if total := at.total if at else total:
            bar("Last.fm scrobbles", (at.page - 1) * PAGE if at else total, total)
    journal.keep(LASTFM_API_PLAYS, [], user, (newest, cursor.until))


def _play(item: Json) -> Entry:
    key = f"{item['played_at']} {item['track'].get('id') or item['track'].get('uri')}"
    return Entry(key, {"what": "recently played"}, body=item, is_dated=False)


def _listed(list_name: str, track: Json, added_at: Any = None) -> Entry:
    body = {"track": track} | ({"added_at": added_at} if added_at else {})
    key = f"{list_name} {track.get('id') or track.get('uri')}"
    return Entry(key, {"list": list_name}, body=body, is_dated=False)


def _scrobble(track: Json) -> Entry:
    artist = track.get("artist") or {}
    key = f"{track['date']['uts']} {artist.get('#text')} :: {track.get('name')}"
    return Entry(key, {"what": "recent tracks"}, body=track, is_dated=False)


def _epoch_ms(written: str) -> int:
    try:
        return round(datetime.fromisoformat(written).timestamp() * 1000)
    except ValueError:
        raise ServiceError("Spotify", "transient", f"a time that is none: {written[:40]}") from None


def _iso(epoch_ms: int) -> str:
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).isoformat(timespec="seconds")

"""What spotipy hands on of Spotify's answers, read with care: some lack parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rapidfuzz import fuzz

from lib.clients.reply import Json, Reply
from lib.errors import ServiceError

#: Names less alike than this (rapidfuzz, 0-100) are another song.
_ALIKE = 80.0


def whole(ask: Callable[[], Any]) -> Any:
    """The answer of a call to spotipy.

    Raises:
        ServiceError: there is none, or one of another shape.
    """
    try:
        return ask()
    except (AttributeError, KeyError, TypeError):  # spotipy's own, of an answer it cannot read
        raise ServiceError("Spotify", "transient", "an answer of another shape") from None


def matched(ids: Sequence[str], told: Any, what: str) -> list[Reply]:
    """Each id's part of an answer for several, found by id: some answers lack parts.

    Spotify gives null for an id it does not know, in the place of that id.
    """
    entries = next(iter(told.values()), None) if isinstance(told, dict) else told
    if not isinstance(entries, list):
        return [Reply(id_, failure=f"an answer without {what}") for id_ in ids]
    found = {entry["id"]: entry for entry in entries if has_id(entry)}
    # One that moved answers under another id, and says which it was asked by.
    found |= {e["linked_from"]["id"]: e for e in found.values() if has_id(e.get("linked_from"))}
    in_place = len(entries) == len(ids)
    replies = []
    for place, id_ in enumerate(ids):
        if id_ in found:
            replies.append(Reply(id_, found[id_]))
        elif in_place and entries[place] is None:
            replies.append(Reply(id_))
        else:
            replies.append(Reply(id_, failure="the answer lacks it"))
    return replies


def reply_of(key: str, error: ServiceError) -> Reply:
    """The reply that a refusal is."""
    return Reply(key) if error.kind == "absent" else Reply(key, failure=error.reason)


def has_id(entry: Any) -> bool:
    """Whether it is an object with an id."""
    return isinstance(entry, dict) and isinstance(entry.get("id"), str)


def items_of(page: Any) -> list[Json]:
    """The objects of a page.

    Raises:
        ServiceError: it is no page.
    """
    items = page.get("items") if isinstance(page, dict) else None
    if not isinstance(items, list):
        raise ServiceError("Spotify", "transient", "an answer without items")
    return [item for item in items if isinstance(item, dict)]


def plain(name: str) -> str:
    """A name in which search reads no operator."""
    return " ".join(name.replace('"', " ").replace(":", " ").split())


def most_alike(items: list[Any], artist: str, title: str) -> Json | None:
    """The item by that artist whose title is most alike; of equals the first, Spotify's choice."""
    wanted = title.lower()
    alike = [
        item
        for item in items
        if has_id(item)
        and fuzz.token_set_ratio(item["name"].lower(), wanted) >= _ALIKE
        and any(_same_name(one["name"], artist) for one in item["artists"])
    ]
    # The words of "Song" are all in "Song (Karaoke)": among those that are alike, order decides.
    return max(alike, key=lambda item: fuzz.ratio(item["name"].lower(), wanted), default=None)


def _same_name(one: str, other: str) -> bool:
    return fuzz.token_set_ratio(one.lower(), other.lower()) >= _ALIKE

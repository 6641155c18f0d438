"""What Album of the Year's pages tell: an album's facts, and links to others."""

from __future__ import annotations

import re
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lib.clients.reply import Json
from lib.errors import ServiceError

_DATES = {"%B %d %Y": "day", "%b %d %Y": "day", "%B %Y": "month", "%b %Y": "month", "%Y": "year"}

Link = tuple[str, str, str]


def read_links(page: str) -> list[Link]:
    """Albums that a page of search results shows: path, artist and title of each."""
    links = []
    for block in LexborHTMLParser(page).css(".albumBlock"):
        link = block.css_first("a[href^='/album/']")
        artist, title = _text(block, ".artistTitle"), _text(block, ".albumTitle")
        if link is not None and artist and title:
            links.append((link.attributes["href"] or "", artist, title))
    return links


def read_album(page: str) -> Json:
    """What an album's page tells; a part that it lacks is None.

    Returns:
        `artist`, `album`, `critic_score`, `critic_reviews`, `user_score`, `user_ratings`,
        `release_date` (`2019-05-17`, `2019-05` or `2019`) and `genres`.

    Raises:
        ServiceError: it is no album's page.
    """
    tree = LexborHTMLParser(page)
    album = _text(tree, ".albumTitle")
    if not album:
        raise ServiceError("Album of the Year", "refused", "a page without an album")
    rows = {
        label: row
        for row in tree.css(".albumTopBox.info .detailRow")
        for label in [(_text(row, "span") or row.text()).rpartition("/")[2].strip().lower()]
    }
    genres = rows["genre"].css("a") if "genre" in rows else []
    released = rows["release date"].text().rpartition("/")[0] if "release date" in rows else ""
    return {
        "artist": _text(tree, ".albumHeadline .artist") or _text(tree, ".artist"),
        "album": album,
        "critic_score": _score(tree, ".albumCriticScore"),
        "critic_reviews": _count(tree, ".albumCriticScoreBox .numReviews"),
        "user_score": _score(tree, ".albumUserScore"),
        "user_ratings": _count(tree, ".albumUserScoreBox .numReviews"),
        "release_date": _date(released),
        "genres": [name for genre in genres if (name := " ".join(genre.text().split()))],
    }


def _text(within: LexborHTMLParser | LexborNode, selector: str) -> str | None:
    found = within.css_first(selector)
    return " ".join(found.text().split()) or None if found is not None else None


def _score(tree: LexborHTMLParser, selector: str) -> float | None:
    """A score, 0-100: to a tenth where the page tells it so; None for one not rated ("NR")."""
    exact = tree.css_first(f"{selector} a[title]")
    for told in (exact.attributes.get("title") if exact else None, _text(tree, selector)):
        if told and re.fullmatch(r"\d{1,2}(\.\d+)?|100(\.0+)?", told):
            return float(told)
    return None


def _count(tree: LexborHTMLParser, selector: str) -> int | None:
    """The number in "Based on 1,234 ratings"."""
    number = re.search(r"\d[\d,.]*", _text(tree, selector) or "")
    return int(re.sub(r"\D", "", number[0])) if number else None


def _date(told: str) -> str | None:
    plain = " ".join(re.sub(r"[,\s]+", " ", told).split())
    for form, precision in _DATES.items():
        try:
            date = datetime.strptime(plain, form).date().isoformat()
        except ValueError:
            continue
        return {"day": date, "month": date[:7], "year": date[:4]}[precision]
    return None

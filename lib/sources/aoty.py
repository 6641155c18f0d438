"""Album of the Year's pages, read with care for the site: slowly, and only what robots.txt allows.

The site has no API. An album's page is found by a search, whose links are kept: a search for one
album of an artist often shows the others.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote_plus, urlsplit
from urllib.robotparser import RobotFileParser

import requests
from rapidfuzz import fuzz
from selectolax.lexbor import LexborHTMLParser, LexborNode

from lib.clients.answers import Fault, judge_html, judge_status
from lib.clients.reply import Json, Reply
from lib.clients.session import USER_AGENT, ServiceSession
from lib.errors import ServiceError
from lib.names import normalised

#: Names less alike than this (rapidfuzz, 0-100) are another album.
_ALIKE = 90.0
#: What editions of an album are called, in brackets or after a dash.
_EDITION = re.compile(
    r"\s*(?:[(\[][^)\]]*\b(?:deluxe|remaster(?:ed)?|edition|expanded|anniversary|bonus|version|"
    r"explicit)\b[^)\]]*[)\]]|\s-\s(?:ep|single|remaster(?:ed)?(?: \d{4})?))$",
    re.IGNORECASE,
)
_DATES = {"%B %d %Y": "day", "%b %d %Y": "day", "%B %Y": "month", "%b %Y": "month", "%Y": "year"}

Link = tuple[str, str, str]


def judge_aoty(response: requests.Response) -> Fault | None:
    """Judges a page by whether it came to its end; robots.txt is none."""
    is_page = not urlsplit(response.url).path.endswith("/robots.txt")
    return judge_html(response) if is_page else judge_status(response)


class AotyPages:
    """What Songlake asks of Album of the Year.

    Args:
        session: how it is asked; it judges by `judge_aoty`.
        url: where it is.
        notice: takes a line for the person.
    """

    def __init__(self, session: ServiceSession, url: str, notice: Callable[[str], None]) -> None:
        self._session, self._url, self._notice = session, url, notice
        self._robots: RobotFileParser | None = None
        self._links: dict[str, Link] = {}
        self._learning = threading.Lock()

    def album(self, artist: str, album: str) -> Reply:
        """An album's scores, genres and release date; its key is `artist::album`."""
        key = f"{artist}::{album}"
        try:
            link = self._known(artist, album)
            if link is None:
                self._search(artist, album)
                link = self._known(artist, album)
            if link is None:
                return Reply(key)
            told = read_album(self._page(link))
            return Reply(key, told | {"url": self._url + link})
        except ServiceError as error:
            if error.kind == "forbidden":
                self._notice(f"Album of the Year: refuses to be read ({error.reason}): left alone.")
                self._session.delivery.breaker.give_up()
            return Reply(key) if error.kind == "absent" else Reply(key, failure=error.reason)

    def _known(self, artist: str, album: str) -> str | None:
        """The path of the page, among the links seen so far."""
        wanted = normalised(_EDITION.sub("", album))
        with self._learning:
            links = list(self._links.values())
        alike = [
            (fuzz.ratio(normalised(_EDITION.sub("", title)), wanted), path)
            for path, by, title in links
            if fuzz.ratio(normalised(by), normalised(artist)) >= _ALIKE
        ]
        likeness, path = max(alike, key=lambda one: one[0], default=(0.0, ""))
        return path if likeness >= _ALIKE else None

    def _search(self, artist: str, album: str) -> None:
        query = quote_plus(f"{artist} {_EDITION.sub('', album)}")
        found = read_links(self._page(f"/search/albums/?q={query}"))
        with self._learning:
            self._links |= {link[0]: link for link in found}

    def _page(self, path: str) -> str:
        """A page, where robots.txt allows it.

        Raises:
            ServiceError: it cannot be had, or is not to be read.
        """
        robots = self._rules()
        if not robots.can_fetch(USER_AGENT, self._url + path):
            raise ServiceError("Album of the Year", "refused", "robots.txt asks not to read that")
        page = self._session.get(self._url + path).text
        if delay := robots.crawl_delay(USER_AGENT):
            self._session.delivery.limit.hold(float(delay))
        return page

    def _rules(self) -> RobotFileParser:
        """What robots.txt says, asked for once; where there is none, all may be read."""
        with self._learning:
            if self._robots is None:
                robots = RobotFileParser()
                try:
                    robots.parse(self._session.get(f"{self._url}/robots.txt").text.splitlines())
                except ServiceError as error:
                    if error.kind != "absent":
                        raise
                    robots.parse([])
                self._robots = robots
            return self._robots


# --------------------------------------------------------------------------------- what pages tell


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

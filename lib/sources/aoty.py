"""Album of the Year's pages, read with care for the site: slowly, and only what robots.txt allows.

The site has no API. An album's page is found by links on pages read before, by the site's sitemaps
where many albums are wanted, or by a search, where robots.txt allows one.
"""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_plus, urlsplit
from urllib.robotparser import RobotFileParser

import requests
from rapidfuzz import fuzz, process

from lib.clients.answers import Fault, judge_html, judge_status
from lib.clients.reply import Reply
from lib.clients.session import USER_AGENT, ServiceSession
from lib.errors import ServiceError
from lib.names import normalised
from lib.settings_sections import AotyService
from lib.sources.aoty_index import AlbumIndex, is_sitemap, locations
from lib.sources.aoty_page import read_album, read_links

#: Names less alike than this (rapidfuzz, 0-100) are another album.
_ALIKE = 90.0
#: What editions of an album are called, in brackets or after a dash.
_EDITION = re.compile(
    r"\s*(?:[(\[][^)\]]*\b(?:deluxe|remaster(?:ed)?|edition|expanded|anniversary|bonus|version|"
    r"explicit)\b[^)\]]*[)\]]|\s-\s(?:ep|single|remaster(?:ed)?(?: \d{4})?))$",
    re.IGNORECASE,
)

#: From so many albums on, sitemaps cost less than searches: one lists up to 50,000 addresses, and
#: the numbers in albums' addresses reached 1.7 million in 2026.
_MANY = 100
_SEARCH = "/search/albums/?q="


def judge_aoty(response: requests.Response) -> Fault | None:
    """Judges a page or sitemap by whether it came to its end; robots.txt is none."""
    if fault := judge_status(response):
        return fault
    if is_sitemap(response.content):
        try:
            locations(response.content)
        except ValueError as error:
            return Fault("transient", str(error))
        return None
    is_page = not urlsplit(response.url).path.endswith("/robots.txt")
    return judge_html(response) if is_page else None


class AotyPages:
    """What Songlake asks of Album of the Year.

    Args:
        session: how it is asked; it judges by `judge_aoty`.
        conf: where it is, and for how long an answer stands.
        notice: takes a line for the person.
        index_file: keeps where pages are.
    """

    def __init__(
        self,
        session: ServiceSession,
        conf: AotyService,
        notice: Callable[[str], None],
        index_file: Path,
    ) -> None:
        self._session, self._conf, self._notice = session, conf, notice
        self._url = conf.url
        self._robots: RobotFileParser | None = None
        # Artist to path and title of each album, all names normalised.
        self._links: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._learning, self._indexing = threading.Lock(), threading.Lock()
        self._index = AlbumIndex(index_file, lambda url: self._fetch(url, keep=False).content)
        self._wanted, self._is_indexed = 0, False

    def expect(self, albums: int) -> None:
        """Tells that so many more albums will be asked for."""
        self._wanted += albums

    def album(self, artist: str, album: str) -> Reply:
        """An album's scores, genres and release date; its key is `artist::album`."""
        key = f"{artist}::{album}"
        try:
            link = self._find(artist, album)
            if link is None:
                return Reply(key)
            page = self._fetch(self._url + link).text
            self._learn(page)
            return Reply(key, read_album(page) | {"url": self._url + link})
        except ServiceError as error:
            if error.kind == "forbidden":
                self._notice(f"Album of the Year: refuses to be read ({error.reason}): left alone.")
                self._session.delivery.breaker.give_up()
            return Reply(key) if error.kind == "absent" else Reply(key, failure=error.reason)

    def close(self) -> None:
        """Closes the file of addresses."""
        self._index.close()

    def _find(self, artist: str, album: str) -> str | None:
        """The path of an album's page; None where the site has none.

        Raises:
            ServiceError: it cannot be told.
        """
        if link := self._known(artist, album):
            return link
        may_search = self._allows(self._url + _SEARCH)
        sitemaps = self._rules().site_maps() or []
        if sitemaps and (self._wanted >= _MANY or not may_search):
            self._read(sitemaps)
            if link := self._index.path(artist, album, _EDITION.sub("", album)):
                return link
            if not may_search:
                return None
        if not may_search:
            reason = "robots.txt asks not to search, and names no sitemap"
            self._notice(f"Album of the Year: {reason}: albums cannot be found there.")
            raise ServiceError("Album of the Year", "refused", reason)
        query = quote_plus(f"{artist} {_EDITION.sub('', album)}")
        self._learn(self._fetch(f"{self._url}{_SEARCH}{query}").text)
        return self._known(artist, album)

    def _known(self, artist: str, album: str) -> str | None:
        """The path of the page, among the links seen so far."""
        wanted = normalised(_EDITION.sub("", album))
        with self._learning:
            artists = process.extract(
                normalised(artist), list(self._links), scorer=fuzz.ratio, score_cutoff=_ALIKE,
                limit=None,
            )  # fmt: skip
            titles = {
                path: title
                for by, _, _ in artists
                for path, title in self._links[by].items()
            }  # fmt: skip
        best = process.extractOne(wanted, titles, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        return best[2] if best else None

    def _learn(self, page: str) -> None:
        """Keeps the links that a page shows: one often serves an artist's other albums."""
        found = read_links(page)
        with self._learning:
            for path, artist, title in found:
                self._links[normalised(artist)][path] = normalised(_EDITION.sub("", title))

    def _read(self, sitemaps: list[str]) -> None:
        """Reads where pages are, once a run."""
        with self._indexing:
            if not self._is_indexed:
                now = time.time()
                here = [sitemap for sitemap in sitemaps if sitemap.startswith(self._url)]
                self._index.update(here, now, now + self._conf.keep_days * 86_400)
                self._is_indexed = True

    def _allows(self, url: str) -> bool:
        return self._rules().can_fetch(USER_AGENT, url)

    def _fetch(self, url: str, *, keep: bool = True) -> requests.Response:
        """What is at an address, where robots.txt allows it.

        Raises:
            ServiceError: it cannot be had, or is not to be read.
        """
        if not self._allows(url):
            raise ServiceError("Album of the Year", "refused", "robots.txt asks not to read that")
        found = self._session.get(url) if keep else self._session.get(url, expire_after=0)
        if delay := self._rules().crawl_delay(USER_AGENT):
            self._session.delivery.limit.hold(float(delay))
        return found

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

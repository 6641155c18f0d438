"""Where the pages of albums are, as Album of the Year's sitemaps tell it (sitemaps.org).

A page's address holds a number that no name leads to. A sitemap lists up to 50,000 addresses, each
with artist and album spelt in it: all of them cost a few requests, while a search costs one a time.
"""

from __future__ import annotations

import gzip
import html
import re
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

#: A site with more sitemaps is read no further.
_MOST = 500
_TABLES = """
CREATE TABLE IF NOT EXISTS albums (names TEXT PRIMARY KEY, path TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sitemaps (url TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
"""
_ALBUM = re.compile(r"/album/\d+-([^/]+)\.php")


class AlbumIndex:
    """The addresses of albums' pages, in an SQLite file; threads may share it.

    Args:
        file: made where there is none.
        fetch: gives what is at an address.
    """

    def __init__(self, file: Path, fetch: Callable[[str], bytes]) -> None:
        self._file, self._fetch = file, fetch
        self._turn = threading.Lock()

    def update(self, sitemaps: Iterable[str], now: float, until: float) -> None:
        """Reads the sitemaps, and those that they list, but for those that still stand.

        Args:
            sitemaps: their addresses, as robots.txt names them.
            now: the time, epoch seconds.
            until: when what is read now will no longer stand.

        Raises:
            ServiceError: one cannot be had; those that were read are kept.
        """
        with self._turn:
            stand = {
                url
                for (url,) in self._db.execute("SELECT url FROM sitemaps WHERE until > ?", (now,))
            }
            left, seen = list(sitemaps), set[str]()
            while left and len(seen) < _MOST:
                url = left.pop(0)
                if url in seen or url in stand:
                    continue
                seen.add(url)
                told = locations(self._fetch(url))
                left += (more := [one for one in told if _is_sitemap(one)])
                if more:  # a list of sitemaps: it is read again when they are
                    continue
                self._keep(url, told, until)

    def path(self, artist: str, *titles: str) -> str | None:
        """The path of an album's page, by the first of its titles that is listed."""
        with self._turn:
            for title in titles:
                names = _squeezed(f"{artist} {title}")
                row = self._db.execute("SELECT path FROM albums WHERE names = ?", (names,))
                if found := row.fetchone():
                    return str(found[0])
        return None

    def close(self) -> None:
        """Closes the file."""
        with self._turn:
            if "_db" in self.__dict__:
                self._db.close()

    @cached_property
    def _db(self) -> sqlite3.Connection:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = sqlite3.connect(self._file, timeout=60, check_same_thread=False)
        made.executescript(_TABLES)
        return made

    def _keep(self, url: str, told: Iterable[str], until: float) -> None:
        paths = [urlsplit(one).path for one in told]
        albums = [
            (_squeezed(found[1]), path) for path in paths if (found := _ALBUM.fullmatch(path))
        ]
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO albums VALUES (?, ?)", albums)
            self._db.execute("INSERT OR REPLACE INTO sitemaps VALUES (?, ?)", (url, until))


def locations(data: bytes) -> list[str]:
    """The addresses that a sitemap, or a list of sitemaps, holds; it may be gzipped.

    Raises:
        ValueError: it is none, or breaks off.
    """
    try:
        text = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except (EOFError, OSError) as error:
        raise ValueError("a sitemap that breaks off") from error
    if not text.rstrip().endswith((b"</urlset>", b"</sitemapindex>")):
        raise ValueError("a sitemap that breaks off")
    found = re.findall(r"<loc>\s*(.*?)\s*</loc>", text.decode("utf-8", "replace"), re.DOTALL)
    return [html.unescape(url) for url in found]


def is_sitemap(data: bytes) -> bool:
    """Whether it begins as sitemaps do, and no page does."""
    return data.startswith((b"<?xml", b"\x1f\x8b"))


def _is_sitemap(url: str) -> bool:
    return urlsplit(url).path.endswith((".xml", ".xml.gz"))


def _squeezed(names: str) -> str:
    """Names as addresses spell them, without what parts words: theirs is `sunn-o-a-and-b`."""
    plain = unicodedata.normalize("NFKD", names.replace("&", " and ")).casefold()
    return re.sub("[^0-9a-z]", "", plain)

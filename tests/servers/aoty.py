"""Pages of an album site in the shape that Album of the Year's have, made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tests.servers.loopback import Answer, Asked
from tests.servers.music import Song

#: The site's own asks programs to stay away from search, users and sorted lists.
ROBOTS = "User-agent: *\nDisallow: /search/\nDisallow: /user/\nDisallow: /*?sort=\n"
SEARCHABLE = "User-agent: *\nDisallow: /user/\n"


@dataclass
class AotySite:
    """Answers album pages and what leads to them.

    Attributes:
        songs: whose albums it has.
        robots: what robots.txt says.
        sitemaps: how many sitemaps list its albums; none where 0.
    """

    songs: Sequence[Song]
    robots: str = SEARCHABLE
    sitemaps: int = 0

    def __post_init__(self) -> None:
        of_names = {(song.artist, song.album): song for song in reversed(self.songs)}
        self._albums = {song.n: song for song in sorted(of_names.values(), key=lambda s: s.n)}

    def __call__(self, asked: Asked) -> Answer:
        """The page asked for."""
        here = f"http://{asked.headers.get('Host')}"
        if asked.path == "/robots.txt":
            named = f"Sitemap: {here}/sitemap.xml\n" if self.sitemaps else ""
            return Answer(self.robots + named, headers={"Content-Type": "text/plain"})
        if asked.path.startswith("/sitemap") and self.sitemaps:
            return Answer(self._sitemap(here, asked.path))
        if asked.path.startswith("/search/"):
            return Answer(self._found(asked.params.get("q", "")))
        number = asked.path.removeprefix("/album/").partition("-")[0]
        if number.isdigit() and int(number) in self._albums:
            return Answer(page(self._albums[int(number)]))
        return Answer("<html><body>Not found</body></html>", 404)

    def _sitemap(self, here: str, path: str) -> str:
        if path == "/sitemap.xml":
            urls = [f"{here}/sitemap-albums-{n}.xml" for n in range(self.sitemaps)]
            return _xml("sitemapindex", "sitemap", urls)
        nth = int(path.removeprefix("/sitemap-albums-").removesuffix(".xml"))
        of_it = list(self._albums.values())[nth :: self.sitemaps]
        return _xml("urlset", "url", [here + link(song) for song in of_it])

    def _found(self, query: str) -> str:
        words = query.lower()
        links = [
            f'<div class="albumBlock"><a href="{link(song)}"><div class="artistTitle">'
            f'{escape(song.artist)}</div><div class="albumTitle">{escape(song.album)}</div></a>'
            "</div>"
            for song in self._albums.values()
            if song.album.lower() in words or song.artist.lower() in words
        ]
        return f"<html><body>{''.join(links)}</body></html>"


def _xml(root: str, part: str, urls: Sequence[str]) -> str:
    parts = "\n".join(f"<{part}><loc>{escape(url)}</loc></{part}>" for url in urls)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{parts}\n</{root}>\n'
    )


def link(song: Song) -> str:
    """The path of its album's page."""
    slug = f"{song.artist}-{song.album}".lower().replace(" ", "-")
    return f"/album/{song.n}-{slug}.php"


def page(song: Song) -> str:
    """An album's page."""
    artist, title, score = escape(song.artist), escape(song.album), song.popularity
    return f"""<!DOCTYPE html><html><head><title>{title}</title></head><body>
<div class="albumHeadline">
<div class="artist" itemprop="byArtist"><span itemprop="name"><a href="/artist/1.php">{artist}</a>
</span></div>
<h1 class="albumTitle"><span itemprop="name">{title}</span></h1></div>
<div class="albumCriticScoreBox"><div class="albumCriticScore">
<span itemprop="ratingValue"><a title="{score}.4">{score}</a></span></div>
<div class="text numReviews">Based on <span itemprop="ratingCount">12</span> reviews</div></div>
<div class="albumUserScoreBox"><div class="albumUserScore"><a title="{score}.1">{score}</a></div>
<div class="text numReviews">Based on <strong>1,234</strong> ratings</div></div>
<div class="albumTopBox info"><div class="detailRow"><a href="/2019/">May</a> <a>17</a>,
<a>2019</a><span> / Release Date</span></div>
<div class="detailRow"><meta itemprop="genre" content="Indie Folk">
<a href="/genre/1/">Indie Folk</a>, <a href="/genre/2/">Slowcore</a>
<span> / Genre</span></div></div>
</body></html>"""

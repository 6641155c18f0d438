"""Pages of an album site in the shape that Album of the Year's have, made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tests.servers.loopback import Answer, Asked
from tests.servers.music import Song

ROBOTS = "User-agent: *\nDisallow: /ajax/\nDisallow: /user/\n"


@dataclass
class AotySite:
    """Answers searches and album pages; robots.txt may close paths."""

    songs: Sequence[Song]
    robots: str = ROBOTS

    def __call__(self, asked: Asked) -> Answer:
        """The page asked for."""
        if asked.path == "/robots.txt":
            return Answer(self.robots, headers={"Content-Type": "text/plain"})
        if asked.path.startswith("/search/"):
            return Answer(self._found(asked.params.get("q", "")))
        number = asked.path.removeprefix("/album/").partition("-")[0]
        if asked.path.startswith("/album/") and number.isdigit() and int(number) < len(self.songs):
            return Answer(page(self.songs[int(number)]))
        return Answer("<html><body>Not found</body></html>", 404)

    def _found(self, query: str) -> str:
        first = {(song.artist, song.album): song for song in reversed(self.songs)}
        words = query.lower()
        links = [
            f'<div class="albumBlock"><a href="{link(song)}"><div class="artistTitle">'
            f'{escape(song.artist)}</div><div class="albumTitle">{escape(song.album)}</div></a>'
            "</div>"
            for song in first.values()
            if song.album.lower() in words or song.artist.lower() in words
        ]
        return f"<html><body>{''.join(links)}</body></html>"


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

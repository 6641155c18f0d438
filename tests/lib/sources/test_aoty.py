"""Album of the Year's pages: what is read of them, and how they are asked for."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lib.clients.connections import Connections
from lib.clients.credentials import Credentials
from lib.collect.run import connect
from lib.errors import ServiceError
from lib.settings import load_settings
from lib.sources.aoty import AotyPages
from lib.sources.aoty_index import AlbumIndex, locations
from lib.sources.aoty_page import read_album, read_links
from tests.servers.aoty import ROBOTS, SEARCHABLE, AotySite, link, page
from tests.servers.faults import Faults
from tests.servers.loopback import Answer, Asked, Loopback
from tests.servers.music import songs

SONGS = songs(12)
FIRST = SONGS[0]


@dataclass
class Site:
    """The site on the loopback, and pages asked of it."""

    site: AotySite
    server: Loopback
    pages: AotyPages
    sent: Connections
    lines: list[str] = field(default_factory=list)


@pytest.fixture
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    """Album of the Year at its limit, by a clock that runs faster; flags come by `param`."""
    site, lines = AotySite(SONGS), list[str]()
    server = Loopback(site, 30, 60, scale=600, faults=Faults(), hang=0.8)
    flags = {"live.aoty.enabled": True, "live.aoty.url": server.url, "live.time_scale": 600,
             "live.aoty.timeout": 0.5} | getattr(request, "param", {})  # fmt: skip
    settings, _ = load_settings({"data": tmp_path, **flags})
    if settings.live.aoty.proxy:
        settings.live.aoty.proxy = server.url
    connections = Connections(settings, lines.append)
    pages = connect(connections, Credentials()).aoty
    assert pages is not None
    try:
        yield Site(site, server, pages, connections, lines)
    finally:
        connections.close()
        server.close()


def test_it_is_off_until_switched_on(tmp_path: Path) -> None:
    connections = Connections(load_settings({"data": tmp_path})[0], print)
    assert connect(connections, Credentials()).aoty is None
    connections.close()


def test_what_an_albums_page_tells() -> None:
    assert read_album(page(FIRST)) == {
        "artist": FIRST.artist,
        "album": FIRST.album,
        "critic_score": FIRST.popularity + 0.4,
        "critic_reviews": 12,
        "user_score": FIRST.popularity + 0.1,
        "user_ratings": 1234,
        "release_date": "2019-05-17",
        "genres": ["Indie Folk", "Slowcore"],
    }


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('<a href="/2019/">May</a> <a>17</a>,\n<a>2019</a>', "2019-05-17"),
        ("June 2020", "2020-06"),
        ("<a>1971</a>", "1971"),
        ("Mar 3, 1999", "1999-03-03"),
        ("soon", None),
        ("February 30, 2020", None),
    ],
)
def test_a_release_date_is_as_exact_as_it_is_told(written: str, told: str | None) -> None:
    row = f'<div class="detailRow">{written}<span> / Release Date</span></div>'
    html = f'<h1 class="albumTitle">A</h1><div class="albumTopBox info">{row}</div>'
    assert read_album(html)["release_date"] == told


@pytest.mark.parametrize(
    ("score", "told"),
    [
        ('<a title="87.6">88</a>', 87.6),
        ("<a>88</a>", 88.0),
        ("<a title='Best'>100</a>", 100.0),
        ("NR", None),
        ("<a title='101'>101</a>", None),
        ("", None),
    ],
)
def test_a_score_is_a_number_or_none(score: str, told: float | None) -> None:
    html = f'<h1 class="albumTitle">A</h1><div class="albumUserScore">{score}</div>'
    assert read_album(html)["user_score"] == told


def test_a_page_without_an_album_is_none() -> None:
    for html in ("", "<html><body>Just a moment...</body></html>", "<h1 class='albumTitle'></h1>"):
        with pytest.raises(ServiceError, match="without an album"):
            read_album(html)


def test_a_block_that_lacks_a_part_is_no_link() -> None:
    block = '<div class="albumBlock"><div class="albumTitle">A</div></div>'
    assert read_links(f"<html>{block}</html>") == []


def test_an_album_is_found_and_its_link_leads_to_the_page(made: Site) -> None:
    reply = made.pages.album(FIRST.artist.upper(), f"{FIRST.album} (Deluxe Edition)")
    assert reply.body is not None
    assert reply.body["user_ratings"] == 1234
    assert reply.body["url"] == made.server.url + link(FIRST)
    assert [path for path, _, _ in made.server.seen] == [
        "/robots.txt", "/search/albums/", link(FIRST)
    ]  # fmt: skip


def test_a_search_that_shows_an_artists_other_albums_saves_theirs(made: Site) -> None:
    albums = dict.fromkeys((song.artist, song.album) for song in SONGS)
    for artist, album in albums:
        assert made.pages.album(artist, album).state == "complete"
    searches = [path for path, _, _ in made.server.seen if path.startswith("/search")]
    assert len(searches) == len({artist for artist, _ in albums}) < len(albums)
    assert made.server.violations == []


def test_what_is_another_album_is_not_taken_for_it(made: Site) -> None:
    assert made.pages.album(FIRST.artist, "Another Name Altogether").state == "absent"
    assert made.pages.album("Somebody Else", FIRST.album).state == "absent"


def paths(made: Site) -> list[str]:
    return [path for path, _, _ in made.server.seen]


ALBUMS = list(dict.fromkeys((song.artist, song.album) for song in SONGS))


def test_many_albums_are_found_by_sitemaps_at_one_request_each(made: Site) -> None:
    made.site.robots, made.site.sitemaps = ROBOTS, 2
    made.pages.expect(len(ALBUMS))
    for artist, album in ALBUMS:
        assert made.pages.album(artist, f"{album} (Remastered)").state == "complete"
    assert made.pages.album(ALBUMS[0][0], "No Such Album").state == "absent"
    assert paths(made)[:4] == [
        "/robots.txt", "/sitemap.xml", "/sitemap-albums-0.xml", "/sitemap-albums-1.xml"
    ]  # fmt: skip
    assert len(paths(made)) == 4 + len(ALBUMS)
    assert made.server.violations == []


def test_few_albums_are_searched_for_where_that_is_allowed(made: Site) -> None:
    made.site.sitemaps = 2
    made.pages.expect(1)
    assert made.pages.album(*ALBUMS[0]).state == "complete"
    assert paths(made)[1] == "/search/albums/"
    made.pages.expect(200)
    assert made.pages.album(*ALBUMS[-1]).state == "complete"
    assert "/sitemap.xml" in paths(made)


def test_where_neither_search_nor_sitemap_is_there_nothing_is_asked(made: Site) -> None:
    made.site.robots = ROBOTS
    for artist, album in ALBUMS:
        reply = made.pages.album(artist, album)
        assert reply.failure == "robots.txt asks not to search, and names no sitemap"
    assert paths(made) == ["/robots.txt"]
    assert len(made.lines) == 1


def test_a_sitemap_that_breaks_off_is_asked_again(made: Site) -> None:
    made.site.robots, made.site.sitemaps = ROBOTS, 1
    made.server.faults.script("truncated", "500", path="/sitemap-albums")
    assert made.pages.album(*ALBUMS[0]).state == "complete"
    assert paths(made).count("/sitemap-albums-0.xml") == 3


def test_a_sitemap_that_cannot_be_had_makes_no_album_absent(made: Site) -> None:
    made.site.robots, made.site.sitemaps = ROBOTS, 2
    made.server.faults.script(*["500"] * 6, path="/sitemap-albums-1")
    states = [made.pages.album(artist, album).state for artist, album in ALBUMS[:2]]
    assert states == ["failed", "complete"]
    assert paths(made).count("/sitemap-albums-0.xml") == 1, "what was read is kept"


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (
            ("Slayyyter", "WOR$T GIRL IN AMERICA"),
            "/album/1460350-slayyyter-wort-girl-in-america.php",
        ),
        (("Sunn O)))", "Monoliths & Dimensions"), "/album/183-sunn-o-monoliths-and-dimensions.php"),
        (("Ornatos Violeta", "Cão!"), "/album/8780-ornatos-violeta-cao.php"),
    ],
)
def test_an_address_is_known_by_its_names(
    names: tuple[str, str], path: str, tmp_path: Path
) -> None:
    sitemap = f"<?xml?><urlset><url><loc>https://a.org{path}</loc></url></urlset>".encode()
    for data in (sitemap, gzip.compress(sitemap)):
        index = AlbumIndex(tmp_path / f"{len(data)}.sqlite", lambda url, told=data: told)
        index.update(["https://a.org/sitemap.xml"], now=0, until=10)
        assert index.path(*names) == path
        assert index.path(names[0], "Another") is None
        index.close()


@pytest.mark.parametrize("data", [b"", b"<?xml?><urlset><loc>", b"\x1f\x8b0", b"<html></html>"])
def test_what_is_no_whole_sitemap_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="breaks off"):
        locations(data)


def test_robots_txt_is_respected(made: Site) -> None:
    made.site.robots = "User-agent: *\nDisallow: /album/\n"
    reply = made.pages.album(FIRST.artist, FIRST.album)
    assert reply.failure == "robots.txt asks not to read that"
    assert not [path for path, _, _ in made.server.seen if path.startswith("/album/")]


def test_rules_for_songlake_by_name_go_first(made: Site) -> None:
    made.site.robots = "User-agent: songlake\nDisallow: /\n\nUser-agent: *\nAllow: /\n"
    assert made.pages.album(FIRST.artist, FIRST.album).state == "failed"
    assert [path for path, _, _ in made.server.seen] == ["/robots.txt"]


def test_a_crawl_delay_is_kept(made: Site) -> None:
    made.site.robots = f"{SEARCHABLE}Crawl-delay: 50\n"
    arrivals: list[float] = []
    answer = made.server.site

    def noting(asked: Asked) -> Answer:
        arrivals.append(made.server.now())
        return answer(asked)

    made.server.site = noting
    made.pages.album(FIRST.artist, FIRST.album)
    assert arrivals[2] - arrivals[1] > 45


def test_who_is_refused_asks_no_more_and_says_so_once(made: Site) -> None:
    def refuse(asked: Asked) -> Answer:
        return Answer(SEARCHABLE) if asked.path == "/robots.txt" else Answer("<html>no</html>", 403)

    made.server.site = refuse
    assert {made.pages.album(song.artist, song.album).state for song in SONGS} == {"failed"}
    assert len(made.server.seen) == 2
    assert len(made.lines) == 1
    assert "refuses to be read" in made.lines[0]


def test_pages_that_break_off_are_asked_again(made: Site) -> None:
    made.server.faults.script("500", "truncated", "timeout", "429 seconds", "malformed")
    assert made.pages.album(FIRST.artist, FIRST.album).state == "complete"
    assert made.server.violations == []


def test_it_says_who_it_is(made: Site) -> None:
    agents: set[str] = set()
    answer = made.server.site

    def noting(asked: Asked) -> Answer:
        agents.add(asked.headers["User-Agent"])
        return answer(asked)

    made.server.site = noting
    made.pages.album(FIRST.artist, FIRST.album)
    assert agents == {"songlake/0.1"}


@pytest.mark.parametrize(
    "made",
    [{"live.aoty.proxy": "http://127.0.0.1:1", "live.aoty.url": "http://albums.invalid"}],
    indirect=True,
)
def test_a_proxy_is_asked_in_its_place(made: Site) -> None:
    assert made.pages.album(FIRST.artist, FIRST.album).state == "complete"
    assert made.server.counts()["/robots.txt"] == 1

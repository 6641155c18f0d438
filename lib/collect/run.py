"""One collection: what both services are asked for, side by side, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from lib.clients.clock import StoppedError
from lib.clients.connections import Connections
from lib.clients.credentials import Credentials, token_file, unconnected
from lib.collect import plays
from lib.collect.journal import Journal
from lib.collect.metadata import Bar, Topping
from lib.collect.told import told_by
from lib.collect.wanted import Wanted, wanted
from lib.errors import ServiceError
from lib.places import Places
from lib.sources.aoty import AotyPages, judge_aoty
from lib.sources.lastfm_api import LastfmApi, judge_lastfm
from lib.sources.spotify_api import SpotifyApi
from lib.sources.spotify_tokens import SCOPE, Tokens

Work = dict[str, Callable[[], None]]


@dataclass(frozen=True)
class Collected:
    """What came of a collection.

    Attributes:
        answers: (kind, state) to how many things asked for came to it.
        failures: (kind, key, reason) of what failed and was not got since.
        landed: files that hold what came.
        sent: requests sent to each service.
        told: how many songs were told by whom: see `told_by`.
        is_whole: whether it came to its end; otherwise the next run goes on.
    """

    answers: dict[tuple[str, str], int]
    failures: list[tuple[str, str, str]]
    landed: list[Path]
    sent: dict[str, int]
    told: dict[str, int]
    is_whole: bool = True


@dataclass
class Services:
    """The services that can be asked, with what is known of the person there.

    Attributes:
        spotify: None where it is off or not connected.
        lastfm: the same.
        aoty: Album of the Year's pages; None where they are off.
        tokens: of Spotify.
        lastfm_user: the listener's name on Last.fm.
        lines: how to connect what is not, a line a service.
    """

    spotify: SpotifyApi | None = None
    lastfm: LastfmApi | None = None
    aoty: AotyPages | None = None
    tokens: Tokens | None = None
    lastfm_user: str | None = None
    lines: list[str] = field(default_factory=list)


def spotify_tokens(
    connections: Connections, credentials: Credentials, scope: str = SCOPE
) -> Tokens:
    """Spotify's tokens, by the run's session; a new login is asked for the scope."""
    conf = connections.settings.live.spotify
    session = connections.session("Spotify", conf)
    return Tokens(session, conf, credentials, token_file(connections.settings), scope)


def connect(connections: Connections, credentials: Credentials) -> Services:
    """The services that are switched on and connected."""
    live = connections.settings.live
    services = Services(
        lastfm_user=credentials.lastfm_user,
        lines=unconnected(connections.settings, credentials),
    )
    if live.spotify.enabled and credentials.spotify_id:
        tokens = spotify_tokens(connections, credentials)
        if tokens.can_ask:
            session = connections.session("Spotify", live.spotify)
            services.tokens = tokens
            services.spotify = SpotifyApi(session, tokens, live.spotify.url, connections.notice)
    if live.lastfm.enabled and credentials.lastfm_key:
        session = connections.session("Last.fm", live.lastfm, judge_lastfm)
        services.lastfm = LastfmApi(session, live.lastfm.url, credentials.lastfm_key)
    if live.aoty.enabled:
        session = connections.session("AOTY", live.aoty, judge_aoty)
        services.aoty = AotyPages(
            session, live.aoty, connections.notice, connections.folder / "aoty-pages.sqlite"
        )
        connections.at_end(services.aoty.close)
    return services


def collect(
    places: Places,
    connections: Connections,
    services: Services,
    bar: Bar,
    limit: int | None = None,
) -> Collected:
    """Tops up plays, then metadata of what is known; lands all that came.

    A service that fails leaves the other as it is. Stopped, by `Connections.stop` or Ctrl-C, it
    keeps what came, and the next collection goes on from there.

    Args:
        places: the lake.
        connections: of this run.
        services: whom to ask.
        bar: shows how far it is.
        limit: songs at most, the most heard first.
    """

    def all_of(journal: Journal) -> Wanted:
        side_by_side(connections, _plays_of(connections, services, journal, bar))
        known = _first(wanted(places, journal), limit)
        side_by_side(connections, metadata_of(connections, services, journal, known, bar))
        return known

    return kept(places, connections, all_of)


def fetch(
    places: Places, connections: Connections, services: Services, known: Wanted, bar: Bar
) -> Collected:
    """Metadata of what is named, and of nothing else; lands it. See `collect`."""

    def named(journal: Journal) -> Wanted:
        side_by_side(connections, metadata_of(connections, services, journal, known, bar))
        return known

    return kept(places, connections, named)


def kept(places: Places, connections: Connections, ask: Callable[[Journal], Wanted]) -> Collected:
    """What came of asking: landed where it came to its end, else kept for the next time.

    Args:
        places: the lake.
        connections: of this run.
        ask: asks, keeps the answers, and says what was wanted.
    """
    settings = places.settings
    journal = Journal(settings.data / "live" / "journal.sqlite")
    is_whole, told = True, dict[str, int]()
    try:
        told = told_by(journal, ask(journal))
    except (KeyboardInterrupt, StoppedError):
        is_whole = False
    landed = journal.land(settings.landing) if is_whole else []
    answers = dict(sorted(journal.kept.items()))
    failures = journal.failures()
    journal.close()
    return Collected(answers, failures, landed, dict(connections.sent), told, is_whole)


def _plays_of(connections: Connections, services: Services, journal: Journal, bar: Bar) -> Work:
    user, work = connections.settings.user, Work()
    spotify, lastfm, name = services.spotify, services.lastfm, services.lastfm_user
    if spotify and services.tokens and services.tokens.is_logged_in:

        def of_spotify() -> None:
            plays.spotify_plays(spotify, journal, user, connections)
            plays.spotify_library(spotify, journal, user, bar)

        work["Spotify"] = of_spotify
    elif spotify:
        connections.notice("Spotify: `songlake login spotify` lets your own plays be read, too.")
    if lastfm and name:
        work["Last.fm"] = lambda: plays.lastfm_plays(lastfm, journal, name, user, bar)
    elif lastfm:
        connections.notice("Last.fm: LASTFM_USER in .env says whose scrobbles to read.")
    return work


def metadata_of(
    connections: Connections, services: Services, journal: Journal, known: Wanted, bar: Bar
) -> Work:
    """What each service is asked of what is wanted."""
    live, work = connections.settings.live, Work()
    if (spotify := services.spotify) is not None:
        of_spotify = Topping(journal, live.spotify.at_once, live.spotify.keep_days, bar)
        work["Spotify"] = lambda: of_spotify.spotify(spotify, known)
    if (lastfm := services.lastfm) is not None:
        of_lastfm = Topping(journal, live.lastfm.at_once, live.lastfm.keep_days, bar)
        work["Last.fm"] = lambda: of_lastfm.lastfm(lastfm, known)
    if (aoty := services.aoty) is not None:
        of_aoty = Topping(journal, live.aoty.at_once, live.aoty.keep_days, bar)
        work["AOTY"] = lambda: of_aoty.aoty(aoty, known)
    return work


def side_by_side(connections: Connections, work: Work) -> None:
    """Asks each service in a thread of its own: together they take as long as the slowest.

    Raises:
        StoppedError, KeyboardInterrupt: the run was told to stop.
    """
    if not work:
        return
    with ThreadPoolExecutor(len(work)) as pool:
        asked = {name: pool.submit(ask) for name, ask in work.items()}
        try:
            for future in asked.values():
                try:
                    future.result()
                except ServiceError as error:
                    connections.notice(f"{error}. The next collection goes on from there.")
        except BaseException:
            connections.stop()
            raise


def _first(known: Wanted, limit: int | None) -> Wanted:
    if limit is None:
        return known
    return replace(
        known,
        track_ids=known.track_ids[:limit],
        searches=known.searches[:limit],
        songs=known.songs[:limit],
        albums=known.albums[:limit],
    )

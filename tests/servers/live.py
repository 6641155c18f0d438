"""Both services on the loopback, and the settings that point Songlake at them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.servers import lastfm, spotify
from tests.servers.faults import Faults
from tests.servers.lastfm import LastfmSite
from tests.servers.loopback import Loopback
from tests.servers.music import Song, songs
from tests.servers.spotify import SpotifySite

SECRETS = (*spotify.SECRETS, *lastfm.SECRETS)
"""What no log, error, file or line on a screen may hold."""


UNDER_WAY = 3
"""Of four requests at a time, those beside the one that is told to wait."""


@dataclass
class Live:
    """Running services.

    Attributes:
        songs: what both know.
        spotify: what Spotify is like; tests change it.
        lastfm: the same of Last.fm.
        spotify_server: the server, with what it saw.
        lastfm_server: the same of Last.fm.
        scale: how many times faster the clocks run.
    """

    songs: list[Song]
    spotify: SpotifySite
    lastfm: LastfmSite
    spotify_server: Loopback
    lastfm_server: Loopback
    scale: float

    @property
    def flags(self) -> dict[str, Any]:
        """Settings by their dotted names."""
        return {
            "live.time_scale": self.scale,
            "live.spotify.url": f"{self.spotify_server.url}/v1",
            "live.spotify.accounts_url": self.spotify_server.url,
            "live.spotify.timeout": 0.5,
            "live.lastfm.url": f"{self.lastfm_server.url}/2.0",
            "live.lastfm.timeout": 0.5,
        }

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables, with credentials."""
        variables = {
            f"SONGLAKE_{name.replace('.', '__').upper()}": str(value)
            for name, value in self.flags.items()
        }
        return variables | CREDENTIALS

    @property
    def violations(self) -> list[str]:
        """What broke a service's limits."""
        return self.spotify_server.violations + self.lastfm_server.violations

    def close(self) -> None:
        """Stops both."""
        self.spotify_server.close()
        self.lastfm_server.close()


CREDENTIALS = {
    "SPOTIPY_CLIENT_ID": spotify.CLIENT_ID,
    "SPOTIPY_CLIENT_SECRET": spotify.CLIENT_SECRET,
    "LASTFM_API_KEY": lastfm.API_KEY,
    "LASTFM_API_SECRET": lastfm.API_SECRET,
    "LASTFM_USER": "listener",
}


@contextmanager
def live(
    count: int = 40,
    *,
    scale: float = 100.0,
    faults: Faults | None = None,
    lastfm_faults: Faults | None = None,
    late: float = 0.05,
    known: list[Song] | None = None,
) -> Iterator[Live]:
    """Both services with so many songs, or with those given, at their real limits by fast clocks.

    Last.fm allows 5 requests a second, averaged over 5 minutes (its terms of service);
    Spotify's token requests do not count. `late` is what `Loopback` says.
    """
    known = songs(count) if known is None else known
    spotify_site, lastfm_site = SpotifySite(known), LastfmSite(known)
    made = Live(
        known,
        spotify_site,
        lastfm_site,
        Loopback(
            spotify_site,
            100,
            60,
            scale=scale,
            faults=faults,
            is_limited=lambda path: path.startswith("/v1/"),
            hang=0.8,
            late=late,
            under_way=UNDER_WAY,
        ),
        Loopback(
            lastfm_site,
            1500,
            300,
            scale=scale,
            faults=lastfm_faults or faults,
            hang=0.8,
            late=late,
            under_way=UNDER_WAY,
        ),
        scale,
    )
    try:
        yield made
    finally:
        made.close()

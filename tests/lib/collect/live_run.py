"""A collection in this process against services on the loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from lib.clients.connections import Connections
from lib.clients.credentials import Credentials
from lib.collect.journal import Journal
from lib.collect.run import Collected, Services, collect, connect
from lib.landing import landed_files
from lib.places import Places
from lib.settings import load_settings
from lib.sources.spotify_tokens import SCOPE, TokenFile
from schemas.landing import Landing
from tests.servers import lastfm, spotify
from tests.servers.live import Live

CREDENTIALS = Credentials(
    spotify.CLIENT_ID, spotify.CLIENT_SECRET, lastfm.API_KEY, lastfm.API_SECRET, "listener"
)


@dataclass
class Collecting:
    """What a test needs of collections into one folder.

    Attributes:
        connections: of this run.
        services: those that are connected.
        lines: what the person was told.
    """

    folder: Path
    connections: Connections
    services: Services
    journal: Journal
    lines: list[str] = field(default_factory=list)

    def collect(self) -> Collected:
        """All of it, for what the lake and the journal know."""
        return collect(Places(self.connections.settings), self.connections, self.services, no_bar)

    def landed(self, kind: Landing) -> list[dict[str, Any]]:
        """The lines of a kind that were landed."""
        files = landed_files(self.connections.settings.landing, kind)
        return [orjson.loads(line) for file in files for line in file.read_bytes().splitlines()]


@contextmanager
def collecting(
    services: Live, folder: Path, credentials: Credentials = CREDENTIALS, **flags: Any
) -> Iterator[Collecting]:
    """Connections to both services and a journal, in a folder that other runs may share."""
    told = {name.replace("__", "."): value for name, value in flags.items()}
    settings, _ = load_settings({"data": folder, **services.flags, **told})
    lines: list[str] = []
    connections = Connections(settings, lines.append)
    journal = Journal(folder / "live" / "journal.sqlite")
    try:
        made = connect(connections, credentials)
        yield Collecting(folder, connections, made, journal, lines)
    finally:
        journal.close()
        connections.close()


def log_in(folder: Path, scope: str = SCOPE) -> None:
    """Leaves a login to Spotify in a data folder."""
    token = {"access_token": f"{spotify.TOKEN}0", "refresh_token": spotify.REFRESH}
    token_info = token | {"scope": scope, "expires_at": 2**40, "token_type": "Bearer"}
    TokenFile(folder / "credentials" / "spotify.json").save_token_to_cache(token_info)


def no_bar(what: str, done: int, total: int) -> None:
    """Shows nothing."""


Run = Callable[..., Collected]

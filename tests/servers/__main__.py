"""`python -m tests.servers CATALOGUE`: all services in a process of their own.

CATALOGUE is JSON: `songs`, `per_album`, `per_artist`, `scale` of the clocks, and `aoty`: `sitemap`,
`search` (how albums' pages are found) or `off`. Prints the variables that point Songlake at them as
a line of JSON; at the end of its input it prints what they saw as another, and ends.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.servers.aoty import ROBOTS, SEARCHABLE, AotySite
from tests.servers.live import live
from tests.servers.loopback import Loopback, serving
from tests.servers.music import Song, songs

#: Addresses in a sitemap at most (sitemaps.org).
_LISTED = 50_000


def catalogue(told: dict[str, Any]) -> list[Song]:
    """The songs that all services know."""
    return songs(told["songs"], told["per_album"], told["per_artist"])


def main(told: dict[str, Any]) -> None:
    """Serves until the input ends."""
    known, scale, how = catalogue(told), told["scale"], told["aoty"]
    site = AotySite(known, SEARCHABLE)
    if how == "sitemap":
        site = AotySite(known, ROBOTS, sitemaps=-(-len(known) // _LISTED))
    with (
        live(known=known, scale=scale, late=0.0) as services,
        serving(Loopback(site, 30, 60, scale=scale)) as aoty,
    ):
        services.spotify.features = False
        start = 1_767_225_600
        services.lastfm.scrobbles = [(start + 60 * s.n, s) for s in services.songs]
        albums = {
            "SONGLAKE_LIVE__AOTY__URL": aoty.url,
            "SONGLAKE_LIVE__AOTY__ENABLED": str(how != "off").lower(),
        }
        print(json.dumps(services.environment | albums), flush=True)
        sys.stdin.read()
        seen = {
            "Spotify": len([path for path, _, _ in services.spotify_server.seen if "/v1/" in path]),
            "Last.fm": len(services.lastfm_server.seen),
            "AOTY": len(aoty.seen),
        }
        broken = services.violations + aoty.violations
        print(json.dumps({"seen": seen, "violations": broken}), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

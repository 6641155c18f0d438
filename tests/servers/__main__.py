"""`python -m tests.servers SONGS SCALE`: both services in a process of their own.

Prints the variables that point Songlake at them as a line of JSON; at the end of its input it
prints what they saw as another, and ends.
"""

from __future__ import annotations

import json
import sys

from tests.servers.live import live


def main(count: int, scale: float) -> None:
    """Serves until the input ends."""
    with live(count, scale=scale, late=0.0) as services:
        services.spotify.features = False
        start = 1_767_225_600
        services.lastfm.scrobbles = [(start + 60 * s.n, s) for s in services.songs]
        print(json.dumps(services.environment), flush=True)
        sys.stdin.read()
        seen = {
            "Spotify": len([path for path, _, _ in services.spotify_server.seen if "/v1/" in path]),
            "Last.fm": len(services.lastfm_server.seen),
        }
        print(json.dumps({"seen": seen, "violations": services.violations}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))

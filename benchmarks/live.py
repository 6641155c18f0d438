"""How long a collection of 10,000 songs takes, beside the least that the services' limits allow.

`./songlake python benchmarks/live.py [--songs N] [--aoty sitemap|search|off] [--scale X]`. The
services run on the loopback, and all clocks 60 times faster. The lake is empty: scrobbles of that
many songs are read first, then each song is looked up at Last.fm and searched on Spotify, its
artist asked for, and its album's page read. Albums and artists are as many as have 10,000 tracks
drawn at random from the Kaggle dataset. Printed are each service's bound (the fewest requests ÷ the
allowed rate), the time by the fast clock, their ratio, requests beyond the fewest for each service
and in all, requests that broke a limit, and the peak memory.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
PAGE = 200  # scrobbles of a page
BATCH = 50  # artists of a request
#: Of 10,000 tracks of the Kaggle dataset: albums and first artists, the mean of three draws.
KAGGLE_ALBUMS, KAGGLE_ARTISTS = 9_019, 5_534
RATE = {"Last.fm": 5.0, "Spotify": 100 / 60, "AOTY": 30 / 60}
MOST = {"ratio": 1.1, "beyond": 1.05, "megabytes": 1024}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--songs", type=int, default=10_000)
    asked.add_argument("--scale", type=float, default=60.0)
    asked.add_argument("--aoty", choices=("sitemap", "search", "off"), default="sitemap")
    told = vars(asked.parse_args())
    told |= {"per_album": 10_000 / KAGGLE_ALBUMS, "per_artist": 10_000 / KAGGLE_ARTISTS}
    fewest = fewest_requests(told)
    seconds, seen, violations, answers = collect(told)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    slowest = max(fewest, key=lambda name: fewest[name] / RATE[name])
    bound = fewest[slowest] / RATE[slowest]
    for name, least in fewest.items():
        print(
            f"{name:8} fewest {least:,}, sent {seen[name]:,} (+{seen[name] / least - 1:.1%}), "
            f"bound {least / RATE[name]:,.0f} s"
        )
    beyond = sum(seen[name] for name in fewest) / sum(fewest.values())
    ratio = seconds * told["scale"] / bound
    print(f"in all   fewest {sum(fewest.values()):,} (+{beyond - 1:.1%})")
    print(f"bound {bound:,.0f} s = {bound / told['scale']:.1f} s here, of {slowest}")
    print(f"time  {seconds * told['scale']:,.0f} s = {seconds:.1f} s here, start included")
    print(f"ratio {ratio:.3f}")
    print(f"requests that broke a limit: {len(violations)}", *violations[:10], sep="\n  ")
    print(f"peak memory: {peak:,.0f} MB (the largest of the two processes)")
    for answer in answers:
        print(f"  {answer['kind']:22} {answer['state']:9} {answer['answers']:,}")
    is_good = ratio <= MOST["ratio"] and beyond <= MOST["beyond"] and peak < MOST["megabytes"]
    return 0 if is_good and not violations else 1


def fewest_requests(told: Mapping[str, Any]) -> dict[str, int]:
    """The fewest requests that the work needs of each service."""
    sys.path.insert(0, str(PROJECT))
    from tests.servers.__main__ import catalogue

    known = catalogue(dict(told))
    artists = len({song.artist for song in known})
    needed = {
        "Last.fm": len(known) + math.ceil(len(known) / PAGE),
        # One request tells that the app may not read audio features.
        "Spotify": len(known) + math.ceil(artists / BATCH) + 1,
    }
    albums = len({(song.artist, song.album) for song in known})
    return needed if told["aoty"] == "off" else needed | {"AOTY": albums}


def collect(told: Mapping[str, Any]) -> tuple[float, dict[str, int], list[str], list[Any]]:
    """Seconds that it took, requests that each service saw, broken limits, and what came of it."""
    servers = [sys.executable, "-m", "tests.servers", json.dumps(told)]
    with (
        tempfile.TemporaryDirectory() as data,
        subprocess.Popen(
            servers, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as served,
    ):
        assert served.stdin
        assert served.stdout
        settings = json.loads(served.stdout.readline()) | {"SONGLAKE_DATA": data}
        words = [sys.executable, "-m", "apps.cli", "collect", "--json"]
        began = time.monotonic()
        done = subprocess.run(
            words, cwd=PROJECT, env={**os.environ, **settings}, stdout=subprocess.PIPE, check=True
        )
        seconds = time.monotonic() - began
        served.stdin.close()
        saw = json.loads(served.stdout.readline())
    return seconds, saw["seen"], saw["violations"], json.loads(done.stdout)["answers"]


if __name__ == "__main__":
    sys.exit(main())

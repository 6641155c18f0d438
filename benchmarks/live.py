"""How long a collection of 10,000 songs takes, beside the least that the services' limits allow.

`./songlake python benchmarks/live.py [SONGS] [SCALE]`. Both services run on the loopback, and all
clocks 60 times faster. The lake is empty: scrobbles of that many songs are read first, then each
song is looked up at Last.fm and searched on Spotify, and its artist asked for. Printed are each
service's bound (the fewest requests ÷ the allowed rate), the time by the fast clock, their ratio,
requests beyond the fewest, requests that broke a limit, and the peak memory.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAGE = 200  # scrobbles of a page
BATCH = 50  # artists of a request


def main(songs: int = 10_000, scale: float = 60.0) -> None:
    sys.path.insert(0, str(PROJECT))
    from tests.servers.music import songs as known

    artists = len({song.artist for song in known(songs)})
    fewest = {
        "Last.fm": songs + math.ceil(songs / PAGE),
        # One request tells that the app may not read audio features.
        "Spotify": songs + math.ceil(artists / BATCH) + 1,
    }
    rate = {"Last.fm": 5.0, "Spotify": 100 / 60}
    servers = [sys.executable, "-m", "tests.servers", str(songs), str(scale)]
    with (
        tempfile.TemporaryDirectory() as data,
        subprocess.Popen(
            servers, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as served,
    ):
        assert served.stdin
        assert served.stdout
        settings = json.loads(served.stdout.readline()) | {"SONGLAKE_DATA": data}
        collect = [sys.executable, "-m", "apps.cli", "collect", "--json"]
        began = time.monotonic()
        done = subprocess.run(
            collect, cwd=PROJECT, env={**os.environ, **settings}, stdout=subprocess.PIPE, check=True
        )
        seconds = time.monotonic() - began
        served.stdin.close()
        told = json.loads(served.stdout.readline())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    bound = max(fewest[name] / rate[name] for name in fewest)
    for name, least in fewest.items():
        sent = told["seen"][name]
        print(
            f"{name:8} fewest {least:,}, sent {sent:,} (+{(sent / least - 1):.1%}), "
            f"bound {least / rate[name]:,.0f} s"
        )
    print(f"bound {bound:,.0f} s = {bound / scale:.1f} s here")
    print(f"time  {seconds * scale:,.0f} s = {seconds:.1f} s here, start included")
    print(f"ratio {seconds * scale / bound:.3f}")
    print(f"requests that broke a limit: {len(told['violations'])}")
    print(f"peak memory: {peak:,.0f} MB (the largest of the two processes)")
    for answer in json.loads(done.stdout)["answers"]:
        print(f"  {answer['kind']:22} {answer['state']:9} {answer['answers']:,}")


if __name__ == "__main__":
    main(*[kind(word) for kind, word in zip((int, float), sys.argv[1:], strict=False)])

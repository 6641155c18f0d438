"""What `songlake evaluate` finds, and how long it takes, on listeners with known tastes.

    ./songlake python benchmarks/evaluate.py [USERS] [SHARED_DATA] [SEEDS]

makes a file as large and as skewed as HetRec 2011's Last.fm set (1,892 users, 17,632 items, about
49 items each; no part of it is in here): each listener has one to four genres of the Kaggle
catalogue and a few artists' surroundings in each, and hears what is popular there most often.
Without the catalogue genres are made up. Exits with 1 where what ships is below EASE, or where a
file of that size takes two minutes.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from apps.evaluate import MODELS, run_evaluation, show_evaluation
from lib.places import Places
from lib.settings import load_settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
USERS, ITEMS, ITEMS_EACH = 1_892, 17_632, 49
#: Parts of a genre that tastes are about, and how much of a taste lies outside of them.
_PARTS, _ASTRAY = 6, 0.15
_MOST_SECONDS = 120.0

Chances = NDArray[np.float64]


def catalogue(shared: Path, draw: np.random.Generator) -> tuple[list[str], NDArray[np.intp]]:
    """Ids and genres (by number) of songs; made-up ones where the catalogue is not there."""
    path = shared / "kaggle" / "dataset.csv"
    if not path.exists():
        return [f"song {n:05}" for n in range(ITEMS)], draw.integers(114, size=ITEMS)
    with path.open(encoding="utf-8", newline="") as file:
        genre_of = {row["track_id"]: row["track_genre"] for row in csv.DictReader(file)}
    ids = sorted(genre_of)
    chosen = [ids[at] for at in np.sort(draw.permutation(len(ids))[:ITEMS])]
    genres = np.unique([genre_of[song] for song in chosen], return_inverse=True)[1]
    return chosen, genres


def listeners(users: int, shared: Path) -> list[tuple[str, str, int]]:
    """Rows of user, item and plays."""
    draw = np.random.default_rng(20)
    songs, genres = catalogue(shared, draw)
    part_of = genres * _PARTS + draw.integers(_PARTS, size=len(songs))
    popularity = 1 / (draw.permutation(len(songs)) + 10.0)
    members = [np.flatnonzero(part_of == part) for part in range(part_of.max() + 1)]
    genre_chance = 1 / (np.arange(genres.max() + 1) + 3.0)
    genre_chance /= genre_chance.sum()
    rows: list[tuple[str, str, int]] = []
    for user in range(users):
        liked = draw.choice(len(genre_chance), draw.integers(1, 5), replace=False, p=genre_chance)
        parts = np.concatenate(
            [genre * _PARTS + draw.permutation(_PARTS)[: draw.integers(1, 4)] for genre in liked]
        )
        chance = _ASTRAY * popularity / popularity.sum()
        for part, share in zip(parts, draw.dirichlet(np.full(len(parts), 0.7)), strict=True):
            here = popularity[members[part]] ** 0.8
            chance[members[part]] += (1 - _ASTRAY) * share * here / max(here.sum(), 1e-12)
        many = ITEMS_EACH if draw.random() < 0.95 else int(draw.integers(1, ITEMS_EACH))
        heard = draw.choice(len(songs), many, replace=False, p=chance / chance.sum())
        plays = np.ceil(np.exp(draw.normal(3, 1.2, many))).astype(int)
        rows += [(f"user {user:05}", songs[i], int(n)) for i, n in zip(heard, plays, strict=True)]
    return rows


def main(users: str = str(USERS), shared: str = str(SHARED), seeds: str = "5") -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "listeners.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["user_id", "item_id", "weight"])
            writer.writerows(listeners(int(users), Path(shared)))
        places = Places(load_settings({"data": Path(folder)})[0])
        began = time.perf_counter()
        found = run_evaluation(places, path, "leave-one-out", range(int(seeds)), list(MODELS))
        seconds = time.perf_counter() - began
    show_evaluation(found)
    print(f"all of it: {seconds:.1f} s")
    ease, ours = (found["models"][name]["ndcg@10"] for name in ("ease", "songlake"))
    is_slow = int(users) <= USERS and seconds > _MOST_SECONDS
    return int(ours < ease or is_slow)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

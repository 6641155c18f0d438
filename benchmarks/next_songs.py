"""Whether what a lake's listeners are recommended is what they then hear, and whether lists flow.

    ./songlake python benchmarks/next_songs.py [DATA] [USER]

For each of four moments in a listener's history, recommendations are made from the plays before it,
and held against the songs first heard in the next fifth of all plays; so are the most popular songs
and random ones. Only songs that the Kaggle catalogue knows are asked for: what plays alone tell of
could be offered only after the fact. Then neighbours in gold.playlists are counted that mix in key
(Camelot) within 8 % of tempo, in the lists' order and shuffled.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from scipy import sparse

from apps.listeners import whose
from lib import lake
from lib.camelot import CODES, RELATIONS
from lib.places import Places
from lib.recommend.next_songs import Catalogue, NextSongs
from lib.settings import PROJECT, load_settings

_CUTS = (0.5, 0.6, 0.7, 0.8)
_FIRST = (20, 50, 100, 200)
_SHUFFLES = 20

_PLAYS = """
SELECT user_id, song_id, local_date, part_of_day, counts,
    counts OR coalesce(not_counted = 'short', false) AS is_start,
    counts AND NOT coalesce(skipped, false) AS is_let_play
FROM silver.listening_with_features WHERE user_id = $user ORDER BY played_at, play_id
"""
_SONGS = """
SELECT song_id, title, artist, coalesce(popularity, 50) / 100 AS popularity,
    list_contains(sources, 'kaggle_tracks') AS is_offered
FROM silver.songs ORDER BY song_id
"""
_NEAR = """
SELECT song_id, similar_song_id, 1 / (1 + distance) AS closeness FROM gold.track_recommendations
WHERE song_id IN (SELECT song_id FROM silver.plays WHERE user_id = $user)
"""


def finder(places: Places, user: str) -> NextSongs:
    songs = lake.query(places, _SONGS).combine_chunks()
    ids, titles, artists = (
        songs[name].combine_chunks().cast("string") for name in ("song_id", "title", "artist")
    )
    numbers = (songs[name].to_numpy() for name in ("popularity", "is_offered"))
    catalogue = Catalogue(ids, titles, artists, *numbers)
    near = lake.query(places, _NEAR, {"user": user})
    rows, columns = (
        pc.index_in(near[name].cast("string"), value_set=ids).to_numpy()
        for name in ("song_id", "similar_song_id")
    )
    size = (len(catalogue),) * 2
    close = sparse.csr_matrix((near["closeness"].to_numpy(), (rows, columns)), shape=size)
    told = places.settings.recommend
    return NextSongs(
        catalogue, catalogue.artist_numbers(), close, None,
        max(_FIRST), told.per_artist, told.half_life_days, told.unheard_days,
    )  # fmt: skip


def hits(found: NextSongs, plays: pd.DataFrame, cut: float) -> dict[str, Any]:
    counted = plays[plays["counts"]]
    begin = counted.index[int(len(counted) * cut)]
    end = counted.index[min(int(len(counted) * (cut + 0.2)), len(counted) - 1)]
    before = plays.loc[: begin - 1]
    offered = dict(
        zip(found.catalogue.song_ids.to_pylist(), found.catalogue.is_offered, strict=True)
    )
    heard = set(before["song_id"])
    after = plays.loc[begin:end]
    new = {song for song in after[after["counts"]]["song_id"] if offered[song]} - heard
    left = np.array(sorted(song for song, is_offered in offered.items() if is_offered))
    left = left[~np.isin(left, list(heard))]
    popularity = dict(zip(offered, found.catalogue.popularity, strict=True))
    made = found.rows_of(before)
    ranked = {
        "recommended": list(made[made["kind"] == "discovery"]["song_id"]),
        "popular": sorted(left, key=lambda song: (-popularity[song], song)),
        "random": list(np.random.default_rng(0).permutation(left)),
    }
    told = {
        name: [len(new & set(songs[:first])) for first in _FIRST] for name, songs in ranked.items()
    }
    return {"cut": cut, "new songs": len(new), **told}


def mixing_share(places: Places, user: str) -> dict[str, float]:
    """Neighbours that mix, of those whose keys and tempos are both known."""
    rows = lake.rows(
        places,
        "SELECT playlist, camelot, tempo FROM gold.playlists WHERE user_id = $user "
        "AND kind <> 'lift' ORDER BY playlist, position",
        {"user": user},
    )
    lists: dict[str, list[tuple[int, float]]] = {}
    for row in rows:
        code = -1 if row["camelot"] is None else CODES.index(row["camelot"])
        lists.setdefault(row["playlist"], []).append((code, row["tempo"]))
    draw = np.random.default_rng(0)
    shuffled = [
        [songs[place] for place in draw.permutation(len(songs))]
        for songs in lists.values()
        for _ in range(_SHUFFLES)
    ]
    return {"in order": _share(list(lists.values())), "shuffled": _share(shuffled)}


def _share(lists: list[list[tuple[int, float]]]) -> float:
    mixing = []
    for songs in lists:
        for (code, tempo), (following, next_tempo) in pairwise(songs):
            if min(code, following) >= 0:
                keys = any(following in relation.targets(code) for relation in RELATIONS)
                near = min(abs(tempo / (next_tempo * times) - 1) for times in (0.5, 1, 2))
                mixing.append(keys and near <= 0.08)
    return float(np.mean(mixing)) if mixing else float("nan")


def main(data: str = str(PROJECT / "data"), user: str | None = None) -> None:
    places = Places(load_settings({"data": Path(data)})[0])
    name = whose(places, user)
    plays = lake.query(places, _PLAYS, {"user": name}).to_pandas()
    found = finder(places, name)
    print(f"of the first {_FIRST}, so many were then heard for the first time:")
    for cut in _CUTS:
        print(hits(found, plays, cut))
    print("neighbours that mix:", mixing_share(places, name))


if __name__ == "__main__":
    main(*sys.argv[1:])

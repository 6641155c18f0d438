"""Which recordings are one song: names read, near ones compared, and what meets joined."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.by_hand.reading import NAME, read_names
from lib.collector import collector_paused
from lib.identity import NOBODY, SHARED_TITLES
from lib.name_links import Told, other_title, same_title
from lib.near_names import ends

_CORES = 2


def song_ids(plays: pl.DataFrame, kaggle_tracks: pl.DataFrame) -> pl.DataFrame:
    """The song of every id; ids that meet through a name, or names that mean one song, are one."""
    names = ("track_id", "artist_name", "track_name", "duration_ms")
    listed = kaggle_tracks.rename({"artists": "artist_name"}).select(names)
    told = _read(
        pl.concat([plays.select(names), listed])
        .group_by("track_id", "artist_name", "track_name")
        .agg(pl.max("duration_ms"))
    )
    ids = (
        told.sort(
            pl.col("version") == "original",
            -pl.col("artists").list.len().cast(pl.Int64),
            "told",
            "name_key",
        )
        .unique("track_id", keep="first", maintain_order=True)
        .sort("track_id")
        .with_row_index("node")
    )
    song = _songs(ids, told)
    return ids.select(
        id_type=pl.lit("spotify"),
        id="track_id",
        # As ids are in order, the first of a song is its smallest.
        song_id=ids["track_id"].gather(song),
        recording_id="track_id",
        version="version",
        name_key="name_key",
        found_by=pl.lit("id"),
    )


def _read(told: pl.DataFrame) -> pl.DataFrame:
    """Adds what the names mean; each pair of artist and title is read once."""
    names = told.select("artist_name", "track_name").unique(maintain_order=True)
    parts = [names[start :: _CORES * 4].rows() for start in range(_CORES * 4)]
    with ProcessPoolExecutor(_CORES, get_context("forkserver")) as workers:
        read = list(workers.map(read_names, parts))
    meant = pl.concat(
        [
            names[start :: _CORES * 4].with_columns(pl.DataFrame(columns, schema=NAME))
            for start, columns in enumerate(read)
        ]
    )
    artists = pl.col("artists").list.join(" & ")
    return told.join(meant, on=["artist_name", "track_name"], how="inner").with_columns(
        name_key=artists + "::" + pl.col("title"),
        is_shared=pl.col("title").is_in(SHARED_TITLES) | artists.is_in(NOBODY),
    )


def _songs(ids: pl.DataFrame, told: pl.DataFrame) -> np.ndarray:
    """The node of the first id of each id's song."""
    named = told.filter(~pl.col("is_shared"))
    keys = named.select("name_key").unique(maintain_order=True).with_row_index("name_node")
    named = named.join(keys, on="name_key", how="inner").join(
        ids.select("track_id", "node"), on="track_id", how="inner"
    )
    with collector_paused():
        near = _near(named)
    count = len(ids)
    left = np.concatenate([named["node"].to_numpy(), near[:, 0] + count])
    right = np.concatenate([named["name_node"].to_numpy() + count, near[:, 1] + count])
    nodes = count + len(keys)
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(nodes, nodes))
    labels = connected_components(graph, directed=False)[1]
    first = np.unique(labels, return_index=True)[1]
    return first[labels[:count]]


def _near(named: pl.DataFrame) -> np.ndarray:
    """Pairs of names that mean one song: only those that share a block are compared."""
    keys = named.unique("name_key", keep="first", maintain_order=True)
    two_letters = pl.col("lead").str.slice(0, 2) + "…"
    by_title = pl.concat(
        [
            keys.select("name_node", "title", block="artists").explode("block"),
            named.select("name_node", "title", block=two_letters),
        ]
    )
    titles = pl.concat(
        [
            named.select("name_node", "lead", "title"),
            named.select("name_node", "lead", title="short"),
        ]
    ).unique()
    distinct = titles["title"].unique()
    ending = pl.DataFrame(
        {"title": distinct, "block": [[title, *ends(title)] for title in distinct]}
    )
    by_lead = titles.join(ending, on="title", how="inner").explode("block")
    same, others = (
        _pairs(by_title, ["title", "block"]),
        _pairs(by_lead.select("name_node", "lead", "block"), ["lead", "block"]),
    )
    known = _told(named, np.unique(np.concatenate([same, others])))
    found = [pair for pair in same.tolist() if same_title(known[pair[0]], known[pair[1]])]
    for pair in others.tolist():
        one, other = known[pair[0]], known[pair[1]]
        if one.title != other.title and other_title(one, other):
            found.append(pair)
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _pairs(blocks: pl.DataFrame, block: list[str]) -> np.ndarray:
    """Distinct pairs of names that share a block."""
    blocks = blocks.unique()
    several = blocks.filter(pl.len().over(block) > 1)
    return (
        several.join(several, on=block, how="inner")
        .filter(pl.col("name_node") < pl.col("name_node_right"))
        .select("name_node", "name_node_right")
        .unique()
        .to_numpy()
        .astype(np.int64)
    )


def _told(named: pl.DataFrame, nodes: np.ndarray) -> dict[int, Told]:
    """All that is told under the names that are compared."""
    wanted = named.filter(pl.col("name_node").is_in(nodes.astype(np.uint32)))
    rows = wanted.group_by("name_node").agg(
        pl.first("artists", "title", "is_other"),
        pl.col("lead", "short", "version").unique(),
        pl.min("duration_ms").alias("shortest"),
        pl.max("duration_ms").alias("longest"),
    )
    return {
        node: Told(frozenset(artists), title, is_other, set(leads), set(shorts), set(versions), *ms)
        for node, artists, title, is_other, leads, shorts, versions, *ms in rows.iter_rows()
    }

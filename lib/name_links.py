"""Names that mean one song though they are not equal: other guests, subtitles, slips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from math import isnan

import pandas as pd
from pyspark.sql import DataFrame, functions as F

from lib.collector import collector_paused
from lib.near_names import are_alike, ends
from lib.writers import COMPOSERS, PLAYED_BY_OTHERS, WRITERS

#: How much longer one may be, by what tells that they are one song. A guest more or less: as long
#: again by half, and with a version whose length is its own, more; a new artist in front of the
#: list, or another guest beside the same one: little; a slip: little; a subtitle: next to nothing.
_OTHER_GUESTS, _OTHER_VERSION, _NEW_LEAD, _NEW_LEAD_LIVE = 1.5, 2.5, 7 / 6, 2.0
_SAME_LEAD, _SLIP, _SUBTITLE = 1.3, 1.2, 1.07

#: Versions that are much longer or shorter than the song is elsewhere.
_OF_OTHER_LENGTH = {"live", "acoustic", "demo", "radio edit", "extended", "mixed", "remix"}

#: Artists of a title who do not sing it, or not alone.
_NO_SINGERS = WRITERS | COMPOSERS | PLAYED_BY_OTHERS


@dataclass
class Told:
    """All that is told under one name key.

    Attributes:
        artists: all of them.
        title: the song's, without what tells a version.
        is_other: whether the title is that of a remix or the like.
        leads: artists that are told first.
        shorts: titles without what may be a subtitle.
        versions: as `Name.version`.
        shortest, longest: milliseconds; None where no telling says.
    """

    artists: frozenset[str]
    title: str
    is_other: bool = False
    leads: set[str] = field(default_factory=set)
    shorts: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    shortest: float | None = None
    longest: float | None = None

    def add(self, lead: str, short: str, version: str, duration_ms: float) -> None:
        """Takes in one more telling; its length may be NaN."""
        self.leads.add(lead)
        self.shorts.add(short)
        self.versions.add(version)
        if not isnan(duration_ms):
            self.shortest = min(self.shortest or duration_ms, duration_ms)
            self.longest = max(self.longest or duration_ms, duration_ms)


def as_long(one: Told, other: Told, ratio: float) -> bool:
    """Whether their nearest lengths differ by this ratio at most; where unknown, they may."""
    if not (one.shortest and one.longest and other.shortest and other.longest):
        return True
    return max(one.shortest, other.shortest) <= ratio * min(one.longest, other.longest)


def same_title(one: Told, other: Told) -> bool:
    """Whether names of one title, told with other artists, mean one song."""
    leads = one.leads & other.leads
    if one.artists < other.artists or other.artists < one.artists:
        some, all_ = (one, other) if one.artists < other.artists else (other, one)
        versions = some.versions | all_.versions
        if some.artists <= PLAYED_BY_OTHERS:
            return False  # who stands beside them plays the piece anew
        if (all_.leads & some.artists) - _NO_SINGERS:
            own_length = versions & _OF_OTHER_LENGTH
            if as_long(one, other, _OTHER_VERSION if own_length else _OTHER_GUESTS):
                return True
        elif as_long(one, other, _NEW_LEAD_LIVE if "live" in versions else _NEW_LEAD):
            return True
    if leads - _NO_SINGERS and not one.is_other and as_long(one, other, _SAME_LEAD):
        return True
    return are_alike(tuple(sorted(one.artists)), one.title, tuple(sorted(other.artists)), one.title)


def other_title(one: Told, other: Told) -> bool:
    """Whether names of two titles by the same leading artist mean one song."""
    if one.title in other.shorts or other.title in one.shorts:
        nested = one.artists <= other.artists or other.artists <= one.artists
        known = one.shortest and other.shortest
        if nested and known and as_long(one, other, _SUBTITLE):
            return True
    return as_long(one, other, _SLIP) and are_alike(
        tuple(sorted(one.artists)), one.title, tuple(sorted(other.artists)), other.title
    )


def name_links(named: DataFrame) -> DataFrame:
    """Pairs of names that mean one song, found without comparing all pairs.

    Compared are names of one title that share an artist or the first two letters of a leading one,
    and names of one leading artist whose titles begin or end alike: the work grows with the names
    of a title or an artist, not with all pairs.

    Args:
        named: a row a telling: `name_node`, `artists`, `lead`, `title`, `short`, `version`,
            `is_other`, `duration_ms`.

    Returns:
        `left`, `right`: name nodes; a pair may come twice.
    """
    # As a double, an unknown length is NaN to pandas.
    told = named.withColumn("duration_ms", F.col("duration_ms").cast("double")).select(*_COLUMNS)
    links = "left BIGINT, right BIGINT"
    by_title = told.repartition("title").mapInPandas(_of_one_title, links)
    return by_title.union(told.repartition("lead").mapInPandas(_of_one_lead, links))


_COLUMNS = (
    "name_node", "artists", "lead", "title", "short", "version", "is_other", "duration_ms"
)  # fmt: skip


def _of_one_title(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    def blocks(told: Told) -> Iterable[tuple[str, str]]:
        return [(told.title, name) for name in {*told.artists, *(x[:2] + "…" for x in told.leads)}]

    with collector_paused():
        links = _links(_gathered(batches), blocks, same_title)
    yield links


def _of_one_lead(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    def blocks(told: Told) -> Iterable[tuple[str, str]]:
        titles = {told.title, *told.shorts}
        alike = titles.union(*map(ends, titles))
        return [(lead, title) for lead in told.leads for title in alike]

    def of_other_title(one: Told, other: Told) -> bool:
        return one.title != other.title and other_title(one, other)

    with collector_paused():
        links = _links(_gathered(batches), blocks, of_other_title)
    yield links


def _gathered(batches: Iterator[pd.DataFrame]) -> dict[int, Told]:
    """What is told under each name key of a partition, which has all of a title's or a lead's."""
    told: dict[int, Told] = {}
    for batch in batches:
        for node, artists, lead, title, short, version, is_other, ms in zip(
            *(batch[column] for column in _COLUMNS), strict=True
        ):
            if node not in told:
                told[node] = Told(frozenset(artists), title, is_other)
            told[node].add(lead, short, version, ms)
    return told


def _links(
    told: dict[int, Told],
    blocks: Callable[[Told], Iterable[tuple[str, str]]],
    is_one_song: Callable[[Told, Told], bool],
) -> pd.DataFrame:
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for node, name in told.items():
        for block in blocks(name):
            together[block].append(node)
    pairs = {
        (min(pair), max(pair))
        for nodes in together.values()
        if len(nodes) > 1
        for pair in combinations(nodes, 2)
    }
    found = [pair for pair in pairs if is_one_song(told[pair[0]], told[pair[1]])]
    return pd.DataFrame(found, columns=["left", "right"]).astype("int64")

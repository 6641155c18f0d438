"""Samples pairs of tellings to be labelled by hand: the same song or another?

    ./songlake python benchmarks/song_pairs.py song|fuzzy [SHARED_DATA [SEED]]

prints one pair a line, tab-separated: stratum, references, and the names, albums and durations to
label it by. It compares raw lower-case names only and uses none of the lake's own rules for names,
so that the labelled pairs can judge those rules. What is drawn depends on the inputs and the
seed alone. tests/labelled/README.md tells what came of it.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from tests.labelled.pairs import Telling, tellings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SEED = "songlake song pairs 1"
MOST_PAIRS_AN_ARTIST = 4
MOST_PAIRS_A_TITLE = 2

#: Pairs of tellings with an artist's name in common, or with the title; each pair once.
_PAIRS = r"""
create table title as
select ref, artists, name, source, la, lt, ms, split_part(la, ';', 1) as first,
       string_split(la, ';') as singers
from (select *, lower(artists) as la, lower(name) as lt from telling);

create table billed as select *, unnest(singers) as singer from title;

create table pair as
with by_artist as (
    select distinct a.ref as one, b.ref as two
    from billed a join billed b on a.singer = b.singer and a.ref < b.ref
    where a.lt = b.lt
       or starts_with(a.lt, b.lt) or starts_with(b.lt, a.lt)
       or jaro_winkler_similarity(a.lt, b.lt) > 0.8
), by_title as (
    select distinct a.ref as one, b.ref as two
    from title a join title b on a.lt = b.lt and a.la <> b.la and a.ref < b.ref
), by_near_artist as (
    select distinct a.ref as one, b.ref as two
    from title a join title b
      on left(a.la, 4) = left(b.la, 4) and a.source <> b.source and a.ref < b.ref
    where jaro_winkler_similarity(a.la, b.la) > 0.85
      and jaro_winkler_similarity(a.lt, b.lt) > 0.75
), all_pairs as (
    from by_artist union from by_title union from by_near_artist
)
select l.ref as one, r.ref as two, l.source as left_source, r.source as right_source,
       l.lt as lt, r.lt as rt, l.la as la, r.la as ra, l.first as lf, r.first as rf,
       len(list_intersect(l.singers, r.singers)) > 0 as shared_artist,
       jaro_winkler_similarity(l.lt, r.lt) as title_jw,
       jaro_winkler_similarity(l.la, r.la) as artist_jw,
       levenshtein(l.lt, r.lt) as edits,
       abs(l.ms - r.ms) as apart_ms,
       greatest(len(l.lt), len(r.lt)) as long,
       starts_with(l.lt, r.lt) or starts_with(r.lt, l.lt) as prefix,
       case when len(l.lt) > len(r.lt) then substr(l.lt, len(r.lt) + 1)
            else substr(r.lt, len(l.lt) + 1) end as suffix,
       regexp_matches(l.lt || r.lt, '[^\x{0000}-\x{024F}\x{1E00}-\x{20FF}\p{P}\p{S}\p{M}\s]')
           as other_script
from all_pairs p
join title l on l.ref = p.one
join title r on r.ref = p.two
where split_part(p.one, ':', 2) <> split_part(p.two, ':', 2);
"""

_WORDS = (
    "remaster|mono|stereo|live|feat|ft.|with|remix|mix|edit|version|instrumental|karaoke|acoustic|"
    "from|part|pt|reprise|interlude|demo|extended|radio|sped|slowed|deluxe|intro|dub|unplugged|cover"
)
#: Stratum: condition, what its sample is spread evenly over, and how many are drawn.
_SONG_STRATA: dict[str, tuple[str, str, int]] = {
    "script": ("other_script and (lt <> rt or la <> ra)", "prefix, shared_artist", 36),
    "sources": (
        "left_source <> right_source and 'kaggle' in (left_source, right_source)"
        " and (lt <> rt or la <> ra)"
        " and (shared_artist or artist_jw > 0.85 and title_jw > 0.85)",
        "left_source, right_source, lt = rt, prefix, shared_artist",
        80,
    ),
    "suffix": (
        f"shared_artist and prefix and lt <> rt and regexp_matches(suffix, '\\b({_WORDS})')",
        f"regexp_extract(suffix, '\\b({_WORDS})')",
        185,
    ),
    "tail": (
        f"shared_artist and prefix and lt <> rt and not regexp_matches(suffix, '\\b({_WORDS})')",
        "left(suffix, 1)",
        40,
    ),
    "similar": (
        "shared_artist and not prefix and title_jw > 0.8",
        "round(title_jw, 1), least(edits, 4), regexp_matches(lt || rt, '\\d')",
        80,
    ),
    "artists": (
        "lt = rt and la <> ra and (shared_artist or artist_jw > 0.85)",
        "shared_artist, lf = rf, round(artist_jw, 1)",
        85,
    ),
    "title": (
        "lt = rt and not shared_artist and artist_jw <= 0.85",
        "least(len(lt), 30) // 6, regexp_matches(la || ra, 'karaoke|orchestra|tribute|covers')",
        55,
    ),
    "exact": ("lt = rt and la = ra", "left_source, right_source", 36),
}
_NAMES_ONLY = "(left_source = 'basic' or right_source = 'basic') and left_source <> right_source"
_BANDS = "round(title_jw * 10), round(artist_jw * 10)"
_FUZZY_STRATA: dict[str, tuple[str, str, int]] = {
    "names only": (
        f"{_NAMES_ONLY} and (lt <> rt or la <> ra) and title_jw > 0.6 and artist_jw > 0.6"
        " and (lt <> rt or artist_jw < 1)",
        f"{_BANDS}, prefix",
        90,
    ),
    "same length": (
        "lt <> rt and shared_artist and not prefix and edits <= 0.3 * long and apart_ms < 2000",
        "least(edits, 5), long // 10",
        60,
    ),
    "artists of the same length": (
        "lt = rt and not shared_artist and artist_jw > 0.75 and apart_ms < 2000",
        "round(artist_jw, 1)",
        25,
    ),
    "edits": (
        "lt <> rt and edits <= 3 and long > 4 and la = ra and title_jw > 0.6",
        "edits, long // 8, regexp_matches(lt || rt, '[0-9]')",
        45,
    ),
    "spelling": (
        "lt <> rt and shared_artist and not prefix and long > 7 and edits <= 0.25 * long"
        " and regexp_replace(lt, '[^a-z ]', '', 'g') <> regexp_replace(rt, '[^a-z ]', '', 'g')"
        " and not regexp_matches(lt || rt, '[0-9:]')",
        "edits, artist_jw > 0.99",
        35,
    ),
    "artist spelling": (
        "lt = rt and not shared_artist and artist_jw > 0.7 and len(lt) > 4",
        "round(artist_jw, 1)",
        20,
    ),
}


def candidates(told: Iterable[Telling]) -> duckdb.DuckDBPyConnection:
    """A database whose table `pair` holds all pairs worth a look, with their likenesses."""
    rows = [
        {
            "ref": t.ref,
            "artists": t.artists,
            "name": t.title,
            "source": t.source,
            "ms": t.duration_ms,
        }
        for t in told
    ]
    database = duckdb.connect()
    database.register("telling", pa.Table.from_pylist(rows))
    database.execute("set threads = 1")
    database.execute(_PAIRS)
    return database


def sample(
    database: duckdb.DuckDBPyConnection,
    strata: dict[str, tuple[str, str, int]],
    besides: Iterable[tuple[str, str]] = (),
    seed: str = SEED,
) -> list[tuple[str, str, str]]:
    """Draws (stratum, left, right): evenly over a stratum's cells, then by hash of seed and pair.

    Of pairs with equal names one is drawn, and no more than four of an artist or two of a title.
    """
    drawn: list[tuple[str, str, str]] = []
    by_artist: Counter[str] = Counter()
    by_title: Counter[str] = Counter()
    names_drawn: set[tuple[str, ...]] = set()
    refused = set(besides)
    for stratum, (condition, cells, wanted) in strata.items():
        rows = database.execute(
            f"select one, two, lt, rt, la, ra, lf, rf, concat_ws('|', {cells}) from pair"
            f" where {condition}"
        ).fetchall()
        rows.sort(key=lambda row: hashlib.sha256(f"{seed} {row[0]} {row[1]}".encode()).digest())
        queues: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for row in rows:
            queues[row[8]].append(row)
        turns = sorted(
            ((turn, cell, row) for cell, queue in queues.items() for turn, row in enumerate(queue)),
            key=lambda entry: entry[:2],
        )
        taken = 0
        for _, _, (left, right, lt, rt, la, ra, lf, rf, _) in turns:
            if taken == wanted:
                break
            names = tuple(sorted([f"{la}\x1f{lt}", f"{ra}\x1f{rt}"]))
            artists, titles = {lf, rf}, {lt, rt}
            if (
                (left, right) in refused
                or names in names_drawn
                or any(by_artist[artist] >= MOST_PAIRS_AN_ARTIST for artist in artists)
                or any(by_title[title] >= MOST_PAIRS_A_TITLE for title in titles)
            ):
                continue
            names_drawn.add(names)
            by_artist.update(artists)
            by_title.update(titles)
            drawn.append((stratum, left, right))
            taken += 1
    return drawn


def main(which: str, shared: str = str(SHARED), seed: str = SEED) -> None:
    told = tellings(Path(shared))
    database = candidates(told.values())
    drawn = sample(database, _SONG_STRATA, seed=seed)
    if which == "fuzzy":
        drawn = sample(database, _FUZZY_STRATA, {(left, right) for _, left, right in drawn}, seed)
    for stratum, left, right in drawn:
        print(stratum, left, right, _shown(told[left]), _shown(told[right]), sep="\t")


def _shown(telling: Telling) -> str:
    seconds = "" if telling.duration_ms is None else f" {telling.duration_ms / 1000:.0f} s"
    return f"{telling.artists} – {telling.title} [{telling.album or ''}{seconds}]"


if __name__ == "__main__":
    main(*sys.argv[1:])

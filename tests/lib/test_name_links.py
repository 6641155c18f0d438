from __future__ import annotations

from itertools import combinations

import pytest
from pyspark.sql import SparkSession

from lib.name_links import Told, as_long, name_links, other_title, same_title
from lib.near_names import ends

MINUTE = 60_000


def told(
    artists: str,
    title: str = "a song",
    minutes: float | None = 3,
    short: str = "",
    version: str = "",
) -> Told:
    """A name by artists that are parted by commas, the first of whom leads."""
    listed = artists.split(",")
    name = Told(frozenset(listed), title)
    name.add(listed[0], short or title, version or "original", minutes * MINUTE if minutes else NAN)
    return name


NAN = float("nan")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (told("ann"), told("ann,bo"), True),
        (told("ann"), told("bo,ann"), True),
        (told("ann"), told("bo,ann", minutes=4), False),
        (told("ann"), told("bo,ann", minutes=None), True),
        (told("ann"), told("ann,bo", minutes=4.4), True),
        (told("ann"), told("ann,bo", minutes=4.6), False),
        (told("ann"), told("ann,bo", minutes=7, version="live"), True),
        (told("ann"), told("ann,bo", minutes=8, version="live"), False),
        (told("ann,bo"), told("ann,cy"), True),
        (told("ann,bo"), told("ann,cy", minutes=4), False),
        (told("bo,ann"), told("cy,ann"), False),
        (told("ann"), told("bo"), False),
        # Who writes for films leads the list of what others sing.
        (told("a r rahman,ann"), told("a r rahman,bo"), False),
        (told("a r rahman"), told("a r rahman,bo"), True),
        # Who stands beside a composer plays the piece.
        (told("ludovico einaudi"), told("ludovico einaudi,ann"), False),
        (told("pasha archive"), told("pashaarchiv"), True),
    ],
)
def test_names_of_one_title(one: Told, other: Told, same: bool) -> None:
    assert same_title(one, other) is same_title(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (told("ann", "light", 3), told("ann", "light one day", 3, short="light"), True),
        (told("ann", "light", 3), told("ann", "light one day", 3.3, short="light"), False),
        (told("ann", "light", 3), told("ann", "light one day", None, short="light"), False),
        (told("ann", "light", 3), told("ann,bo", "light one day", 3, short="light"), True),
        (told("ann,cy", "light", 3), told("ann,bo", "light one day", 3, short="light"), False),
        (told("ann", "conjugal visit"), told("ann", "conjugal vist"), True),
        (told("ann", "conjugal visit"), told("ann", "conjugal vist", 4), False),
        (told("ann", "conjugal visit"), told("ann", "conjugal visits of ours"), False),
    ],
)
def test_names_of_two_titles(one: Told, other: Told, same: bool) -> None:
    assert other_title(one, other) is other_title(other, one) is same


def test_lengths_are_those_that_are_nearest() -> None:
    one, other = told("ann", minutes=2), told("ann", minutes=6)
    assert not as_long(one, other, 2.5)
    one.add("ann", "a song", "original", 3 * MINUTE)
    assert as_long(one, other, 2)
    assert not as_long(one, other, 1.9)
    other.add("ann", "a song", "original", 1 * MINUTE)
    assert as_long(one, other, 1)


#: Artists of whom the first leads, title, title without a subtitle, minutes.
NAMES: tuple[tuple[str, str, str, float | None], ...] = (
    ("a", "veera soora", "", 3), ("a", "veeraa sooraa", "", 3), ("a,b", "veera sora", "", None),
    ("b", "veera soora", "", 3), ("a", "conjugal visit", "", 3), ("a", "conjugal vist", "", 3),
    ("a", "konjugal visit", "", 3), ("a", "unknown journey ii", "", 3),
    ("a", "unknown journey iii", "", 3), ("pasha archive", "soft", "", 3),
    ("pashaarchiv", "soft", "", 3), ("archive pasha", "soft", "", 3), ("a", "gold dust", "", 3),
    ("a", "golddust", "", 4), ("ab", "gold dust", "", 3), ("c,a", "gold dust", "", 3.2),
    ("a", "xpansion of minds", "", 3), ("a", "expansion of mind", "", 3),
    ("a", "it", "", 3), ("a", "it one day", "it", 3), ("c", "it", "", 3), ("c,d", "it", "", 9),
)  # fmt: skip


def test_the_engine_finds_what_comparing_all_pairs_finds(spark: SparkSession) -> None:
    rows = [
        (
            node, sorted(artists.split(",")), artists.split(",")[0], title, short or title,
            "original", False, round(minutes * MINUTE) if minutes else None,
        )
        for node, (artists, title, short, minutes) in enumerate(NAMES)
    ]  # fmt: skip
    schema = (
        "name_node BIGINT, artists ARRAY<STRING>, lead STRING, title STRING, short STRING,"
        " version STRING, is_other BOOLEAN, duration_ms BIGINT"
    )
    found = {tuple(row) for row in name_links(spark.createDataFrame(rows, schema)).collect()}

    expected = {
        (left, right)
        for left, right in combinations(range(len(NAMES)), 2)
        if one_song(
            *(told(artists, title, minutes, short)
              for artists, title, short, minutes in (NAMES[left], NAMES[right]))
        )
    }  # fmt: skip
    assert found == expected
    assert len(expected) >= 6
    titles = [title for _, title, *_ in NAMES]
    apart = (titles.index("xpansion of minds"), titles.index("expansion of mind"))
    assert apart not in found, "neither beginning nor end is the same"


def one_song(one: Told, other: Told) -> bool:
    if one.title == other.title:
        letters = {lead[:2] for lead in one.leads} & {lead[:2] for lead in other.leads}
        return bool(one.artists & other.artists or letters) and same_title(one, other)
    parts = [
        {end for title in {name.title, *name.shorts} for end in (title, *ends(title))}
        for name in (one, other)
    ]
    return bool(one.leads & other.leads and parts[0] & parts[1]) and other_title(one, other)

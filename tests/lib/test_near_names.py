from __future__ import annotations

from itertools import combinations

import pytest
from pyspark.sql import SparkSession

from lib.near_names import alike, are_alike, squeezed

LETTERS = 4


@pytest.mark.parametrize(
    ("title", "near_title"),
    [
        ("conjugal visit", "conjugal vist"),
        ("crabs in my pants", "crab in my pants"),
        ("veera soora", "veeraa sooraa"),
        ("gold dust", "golddust"),
        ("paro", "paaro"),
    ],
)
def test_slips_of_a_title(title: str, near_title: str) -> None:
    assert are_alike(("a",), title, ("a",), near_title)
    assert are_alike(("a",), near_title, ("a",), title)
    assert are_alike(("a", "guest"), title, ("a",), near_title)
    assert not are_alike(("a",), title, ("b",), near_title)


@pytest.mark.parametrize(
    ("title", "near_title"),
    [
        ("unknown journey part 1", "unknown journey part 2"),
        ("unknown journey ii", "unknown journey iii"),
        ("letter e song of the alphabet", "letter u song of the alphabet"),
        ("moh moh ke dhaage male", "moh moh ke dhaage female"),
        ("der ultimative hitmix xs", "der ultimative hitmix xl"),
        ("suite for cello prelude opening", "suite for cello prelude ending"),
        ("it was a very long sunday", "it was a very long monday"),
        ("juego", "fuego"),
    ],
)
def test_other_songs_with_near_titles(title: str, near_title: str) -> None:
    assert not are_alike(("a",), title, ("a",), near_title)


@pytest.mark.parametrize(
    ("artists", "near_artists", "same"),
    [
        (("pasha archive",), ("pashaarchiv",), True),
        (("elena coats", "we kings"), ("elena coates", "we kings"), True),
        (("freddys",), ("fredy s",), True),
        (("michael jackson",), ("michael buble",), False),
        (("elena coats",), ("elena coats", "we kings"), False),
    ],
)
def test_slips_of_an_artist(
    artists: tuple[str, ...], near_artists: tuple[str, ...], same: bool
) -> None:
    assert are_alike(artists, "sad song", near_artists, "sad song") is same


def test_squeezed_writes_doubled_letters_once_but_no_digits() -> None:
    assert squeezed("aamaake 1001") == "amake 1001"


#: Artists and title; the first artist leads.
NAMES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("a",), "veera soora"), (("a",), "veeraa sooraa"), (("a", "b"), "veera sora"),
    (("b",), "veera soora"), (("a",), "conjugal visit"), (("a",), "conjugal vist"),
    (("a",), "konjugal visit"), (("a",), "unknown journey ii"), (("a",), "unknown journey iii"),
    (("pasha archive",), "soft"), (("pashaarchiv",), "soft"), (("pashaarchiv",), "softer"),
    (("archive pasha",), "soft"), (("a",), "gold dust"), (("a",), "golddust"),
    (("a",), "ガンダムの歌を歌う"), (("a",), "ガンダムの歌を歌ウ"),
    (("a",), "paro"), (("a",), "paaro"),
    (("ab",), "paro"), (("a",), "xpansion of minds"), (("a",), "expansion of mind"),
    (("a",), "a much longer slumber"), (("a",), "a much longer slumbr"),
)  # fmt: skip
OF_OTHER_LENGTH = (len(NAMES) - 2, len(NAMES) - 1)
#: Shortest and longest, milliseconds.
LENGTHS = {OF_OTHER_LENGTH[0]: (100_000, 200_000), OF_OTHER_LENGTH[1]: (250_000, 300_000)}


def test_the_engine_finds_what_comparing_all_pairs_of_a_block_finds(spark: SparkSession) -> None:
    rows = [
        (node, list(artists), [artists[0]], title, *LENGTHS.get(node, (None, None)))
        for node, (artists, title) in enumerate(NAMES)
    ]
    schema = (
        "name_node BIGINT, artists ARRAY<STRING>, leads ARRAY<STRING>, title STRING,"
        " shortest BIGINT, longest BIGINT"
    )
    found = {(row.left, row.right) for row in alike(spark.createDataFrame(rows, schema)).collect()}

    expected = {
        (left, right)
        for left, right in combinations(range(len(NAMES)), 2)
        if in_one_block(left, right) and are_alike(*NAMES[left], *NAMES[right])
        if (left, right) != OF_OTHER_LENGTH
    }
    assert found == expected
    assert len(expected) >= 6
    assert are_alike(*NAMES[OF_OTHER_LENGTH[0]], *NAMES[OF_OTHER_LENGTH[1]])
    # In no block: neither beginning nor end is the same.
    outside = tuple(
        map(NAMES.index, [(("a",), "xpansion of minds"), (("a",), "expansion of mind")])
    )
    assert are_alike(*NAMES[outside[0]], *NAMES[outside[1]])
    assert outside not in found


def in_one_block(left: int, right: int) -> bool:
    (artists, title), (near_artists, near_title) = NAMES[left], NAMES[right]
    lead, near_lead = artists[0], near_artists[0]
    letters, near_letters = (squeezed(t.replace(" ", "")) for t in (title, near_title))
    ends = (
        letters[:LETTERS] == near_letters[:LETTERS] or letters[-LETTERS:] == near_letters[-LETTERS:]
    )
    return (lead == near_lead and ends) or (title == near_title and lead[:2] == near_lead[:2])

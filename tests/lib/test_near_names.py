from __future__ import annotations

import pytest

from lib.near_names import are_alike, ends, squeezed


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


def test_ends_are_what_slips_have_in_common() -> None:
    assert ends("gold dust") == ends("goldd dust") == ("gold…", "…dust")
    assert set(ends("conjugal visit")) & set(ends("conjugal vist"))
    assert ends("hey") == ()

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from lib.camelot import CODES, camelot
from lib.tonality import read_key

SHARP = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
FLAT = ["C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B"]
#: Open Key as its own chart has it, from 1 to 12.
OPEN_MAJOR = ["C", "G", "D", "A", "E", "B", "F#", "Db", "Ab", "Eb", "Bb", "F"]
OPEN_MINOR = ["A", "E", "B", "F#", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D"]
#: Camelot as its own chart has it, from 1 to 12.
CAMELOT_MAJOR = ["B", "F#", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E"]
CAMELOT_MINOR = ["Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "Db"]
WORDS = {
    0: ["m", "min", " min", " minor", "Minor", " moll", " MIN", "-minor"],
    1: ["", "M", "maj", " maj", " major", " Major", " dur", "-major"],
}


def pitch(name: str) -> int:
    return FLAT.index(name) if name in FLAT else SHARP.index(name)


def notations(key: int, mode: int) -> list[str]:
    """Every way to write a key, from the charts."""
    tonics = [names[key] for names in (SHARP, FLAT)]
    tonics += [t.replace("#", sign) for t in tonics for sign in ("♯", " sharp") if "#" in t]
    tonics += [t.replace("b", sign) for t in tonics for sign in ("♭", " flat") if "b" in t]
    told = [tonic + word for tonic in tonics for word in WORDS[mode]]
    for charts, letters in (((CAMELOT_MINOR, CAMELOT_MAJOR), "AB"),
                            ((OPEN_MINOR, OPEN_MAJOR), "md")):  # fmt: skip
        hour = [pitch(name) for name in charts[mode]].index(key) + 1
        told += [f"{hour}{letters[mode]}", f"{hour:02}{letters[mode]}", f"{hour}{letters[mode]} "]
        told += [f"{hour}{letters[mode].swapcase()}"]
    return told


KEYS = [(key, mode) for key in range(12) for mode in (0, 1)]


@pytest.mark.parametrize(("key", "mode"), KEYS)
def test_every_notation_of_every_key(key: int, mode: int) -> None:
    told = {text: read_key(text) for text in notations(key, mode)}
    assert told == dict.fromkeys(told, (key, mode))


@pytest.mark.parametrize(("key", "mode"), KEYS)
def test_camelot_codes_are_those_that_pairs_are_told_by(key: int, mode: int) -> None:
    code = CODES[int(camelot(np.array([key]), np.array([mode]))[0])]
    assert read_key(code) == (key, mode)


def test_the_same_key_in_four_notations() -> None:
    assert {read_key(text) for text in ("Ebm", "D#m", "2A", "7m")} == {(3, 0)}


@given(st.sampled_from(KEYS), st.data())
def test_notations_side_by_side_are_one_key_where_they_agree(
    key: tuple[int, int], data: st.DataObject
) -> None:
    some = st.sampled_from(notations(*key))
    one, other = data.draw(some), data.draw(some)
    between = data.draw(st.sampled_from([" / ", "/", " - ", ", ", " (", " | "]))
    assert read_key(f"{one}{between}{other}") == key


@given(st.sampled_from(KEYS), st.sampled_from(KEYS))
def test_two_keys_are_none(one: tuple[int, int], other: tuple[int, int]) -> None:
    told = read_key(f"{notations(*one)[0]}/{notations(*other)[0]}")
    assert told == (one if one == other else None)


@pytest.mark.parametrize(
    "text", [None, "", " ", "a", "0A", "13A", "8C", "8", "Am7", "H#x", "All", "?", "128", "8A9A"]
)
def test_what_is_no_key(text: str | None) -> None:
    assert read_key(text) is None


@given(st.text(max_size=12))
def test_any_text_is_read(text: str) -> None:
    found = read_key(text)
    assert found is None or (found[0] in range(12) and found[1] in (0, 1))

"""Names spelt a little differently that mean one song."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

#: Least likeness of two titles by the same artist, of the words at the same place in them, of
#: which one letter may differ, and of two artists of the same title. What they find and what they
#: join wrongly: docs/adr/0014.
LEAST_TITLE = 0.92
LEAST_WORD = 0.80
LEAST_ARTIST = 0.85

#: So many letters at the beginning or the end of a title are the same in its slips.
_END = 4

_DOUBLED = re.compile(r"([^\W\d])\1+")
_TOLD_APART_BY = re.compile(r"\b(?:\d+|[ivx]+|[a-z]|(?:fe)?male|x[slm]+)\b")


def ends(title: str) -> tuple[str, ...]:
    """What slips of a title have in common: its first and its last four letters.

    Blanks do not count, nor does doubling. Shorter titles have no slips.
    """
    letters = _letters(title)
    return (f"{letters[:_END]}…", f"…{letters[-_END:]}") if len(letters) >= _END else ()


def are_alike(
    artists: tuple[str, ...], title: str, near_artists: tuple[str, ...], near_title: str
) -> bool:
    """Whether two names, normalised, are slips of one another.

    Likeness is one less the share of letters to put in or take out (rapidfuzz's ratio). A slip
    lies within words, a letter in each at most: titles with another word in the place of one are
    other songs, and so are those whose numbers, roman numbers or single letters differ.
    """
    if title == near_title:
        return len(artists) == len(near_artists) and all(
            _ratio(_letters(one), _letters(other)) >= LEAST_ARTIST
            for one, other in zip(artists, near_artists, strict=True)
        )
    told, near = set(artists), set(near_artists)
    return (
        (told <= near or near <= told)
        and _ratio(_letters(title), _letters(near_title)) >= LEAST_TITLE
        and _TOLD_APART_BY.findall(title) == _TOLD_APART_BY.findall(near_title)
        and _words_are_alike(title.split(), near_title.split())
    )


def squeezed(text: str) -> str:
    """Text with doubled letters written once: "Veeraa Sooraa" and "Veera Soora" sound the same."""
    return _DOUBLED.sub(r"\1", text)


def _letters(name: str) -> str:
    return squeezed(name.replace(" ", ""))


def _words_are_alike(words: list[str], near: list[str]) -> bool:
    if len(words) != len(near):
        return _letters("".join(words)) == _letters("".join(near))
    return all(
        _ratio(one, other) >= LEAST_WORD and Levenshtein.distance(one, other) <= 1
        for one, other in zip(map(squeezed, words), map(squeezed, near), strict=True)
    )


def _ratio(one: str, other: str) -> float:
    return fuzz.ratio(one, other) / 100

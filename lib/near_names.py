"""Names spelt a little differently that mean one song, found without comparing all pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
from pyspark.sql import Column, DataFrame, functions as F
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

#: Least likeness of two titles by the same artist, of the words at the same place in them, of
#: which one letter may differ, and of two artists of the same title. What they find and what they
#: join wrongly: docs/adr/0014.
LEAST_TITLE = 0.92
LEAST_WORD = 0.80
LEAST_ARTIST = 0.85

#: Titles that differ are slips only where the songs are as long within this ratio.
SLIP_LENGTH = 1.2

_COMPARED = ("artists", "title", "shortest", "longest")

#: So many letters at the beginning or the end of a title are the same in its slips.
_END = 4

_DOUBLED = re.compile(r"([^\W\d])\1+")
_TOLD_APART_BY = re.compile(r"\b(?:\d+|[ivx]+|[a-z]|(?:fe)?male|x[slm]+)\b")


def alike(names: DataFrame) -> DataFrame:
    """Pairs of names that are near enough to be slips of one another.

    Compared are only titles of one leading artist that begin or end in the same four letters, and
    artists that begin in the same two letters and have the same title: the work grows with the
    names of an artist or a title, not with all pairs. Blanks do not count, nor does doubling.

    Args:
        names: `name_node`; `artists`, sorted; `leads`, those told first; `title`: all normalised;
            `shortest` and `longest`, the lengths it is told with.

    Returns:
        `left`, `right`: name nodes.
    """
    told = names.select("name_node", *_COMPARED, F.explode("leads").alias("lead"))
    letters = _letters_of("title")
    beginning, end = F.substring(letters, 1, _END), F.right(letters, F.lit(_END))
    blocks = (
        F.concat_ws("\n", "lead", F.concat(beginning, F.lit("…"))),
        F.concat_ws("\n", "lead", F.concat(F.lit("…"), end)),
        F.concat_ws("\n", "title", F.substring("lead", 1, 2)),
    )
    by_beginning, by_end, by_title = (_pairs(told.withColumn("block", b)) for b in blocks)
    return (
        by_beginning.union(by_end).union(by_title)
        .filter(_may_be_alike())
        .mapInPandas(_only_alike, "left BIGINT, right BIGINT")
        .distinct()
    )  # fmt: skip


def _letters_of(title: str) -> Column:
    return F.regexp_replace(F.replace(title, F.lit(" ")), r"(\p{L})\1+", "$1")


def _pairs(blocked: DataFrame) -> DataFrame:
    left = blocked.select("block", *_COMPARED, F.col("name_node").alias("left"))
    right = left.toDF("block", *[f"near_{column}" for column in _COMPARED], "right")
    return (
        left.join(right, on="block", how="inner")
        .filter(F.col("left") < F.col("right"))
        .drop("block")
    )


def _may_be_alike() -> Column:
    """What the engine can tell before Python is asked."""
    length = F.char_length(_letters_of("title"))
    other = F.char_length(_letters_of("near_title"))
    # Of n letters in both, 1 - d / n are the same: d letters more or less keep the likeness down.
    lengths = F.abs(length - other) <= (length + other) * (1 - LEAST_TITLE)
    same_title = F.col("title") == F.col("near_title")
    return F.when(same_title, F.col("artists") != F.col("near_artists")).otherwise(
        lengths & as_long("", "near_", SLIP_LENGTH)
    )


def as_long(one: str, other: str, ratio: Column | float) -> Column:
    """Whether the lengths of two songs differ by this ratio at most; where unknown, they may.

    Args:
        one: what stands before `shortest` and `longest` in the columns of one song.
        other: the same of the other song.
        ratio: of the nearest of their lengths.
    """
    apart = F.greatest(f"{one}shortest", f"{other}shortest")
    return F.coalesce(apart <= F.least(f"{one}longest", f"{other}longest") * ratio, F.lit(True))


def _only_alike(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for pairs in batches:
        sides = zip(
            *(pairs[side + name] for side in ("", "near_") for name in ("artists", "title")),
            strict=True,
        )
        keep = [are_alike(tuple(a), t, tuple(b), u) for a, t, b, u in sides]
        yield pairs.loc[keep, ["left", "right"]]


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

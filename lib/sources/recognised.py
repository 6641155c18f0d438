"""What a source's recogniser says about a file it knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.landing import Landing


@dataclass(frozen=True)
class Recognised:
    """What a file was found to be, from its contents alone.

    Attributes:
        kind: where such a file is landed; None for a well-formed file with nothing to land.
        rows: records read, whatever each of them is.
        podcast_rows: how many of them are podcast episodes.
        user: the user name the records themselves carry, where they do.
        notes: what else a person should know, such as rows that were not understood.
    """

    kind: Landing | None
    rows: int = 0
    podcast_rows: int = 0
    user: str | None = None
    notes: tuple[str, ...] = ()


def tally(counts: Iterable[tuple[int, str, str]]) -> tuple[str, ...]:
    """Says each count that is not zero.

    Args:
        counts: (how many, what one is called, what several are called).

    Returns:
        For instance `("62 audiobook rows", "1 row that is no object")`.
    """
    return tuple(f"{n:,} {one if n == 1 else many}" for n, one, many in counts if n)

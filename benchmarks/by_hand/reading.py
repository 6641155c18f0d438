"""Reading names in processes of their own, which import little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.names import name
from lib.versions import other_song

#: What `read_names` gives, column by column.
NAME = ("artists", "lead", "title", "short", "told", "version", "is_other")


def read_names(told: Sequence[tuple[str, str]]) -> list[list[Any]]:
    """What pairs of artist and title mean."""
    names = [name(artist, title) for artist, title in told]
    return [
        [list(n.artists) for n in names],
        [n.lead for n in names],
        [n.title for n in names],
        [n.short for n in names],
        [n.told for n in names],
        [n.version for n in names],
        [other_song(n.title) is not None for n in names],
    ]

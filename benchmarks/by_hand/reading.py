"""Reading names in processes of their own, which import little."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.collector import collector_paused
from lib.names import names
from lib.versions import other_song

#: What `read_names` gives, column by column.
NAME = ("artists", "lead", "title", "short", "told", "version", "is_other")


def read_names(told: Sequence[tuple[str, str]]) -> list[list[Any]]:
    """What pairs of artist and title mean."""
    with collector_paused():
        read = names(*zip(*told, strict=True)) if told else []
    return [
        [list(n.artists) for n in read],
        [n.lead for n in read],
        [n.title for n in read],
        [n.short for n in read],
        [n.told for n in read],
        [n.version for n in read],
        [other_song(n.title) is not None for n in read],
    ]

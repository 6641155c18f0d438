"""Keeping Python's search for cycles away from where many objects are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Makes objects without looking for cycles among them.

    The collector goes through all objects again and again while they become more. Of a hundred
    thousand that are kept, and form no cycles, it finds none and takes half of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()

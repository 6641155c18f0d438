"""What a Python worker keeps from one task to the next: models that take seconds to load.

Spark reuses its Python workers, but this project is sent to them by value with each task, so that
no variable of ours outlives one. A module of the worker's own process does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable
from types import ModuleType
from typing import TypeVar, cast

_KEPT = "_songlake_kept_in_worker"

Thing = TypeVar("Thing")


def kept_in_worker(key: Hashable, make: Callable[[], Thing]) -> Thing:
    """What was made under this key in this process before, or else is made now.

    A worker keeps one thing at a time, the last one asked for: models are large.
    """
    held = vars(sys.modules.setdefault(_KEPT, ModuleType(_KEPT)))
    if held.get("key") != key:
        held.pop("thing", None)
        held["thing"], held["key"] = make(), key
    return cast(Thing, held["thing"])

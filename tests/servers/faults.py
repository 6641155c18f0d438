"""What a loopback server does wrong, and when."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

Kind = Literal[
    "401", "403", "404", "429 seconds", "429 date", "500", "502", "timeout", "close mid-body",
    "malformed", "truncated", "html", "too long", "too short",
]  # fmt: skip

KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]

#: What passes by itself: a client that tries again gets its answer.
PASSING: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind not in ("401", "403", "404"))


@dataclass(frozen=True)
class Fault:
    """One thing done wrong.

    Attributes:
        kind: what; `too long` and `too short` are lengths told that the body has not.
        wait: seconds told in Retry-After, by a 429.
    """

    kind: Kind
    wait: int = 3


class Faults:
    """Draws what goes wrong with a request, the same for the same seed in whatever order they come.

    Args:
        seed: another one, other faults.
        share: of the requests that something goes wrong with, 0-1.
        kinds: what may go wrong.
    """

    def __init__(self, seed: int = 0, share: float = 0.0, kinds: Sequence[Kind] = KINDS) -> None:
        self._seed, self._share, self._kinds = seed, share, tuple(kinds)
        self._asked: Counter[str] = Counter()
        self._next: deque[tuple[Fault, Callable[[str], bool]]] = deque()
        self._lock = threading.Lock()

    def script(self, *faults: Fault | Kind, path: str = "") -> None:
        """Lets the next requests whose URL contains `path` go wrong, in this order."""
        for fault in faults:
            made = fault if isinstance(fault, Fault) else Fault(fault)
            self._next.append((made, lambda url: path in url))

    def draw(self, url: str) -> Fault | None:
        """What goes wrong with a request for this URL."""
        with self._lock:
            for entry in self._next:
                if entry[1](url):
                    self._next.remove(entry)
                    return entry[0]
            self._asked[url] += 1
            nth = self._asked[url]
        if not self._share:
            return None
        random = Random(f"{self._seed} {url} {nth}")
        if random.random() >= self._share:
            return None
        return Fault(random.choice(self._kinds), wait=random.randint(12, 25))

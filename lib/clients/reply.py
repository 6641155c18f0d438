"""What came of asking a service for one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
State = Literal["complete", "absent", "failed"]


@dataclass(frozen=True)
class Reply:
    """A service's answer for one of the things it was asked for.

    Attributes:
        key: what was asked for.
        body: what it told, as it came; None where it told nothing.
        failure: why it told nothing; None where it knows no such thing.
    """

    key: str
    body: Json | None = None
    failure: str | None = None

    @property
    def state(self) -> State:
        """`complete`, `absent` (the service knows no such thing) or `failed`."""
        if self.body is not None:
            return "complete"
        return "failed" if self.failure else "absent"

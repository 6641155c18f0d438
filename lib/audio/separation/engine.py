"""What a separation engine is: a stream of a mix's samples in, streams of its stems out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Audio [channels, samples], full scale at 1."""

Stems = Mapping[str, Samples]
"""Equally long stretches of all stems, by name."""


class Engine(Protocol):
    """Separates mixes.

    Attributes:
        name: `builtin` or `spleeter`.
        version: of the engine; another one makes other stems.
        model: what it separates by: the weights' name and checksum, or the method.
        stems: names of the stems that it gives, in order.
        sample_rate: the only rate that it takes, hertz; None takes any.
    """

    name: str
    version: str
    model: str
    stems: tuple[str, ...]
    sample_rate: int | None

    def separate(self, blocks: Iterable[Samples], rate: int) -> Iterator[Stems]:
        """Separates a mix that comes in blocks of any size.

        Args:
            blocks: the mix; all have the same channels.
            rate: samples a second.

        Yields:
            Stretches of the stems, with the mix's channels; together they are as long as the mix.
        """

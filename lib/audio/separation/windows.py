"""Long audio in overlapping windows, each worked on alone, joined without a seam."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from lib.audio.separation.engine import Samples, Stems


def in_windows(
    blocks: Iterable[Samples], window: int, overlap: int, separate: Callable[[Samples], Stems]
) -> Iterator[Stems]:
    """Separates a stream window by window; no more than two of them are held.

    Where windows overlap, one fades into the next linearly: both hold the same sounds, so that the
    weights must sum to 1, not their squares. Stems that sum to the mix in each window still do.

    Args:
        blocks: the mix, in blocks of any size.
        window: samples in a window; the last one may have `overlap` more.
        overlap: samples that a window shares with the one before it, less than half a window.
        separate: gives the stems of one window, as long as it.
    """
    fade_in = np.linspace(0, 1, overlap + 2, dtype=np.float32)[1:-1]
    tail: Stems = {}
    for mix, is_last in _windows(blocks, window, overlap):
        stems = {name: np.array(stem) for name, stem in separate(mix).items()}
        for name, before in tail.items():
            head = stems[name][:, :overlap]
            head += (1 - fade_in) * (before - head)  # where both agree, it is what they say
        if is_last:
            yield stems
        else:
            done = window - overlap
            yield {name: stem[:, :done] for name, stem in stems.items()}
            tail = {name: stem[:, done:] for name, stem in stems.items()}


def _windows(
    blocks: Iterable[Samples], window: int, overlap: int
) -> Iterator[tuple[Samples, bool]]:
    held: list[Samples] = []
    length = 0
    for block in blocks:
        held.append(block)
        length += block.shape[1]
        while length > window + overlap:  # so that what is left is more than the overlap
            joined = np.concatenate(held, axis=1)
            yield joined[:, :window], False
            held = [joined[:, window - overlap :]]
            length = held[0].shape[1]
    if length:
        yield np.concatenate(held, axis=1), True

"""xxHash64 as Spark has it (seed 42), of short texts and as signed numbers: all texts at once."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_P1, _P2, _P3, _P4, _P5 = (
    np.uint64(prime)
    for prime in (
        0x9E3779B185EBCA87,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x85EBCA77C2B2AE63,
        0x27D4EB2F165667C5,
    )
)


def xxhash64(texts: pl.Series, seed: int = 42) -> NDArray[np.int64]:
    """Hashes of ASCII texts of fewer than 32 letters: longer ones are hashed in another way."""
    lengths = texts.str.len_bytes().to_numpy()
    hashes = np.zeros(len(texts), np.uint64)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        letters = texts.gather(rows).to_numpy().astype(f"S{length}")
        hashes[rows] = _of_length(letters.view(np.uint8).reshape(-1, length), seed)
    return hashes.view(np.int64)


def _of_length(letters: NDArray[np.uint8], seed: int) -> Words:
    count, length = letters.shape
    assert 0 < length < 32
    found = np.full(count, np.uint64(seed) + _P5 + np.uint64(length))
    place = 0
    while place + 8 <= length:
        word = np.ascontiguousarray(letters[:, place : place + 8]).view("<u8").ravel()
        found = _rotated(found ^ (_rotated(word * _P2, 31) * _P1), 27) * _P1 + _P4
        place += 8
    if place + 4 <= length:
        half = np.ascontiguousarray(letters[:, place : place + 4]).view("<u4").ravel()
        found = _rotated(found ^ (half.astype(np.uint64) * _P1), 23) * _P2 + _P3
        place += 4
    for letter in letters[:, place:].T:
        found = _rotated(found ^ (letter.astype(np.uint64) * _P5), 11) * _P1
    for shift, prime in ((33, _P2), (29, _P3)):
        found = (found ^ (found >> np.uint64(shift))) * prime
    return found ^ (found >> np.uint64(32))


def _rotated(words: Words, bits: int) -> Words:
    return (words << np.uint64(bits)) | (words >> np.uint64(64 - bits))

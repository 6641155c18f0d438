"""Keys as people write them: classical names, Camelot codes and Open Key codes.

Classical names come as `Ebm`, `D#m`, `F min`, `C major`, `Bb`, with typographic accidentals or
words; Camelot (Mark Davis) numbers the circle of fifths 1A to 12B, A being minor; Open Key numbers
it from C major, 1d to 12d for major (dur) and 1m to 12m for minor (moll). All three name the same
24 keys.
"""

from __future__ import annotations

import re

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
_ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}
_MINOR = {"m", "min", "minor", "moll", "-"}
_MAJOR = {"", "M", "maj", "major", "dur"}
_CLASSICAL = re.compile(
    r"([A-Ha-h])\s*[- ]?\s*(#|♯|b|♭|sharp|flat|)\s*[- ]?\s*([A-Za-z]*|-)", re.IGNORECASE
)
_WHEEL = re.compile(r"0?(1[0-2]|[1-9])\s*([ABDM])", re.IGNORECASE)
#: Between two notations of one key, as taggers write them side by side.
_BESIDE = re.compile(r"\s*[/|,;()\[\]]\s*|\s+-\s+")

#: Pitch classes of the tonics around the circle of fifths, beginning at Camelot 1B (B) and 1A (A♭).
_FIRST_MAJOR, _FIRST_MINOR, _FIFTH = 11, 8, 7
#: Camelot's hour of Open Key's 1.
_OPEN_KEY_ONE = 8


def read_key(text: str | None) -> tuple[int, int] | None:
    """The key that a text names in any of these notations, or in several that agree.

    Returns:
        Its tonic's pitch class, 0 (C) to 11 (B), and its mode, 1 major or 0 minor; None where the
        text names none, or several. A small letter alone (`a`) is none: to some it is minor.
    """
    whole = (text or "").strip()
    beside = [_one(part) for part in _BESIDE.split(whole) if part]
    if len(beside) > 1 and None not in beside:  # `B - B` is no B flat
        return beside[0] if len(set(beside)) == 1 else None
    if found := _one(whole):
        return found
    parts = {part for part in beside if part}
    return parts.pop() if len(parts) == 1 else None


def _one(text: str) -> tuple[int, int] | None:
    if match := _WHEEL.fullmatch(text):
        return _on_the_wheel(int(match[1]), match[2].upper())
    match = _CLASSICAL.fullmatch(text)
    if not match or (match[0].islower() and len(match[0]) == 1):
        return None
    letter, accidental, told = match[1].upper(), match[2].lower(), match[3]
    # Of a single letter the case tells; CM is major as in chords.
    mode = told if len(told) == 1 else told.lower()
    if mode not in _MINOR | _MAJOR:
        return None
    return (_LETTERS[letter] + _ACCIDENTALS[accidental]) % 12, int(mode in _MAJOR)


def _on_the_wheel(hour: int, letter: str) -> tuple[int, int]:
    if letter in "DM":  # Open Key
        hour, letter = hour + _OPEN_KEY_ONE - 1, "B" if letter == "D" else "A"
    first = _FIRST_MAJOR if letter == "B" else _FIRST_MINOR
    return (first + _FIFTH * (hour - 1)) % 12, int(letter == "B")

"""Made-up songs that the loopback services all know."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from random import Random

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FIRST = (
    "Amber", "Blue", "Cold", "Dusty", "Early", "Far", "Golden",
    "Hollow", "Iron", "Jade", "Kind", "Late", "Misty", "North", "Old",
)  # fmt: skip
_SECOND = (
    "Anchors", "Birds", "Canyons", "Doors", "Embers",
    "Ferries", "Gardens", "Hours", "Islands", "Kites", "Lamps",
)  # fmt: skip
_VERBS = (
    "Asking", "Breaking", "Calling", "Dancing", "Falling",
    "Gliding", "Holding", "Leaving", "Missing", "Opening",
)  # fmt: skip
_TAGS = (
    "rock", "indie", "electronic", "jazz", "folk", "ambient", "melancholy", "happy", "chillout",
    "seen live", "female vocalists", "energetic", "my favourite song ever", "90s",
)  # fmt: skip


@dataclass(frozen=True)
class Song:
    """A made-up song; `n` makes all of it."""

    n: int
    artist: str
    title: str
    album: str

    @property
    def track_id(self) -> str:
        """Its Spotify id."""
        return base62(f"track {self.n}")

    @property
    def artist_id(self) -> str:
        """Its artist's Spotify id."""
        return base62(f"artist {self.artist}")

    @property
    def album_id(self) -> str:
        """Its album's Spotify id."""
        return base62(f"album {self.artist} {self.album}")

    @property
    def isrc(self) -> str:
        """Its ISRC."""
        return f"QZSLK{26:02}{self.n:05}"

    @property
    def duration_ms(self) -> int:
        """Its length, milliseconds."""
        return 120_000 + self._random.randrange(180_000)

    @property
    def popularity(self) -> int:
        """0-100."""
        return self._random.randrange(101)

    @property
    def tags(self) -> list[str]:
        """What listeners call it, most used first."""
        return self._random.sample(_TAGS, 4)

    @property
    def features(self) -> dict[str, float | int]:
        """What Spotify measured of it."""
        random = self._random
        unit = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness",
                "liveness", "valence")  # fmt: skip
        return {name: round(random.random(), 3) for name in unit} | {
            "key": random.randrange(12),
            "mode": random.randrange(2),
            "loudness": round(-20 * random.random(), 3),
            "tempo": round(60 + 120 * random.random(), 3),
            "time_signature": 4,
        }

    @property
    def _random(self) -> Random:
        return Random(self.n)


def songs(count: int, per_album: float = 4, per_artist: float = 8) -> list[Song]:
    """So many songs, with so many of an album and of an artist on average."""
    made = []
    for n in range(count):
        of = int(n / per_album)
        by = int(of * per_album / per_artist)
        artist = f"The {_FIRST[by % 15]} {_SECOND[by // 15 % 11]} {_roman(by // 165)}".strip()
        album = f"{_VERBS[of % 10]} {_SECOND[of // 10 % 11]}"
        made.append(Song(n, artist, f"{_VERBS[n % 10]} {_FIRST[n // 10 % 15]} {n}", album))
    return made


def base62(text: str) -> str:
    """22 characters, as Spotify's ids have, that stand for a text."""
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])
    digits = []
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits.append(_DIGITS[digit])
    return "".join(digits)


def _roman(number: int) -> str:
    return "" if not number else f"No {number + 1}"

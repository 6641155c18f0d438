"""Invented music for `songlake demo`: tracks that sound like twelve genres, by no real artist.

What is real is the shape: per-genre centres and the correlations within a genre are rounded
summary figures measured on the Kaggle Spotify Tracks Dataset. Names and ids are drawn.
"""

from __future__ import annotations

import string
from math import exp, log
from random import Random
from typing import NamedTuple

from lib.demo_names import artist_name, classical_title, title, track_title

_BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase

# How often each of the twelve keys occurs, in percent, C first.
_OPEN_STRINGS = (14, 9, 12, 4, 8, 7, 6, 13, 5, 10, 6, 7)
_HORNS = (16, 13, 5, 5, 4, 11, 9, 7, 11, 8, 6, 4)
_CLUB = (9, 13, 7, 2, 6, 9, 8, 11, 9, 8, 8, 10)


class Genre(NamedTuple):
    """A genre's centres: medians 0-1, loudness in dB, tempo in BPM, and shares of its tracks."""

    name: str
    acts: str  # how its artists are called: band, singer, producer or ensemble
    energy: float
    danceability: float
    valence: float
    acousticness: float
    speechiness: float
    loudness: float
    tempo: float
    tempo_spread: float
    seconds: int
    instrumental: float
    major: float
    explicit: float
    waltz: float
    keys: tuple[int, ...]
    kin: tuple[str, ...]  # genres under which its tracks are listed as well


# fmt: off
GENRES = (
    #                        energy dance valence acoust speech loudness
    #   tempo ± seconds instrumental major explicit waltz
    Genre("acoustic", "singer",        0.41, 0.56, 0.42, 0.65,  0.035,  -9.0,
          116, 26, 215, 0.03, 0.82, 0.05, 0.10, _OPEN_STRINGS, ("indie-pop", "pop")),
    Genre("ambient", "producer",       0.20, 0.36, 0.14, 0.9,   0.038, -18.0,
          110, 28, 235, 0.75, 0.62, 0.00, 0.26, _OPEN_STRINGS, ("classical",)),
    Genre("classical", "ensemble",     0.15, 0.38, 0.36, 0.96,  0.043, -20.0,
          104, 28, 225, 0.70, 0.74, 0.00, 0.23, _OPEN_STRINGS, ("ambient",)),
    Genre("disco", "band",             0.77, 0.69, 0.70, 0.09,  0.044,  -6.9,
          122, 12, 235, 0.08, 0.63, 0.01, 0.04, _HORNS, ("soul", "house")),
    Genre("drum-and-bass", "producer", 0.90, 0.53, 0.31, 0.01,  0.059,  -3.9,
          174,  2, 275, 0.40, 0.47, 0.03, 0.01, _CLUB, ("house",)),
    Genre("hip-hop", "producer",       0.69, 0.75, 0.56, 0.12,  0.095,  -5.9,
          112, 26, 200, 0.01, 0.48, 0.32, 0.02, _CLUB, ("pop", "soul")),
    Genre("house", "producer",         0.77, 0.68, 0.52, 0.06,  0.049,  -5.2,
          123,  5, 195, 0.12, 0.51, 0.11, 0.01, _CLUB, ("disco", "pop")),
    Genre("indie-pop", "band",         0.56, 0.61, 0.46, 0.32,  0.045,  -7.4,
          120, 27, 205, 0.04, 0.75, 0.11, 0.08, _OPEN_STRINGS, ("pop", "acoustic")),
    Genre("jazz", "ensemble",          0.33, 0.50, 0.49, 0.79,  0.039, -10.7,
          110, 28, 200, 0.12, 0.76, 0.00, 0.14, _HORNS, ("soul",)),
    Genre("metal", "band",             0.90, 0.47, 0.41, 0.004, 0.055,  -5.0,
          127, 27, 240, 0.05, 0.59, 0.14, 0.06, _OPEN_STRINGS, ()),
    Genre("pop", "singer",             0.62, 0.64, 0.51, 0.28,  0.048,  -6.7,
          120, 27, 210, 0.00, 0.51, 0.07, 0.07, _CLUB, ("indie-pop", "house")),
    Genre("soul", "singer",            0.53, 0.61, 0.54, 0.36,  0.042,  -8.1,
          112, 24, 195, 0.01, 0.69, 0.10, 0.13, _HORNS, ("jazz", "pop")),
)
# fmt: on


class Sound(NamedTuple):
    """Spotify's audio features, in the order of the Kaggle file's columns."""

    danceability: float
    energy: float
    key: int
    loudness: float
    mode: int
    speechiness: float
    acousticness: float
    instrumentalness: float
    liveness: float
    valence: float
    tempo: float
    time_signature: int


class Track(NamedTuple):
    """A track; `artists` are separated by `;`, the first of `genres` is its own."""

    track_id: str
    artists: str
    album_name: str
    track_name: str
    popularity: int
    duration_ms: int
    explicit: bool
    sound: Sound
    genres: tuple[str, ...]


class _Artist(NamedTuple):
    name: str
    fame: float
    style: tuple[float, float, float]  # leanings in energy, danceability and valence


def spotify_id(rng: Random) -> str:
    """Draws an id as Spotify writes one: 128 bits in base 62, 22 characters."""
    number, digits = rng.getrandbits(128), ""
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits = _BASE62[digit] + digits
    return digits


def make_tracks(rng: Random, count: int) -> list[Track]:
    """Makes `count` distinct tracks, shared evenly among the genres and ordered by them."""
    tracks: list[Track] = []
    names: list[str] = []
    for place, genre in enumerate(GENRES):
        quota = count // len(GENRES) + (place < count % len(GENRES))
        own: list[Track] = []
        while len(own) < quota:
            own += _discography(rng, genre, names)
        # The real file's unknowns are the quiet, pulseless tracks.
        unknown = max(2, count // 600) if genre.name == "ambient" else 0
        tracks += [_without_pulse(track) for track in own[: min(unknown, quota)]]
        tracks += own[unknown:quota]
    return tracks


def _without_pulse(track: Track) -> Track:
    sound = track.sound._replace(
        danceability=0.0, speechiness=0.0, valence=0.0, tempo=0.0, time_signature=0
    )
    return track._replace(sound=sound)


def _discography(rng: Random, genre: Genre, names: list[str]) -> list[Track]:
    """One new artist's one to three releases; a single's album bears the single's name."""
    artist = _Artist(
        artist_name(rng, genre.acts, names),
        rng.betavariate(2.0, 2.6),
        (rng.gauss(0, 1), rng.gauss(0, 1), rng.gauss(0, 1)),
    )
    names.append(artist.name)
    tracks: list[Track] = []
    titles: set[str] = set()
    for _ in range(rng.randint(1, 3)):
        size = rng.choice((1, 1, 1, 2, 4, 5, 8))
        album = title(rng)
        for _ in range(size):
            track = _track(rng, genre, artist, names)
            while track.track_name in titles:
                track = _track(rng, genre, artist, names)
            titles.add(track.track_name)
            tracks.append(track._replace(album_name=track.track_name if size == 1 else album))
    return tracks


def _track(rng: Random, genre: Genre, artist: _Artist, names: list[str]) -> Track:
    sound = _sound(rng, genre, artist.style)
    guests: list[str] = []
    if rng.random() < 0.25:
        drawn = rng.sample(names, min(len(names), rng.choice((1, 1, 1, 2))))
        guests = [name for name in drawn if name != artist.name]
    also = [kin for kin in genre.kin if rng.random() < 0.12]
    if genre.name == "classical":
        name = classical_title(rng, sound.key, sound.mode)
    else:
        name = track_title(rng, guests, live=sound.liveness > 0.6)
    popularity = 0 if rng.random() < 0.14 else round(rng.gauss(85 * artist.fame, 9))
    return Track(
        track_id=spotify_id(rng),
        artists=";".join((artist.name, *guests)),
        album_name="",
        track_name=name,
        popularity=min(100, max(0, popularity)),
        duration_ms=max(45_000, round(genre.seconds * 1000 * exp(rng.gauss(0, 0.24)))),
        explicit=rng.random() < genre.explicit,
        sound=sound,
        genres=(genre.name, *also),
    )


def _sound(rng: Random, genre: Genre, style: tuple[float, float, float]) -> Sound:
    """Features around the genre's centres and the artist's leanings.

    The weights give the correlations measured within genres of the real file: energy with
    loudness 0.69, with acousticness -0.57, with valence 0.30, danceability with valence 0.40,
    loudness with instrumentalness -0.31.
    """
    drive, groove, joy = (0.6 * own + 0.8 * rng.gauss(0, 1) for own in style)
    instrumental = rng.random() < genre.instrumental
    loud = 0.69 * drive + 0.72 * rng.gauss(0, 1) - 0.8 * (instrumental - genre.instrumental)
    live = rng.random() < 0.06
    tempo = genre.tempo + genre.tempo_spread * (
        0.10 * drive - 0.12 * groove + 0.97 * rng.gauss(0, 1)
    )
    signatures = (4, 3, 5, 1)
    weights = (0.975 - genre.waltz, genre.waltz, 0.015, 0.01)
    return Sound(
        danceability=_near(genre.danceability, 0.6 * groove + 0.08 * drive),
        energy=_near(genre.energy, 1.0 * drive),
        key=rng.choices(range(12), genre.keys)[0],
        loudness=round(min(-0.5, genre.loudness + (1.5 - 0.25 * genre.loudness) * loud), 3),
        mode=int(rng.random() < genre.major),
        speechiness=_three_digits(min(0.96, genre.speechiness * exp(abs(rng.gauss(0, 0.55))))),
        acousticness=_near(genre.acousticness, 1.9 * (-0.6 * drive + 0.8 * rng.gauss(0, 1))),
        instrumentalness=_instrumentalness(rng, instrumental),
        liveness=_near(0.75 if live else 0.12, 0.5 * rng.gauss(0, 1) + 0.12 * drive),
        valence=_near(genre.valence, 1.1 * (0.38 * groove + 0.3 * drive + 0.87 * joy)),
        # Spotify hears very fast music at half its tempo now and then.
        tempo=round(min(215.0, max(58.0, tempo / (1 + (tempo > 165 and live)))), 3),
        time_signature=rng.choices(signatures, weights)[0],
    )


def _instrumentalness(rng: Random, instrumental: bool) -> float:
    """Two heaps, as in the real file: no voice at all, or nearly (often exactly) zero."""
    if instrumental:
        return _near(0.86, 0.6 * rng.gauss(0, 1))
    return 0.0 if rng.random() < 0.4 else _three_digits(10 ** rng.uniform(-6, -1.6))


def _near(centre: float, shift: float) -> float:
    """Moves a share by `shift` on the log-odds scale, which keeps it between 0 and 1."""
    return _three_digits(1 / (1 + exp(-log(centre / (1 - centre)) - shift)))


def _three_digits(value: float) -> float:
    return min(0.996, float(f"{value:.3g}"))

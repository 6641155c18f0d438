"""Made-up songs with known stems: what separation is scored on.

Four styles, unlike in tempo, kit, bass, chords and singing. As in played music, parts come again
without being copies: hits are off by milliseconds and differ in strength, every fourth bar has a
fill, and the singer's melody never repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

RATE = 22_050
STEMS = ("vocals", "drums", "bass", "other")

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Style:
    """What a song is made of.

    Attributes:
        tempos: from and to, BPM.
        kick, snare, hats: sixteenths of the bar on which they are hit.
        bass: sixteenths on which the bass plays.
        chords: how chords are played: `pad`, `stabs`, `arpeggio` or `strummed`.
        partials: how fast the chords' overtones fall; higher is duller.
        sung: share of the time in which the singer sings.
        vibrato: its depth in semitones.
    """

    tempos: tuple[float, float]
    kick: tuple[int, ...]
    snare: tuple[int, ...]
    hats: tuple[int, ...]
    bass: tuple[int, ...]
    chords: str
    partials: float
    sung: float
    vibrato: float


STYLES = {
    "house": Style(
        (118, 128), (0, 4, 8, 12), (4, 12), (2, 6, 10, 14), (2, 6, 10, 14), "pad", 1.6, 0.6, 0.4
    ),
    "rock": Style(
        (95, 140), (0, 7, 8), (4, 12), tuple(range(0, 16, 2)), tuple(range(0, 16, 2)),
        "strummed", 1.0, 0.75, 0.3,
    ),
    "ballad": Style((62, 84), (0, 10), (4, 12), (0, 4, 8, 12), (0, 8), "arpeggio", 1.4, 0.8, 0.6),
    "funk": Style(
        (92, 112), (0, 3, 10), (4, 12, 15), tuple(range(16)), (0, 3, 6, 10, 13), "stabs", 1.0,
        0.55, 0.25,
    ),
}  # fmt: skip

PROGRESSIONS = ((0, 5, 7, 0), (0, 7, 9, 5), (9, 5, 0, 7), (0, 4, 5, 7), (2, 7, 0, 9))


def song(style: str, seed: int, seconds: float = 20.0) -> dict[str, Samples]:
    """Stereo stems [2, samples] at RATE; the mix is their sum."""
    return _Song(STYLES[style], np.random.default_rng(seed), seconds).stems()


class _Song:
    def __init__(self, style: Style, rng: np.random.Generator, seconds: float) -> None:
        self.style, self.rng = style, rng
        self.length = round(seconds * RATE)
        self.sixteenth = 60 / rng.uniform(*style.tempos) / 4
        self.bars = int(np.ceil(seconds / (16 * self.sixteenth)))
        self.key = int(rng.integers(12))
        progression = PROGRESSIONS[rng.integers(len(PROGRESSIONS))]
        self.roots = [(self.key + progression[bar % 4]) % 12 for bar in range(self.bars)]

    def stems(self) -> dict[str, Samples]:
        made = {
            "vocals": (self._vocals(), 0.5, 1.0),
            "drums": (self._drums(), 0.5, 1.0),
            "bass": (self._bass(), 0.5, 0.8),
            "other": (self._chords(), self.rng.uniform(0.3, 0.7), 0.8),
        }
        stems = {}
        for name, (mono, pan, level) in made.items():
            level *= 10 ** (self.rng.uniform(-1.5, 1.5) / 20) / np.sqrt(np.mean(mono**2)) / 10
            sides = np.array([np.cos(pan * np.pi / 2), np.sin(pan * np.pi / 2)])
            stems[name] = level * np.sqrt(2) * sides[:, None] * mono
        return stems

    def _at(self, bar: int, step: float) -> int:
        """The sample of a hit that is meant for a sixteenth, as a player hits it."""
        time = (bar * 16 + step) * self.sixteenth + self.rng.normal(0, 0.002)
        return max(0, round(time * RATE))

    def _put(self, track: Samples, at: int, sound: Samples) -> None:
        room = track[at : at + len(sound)]
        room += sound[: len(room)]

    def _drums(self) -> Samples:
        track, rng = np.zeros(self.length), self.rng
        time = np.arange(round(0.35 * RATE)) / RATE
        pitch = rng.uniform(45, 60)
        sweep = 2 * np.pi * np.cumsum(pitch + 120 * np.exp(-time / 0.02)) / RATE
        kick = np.sin(sweep) * np.exp(-time / 0.12)
        kick[: len(kick) // 40] += 0.3 * rng.normal(size=len(kick) // 40)
        body = 0.6 * np.sin(2 * np.pi * rng.uniform(170, 220) * time) * np.exp(-time / 0.06)
        for bar in range(self.bars):
            fill = {13, 14, 15} if bar % 4 == 3 else set()
            for step in range(16):
                loud = rng.uniform(0.8, 1.0)
                if step in self.style.kick:
                    self._put(track, self._at(bar, step), 1.2 * loud * kick)
                if step in self.style.snare or step in fill:
                    noise = rng.normal(size=len(time)) * np.exp(-time / 0.09)
                    self._put(track, self._at(bar, step), 0.8 * loud * (body + 0.6 * noise))
                if step in self.style.hats:
                    noise = _high(rng.normal(size=len(time)), 6_000) * np.exp(-time / 0.03)
                    self._put(track, self._at(bar, step), 0.5 * loud * noise)
        return track

    def _bass(self) -> Samples:
        track = np.zeros(self.length)
        steps = (*self.style.bass, 16)
        for bar, root in enumerate(self.roots):
            for step, after in pairwise(steps):
                octave = 12 if self.rng.random() < 0.1 else 0
                length = (after - step) * self.sixteenth * 0.9
                note = self._note(_hertz(28 + (root - 4) % 12 + octave), length, 1.5, 8, 0.4)
                self._put(track, self._at(bar, step), self.rng.uniform(0.85, 1.0) * note)
        return track

    def _chords(self) -> Samples:
        track, style = np.zeros(self.length), self.style
        bar_seconds = 16 * self.sixteenth
        plays: dict[str, list[tuple[float, float, float, float]]] = {  # step, length, decay, late
            "pad": [(0, bar_seconds, 30.0, 0.0)],
            "stabs": [(step, 0.15, 0.1, 0.0) for step in (2, 5, 11, 14)],
            "strummed": [(step, 4 * self.sixteenth, 0.5, 0.012) for step in (0, 4, 6, 8, 12, 14)],
            "arpeggio": [(0, bar_seconds, 0.9, 2 * self.sixteenth)],
        }
        for bar, root in enumerate(self.roots):
            minor = (root - self.key) % 12 in (2, 4, 9)
            triad = (0, 3 if minor else 4, 7, 12)
            for step, length, decay, late in plays[style.chords]:
                for nth, above in enumerate(triad):
                    hertz = _hertz(52 + (root - 4) % 12 + above)
                    begin = self._at(bar, step) + round(nth * late * RATE)
                    note = self._note(hertz, length, style.partials, 12, decay)
                    self._put(track, begin, self.rng.uniform(0.9, 1.0) * note)
        return track

    def _vocals(self) -> Samples:
        track, rng = np.zeros(self.length), self.rng
        scale = np.array([0, 2, 4, 5, 7, 9, 11])
        at, degree = rng.uniform(0.2, 1.0), 7
        while at < self.length / RATE:
            for _ in range(rng.integers(3, 9)):  # a phrase
                degree = int(np.clip(degree + rng.integers(-3, 4), 0, 13))
                length = rng.choice([2, 3, 4, 6]) * self.sixteenth
                hertz = _hertz(57 + self.key % 7 + scale[degree % 7] + 12 * (degree // 7))
                self._put(track, round(at * RATE), self._syllable(hertz, length))
                at += length
            at += rng.uniform(0.5, 1.5) * (1 - self.style.sung) * 8 * self.sixteenth
        return track

    def _syllable(self, hertz: float, length: float) -> Samples:
        """A sung vowel with vibrato and a glide into its pitch, after a consonant's noise."""
        rng = self.rng
        time = np.arange(max(64, round(length * RATE))) / RATE
        sway = self.style.vibrato * np.sin(2 * np.pi * (rng.uniform(5, 6.5) * time + rng.random()))
        glide = -rng.uniform(0, 1.5) * np.exp(-time / 0.04)
        phase = 2 * np.pi * np.cumsum(hertz * 2 ** ((sway * (time > 0.1) + glide) / 12)) / RATE
        formants = rng.permutation([(650, 1_080, 2_650), (400, 1_700, 2_600), (290, 2_300, 3_000)])
        voice = np.zeros(len(time))
        for partial in range(1, int(5_000 / hertz) + 1):
            near = sum(np.exp(-(((partial * hertz - f) / 250) ** 2)) for f in formants[0])
            voice += (near + 0.08) / partial**0.5 * np.sin(partial * phase)
        envelope = np.minimum(1, time / 0.03) * np.minimum(1, (time[-1] - time) / 0.05)
        hiss = _high(rng.normal(size=len(time)), 3_000) * np.exp(-(((time - 0.02) / 0.02) ** 2))
        return rng.uniform(0.7, 1.0) * (voice * envelope + 0.3 * hiss)

    def _note(
        self, hertz: float, length: float, fall: float, partials: int, decay: float
    ) -> Samples:
        time = np.arange(max(64, round(length * RATE))) / RATE
        begin = self.rng.random() * 2 * np.pi
        tones = [
            np.sin(2 * np.pi * n * hertz * time + n * begin) / n**fall
            for n in range(1, partials + 1)
            if n * hertz < 0.45 * RATE
        ]
        edges = np.minimum(1, time / 0.005) * np.minimum(1, (time[-1] - time) / 0.02)
        made: Samples = sum(tones, np.zeros(len(time))) * edges * np.exp(-time / decay)
        return made


def _hertz(midi: float) -> float:
    return float(440 * 2 ** ((midi - 69) / 12))


def _high(samples: Samples, hertz: float) -> Samples:
    filtered: Samples = sosfilt(butter(2, hertz, "high", fs=RATE, output="sos"), samples)
    return filtered

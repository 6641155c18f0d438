"""Songs made by the tests: tempo, key, beats and stems are known, and a plan gives the same sound.

`sing(Plan(...))` gives a `Song`. Plans differ in tempo, key, drum pattern, timbre of the chords,
progression and noise; `plans(n)` gives n of them that cover all of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from scipy.signal import butter, sosfilt

Sound = npt.NDArray[np.float64]

STEMS = ("vocals", "drums", "bass", "other")
TIMBRES = ("pluck", "pad", "organ", "saw", "piano")
PATTERNS = ("four", "rock", "half", "breakbeat", "straight")

#: Degrees of a scale as semitones above the tonic, and the quality of the triad there.
_MAJOR = ((0, "M"), (2, "m"), (4, "m"), (5, "M"), (7, "M"), (9, "m"), (11, "d"))
_MINOR = ((0, "m"), (2, "d"), (3, "M"), (5, "m"), (7, "m"), (8, "M"), (10, "M"))
_TRIADS = {"M": (0, 4, 7), "m": (0, 3, 7), "d": (0, 3, 6)}
#: Degrees, from 0; V of a minor key is major where it is written -5.
_PROGRESSIONS = {
    1: ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (0, 3, 0, 4), (1, 4, 0, 0)),
    0: ((0, 3, -5, 0), (0, 5, 3, -5), (0, 3, 4, 0), (0, 6, 5, -5), (0, 5, 2, 6)),
}
_FORMANTS = ((730.0, 90.0), (1090.0, 110.0), (2440.0, 170.0))


@dataclass(frozen=True)
class Plan:
    """What a song is.

    Attributes:
        tempo: BPM.
        key: 0 C to 11 B.
        mode: 1 major, 0 minor.
        timbre: of the chords, one of TIMBRES.
        pattern: of the drums, one of PATTERNS.
        progression: which of five.
        noise_db: level of white noise under the mix, decibels.
        seconds: length.
        start_s: when the first beat, a downbeat, sounds.
        cents: how far it is tuned above A4 = 440 Hz.
        seed: draws melody and strokes.
    """

    tempo: float = 120.0
    key: int = 9
    mode: int = 0
    timbre: str = "pluck"
    pattern: str = "four"
    progression: int = 0
    noise_db: float = -60.0
    seconds: float = 10.0
    start_s: float = 0.0
    cents: float = 0.0
    seed: int = 0

    @property
    def beats(self) -> Sound:
        """Times of its beats in seconds; every fourth from the first on is a downbeat."""
        return np.arange(self.start_s, self.seconds, 60.0 / self.tempo)


@dataclass(frozen=True)
class Song:
    """A song: its stems, each [2, samples], which with the noise add up to the mix."""

    plan: Plan
    rate: int
    stems: dict[str, Sound]
    mix: Sound


def sing(plan: Plan, rate: int = 22_050) -> Song:
    """The song of a plan; the same plan gives the same samples."""
    rng = np.random.default_rng(plan.seed)
    band = _Band(plan, rate, rng)
    stems = {
        "vocals": _stereo(band.vocals(), 0.0, 0.9),
        "drums": _stereo(band.drums(), 0.1, 0.9),
        "bass": _stereo(band.bass(), 0.0, 0.8),
        "other": _stereo(band.chords(), -0.5, 0.7),
    }
    total = np.sum(list(stems.values()), axis=0)
    gain = 0.8 / max(np.abs(total).max(), 1e-9)
    stems = {name: sound * gain for name, sound in stems.items()}
    noise = rng.normal(0.0, 10 ** (plan.noise_db / 20), total.shape)
    return Song(plan, rate, stems, np.clip(total * gain + noise, -1.0, 1.0))


def plans(count: int, seconds: float = 20.0, seed: int = 1) -> Iterator[Plan]:
    """So many plans: tempos spread over 60-180, all keys, timbres, patterns and noise levels."""
    rng = np.random.default_rng(seed)
    tempos = rng.permutation(np.linspace(60.0, 180.0, count))
    for number, tempo in enumerate(tempos):
        yield Plan(
            tempo=round(float(tempo), 2),
            key=number % 12,
            mode=number // 12 % 2,
            timbre=TIMBRES[number % len(TIMBRES)],
            pattern=PATTERNS[(number // 2) % len(PATTERNS)],
            progression=int(rng.integers(5)),
            noise_db=(-60.0, -40.0, -30.0)[number % 3],
            seconds=seconds,
            start_s=round(float(rng.uniform(0.0, 1.5)), 3),
            cents=float(rng.choice([0.0, 0.0, 20.0, -30.0])),
            seed=number,
        )


def write(path: Path, song: Song | Sound, rate: int | None = None, **options: Any) -> Path:
    """Writes a song, or samples [channels, samples], as the file's ending says; makes folders."""
    sound = song.mix if isinstance(song, Song) else song
    rate = rate or (song.rate if isinstance(song, Song) else 22_050)
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.atleast_2d(sound).T, rate, **options)
    return path


class _Band:
    def __init__(self, plan: Plan, rate: int, rng: np.random.Generator) -> None:
        self.plan, self.rate, self.rng = plan, rate, rng
        self.length = round(plan.seconds * rate)
        self.beat = 60.0 / plan.tempo

    # -------------------------------------------------------------------------- instruments

    def drums(self) -> Sound:
        out = np.zeros(self.length)
        strokes = {"kick": self._kick(), "snare": self._snare(), "hat": self._hat()}
        gains = {"kick": 0.9, "snare": 0.6, "hat": 0.25}
        hits: dict[str, dict[str, tuple[float, ...]]] = {
            "four": {"kick": (0, 1, 2, 3), "snare": (1, 3), "hat": (0.5, 1.5, 2.5, 3.5)},
            "rock": {"kick": (0, 2), "snare": (1, 3), "hat": tuple(np.arange(0, 4, 0.5))},
            "half": {"kick": (0, 2.5), "snare": (2,), "hat": (0, 1, 2, 3)},
            "breakbeat": {"kick": (0, 1.5, 2.5), "snare": (1, 3), "hat": (0, 0.5, 1.5, 2, 3, 3.5)},
            "straight": {"kick": (0, 2), "snare": (1, 3), "hat": (0, 1, 2, 3)},
        }  # fmt: skip
        for bar in self._bars():
            for name, places in hits[self.plan.pattern].items():
                for place in places:
                    accent = 1.15 if place == 0 else self.rng.uniform(0.85, 1.0)
                    self._add(out, bar + place * self.beat, strokes[name] * gains[name] * accent)
        return out

    def bass(self) -> Sound:
        out = np.zeros(self.length)
        for bar, root, _ in self._harmony():
            for place in (0, 1, 2, 2.5, 3):
                note = root + (7 if place == 2.5 else 0)
                held = self.beat * (0.45 if place in (2, 2.5) else 0.9)
                tone = self._tone(36 + note % 12, held, (1.0, 0.5, 0.25, 0.12))
                self._add(out, bar + place * self.beat, 0.5 * tone * self._decay(held, 0.6))
        return out

    def chords(self) -> Sound:
        out = np.zeros(self.length)
        play: dict[str, Callable[[float, float], Sound]] = {
            "pluck": lambda note, s: self._tone(note, s, (1, 0.6, 0.4, 0.2)) * self._decay(s, 0.25),
            "pad": lambda note, s: self._tone(note, s, (1, 0.3, 0.15)) * self._swell(s),
            "organ": lambda note, s: self._tone(note, s, (1, 0.8, 0.1, 0.5)) * self._gate(s),
            "saw": lambda note, s: self._tone(note, s, tuple(1 / k for k in range(1, 12)))
            * self._gate(s) * 0.6,
            "piano": lambda note, s: self._tone(note, s, (1, 0.5, 0.33, 0.2, 0.1))
            * self._decay(s, 0.8),
        }  # fmt: skip
        places = {"pluck": np.arange(0, 4, 0.5), "organ": (0, 1.5, 2, 3), "piano": (0, 1, 2, 3)}
        for bar, root, triad in self._harmony():
            at = places.get(self.plan.timbre, (0,))
            for number, place in enumerate(at):
                until = 4 if number + 1 == len(at) else at[number + 1]
                seconds = (until - place) * self.beat
                for step in triad:
                    sound = play[self.plan.timbre](60 + (root + step) % 12, seconds)
                    self._add(out, bar + place * self.beat, 0.16 * sound)
        return out

    def vocals(self) -> Sound:
        out = np.zeros(self.length)
        scale = [step for step, _ in (_MAJOR if self.plan.mode else _MINOR)]
        at_degree = 0
        for number, (bar, root, triad) in enumerate(self._harmony()):
            if number % 4 == 3:  # a breath
                continue
            place = 0.0
            while place < 4:
                length = float(self.rng.choice([0.5, 1.0, 1.0, 1.5]))
                if place == 0:
                    note = (root + int(self.rng.choice(triad)) - self.plan.key) % 12
                else:
                    at_degree = int(np.clip(at_degree + self.rng.integers(-2, 3), 0, 6))
                    note = scale[at_degree]
                pitch = 60 + (self.plan.key + note) % 12
                seconds = min(length, 4 - place) * self.beat * 0.92
                self._add(out, bar + place * self.beat, 0.35 * self._sung(pitch, seconds))
                place += length
        return out

    # ------------------------------------------------------------------------------- harmony

    def _bars(self) -> Sound:
        return np.arange(self.plan.start_s, self.plan.seconds, 4 * self.beat)

    def _harmony(self) -> Iterator[tuple[float, int, tuple[int, ...]]]:
        """Each bar's start, the pitch class of its chord's root, and the chord's steps."""
        scale = _MAJOR if self.plan.mode else _MINOR
        progression = _PROGRESSIONS[self.plan.mode][self.plan.progression]
        for number, bar in enumerate(self._bars()):
            degree = progression[number % 4]
            step, quality = (7, "M") if degree < 0 else scale[degree]
            yield float(bar), (self.plan.key + step) % 12, _TRIADS[quality]

    # --------------------------------------------------------------------------------- sounds

    def _tone(self, note: float, seconds: float, harmonics: tuple[float, ...]) -> Sound:
        t = self._time(seconds)
        pitch = 440.0 * 2 ** ((note - 69 + self.plan.cents / 100) / 12)
        return np.sum(
            [
                level * np.sin(2 * np.pi * pitch * k * t + k)
                for k, level in enumerate(harmonics, 1)
                if pitch * k < self.rate / 2.2
            ],
            axis=0,
        )

    def _sung(self, note: float, seconds: float) -> Sound:
        t = self._time(seconds)
        pitch = 440.0 * 2 ** ((note - 69 + self.plan.cents / 100) / 12)
        swing = 0.35 * np.clip(t / 0.2, 0, 1) * np.sin(2 * np.pi * 5.5 * t)  # vibrato, semitones
        phase = 2 * np.pi * np.cumsum(pitch * 2 ** (swing / 12)) / self.rate
        out = np.zeros_like(t)
        for k in range(1, int(min(self.rate / 2.2, 5000.0) / (pitch * 1.03)) + 1):
            level = sum(1 / (1 + ((k * pitch - f) / (3 * w)) ** 2) for f, w in _FORMANTS)
            out += (0.15 + level) / k**0.5 * np.sin(k * phase)
        consonant = sosfilt(self._filter(3000.0, "high"), self.rng.normal(size=len(t)))
        out = 0.6 * out + 0.5 * consonant * np.exp(-t / 0.02)
        return out * np.clip(t / 0.04, 0, 1) * np.clip((seconds - t) / 0.05, 0, 1)

    def _kick(self) -> Sound:
        t = self._time(0.25)
        sweep = 2 * np.pi * np.cumsum(48 + 110 * np.exp(-t / 0.03)) / self.rate
        return np.sin(sweep) * np.exp(-t / 0.09)

    def _snare(self) -> Sound:
        t = self._time(0.2)
        body = np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.05)
        return 0.5 * body + 0.7 * self.rng.normal(size=len(t)) * np.exp(-t / 0.06)

    def _hat(self) -> Sound:
        t = self._time(0.08)
        noise = sosfilt(self._filter(7000.0, "high"), self.rng.normal(size=len(t)))
        return noise * np.exp(-t / 0.02)

    def _filter(self, hertz: float, kind: str) -> Any:
        return butter(4, min(hertz, self.rate * 0.4), kind, fs=self.rate, output="sos")

    def _decay(self, seconds: float, half: float) -> Sound:
        t = self._time(seconds)
        return np.clip(t / 0.004, 0, 1) * np.exp(-t / half) * np.clip((seconds - t) / 0.01, 0, 1)

    def _swell(self, seconds: float) -> Sound:
        t = self._time(seconds)
        return np.clip(t / 0.15, 0, 1) * np.clip((seconds - t) / 0.15, 0, 1)

    def _gate(self, seconds: float) -> Sound:
        t = self._time(seconds)
        return np.clip(t / 0.01, 0, 1) * np.clip((seconds - t) / 0.03, 0, 1)

    def _time(self, seconds: float) -> Sound:
        return np.arange(max(2, round(seconds * self.rate))) / self.rate

    def _add(self, out: Sound, at_s: float, sound: Sound) -> None:
        at = round(at_s * self.rate)
        room = max(0, min(len(sound), self.length - at))
        out[at : at + room] += sound[:room]


def _stereo(sound: Sound, pan: float, level: float) -> Sound:
    angle = (pan + 1) * np.pi / 4
    return np.stack([np.cos(angle) * sound, np.sin(angle) * sound]) * level

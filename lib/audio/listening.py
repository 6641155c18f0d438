"""One pass over a file: everything that is later measured is gathered block by block.

What is kept of an hour of sound is some 20 MB: onsets in three bands 86 times a second, pitch
classes eleven times a second, sums over spectra, and loudness every 100 ms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import librosa
import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, median_filter

from lib.audio.decode import Samples, blocks, info, resampled
from lib.audio.loudness import LoudnessMeter

Array = npt.NDArray[np.float32]

RATE = 22_050
"""Hz at which sound is analysed; nothing that is measured lies above 11 kHz."""

HOP = 256
"""Samples from one onset frame to the next: 86 frames a second, 12 ms."""

ONSET_RATE = RATE / HOP
"""Onset frames a second."""

PITCH_HOP = 2_048
"""Samples from one pitch frame to the next."""

PITCH_RATE = RATE / PITCH_HOP
"""Pitch frames a second."""

BANDS = ((0.0, 160.0), (160.0, 2_500.0), (2_500.0, RATE / 2))
"""Hz: kick and bass; snare, voices and chords; cymbals."""

CENTS = 10
"""Width of a bin of pitches."""

LOWEST, HIGHEST = 28, 100
"""MIDI notes between which pitches are looked for: E1 (41 Hz) to E7 (2.6 kHz)."""

#: -60 dBFS: below, there is silence.
_SILENT = 1e-3
_FINE, _COARSE = 2_048, 8_192
_MELS = 80
#: Peaks this far below the strongest of their frame are no notes.
_FAINT = 10 ** (-40 / 20)
_SILENT_PEAK = 1e-5


@dataclass(frozen=True)
class Heard:
    """What one pass over a file gathers.

    Attributes:
        duration_s: length of what was decoded.
        loudness: integrated, LUFS; None for silence.
        peak: highest absolute sample.
        sounds_from: seconds at which it is first louder than -60 dBFS; None for silence.
        sounds_until: seconds at which it was last.
        onsets: [bands, frames], rises of the spectrum in each of `BANDS`, `ONSET_RATE` a second.
        levels: [frames], RMS of the same frames.
        pitches: [(HIGHEST - LOWEST) * 100 / CENTS], how much of each pitch there is in all.
        classes: [36, frames], pitch classes in thirds of a semitone from C, `PITCH_RATE` a second.
        centroid: mean centre of the spectrum, Hz.
        bandwidth: mean width, Hz.
        rolloff: mean frequency below which 85 % of the power lies, Hz.
        flatness: mean flatness, 0-1.
        percussive: share of the power that is in strokes rather than in tones.
    """

    duration_s: float
    loudness: float | None
    peak: float
    sounds_from: float | None
    sounds_until: float | None
    onsets: Array
    levels: Array
    pitches: Array
    classes: Array
    centroid: float
    bandwidth: float
    rolloff: float
    flatness: float
    percussive: float


def listen(path: str | Path) -> Heard:
    """Hears a file from beginning to end.

    Raises:
        AudioError: it cannot be decoded.
    """
    about = info(path)
    level = _Level(about.sample_rate, about.channels)
    onsets, pitches, spectra = _Onsets(), _Pitches(), _Spectra()
    fine, coarse = _Frames(_FINE, HOP), _Frames(_COARSE, PITCH_HOP)
    sound = level.tap(blocks(path))
    for piece in resampled(sound, about.sample_rate, RATE, 1):
        for spectrum in fine.add(piece[0]):
            onsets.add(spectrum)
            spectra.add(spectrum)
        for spectrum in coarse.add(piece[0]):
            pitches.add(spectrum)
    for spectrum in fine.end():
        onsets.add(spectrum)
        spectra.add(spectrum)
    for spectrum in coarse.end():
        pitches.add(spectrum)
    centroid, bandwidth, rolloff, flatness, percussive = spectra.means()
    return Heard(
        duration_s=level.samples / about.sample_rate,
        loudness=level.meter.integrated(),
        peak=level.peak,
        sounds_from=None if level.first is None else level.first / about.sample_rate,
        sounds_until=None if level.last is None else (level.last + 1) / about.sample_rate,
        onsets=_joined(onsets.found, len(BANDS)),
        levels=np.concatenate([np.zeros(0, np.float32), *onsets.levels]),
        pitches=pitches.histogram.astype(np.float32),
        classes=_joined(pitches.classes, 36),
        centroid=centroid,
        bandwidth=bandwidth,
        rolloff=rolloff,
        flatness=flatness,
        percussive=percussive,
    )


def _joined(parts: list[Array], rows: int) -> Array:
    return np.concatenate([np.zeros((rows, 0), np.float32), *parts], axis=1)


class _Level:
    """Loudness, peak and silence of the sound at its own rate, on its way to being mono."""

    def __init__(self, rate: int, channels: int) -> None:
        self.meter = LoudnessMeter(rate, channels)
        self.samples = 0
        self.peak = 0.0
        self.first: int | None = None
        self.last: int | None = None

    def tap(self, sound: Iterator[Samples]) -> Iterator[Samples]:
        for block in sound:
            self.meter.add(block)
            height = np.abs(block).max(axis=0)
            self.peak = max(self.peak, float(height.max()))
            loud = np.flatnonzero(height > _SILENT)
            if len(loud):
                self.first = self.samples + int(loud[0]) if self.first is None else self.first
                self.last = self.samples + int(loud[-1])
            self.samples += block.shape[1]
            mono = block.mean(axis=0, keepdims=True)
            yield mono


class _Frames:
    """Magnitudes of the short-time Fourier transform, block by block; frame k is at k hops."""

    def __init__(self, size: int, hop: int) -> None:
        self.size, self.hop = size, hop
        self.held = np.zeros(size // 2, np.float32)

    def add(self, piece: Array) -> Iterator[Array]:
        self.held = np.concatenate([self.held, piece])
        frames = 1 + (len(self.held) - self.size) // self.hop
        # Enough of them that what needs neighbours in time has some.
        if frames * self.hop >= 8 * RATE:
            yield self._spectrum(frames)

    def end(self) -> Iterator[Array]:
        self.held = np.concatenate([self.held, np.zeros(self.size // 2, np.float32)])
        frames = 1 + (len(self.held) - self.size) // self.hop
        if frames > 0:
            yield self._spectrum(frames)

    def _spectrum(self, frames: int) -> Array:
        used = self.held[: (frames - 1) * self.hop + self.size]
        self.held = self.held[frames * self.hop :]
        found = librosa.stft(used, n_fft=self.size, hop_length=self.hop, center=False)
        return np.asarray(np.abs(found) / (self.size / 4), np.float32)  # a full-scale sine is 1


class _Onsets:
    """Rises of the spectrum in mel bands; a voice's vibrato is none (Böck's SuperFlux, 2013)."""

    def __init__(self) -> None:
        self.mel = librosa.filters.mel(sr=RATE, n_fft=_FINE, n_mels=_MELS, fmin=30, norm=None)
        centres = librosa.mel_frequencies(n_mels=_MELS + 2, fmin=30, fmax=RATE / 2)[1:-1]
        self.members = [(centres >= low) & (centres < high) for low, high in BANDS]
        self.before: Array | None = None
        self.found: list[Array] = []
        self.levels: list[Array] = []

    def add(self, spectrum: Array) -> None:
        bands = np.log1p(1_000 * (self.mel @ spectrum))
        first = bands[:, :1] if self.before is None else self.before
        earlier = np.concatenate([first, bands[:, :-1]], axis=1)
        rises = np.maximum(0, bands - maximum_filter1d(earlier, 3, axis=0))
        self.before = bands[:, -1:]
        self.found.append(
            np.stack([rises[member].mean(axis=0) for member in self.members]).astype(np.float32)
        )
        self.levels.append(np.sqrt((spectrum**2).sum(axis=0) / 3).astype(np.float32))


class _Pitches:
    """Peaks of fine spectra, as pitches; what sounds for a moment only (drums) is left out."""

    def __init__(self) -> None:
        self.histogram = np.zeros((HIGHEST - LOWEST) * 100 // CENTS)
        self.classes: list[Array] = []

    def add(self, spectrum: Array) -> None:
        tones = np.minimum(spectrum, median_filter(spectrum, size=(1, 5), mode="nearest"))
        hertz, heights, frame = peaks(tones)
        notes = librosa.hz_to_midi(hertz)
        weights = np.sqrt(heights)
        bins = np.floor((notes - LOWEST) * 100 / CENTS).astype(int)
        inside = (bins >= 0) & (bins < len(self.histogram))
        np.add.at(self.histogram, bins[inside], weights[inside])
        classes = np.zeros((36, spectrum.shape[1]), np.float32)
        np.add.at(classes, (np.round(notes * 3).astype(int) % 36, frame), weights)
        self.classes.append(classes)


def peaks(tones: Array) -> tuple[Array, Array, npt.NDArray[np.intp]]:
    """Where spectra are highest, between bins: the top of the parabola through each peak.

    As librosa.piptrack finds them (J. O. Smith, "Spectral Audio Signal Processing", quadratic
    interpolation of spectral peaks), in NumPy alone: the code that librosa compiles for it ends the
    process where two compile it at once (numba issue 10128), as two workers of a new install do.

    Args:
        tones: bins × frames, magnitudes of `_COARSE` samples.

    Returns:
        Of each peak above 1 % of its frame's highest value, within the notes that are told apart:
        hertz, height, and its frame.
    """
    low, high = librosa.midi_to_hz([LOWEST, HIGHEST])
    hertz = np.arange(1, len(tones) - 1) * (RATE / _COARSE)
    before, here, after = tones[:-2], tones[1:-1], tones[2:]
    loud = here > _FAINT * tones.max(axis=0, initial=0)
    is_peak = loud & (here > before) & (here >= after) & ((hertz >= low) & (hertz < high))[:, None]
    bin_, frame = np.nonzero(is_peak)
    slope = (after - before)[is_peak] / 2
    bend = (after + before - 2 * here)[is_peak]
    shift = np.where(np.abs(slope) < np.abs(bend), -slope / np.where(bend == 0, 1, bend), 0)
    heights = here[is_peak] + slope * shift / 2
    kept = heights > _SILENT_PEAK
    found = (bin_ + 1 + shift) * (RATE / _COARSE)
    return found[kept], heights[kept], frame[kept]


class _Spectra:
    """Sums over spectra, each frame weighted by its level."""

    def __init__(self) -> None:
        self.sums = np.zeros(4)
        self.weight = 0.0
        self.power = np.zeros(2)

    def add(self, spectrum: Array) -> None:
        level = np.sqrt((spectrum**2).sum(axis=0))
        if not len(level) or level.max() <= 0:
            return
        loud = level > level.max() * 1e-3
        spectrum, level = spectrum[:, loud], level[loud]
        about: Any = {"S": spectrum, "sr": RATE, "n_fft": _FINE}
        centroid = librosa.feature.spectral_centroid(**about)
        found = np.stack(
            [
                centroid[0],
                librosa.feature.spectral_bandwidth(centroid=centroid, **about)[0],
                librosa.feature.spectral_rolloff(roll_percent=0.85, **about)[0],
                librosa.feature.spectral_flatness(S=spectrum)[0],
            ]
        )
        self.sums += (found * level).sum(axis=1)
        self.weight += float(level.sum())
        # Median filters tell strokes (upright in the spectrogram) from tones (FitzGerald 2010);
        # every fourth bin and frame tell it well enough.
        thin = spectrum[::4, ::4]
        tones = median_filter(thin, size=(1, 9)) ** 2
        strokes = median_filter(thin, size=(9, 1)) ** 2
        self.power += [strokes.sum(), tones.sum()]

    def means(self) -> tuple[float, float, float, float, float]:
        means = self.sums / self.weight if self.weight else self.sums
        centroid, bandwidth, rolloff, flatness = (float(value) for value in means)
        whole = float(self.power.sum())
        share = float(self.power[0]) / whole if whole else 0.0
        return centroid, bandwidth, rolloff, flatness, share

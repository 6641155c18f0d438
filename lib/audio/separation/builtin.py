"""Separation without weights: what is percussive, what repeats, what is low.

Drums are what is short in time and wide in frequency (Fitzgerald, "Harmonic/percussive separation
using median filtering", DAFx 2010). Vocals are what is left and does not repeat (see
`repeating.py`). Of the accompaniment, bass is what lies low. All of it is masks on one spectrogram
that sum to 1, so the stems sum to the mix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from lib.audio.separation.engine import Samples, Stems
from lib.audio.separation.repeating import Spectrogram, repeating
from lib.audio.separation.spectra import Spectra
from lib.audio.separation.windows import in_windows

STEMS_OF = {
    2: ("vocals", "accompaniment"),
    4: ("vocals", "drums", "bass", "other"),
}

#: Longer windows hold more of what repeats, and more memory: about 400 MB for this one in stereo.
WINDOW_SECONDS = 60
OVERLAP_SECONDS = 2

#: Of the spectrogram: a window of 46 ms at 44.1 kHz, one every 23.
_FRAME_SECONDS = 0.046
#: Median filters: a tone holds for longer, a hit is wider.
_TONE_SECONDS = 0.4
_HIT_HERTZ = 500.0
#: Repetition: so much around a moment must be alike, and so far apart are two moments.
_CONTEXT_SECONDS = 0.4
_APART_SECONDS = 0.5
#: Voices are not lower; what is lower in the accompaniment is bass.
_VOICE_HERTZ = 110.0
_BASS_HERTZ = 200.0

_TINY = np.float32(1e-12)


class Builtin:
    """The engine `builtin`: two or four stems."""

    name = "builtin"
    version = "1"
    model = "hpss+repet-sim"
    sample_rate: int | None = None

    def __init__(self, stem_count: int = 4) -> None:
        """Takes 2 (vocals, accompaniment) or 4 (vocals, drums, bass, other)."""
        self.stems = STEMS_OF[stem_count]

    def separate(self, blocks: Iterable[Samples], rate: int) -> Iterator[Stems]:
        """See `Engine.separate`."""
        window, overlap = WINDOW_SECONDS * rate, OVERLAP_SECONDS * rate
        return in_windows(blocks, window, overlap, lambda mix: self.separate_window(mix, rate))

    def separate_window(self, mix: Samples, rate: int) -> Stems:
        """The stems of a mix that is held whole."""
        spectra = Spectra.of(mix, _frame_length(rate))
        vocals, drums, bass = _masks(spectra.magnitudes(), rate, spectra.frame)
        stems = {"vocals": spectra.masked(vocals)}
        rest = mix - stems["vocals"]
        if "drums" in self.stems:
            for name, mask in (("drums", drums), ("bass", bass)):
                stems[name] = spectra.masked(mask)
                rest = rest - stems[name]
        return stems | {self.stems[-1]: rest}


def _frame_length(rate: int) -> int:
    return int(2 ** max(6, round(np.log2(_FRAME_SECONDS * rate))))


def _masks(magnitudes: Spectrogram, rate: int, frame: int) -> tuple[Spectrogram, ...]:
    """Shares of vocals, drums and bass in each bin; what they leave is other."""
    second, hertz = 2 * rate / frame, frame / rate
    tones = _median(magnitudes.T, _TONE_SECONDS * second).T
    hits = _median(magnitudes, _HIT_HERTZ * hertz)
    percussive = _share(hits, tones)
    again = repeating(magnitudes, round(_CONTEXT_SECONDS * second), round(_APART_SECONDS * second))
    bins = np.arange(magnitudes.shape[1], dtype=np.float32) / np.float32(hertz)
    vocals = (1 - percussive) * _share(magnitudes - again, again) * (1 - _below(bins, _VOICE_HERTZ))
    drums = percussive * (1 - vocals)
    bass = (1 - vocals - drums) * _below(bins, _BASS_HERTZ)
    return vocals, drums, bass


def _median(lines: Spectrogram, width: float) -> Spectrogram:
    """The median around each value of each line.

    SciPy is several times faster on one line than on many: they are put behind one another, each
    mirrored at its ends.
    """
    from scipy.ndimage import median_filter  # takes a quarter of a second

    half = min(int(width) // 2, lines.shape[1] - 1)
    mirrored = np.pad(lines, ((0, 0), (half, half)), mode="reflect")
    filtered = median_filter(mirrored.ravel(), size=2 * half + 1).reshape(mirrored.shape)
    found: Spectrogram = filtered[:, half : half + lines.shape[1]]
    return found


def _share(part: Spectrogram, other: Spectrogram) -> Spectrogram:
    """Wiener's share of one of two parts: by power."""
    power = part**2
    share: Spectrogram = power / (power + other**2 + _TINY)
    return share


def _below(bins: NDArray[np.float32], hertz: float) -> NDArray[np.float32]:
    """1 well below a frequency, 0 well above: a Butterworth slope of 48 dB an octave."""
    rising = (bins / np.float32(hertz)) ** 8
    below: NDArray[np.float32] = (1 / (1 + rising)).astype(np.float32)
    return below

"""Sound into files, block by block, measured on the way."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile

from lib.audio.decode import Samples
from lib.audio.loudness import LoudnessMeter
from lib.errors import AudioError

Format = Literal["flac", "wav"]

SILENT = 1e-6
"""A peak below this (-120 dBFS) is silence: half a step of 16 bits is -96 dBFS."""


class SoundWriter:
    """One file on its way; close it, or use it as a context.

    Attributes:
        channels: how many.
        samples: written until now, of each channel.
        peak: the highest of them, full scale at 1.
    """

    def __init__(
        self, path: Path, form: Format, rate: int, channels: int, fine: bool = False
    ) -> None:
        """Begins a file.

        Args:
            path: the file.
            form: `flac` or `wav`; both cut what is above full scale.
            rate: samples a second.
            channels: how many.
            fine: 24 bits a sample, not 16.

        Raises:
            AudioError: FLAC holds no such sound.
        """
        # Not floats: libsndfile writes the time of day into a WAV of them.
        subtype = "PCM_24" if fine else "PCM_16"
        try:
            self._file = soundfile.SoundFile(path, "w", rate, channels, subtype, format=form)
        except soundfile.LibsndfileError as error:
            raise AudioError(
                f"{channels} channels at {rate} Hz cannot be written as {form} "
                f"({error.error_string}): set stems.format=wav"
            ) from None
        self.channels = channels
        self.samples, self.peak = 0, 0.0
        self._loudness = LoudnessMeter(rate, channels)

    def write(self, block: Samples) -> None:
        """Adds samples [channels, samples].

        Raises:
            AudioError: some are no numbers.
        """
        peak = float(np.abs(block).max(initial=0.0))
        if not math.isfinite(peak):
            raise AudioError("samples that are no numbers")
        self.peak = max(self.peak, peak)
        self.samples += block.shape[1]
        self._loudness.add(block)
        self._file.write(block.T.clip(-1, 1))

    @property
    def is_silent(self) -> bool:
        """Whether nothing can be heard in it."""
        return self.peak < SILENT

    @property
    def loudness_lufs(self) -> float | None:
        """Integrated loudness; None where silent or shorter than 400 ms."""
        return self._loudness.integrated()

    @property
    def peak_dbfs(self) -> float | None:
        """The highest sample, decibels below full scale; None where silent."""
        return None if self.is_silent else 20 * math.log10(self.peak)

    def close(self) -> None:
        """Ends the file."""
        self._file.close()

    def __enter__(self) -> SoundWriter:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the file."""
        self.close()

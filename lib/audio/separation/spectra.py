"""A short-time Fourier transform that gives back what it was made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from lib.audio.separation.engine import Samples


@dataclass(frozen=True)
class Spectra:
    """Spectra of frames that overlap by half.

    The window is the root of Hann's, on the way there and back: the two make Hann's, whose halves
    sum to 1, so that masks which sum to 1 give stems that sum to the mix.

    Attributes:
        bins: complex64 [channels, frames, bins].
        frame: samples in a frame.
        length: samples of the audio.
    """

    bins: NDArray[np.complex64]
    frame: int
    length: int

    @classmethod
    def of(cls, audio: Samples, frame: int) -> Spectra:
        """The spectra of audio [channels, samples]."""
        hop, length = frame // 2, audio.shape[1]
        padded = np.pad(audio, ((0, 0), (hop, hop + -length % hop)))
        frames = sliding_window_view(padded, frame, axis=1)[:, ::hop]
        return cls(rfft(frames * _window(frame), axis=2), frame, length)

    def magnitudes(self) -> NDArray[np.float32]:
        """[frames, bins]: the root mean square over the channels."""
        power = np.zeros(self.bins.shape[1:], dtype=np.float32)
        for channel in self.bins:
            power += channel.real**2 + channel.imag**2
        power /= np.float32(len(self.bins))
        return np.sqrt(power, out=power)

    def masked(self, mask: NDArray[np.float32]) -> Samples:
        """The audio of a share of each bin: [channels, samples].

        Args:
            mask: shares [frames, bins].
        """
        hop = self.frame // 2
        frames = irfft(self.bins * mask, self.frame, axis=2) * _window(self.frame)
        halves = frames.reshape(len(frames), frames.shape[1], 2, hop)
        # Of each frame the first half lies over the second half of the frame before.
        joined = halves[:, 1:, 0] + halves[:, :-1, 1]
        found: Samples = joined.reshape(len(frames), -1)[:, : self.length]
        return found


def _window(frame: int) -> NDArray[np.float32]:
    return np.sin(np.pi * (np.arange(frame, dtype=np.float32) + 0.5) / frame).astype(np.float32)

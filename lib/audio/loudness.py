"""Integrated loudness by ITU-R BS.1770-4, block by block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lib.audio.decode import Samples

#: LUFS under which a block is silence, and how far under the mean of the rest it is left out.
_ABSOLUTE, _RELATIVE = -70.0, -10.0
_STEPS = 4  # a block of 400 ms is four steps of 100 ms


class LoudnessMeter:
    """Gathers loudness; a few numbers for each 100 ms are kept.

    pyloudnorm computes the same of a file as a whole, in several times its size of memory.

    Args:
        rate: sample rate, Hz.
        channels: how many; of six the fourth is taken for low-frequency effects, which do not
            count, and those after it for surround, which counts more, as the standard says.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self._rate = rate
        self._sections = np.stack([_shelf(rate), _high_pass(rate)])
        self._state = np.zeros((2, channels, 2))
        self._weights = np.ones(channels)
        if channels == 5:
            self._weights[3:] = 1.41
        if channels == 6:
            self._weights[3:] = 0.0, 1.41, 1.41
        self._steps: list[float] = []
        self._sum, self._at = 0.0, 0

    def add(self, block: Samples) -> None:
        """Takes the next samples, [channels, samples]."""
        from scipy.signal import sosfilt  # takes half a second

        heard, self._state = sosfilt(self._sections, block, axis=1, zi=self._state)
        power = np.concatenate([[0.0], np.cumsum(self._weights @ heard**2)])
        end, done = self._at + block.shape[1], 0
        while (edge := round((len(self._steps) + 1) * self._rate / 10)) <= end:
            self._steps.append(self._sum + power[edge - self._at] - power[done])
            self._sum, done = 0.0, edge - self._at
        self._sum += power[-1] - power[done]
        self._at = end

    def integrated(self) -> float | None:
        """Loudness of all that was taken, LUFS; None for silence and for less than 400 ms."""
        steps = np.asarray(self._steps) / (self._rate / 10)
        if len(steps) < _STEPS:
            return None
        blocks = np.convolve(steps, np.full(_STEPS, 1 / _STEPS), "valid")
        blocks = blocks[_lufs(blocks) > _ABSOLUTE]
        if not len(blocks):
            return None
        blocks = blocks[_lufs(blocks) > _lufs(blocks.mean()) + _RELATIVE]
        return float(_lufs(blocks.mean()))


def _lufs(power: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(power, 1e-12))


def _shelf(rate: int) -> npt.NDArray[np.float64]:
    """The standard's first filter, a head's effect, for any sample rate (as in libebur128)."""
    k = np.tan(np.pi * min(1681.974450955533, 0.45 * rate) / rate)
    high = 10 ** (3.999843853973347 / 20)
    band, q = high**0.4996667741545416, 0.7071752369554196
    first = 1 + k / q + k * k
    return np.array(
        [
            (high + band * k / q + k * k) / first,
            2 * (k * k - high) / first,
            (high - band * k / q + k * k) / first,
            1.0,
            2 * (k * k - 1) / first,
            (1 - k / q + k * k) / first,
        ]
    )


def _high_pass(rate: int) -> npt.NDArray[np.float64]:
    """Its second filter, which takes out what is too low to be heard."""
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    first = 1 + k / q + k * k
    return np.array([1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / first, (1 - k / q + k * k) / first])

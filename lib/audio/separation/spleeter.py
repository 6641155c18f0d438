"""Deezer's Spleeter: U-Nets that mask spectra, with weights that they trained.

Its own class builds everything anew for each file and needs an older TensorFlow. So its graph is
built here, once, in one session that is fed window after window. How its packages live beside
Spark's is in docs/adr/0026-separation-engines.md.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np

from lib.audio.separation.engine import Samples, Stems
from lib.audio.separation.windows import in_windows
from lib.errors import SeparationError

STEMS_OF = {
    2: ("vocals", "accompaniment"),
    4: ("vocals", "drums", "bass", "other"),
    5: ("vocals", "drums", "bass", "piano", "other"),
}

_RATE = 44_100
#: Memory grows with it: 1.2 to 1.5 GiB for 30 s. It is 2.5 of the pieces that the nets look at.
_WINDOW_SECONDS = 30
_OVERLAP_SECONDS = 2

#: Of a front channel, what all channels behind the first two count for: 3 dB less.
_BEHIND = np.float32(0.5**0.5)


class Spleeter:
    """The engine `spleeter`: two, four or five stems, at 44.1 kHz, in mono or stereo."""

    name = "spleeter"
    sample_rate: int | None = _RATE

    def __init__(self, stem_count: int, folder: str, model: str) -> None:
        """Builds the graph and reads the weights: 3 to 7 s.

        Args:
            stem_count: 2, 4 or 5.
            folder: holds the TensorFlow checkpoint.
            model: what the weights are called, see `model_name`.

        Raises:
            SeparationError: Spleeter is not installed, or the folder holds no such checkpoint.
        """
        self.version = require()
        self.stems = STEMS_OF[stem_count]
        self.model = model
        self._run, self._waveform, self._outputs = _session(stem_count, folder)

    def separate(self, blocks: Iterable[Samples], rate: int) -> Iterator[Stems]:
        """See `Engine.separate`; of more than two channels stems are stereo."""
        if rate != _RATE:
            raise ValueError(f"Spleeter takes {_RATE} Hz, not {rate}")
        window, overlap = _WINDOW_SECONDS * rate, _OVERLAP_SECONDS * rate
        return in_windows(blocks, window, overlap, self.separate_window)

    def separate_window(self, mix: Samples) -> Stems:
        """The stems of a mix that is held whole."""
        stereo = _stereo(mix)
        found = self._run(self._outputs, {self._waveform: np.ascontiguousarray(stereo.T)})
        stems = {name: np.asarray(found[name].T, np.float32) for name in self.stems}
        if len(mix) == 1:
            return {name: stem.mean(axis=0, keepdims=True) for name, stem in stems.items()}
        return stems


def require() -> str:
    """The installed version of Spleeter.

    Raises:
        SeparationError: it is not installed.
    """
    if util.find_spec("spleeter") is None or util.find_spec("tensorflow") is None:
        raise SeparationError(
            "Spleeter is not installed; it takes 2 GB, so it comes when first asked for: run "
            "./songlake separate --engine spleeter, or SONGLAKE_SPLEETER=1 before any command"
        )
    return metadata.version("spleeter")


def model_name(folder: Path) -> str:
    """What weights are called: the folder's name and the beginning of their checksum."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.index")) + sorted(folder.glob("*.data-*")):
        with file.open("rb") as stream:
            for block in iter(lambda: stream.read(2**20), b""):
                digest.update(block)
    return f"{folder.name}-{digest.hexdigest()[:8]}"


def _stereo(mix: Samples) -> Samples:
    if len(mix) == 1:
        return np.repeat(mix, 2, axis=0)
    if len(mix) == 2:
        return mix
    behind = mix[2:].sum(axis=0, keepdims=True) * _BEHIND
    mixed: Samples = mix[:2] + behind
    return mixed


def tensorflow() -> Any:
    """TensorFlow as Spleeter's graph needs it: Keras 2, no GPU, no chatter."""
    os.environ.update(TF_USE_LEGACY_KERAS="1", CUDA_VISIBLE_DEVICES="-1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    return tf


def graph(stem_count: int) -> tuple[Any, Any, dict[str, Any]]:
    """Spleeter's graph for so many stems.

    Returns:
        The graph, its input [samples, 2], and its outputs, alike, by stem.
    """
    tf = tensorflow()
    from spleeter.model import EstimatorSpecBuilder, InputProviderFactory
    from spleeter.utils.configuration import load_configuration

    parameters = load_configuration(f"spleeter:{stem_count}stems") | {"MWF": False}
    # Keras numbers layers through a process, and weights are found by these names.
    tf.keras.backend.clear_session()
    made = tf.Graph()
    with made.as_default():
        features = InputProviderFactory.get(parameters).get_input_dict_placeholders()
        waveform = features["waveform"]
        outputs = dict(EstimatorSpecBuilder(features, parameters).outputs)
        outputs.pop("audio_id", None)
    return made, waveform, outputs


def _session(stem_count: int, folder: str) -> tuple[Any, Any, dict[str, Any]]:
    tf = tensorflow()
    checkpoint = tf.train.latest_checkpoint(folder)
    if checkpoint is None:  # without this the nets would run on random weights, and say nothing
        raise SeparationError(
            f"{folder} holds no TensorFlow checkpoint: put Spleeter's model there, or delete the "
            "folder to have it downloaded"
        )
    made, waveform, outputs = graph(stem_count)
    threads = {"intra_op_parallelism_threads": 1, "inter_op_parallelism_threads": 1}
    session = tf.compat.v1.Session(graph=made, config=tf.compat.v1.ConfigProto(**threads))
    try:
        with made.as_default():
            tf.compat.v1.train.Saver().restore(session, checkpoint)
    except (tf.errors.OpError, ValueError) as error:
        raise SeparationError(
            f"{folder} holds a checkpoint of another model, not of {stem_count} stems "
            f"({str(error).splitlines()[0][:200]}): put the right one there"
        ) from None
    return session.run, waveform, outputs

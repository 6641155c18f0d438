"""Sound out of files, block by block: libsndfile where it can, FFmpeg (PyAV) for the rest.

Samples are float32, full scale at ±1, in arrays of shape [channels, samples]. No more than a few
blocks of a file are ever in memory, but where `load` is asked for more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from lib.errors import AudioError

Samples = npt.NDArray[np.float32]
"""Shape [channels, samples], full scale at ±1."""

BLOCK_S = 10.0
"""Seconds in a block, unless asked for otherwise."""

RATES = (1_000, 768_000)
"""Sample rates that sound has; beyond them a header is broken."""

_CHANNELS = 64
_PIECE = 2**16
#: FFmpeg's decoders need some sound before the place they are set to.
_PREROLL_S = 1.0
_BITS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32,
         "DOUBLE": 64, "ULAW": 8, "ALAW": 8, "ALAC_16": 16, "ALAC_24": 24}  # fmt: skip
_FORMATS = {"WAVEX": "wav", "RF64": "wav"}
_CODECS = {"MPEG_LAYER_III": "mp3", "MPEG_LAYER_II": "mp2", "MPEG_LAYER_I": "mp1"}
_LOSSLESS = ("flac", "alac", "pcm")


@dataclass(frozen=True)
class AudioInfo:
    """What a file's header says.

    Attributes:
        format: its container: `wav`, `flac`, `mp3`, `ogg`, `mp4`, …
        codec: how the sound is coded: `pcm_16`, `vorbis`, `aac`, …
        duration_s: its length in seconds; of lossy files sometimes an estimate.
        sample_rate: samples a second of each channel.
        channels: how many.
        bits: of a sample; None for lossy codecs.
        by: what decodes it: `soundfile` or `av`.
    """

    format: str
    codec: str
    duration_s: float
    sample_rate: int
    channels: int
    bits: int | None
    by: str


def info(path: str | Path) -> AudioInfo:
    """What a file's header says.

    Raises:
        AudioError: it is no sound that can be decoded, or is not there.
    """
    path = Path(path)
    try:
        if not path.stat().st_size:
            raise AudioError("an empty file")
    except OSError as error:
        raise AudioError(f"cannot be read: {error.strerror}") from None
    try:
        found = _info_by_soundfile(path)
    except soundfile.LibsndfileError as error:
        found = _info_by_av(path, error.error_string)
    if not RATES[0] <= found.sample_rate <= RATES[1] or not 0 < found.channels <= _CHANNELS:
        raise AudioError(f"a header that says {found.channels} channels at {found.sample_rate} Hz")
    return found


def blocks(
    path: str | Path,
    sample_rate: int | None = None,
    mono: bool = False,
    offset_s: float = 0.0,
    duration_s: float | None = None,
    block_s: float = BLOCK_S,
) -> Iterator[Samples]:
    """The sound of a file, block by block.

    Args:
        path: the file.
        sample_rate: of what is handed on; by default the file's own.
        mono: whether its channels are averaged to one.
        offset_s: seconds at its beginning to leave out.
        duration_s: seconds to read; by default to its end.
        block_s: seconds in a block; all but the last are of just that length.

    Yields:
        float32 arrays of shape [channels, samples]; what is no number is 0.

    Raises:
        AudioError: it is no sound that can be decoded, or breaks off on the way.
    """
    about = info(path)
    own = about.sample_rate
    rate = sample_rate or own
    read = _read_by_soundfile if about.by == "soundfile" else _read_by_av
    pieces = _first(read(Path(path), offset_s), None if duration_s is None else duration_s * own)
    sound: Iterator[Samples] = (
        np.nan_to_num(piece, copy=False, posinf=0.0, neginf=0.0) for piece in pieces
    )
    if mono:
        sound = (piece.mean(axis=0, keepdims=True) for piece in sound)
    if rate != own:
        sound = resampled(sound, own, rate, 1 if mono else about.channels)
    return _of_length(sound, max(1, round(block_s * rate)))


def load(
    path: str | Path,
    sample_rate: int | None = None,
    mono: bool = False,
    offset_s: float = 0.0,
    duration_s: float | None = None,
) -> tuple[Samples, int]:
    """The sound of a file, or of a part of it, as one array; for the arguments see `blocks`.

    Returns:
        A float32 array of shape [channels, samples], and its sample rate.

    Raises:
        AudioError: it is no sound that can be decoded, or breaks off on the way.
    """
    about = info(path)
    found = list(blocks(path, sample_rate, mono, offset_s, duration_s))
    empty = np.zeros((1 if mono else about.channels, 0), np.float32)
    return np.concatenate([empty, *found], axis=1), sample_rate or about.sample_rate


# ---------------------------------------------------------------------------------- libsndfile


def _info_by_soundfile(path: Path) -> AudioInfo:
    with soundfile.SoundFile(path) as file:
        codec = _CODECS.get(file.subtype, file.subtype.lower())
        kind = "mp3" if codec == "mp3" else _FORMATS.get(file.format, file.format.lower())
        return AudioInfo(
            format=kind,
            codec="flac" if kind == "flac" else codec,
            duration_s=file.frames / file.samplerate if file.samplerate else 0.0,
            sample_rate=file.samplerate,
            channels=file.channels,
            bits=_BITS.get(file.subtype),
            by="soundfile",
        )


def _read_by_soundfile(path: Path, offset_s: float) -> Iterator[Samples]:
    try:
        with soundfile.SoundFile(path) as file:
            start = round(offset_s * file.samplerate)
            if start >= file.frames:
                return
            file.seek(start)
            while len(piece := file.read(_PIECE, dtype="float32", always_2d=True)):
                yield np.ascontiguousarray(piece.T)
    except (soundfile.SoundFileError, OSError) as error:
        raise AudioError(getattr(error, "error_string", None) or str(error)) from None


# -------------------------------------------------------------------------------------- FFmpeg


def _info_by_av(path: Path, before: str) -> AudioInfo:
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise AudioError("no sound in it")
            stream = container.streams.audio[0]
            name = stream.codec_context.name
            length = (
                stream.duration * stream.time_base
                if stream.duration and stream.time_base
                else (container.duration or 0) / av.time_base
            )
            return AudioInfo(
                format=_container(container.format.name),
                codec=name,
                duration_s=float(length),
                sample_rate=stream.rate or 0,
                channels=stream.channels,
                bits=stream.format.bits if name.startswith(_LOSSLESS) else None,
                by="av",
            )
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise AudioError(f"{before.rstrip('.')}; {_reason(error)}") from None


def _container(names: str) -> str:
    return "mp4" if "mp4" in names.split(",") else names.partition(",")[0]


def _read_by_av(path: Path, offset_s: float) -> Iterator[Samples]:
    try:
        with av.open(str(path)) as container:
            stream = container.streams.audio[0]
            begins = float((stream.start_time or 0) * (stream.time_base or 0))
            if offset_s > _PREROLL_S and stream.time_base:
                at = begins + offset_s - _PREROLL_S
                container.seek(int(at / stream.time_base), stream=stream)
            planar = av.AudioResampler(format="fltp")
            skip: int | None = None
            for frame in container.decode(stream):
                if skip is None:
                    at = begins if frame.time is None else frame.time
                    skip = max(0, round((offset_s - (at - begins)) * frame.sample_rate))
                for part in planar.resample(frame):
                    piece = part.to_ndarray()
                    dropped, skip = min(skip, piece.shape[1]), max(0, skip - piece.shape[1])
                    if dropped < piece.shape[1]:
                        yield np.ascontiguousarray(piece[:, dropped:], np.float32)
    except (av.error.FFmpegError, OSError, ValueError, IndexError) as error:
        raise AudioError(_reason(error)) from None


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


# -------------------------------------------------------------------------------------- blocks


def _first(pieces: Iterable[Samples], samples: float | None) -> Iterator[Samples]:
    """So many samples of a row of pieces; all of them for None."""
    left = None if samples is None else round(samples)
    for piece in pieces:
        if left is None:
            yield piece
            continue
        yield piece[:, :left]
        left -= piece.shape[1]
        if left <= 0:
            return


def resampled(pieces: Iterable[Samples], own: int, rate: int, channels: int) -> Iterator[Samples]:
    """The same sound at another sample rate.

    Args:
        pieces: the sound, of shape [channels, samples] each.
        own: its sample rate.
        rate: the one wanted.
        channels: how many it has.
    """
    stream = soxr.ResampleStream(own, rate, channels, dtype="float32")
    # What its filter still holds comes out with a last piece, of nothing.
    end: Any = (None,)
    for piece in chain(pieces, end):
        last = piece is None
        given = np.zeros((channels, 0), np.float32) if piece is None else piece
        made = stream.resample_chunk(np.ascontiguousarray(given.T), last=last)
        if len(made):
            yield np.ascontiguousarray(made.T)


def _of_length(pieces: Iterable[Samples], length: int) -> Iterator[Samples]:
    """The same sound in blocks of one length, but for the last."""
    kept: list[Samples] = []
    held = 0
    for piece in pieces:
        kept.append(piece)
        held += piece.shape[1]
        if held < length:
            continue
        joined = np.concatenate(kept, axis=1)
        whole = held - held % length
        for at in range(0, whole, length):
            yield joined[:, at : at + length].copy()
        kept, held = [joined[:, whole:]], held - whole
    if held:
        yield np.concatenate(kept, axis=1)

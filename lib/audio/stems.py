"""The stems of a file: separated, written, and checked to be complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from lib.audio.decode import Samples, blocks, info
from lib.audio.encode import SILENT, Format, SoundWriter
from lib.audio.separation.engine import Engine
from lib.audio.separation.engines import ReadyEngine
from lib.audio.store import AudioStore, read_result, write_result
from lib.errors import AudioError, SeparationError

STAGE = "stems"


def stem_rows(
    file: Mapping[str, Any], ready: ReadyEngine, store: AudioStore, form: Format
) -> Iterator[dict[str, Any]]:
    """Rows of silver.stems for one file: its stems, or why there are none.

    Args:
        file: `audio_id`, `path` and `size_bytes`, as in bronze.audio_files.
        ready: what separates it.
        store: where stems are kept; those that are there are not made again.
        form: of the stems' files.
    """
    if ready.lacks:
        ready = _as_before(file["audio_id"], ready, store, form)
    try:
        folder = kept_stems(file, ready, store, form)
        facts = read_result(folder)
    except (AudioError, SeparationError) as error:
        folder, facts = None, {"failure": str(error)}
    for stem in ready.stems:
        told = facts.get("stems", {}).get(stem, {})
        yield {
            "audio_id": file["audio_id"],
            "engine": ready.name,
            "stem_count": ready.stem_count,
            "stem": stem,
            "path": str(folder / told.pop("file")) if folder and told else None,
            "model": ready.model,
            "version": ready.version,
            "failure": facts["failure"],
            **told,
        }


def kept_stems(
    file: Mapping[str, Any], ready: ReadyEngine, store: AudioStore, form: Format
) -> Path:
    """The folder of a file's stems, made now where it is not there.

    That they came out wrong is kept too: the same engine gives the same again.

    Raises:
        AudioError: the file cannot be decoded, or is no longer what was ingested.
        SeparationError: the engine cannot be had or loaded.
    """

    def make(folder: Path) -> None:
        size = _size(file["path"])
        if size != file["size_bytes"]:
            raise AudioError(f"{file['path']} changed since it was ingested: ingest it again")
        with threadpool_limits(limits=1):  # as many workers run as there are cores
            facts = separate_file(file["path"], ready.loaded(), folder, form)
        write_result(folder, facts)

    return store.kept(STAGE, file["audio_id"], f"{ready.recipe}-{form}", make)


def _as_before(audio_id: str, ready: ReadyEngine, store: AudioStore, form: Format) -> ReadyEngine:
    """An engine that cannot be had, as it was when it separated this file, where it ever did.

    So a machine without Spleeter keeps in its tables what one with it has made.
    """
    for made in sorted(store.place(STAGE, audio_id, "any").parent.glob(f"*-{form}"), reverse=True):
        name, version, count, model = made.name.removesuffix(f"-{form}").split("-", 3)
        if (name, count) == (ready.name, str(ready.stem_count)):
            return replace(ready, version=version, model=model)
    return ready


def separate_file(path: str | Path, engine: Engine, folder: Path, form: Format) -> dict[str, Any]:
    """Writes the stems of a file into a folder, without ever holding the whole of it.

    Returns:
        `failure`, None where all is well, and the facts of `stems` by name.

    Raises:
        AudioError: the file cannot be decoded, or its stems not be written.
    """
    about = info(path)
    rate = engine.sample_rate or about.sample_rate
    mix = _Measured(blocks(path, sample_rate=rate))
    fine = (about.bits or 16) > 16
    writers: dict[str, SoundWriter] = {}
    with ExitStack() as files:
        for stems in engine.separate(mix, rate):
            for name, stem in stems.items():
                if name not in writers:
                    to = folder / f"{name}.{form}"
                    writer = SoundWriter(to, form, rate, len(stem), fine)
                    writers[name] = files.enter_context(writer)
                try:
                    writers[name].write(stem)
                except AudioError as error:
                    return _failed(folder, f"{name}: {error}")
    if lack := _lack(mix, writers, engine.stems):
        return _failed(folder, lack)
    found = {
        name: {
            "file": f"{name}.{form}",
            "duration_s": writer.samples / rate,
            "sample_rate": rate,
            "channels": writer.channels,
            "loudness_lufs": writer.loudness_lufs,
            "peak_dbfs": writer.peak_dbfs,
        }
        for name, writer in writers.items()
    }
    return {"failure": None, "stems": found}


class _Measured:
    """A mix that counts its samples and notes its peak as they go by."""

    def __init__(self, mix: Iterator[Samples]) -> None:
        self._mix = mix
        self.samples, self.peak = 0, 0.0

    def __iter__(self) -> Iterator[Samples]:
        for block in self._mix:
            self.samples += block.shape[1]
            self.peak = max(self.peak, float(np.abs(block).max(initial=0.0)))
            yield block


def _lack(
    mix: _Measured, writers: Mapping[str, SoundWriter], expected: tuple[str, ...]
) -> str | None:
    """What is wrong with stems, or None."""
    if not mix.samples:
        return "there is no sound in it"
    if missing := [name for name in expected if name not in writers]:
        return f"the engine gave no {', '.join(missing)}"
    for name, writer in writers.items():
        if writer.samples != mix.samples:
            return f"{name} has {writer.samples} samples, the mix {mix.samples}"
        if writer.is_silent and mix.peak >= SILENT:
            return f"{name} is silent, and the mix is not"
    return None


def _failed(folder: Path, why: str) -> dict[str, Any]:
    for file in folder.iterdir():
        file.unlink()
    return {"failure": why}


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError as error:
        raise AudioError(f"{path} cannot be read: {error.strerror}") from None

"""Spleeter's published models: found in a folder, else downloaded, whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
import tempfile
from pathlib import Path

import requests

from lib.errors import SeparationError

_INDEX = "checksum.json"
_TIMEOUT = (20, 60)
_BLOCK = 2**20


def model_folder(models: Path, name: str, url: str) -> Path:
    """The folder of a model, which is downloaded where there is none.

    Args:
        models: holds a folder a model.
        name: `2stems`, `4stems` or `5stems`.
        url: holds `<name>.tar.gz` and `checksum.json` with the SHA-256 of each.

    Raises:
        SeparationError: it can neither be found nor downloaded; nothing half is left behind.
    """
    folder = models / name
    if folder.is_dir():
        if not _is_complete(folder):
            raise SeparationError(
                f"{folder} holds no checkpoint (a file of that name, and those that it names, "
                f".index and .data-…): put Spleeter's {name} model there, or delete the folder to "
                "have it downloaded"
            )
        return folder
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models, prefix=f".{name}-") as work:
            _download(url, name, Path(work))
            unpacked = _unpack(Path(work), name)
            try:
                unpacked.rename(folder)
            except OSError:
                if not folder.is_dir():  # else somebody was quicker
                    raise
    except (requests.RequestException, OSError, tarfile.TarError, ValueError) as error:
        raise SeparationError(
            f"Spleeter's model {name} cannot be had from {url} ({_reason(error)}). Try again, or "
            f"download {name}.tar.gz yourself and unpack it into {folder}"
        ) from None
    return folder


def _download(url: str, name: str, work: Path) -> None:
    index = requests.get(f"{url}/{_INDEX}", timeout=_TIMEOUT)
    index.raise_for_status()
    told = index.json().get(name)
    if not told:
        raise ValueError(f"{_INDEX} does not know {name}")
    found = hashlib.sha256()
    with requests.get(f"{url}/{name}.tar.gz", timeout=_TIMEOUT, stream=True) as answer:
        answer.raise_for_status()
        with (work / "archive").open("wb") as out:
            for block in answer.iter_content(_BLOCK):
                found.update(block)
                out.write(block)
    if found.hexdigest() != told:
        raise ValueError("what came has not the published checksum")


def _unpack(work: Path, name: str) -> Path:
    folder = work / name
    with tarfile.open(work / "archive") as archive:
        archive.extractall(folder, filter="data")  # nothing outside, no devices, no links out
    if not _is_complete(folder):
        raise ValueError("the archive holds no checkpoint")
    shutil.copymode(work.parent, folder)
    (folder / ".probe").write_text("OK")  # by which Spleeter itself knows a model as complete
    return folder


def _is_complete(folder: Path) -> bool:
    parts = ("checkpoint", "*.index", "*.data-*")
    return all(any(file.is_file() for file in folder.glob(part)) for part in parts)


def _reason(error: Exception) -> str:
    answer = getattr(error, "response", None)
    if answer is not None:
        return f"HTTP {answer.status_code}"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__

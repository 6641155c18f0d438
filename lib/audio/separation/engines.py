"""The engines by name: what each can give, and what it needs before workers can use it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lib.audio.in_worker import kept_in_worker
from lib.audio.separation import builtin, spleeter
from lib.audio.separation.engine import Engine
from lib.audio.separation.model_files import model_folder
from lib.errors import SeparationError, SettingsError

STEMS_OF = {"builtin": builtin.STEMS_OF, "spleeter": spleeter.STEMS_OF}
"""Names of the stems, by engine and by how many are asked for."""


def stem_count(engine: str, asked: int | None) -> int:
    """How many stems an engine gives where so many are asked for: as many as it can.

    Raises:
        SettingsError: there is no such engine, or nobody gives so many stems.
    """
    if engine not in STEMS_OF:
        raise SettingsError(f"--engine {engine}: choose from {', '.join(STEMS_OF)}")
    counts = {count for each in STEMS_OF.values() for count in each}
    if asked is not None and asked not in counts:
        raise SettingsError(f"--stems {asked}: choose from {', '.join(map(str, sorted(counts)))}")
    return max(count for count in STEMS_OF[engine] if asked is None or count <= asked)


@dataclass(frozen=True)
class ReadyEngine:
    """An engine whose needs are there; small enough to be sent to workers, which load it.

    Attributes:
        name: of the engine.
        stem_count: how many stems it is to give.
        version: of the engine.
        model: see `Engine`.
        folder: its model's; empty where it needs none.
        lacks: why it cannot be had; empty where it can.
    """

    name: str
    stem_count: int
    version: str
    model: str
    folder: str = ""
    lacks: str = ""

    @property
    def stems(self) -> tuple[str, ...]:
        """Names of the stems that it gives."""
        return STEMS_OF[self.name][self.stem_count]

    @property
    def recipe(self) -> str:
        """What the stems depend on but for the file, as a folder's name."""
        return f"{self.name}-{self.version}-{self.stem_count}-{self.model}"

    def loaded(self) -> Engine:
        """The engine, loaded once in each worker process.

        Raises:
            SeparationError: it cannot be had or loaded, which is tried once in each process, too.
        """
        found = kept_in_worker(self, self._load)
        if isinstance(found, str):
            raise SeparationError(found)
        return found

    def _load(self) -> Engine | str:
        if self.lacks:
            return self.lacks
        if self.name == "builtin":
            return builtin.Builtin(self.stem_count)
        try:
            return spleeter.Spleeter(self.stem_count, self.folder, self.model)
        except (SeparationError, ImportError) as error:
            return str(error)


def ready_engine(name: str, stem_count: int, models: Path, url: str) -> ReadyEngine:
    """An engine with all that it needs; its model is downloaded where it is not there yet.

    Args:
        name: `builtin` or `spleeter`.
        stem_count: how many stems it is to give.
        models: holds a folder for each of Spleeter's models; workers must reach it.
        url: where Spleeter's models are published.

    Raises:
        SeparationError: it is not installed, or its model cannot be had.
    """
    if name == "builtin":
        return ReadyEngine(name, stem_count, builtin.Builtin.version, builtin.Builtin.model)
    version = spleeter.require()
    folder = model_folder(models, f"{stem_count}stems", url)
    return ReadyEngine(name, stem_count, version, spleeter.model_name(folder), str(folder))


def engine_or_lack(name: str, stem_count: int, models: Path, url: str) -> ReadyEngine:
    """`ready_engine`, or one that says for each file why it cannot be had."""
    try:
        return ready_engine(name, stem_count, models, url)
    except SeparationError as error:
        return ReadyEngine(name, stem_count, "none", "none", lacks=str(error))

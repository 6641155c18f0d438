"""Settings: conf/*.yaml, then `.env`, then SONGLAKE_* variables, then flags; the last one wins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml
from pydantic import AliasChoices, BaseModel, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError as PydanticSettingsError,
)

from lib.errors import SettingsError
from lib.settings_sections import (
    Features,
    Harmonic,
    Live,
    Moods,
    Plays,
    Recommend,
    Segments,
    Similar,
    Spark,
    Statistics,
    Stems,
    Synthetic,
)

PROJECT = Path(__file__).resolve().parents[1]

#: Variables that start with SONGLAKE_ and steer the wrapper or this module, not a setting.
_NOT_SETTINGS = {
    "SONGLAKE_CONF",
    "SONGLAKE_DEV",
    "SONGLAKE_HOME",
    "SONGLAKE_JAVA_HOME",
    "SONGLAKE_SPLEETER",
}

_NOT_KNOWN = "is not a setting. See conf/local.yaml for what there is."


class Settings(BaseSettings):
    """Everything a person may set. Build it with `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix="SONGLAKE_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
    )

    data: Path = PROJECT / "data"
    lake_root: str | None = None
    audio_root: str | None = None
    user: str = "me"
    timezone: str = "UTC"
    allow_synthetic: bool = Field(
        default=True,
        validation_alias=AliasChoices(
            "allow_synthetic", "SONGLAKE_ALLOW_SYNTHETIC", "ALLOW_SYNTHETIC"
        ),
    )
    features: Features = Field(default_factory=Features)
    synthetic: Synthetic = Field(default_factory=Synthetic)
    plays: Plays = Field(default_factory=Plays)
    statistics: Statistics = Field(default_factory=Statistics)
    moods: Moods = Field(default_factory=Moods)
    similar: Similar = Field(default_factory=Similar)
    harmonic: Harmonic = Field(default_factory=Harmonic)
    live: Live = Field(default_factory=Live)
    recommend: Recommend = Field(default_factory=Recommend)
    stems: Stems = Field(default_factory=Stems)
    segments: Segments = Field(default_factory=Segments)
    spark: Spark = Field(default_factory=Spark)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not an IANA time zone; write it like Europe/Berlin")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """`load_settings` merges the sources itself, to remember which one each value is from."""
        return (init_settings,)

    @property
    def landing(self) -> Path:
        """Where input files lie."""
        return self.data / "landing"

    @property
    def lake(self) -> str:
        """Where tables lie: a path or a URL."""
        return self.lake_root or str(self.data / "lake")

    @property
    def audio(self) -> str:
        """Where what is made of audio files lies; executors write there, so on a cluster shared."""
        return self.audio_root or str(self.data.absolute() / "audio")

    def table_path(self, name: str) -> str:
        """The folder of a table, e.g. `…/lake/silver/plays` for `silver.plays`."""
        return f"{self.lake.rstrip('/')}/{name.replace('.', '/', 1)}"

    def value(self, name: str) -> Any:
        """The value of a dotted setting name, e.g. `plays.min_ms`; a section's is a dictionary."""
        found: Any = self
        for part in name.split("."):
            found = getattr(found, part)
        return found.model_dump() if isinstance(found, BaseModel) else found


def load_settings(
    flags: Mapping[str, Any] | None = None, env_file: Path | None = None
) -> tuple[Settings, dict[str, str]]:
    """Reads every source, later over earlier.

    Args:
        flags: dotted setting names to values, from the command line; None values are not set.
        env_file: the `.env` to read; by default the one in the project.

    Returns:
        The settings, and for each dotted name the source its value came from.

    Raises:
        SettingsError: a setting is unknown or its value does not fit, with the source's name.
    """
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for source, values in _sources(flags or {}, env_file or PROJECT / ".env"):
        for name, value in _flatten(values):
            _set(merged, name, value)
            origin[name] = source
        if unknown := sorted(set(merged) - set(Settings.model_fields)):
            raise SettingsError(f"{unknown[0]!r} (from {source}) {_NOT_KNOWN}")
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        raise SettingsError(_explain(error, origin)) from None
    for name, _ in _flatten(settings.model_dump()):
        origin.setdefault(name, "default")
    return settings, origin


def read_env_file(env_file: Path) -> Mapping[str, str | None]:
    """All variables that a `.env` holds, names in lower case."""
    return DotEnvSettingsSource(Settings, env_file=env_file).env_vars


def _sources(flags: Mapping[str, Any], env_file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    place = os.environ.get("SONGLAKE_CONF", "local")
    for name in dict.fromkeys(("local", place)):
        yield f"conf/{name}.yaml", _read_yaml(name)
    written = DotEnvSettingsSource(Settings, env_file=env_file)
    # Called as the plain source that it is based on: its own call adds what is no setting.
    for source, variables in ((".env", written), ("environment", EnvSettingsSource(Settings))):
        _refuse_unknown_variables(source, variables.env_vars)
        try:
            yield source, EnvSettingsSource.__call__(variables)
        except PydanticSettingsError as error:
            raise SettingsError(
                f"A SONGLAKE_* variable (from {source}) cannot be read: {error}. Lists are written "
                'as JSON: ["kaggle", "spotify"].'
            ) from None
    given: dict[str, Any] = {}
    for name, value in flags.items():
        if value is not None:
            _set(given, name, value)
    yield "flag", given


def _read_yaml(name: str) -> dict[str, Any]:
    path = Path(name) if name.endswith((".yaml", ".yml")) else PROJECT / "conf" / f"{name}.yaml"
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        raise SettingsError(
            f"There is no settings file {path}. Set SONGLAKE_CONF to local, container, cluster "
            "or the path of a YAML file."
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid YAML: {error}") from None
    if not isinstance(values, dict):
        raise SettingsError(f"{path} holds no settings: write NAME: VALUE as in conf/local.yaml.")
    if "data" in values:
        values["data"] = str(PROJECT / values["data"])
    return values


def _refuse_unknown_variables(source: str, names: Iterable[str]) -> None:
    known = {f"SONGLAKE_{name}".upper() for name in Settings.model_fields} | _NOT_SETTINGS
    for name in map(str.upper, names):
        if name.startswith("SONGLAKE_") and name.split("__")[0] not in known:
            raise SettingsError(f"{name} (from {source}) {_NOT_KNOWN}")


def _flatten(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping) and name != "conf":
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield ("allow_synthetic" if "ALLOW_SYNTHETIC" in name else f"{prefix}{name}"), value


def _set(target: dict[str, Any], name: str, value: Any) -> None:
    *parents, last = name.split(".")
    for parent in parents:
        target = target.setdefault(parent, {})
        if not isinstance(target, dict):
            raise SettingsError(f"{name!r} {_NOT_KNOWN}")
    target[last] = value


def _explain(error: ValidationError, origin: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors():
        name = ".".join(str(part) for part in problem["loc"])
        source = origin.get(name, origin.get(name.rpartition(".")[0], "the settings"))
        why = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{name} = {problem['input']!r} (from {source}): {why}")
    return "\n".join(lines)

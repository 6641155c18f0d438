"""Settings: conf/*.yaml, then `.env`, then SONGLAKE_* variables, then flags; the last one wins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import yaml
from pydantic import (
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError as PydanticSettingsError,
)

from lib.errors import SettingsError
from lib.spans import read_span
from schemas.bronze import PLAY_SOURCES
from schemas.features import FEATURE_SOURCES

PROJECT = Path(__file__).resolve().parents[1]

#: Variables that start with SONGLAKE_ and steer the wrapper or this module, not a setting.
_NOT_SETTINGS = {"SONGLAKE_CONF", "SONGLAKE_DEV", "SONGLAKE_HOME", "SONGLAKE_JAVA_HOME"}

_NOT_KNOWN = "is not a setting. See conf/local.yaml for what there is."


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Features(_Section):
    """How features are chosen."""

    preference: list[str] = Field(default=["spotify", "measured", "synthetic", "kaggle"])

    @field_validator("preference")
    @classmethod
    def _known_sources(cls, value: list[str]) -> list[str]:
        if unknown := set(value) - set(FEATURE_SOURCES):
            raise ValueError(f"unknown {sorted(unknown)}; choose from {list(FEATURE_SOURCES)}")
        if len(set(value)) != len(value):
            raise ValueError("names a source twice")
        return value


class Synthetic(_Section):
    """Which songs get made-up features."""

    scope: Literal["missing", "all"] = "missing"


class Exclude(_Section):
    """What is kept out of the statistics."""

    artists: list[str] = Field(default_factory=list)
    songs: list[str] = Field(default_factory=list)
    genres: list[str] = Field(default_factory=list)
    spans: list[str] = Field(default_factory=list)

    @field_validator("spans", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        # YAML reads a bare 2024-12-24 as a date.
        return [str(span) for span in value] if isinstance(value, list) else value

    @field_validator("spans")
    @classmethod
    def _readable(cls, value: list[str]) -> list[str]:
        for text in value:
            read_span(text)
        return value


class Plays(_Section):
    """When a play counts, and who is believed where several tell of it."""

    tellers: list[str] = Field(default=list(PLAY_SOURCES))
    min_ms: int = Field(default=30_000, ge=0)
    min_ms_of: dict[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    count_private: bool = False
    exclude: Exclude = Field(default_factory=Exclude)

    @field_validator("tellers", "min_ms_of")
    @classmethod
    def _known_sources(cls, value: Any) -> Any:
        if unknown := set(value) - set(PLAY_SOURCES):
            raise ValueError(f"unknown {sorted(unknown)}; choose from {list(PLAY_SOURCES)}")
        if len(set(value)) != len(value):
            raise ValueError("names a source twice")
        return value

    @field_validator("tellers")
    @classmethod
    def _complete(cls, value: list[str]) -> list[str]:
        return [*value, *(source for source in PLAY_SOURCES if source not in value)]


class Statistics(_Section):
    """What gold counts as different, and how much of it is kept."""

    count_by: Literal["song", "recording"] = "song"
    top: int = Field(default=100, ge=1, le=10_000)
    session_gap_min: int = Field(default=30, ge=1)


class Moods(_Section):
    """How moods are fitted."""

    k: int | None = Field(default=None, ge=2, le=12)
    k_min: int = Field(default=6, ge=2, le=12)
    k_max: int = Field(default=10, ge=2, le=12)
    sample: int = Field(default=20_000, ge=100, le=200_000)
    seed: int = 7

    @model_validator(mode="after")
    def _in_order(self) -> Moods:
        if self.k_min > self.k_max:
            raise ValueError("k_min is above k_max")
        return self


Weight = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class FeatureWeights(_Section):
    """What a standard deviation of each of schemas.features.SIMILAR_FEATURES counts for."""

    danceability: Weight = 1.0
    energy: Weight = 1.0
    loudness: Weight = 1.0
    speechiness: Weight = 1.0
    acousticness: Weight = 1.0
    instrumentalness: Weight = 1.0
    liveness: Weight = 1.0
    valence: Weight = 1.0
    tempo: Weight = 1.0


class Similar(_Section):
    """What makes songs similar, and how many are told."""

    k: int = Field(default=20, ge=1, le=200)
    per_artist: int = Field(default=2, ge=1, le=200)
    genre: Weight = 2.0
    mood: Weight = 0.5
    features: FeatureWeights = Field(default_factory=FeatureWeights)
    exact_up_to: int = Field(default=200_000, ge=0)


class Harmonic(_Section):
    """What can be mixed, and how many mixes are told."""

    n: int = Field(default=20, ge=1, le=200)
    max_tempo_change: float = Field(default=6.0, ge=0, le=25, allow_inf_nan=False)


class Recommend(_Section):
    """What a person should hear next, and the lists of it."""

    k: int = Field(default=200, ge=1, le=10_000)
    per_artist: int = Field(default=2, ge=1, le=200)
    half_life_days: float = Field(default=180, ge=1, allow_inf_nan=False)
    unheard_days: int = Field(default=60, ge=1)
    enough_people: int = Field(default=100, ge=2)
    songs_per_list: int = Field(default=50, ge=1, le=1_000)


class Spark(_Section):
    """How Spark is started."""

    master: str | None = "local[*]"
    driver_memory: str | None = "1g"
    jobs_at_once: int = Field(default=4, ge=1, le=64)
    profile: Literal["auto", "small", "large", "stock"] = "auto"
    conf: dict[str, str] = Field(default_factory=dict)


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
    recommend: Recommend = Field(default_factory=Recommend)
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

"""The sections of the settings, with what a value may be; `lib.settings` reads them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from lib.spans import read_span
from schemas.bronze import PLAY_SOURCES
from schemas.features import FEATURE_SOURCES


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


class Stems(_Section):
    """How audio files are separated."""

    format: Literal["flac", "wav"] = "flac"
    models: str | None = None
    model_url: str = "https://github.com/deezer/spleeter/releases/download/v1.4.0"


class Segments(_Section):
    """How loops are cut."""

    beats: int = Field(default=48, ge=4, le=1_024)
    min_bpm: float = Field(default=80, gt=0)
    max_bpm: float = Field(default=145, gt=0)
    fade_ms: float = Field(default=20, ge=1, le=1_000)

    @model_validator(mode="after")
    def _in_order(self) -> Segments:
        if self.min_bpm > self.max_bpm:
            raise ValueError("min_bpm is above max_bpm")
        return self


class Spark(_Section):
    """How Spark is started."""

    master: str | None = "local[*]"
    driver_memory: str | None = "1g"
    jobs_at_once: int = Field(default=4, ge=1, le=64)
    profile: Literal["auto", "small", "large", "stock"] = "auto"
    conf: dict[str, str] = Field(default_factory=dict)


class LiveService(_Section):
    """How a service on the network is asked."""

    enabled: bool = True
    url: str
    requests: int = Field(ge=1)
    seconds: float = Field(gt=0)
    timeout: float = Field(default=20.0, gt=0, le=600)
    at_once: int = Field(default=4, ge=1, le=64)
    keep_days: float = Field(default=30.0, ge=0)

    @field_validator("url", "accounts_url", check_fields=False)
    @classmethod
    def _is_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("not a URL; write it with https://")
        return value.rstrip("/")


class SpotifyService(LiveService):
    """Spotify's Web API."""

    url: str = "https://api.spotify.com/v1"
    accounts_url: str = "https://accounts.spotify.com"
    redirect_uri: str = "http://127.0.0.1:8888/callback"
    requests: int = Field(default=100, ge=1)
    seconds: float = Field(default=60.0, gt=0)


class LastfmService(LiveService):
    """Last.fm's API."""

    url: str = "https://ws.audioscrobbler.com/2.0"
    requests: int = Field(default=5, ge=1)
    seconds: float = Field(default=1.0, gt=0)


class AotyService(LiveService):
    """Album of the Year's pages."""

    enabled: bool = False
    url: str = "https://www.albumoftheyear.org"
    requests: int = Field(default=30, ge=1)
    seconds: float = Field(default=60.0, gt=0)
    at_once: int = Field(default=1, ge=1, le=64)
    proxy: str | None = None


class Live(_Section):
    """Services on the network."""

    attempts: int = Field(default=6, ge=1, le=100)
    longest_hold: float = Field(default=900.0, ge=0)
    redis_url: str | None = None
    time_scale: float = Field(default=1.0, gt=0)
    spotify: SpotifyService = Field(default_factory=SpotifyService)
    lastfm: LastfmService = Field(default_factory=LastfmService)
    aoty: AotyService = Field(default_factory=AotyService)

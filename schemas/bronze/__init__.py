"""Bronze: what each source told, cleaned of nothing but what is no row of the table."""

from __future__ import annotations

from schemas.bronze.audio import AUDIO_FILES
from schemas.bronze.inputs import (
    KAGGLE_TRACKS,
    LIBRARY_ITEMS,
    PLAY_SOURCES,
    PLAYS,
    SYNTHETIC_FEATURES,
)
from schemas.bronze.rekordbox import REKORDBOX_TRACKS
from schemas.bronze.services import (
    AOTY_ALBUMS,
    FAILED_REQUESTS,
    LASTFM_TRACKS,
    PLAY_GAPS,
    SPOTIFY_AUDIO_FEATURES,
    SPOTIFY_TRACKS,
)

TABLES = (
    PLAYS,
    LIBRARY_ITEMS,
    KAGGLE_TRACKS,
    SPOTIFY_AUDIO_FEATURES,
    SYNTHETIC_FEATURES,
    SPOTIFY_TRACKS,
    LASTFM_TRACKS,
    AOTY_ALBUMS,
    PLAY_GAPS,
    FAILED_REQUESTS,
    REKORDBOX_TRACKS,
    AUDIO_FILES,
)

__all__ = [
    "AOTY_ALBUMS",
    "AUDIO_FILES",
    "FAILED_REQUESTS",
    "KAGGLE_TRACKS",
    "LASTFM_TRACKS",
    "LIBRARY_ITEMS",
    "PLAYS",
    "PLAY_GAPS",
    "PLAY_SOURCES",
    "REKORDBOX_TRACKS",
    "SPOTIFY_AUDIO_FEATURES",
    "SPOTIFY_TRACKS",
    "SYNTHETIC_FEATURES",
    "TABLES",
]

"""Silver: songs, plays and features in one record each, and what audio files sound like."""

from __future__ import annotations

from schemas.silver.audio import AUDIO_ANALYSIS
from schemas.silver.listening import (
    LISTENING_WITH_FEATURES,
    PLAYS,
    SONG_IDS,
    SONGS,
    TRACK_FEATURES,
)

TABLES = (SONG_IDS, SONGS, PLAYS, TRACK_FEATURES, LISTENING_WITH_FEATURES, AUDIO_ANALYSIS)

__all__ = [
    "AUDIO_ANALYSIS",
    "LISTENING_WITH_FEATURES",
    "PLAYS",
    "SONGS",
    "SONG_IDS",
    "TABLES",
    "TRACK_FEATURES",
]

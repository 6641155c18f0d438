"""Silver: songs, plays and features in one record each, and what audio files sound like."""

from __future__ import annotations

from schemas.silver.audio import AUDIO_ANALYSIS
from schemas.silver.collection import COLLECTION_TRACKS
from schemas.silver.listening import (
    LISTENING_WITH_FEATURES,
    PLAYS,
    SONG_IDS,
    SONGS,
    TRACK_FEATURES,
)
from schemas.silver.stems import SEGMENTS, STEMS

TABLES = (
    SONG_IDS,
    SONGS,
    PLAYS,
    TRACK_FEATURES,
    LISTENING_WITH_FEATURES,
    COLLECTION_TRACKS,
    AUDIO_ANALYSIS,
    STEMS,
    SEGMENTS,
)

__all__ = [
    "AUDIO_ANALYSIS",
    "COLLECTION_TRACKS",
    "LISTENING_WITH_FEATURES",
    "PLAYS",
    "SEGMENTS",
    "SONGS",
    "SONG_IDS",
    "STEMS",
    "TABLES",
    "TRACK_FEATURES",
]

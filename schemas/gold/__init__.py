"""Gold: what people look at."""

from __future__ import annotations

from schemas.gold.insights import LISTENING_INSIGHTS
from schemas.gold.listening import TEMPORAL_PATTERNS, WELLBEING_INDICATORS
from schemas.gold.moods import MOOD_CLUSTERS, MOOD_PROFILES
from schemas.gold.recommended import PLAYLISTS, USER_RECOMMENDATIONS
from schemas.gold.similar import HARMONIC_PAIRS, TRACK_RECOMMENDATIONS
from schemas.gold.statistics import LISTENING_STATS, LISTENING_TOTALS
from schemas.gold.summary import DATASET_SUMMARY

TABLES = (
    MOOD_PROFILES,
    MOOD_CLUSTERS,
    TEMPORAL_PATTERNS,
    WELLBEING_INDICATORS,
    LISTENING_STATS,
    LISTENING_TOTALS,
    LISTENING_INSIGHTS,
    DATASET_SUMMARY,
    TRACK_RECOMMENDATIONS,
    HARMONIC_PAIRS,
    USER_RECOMMENDATIONS,
    PLAYLISTS,
)

__all__ = [
    "DATASET_SUMMARY",
    "HARMONIC_PAIRS",
    "LISTENING_INSIGHTS",
    "LISTENING_STATS",
    "LISTENING_TOTALS",
    "MOOD_CLUSTERS",
    "MOOD_PROFILES",
    "PLAYLISTS",
    "TABLES",
    "TEMPORAL_PATTERNS",
    "TRACK_RECOMMENDATIONS",
    "USER_RECOMMENDATIONS",
    "WELLBEING_INDICATORS",
]

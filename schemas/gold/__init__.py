"""Gold: what people look at."""

from __future__ import annotations

from schemas.gold.listening import TEMPORAL_PATTERNS, WELLBEING_INDICATORS
from schemas.gold.moods import MOOD_CLUSTERS, MOOD_PROFILES
from schemas.gold.similar import HARMONIC_PAIRS, TRACK_RECOMMENDATIONS
from schemas.gold.summary import DATASET_SUMMARY

TABLES = (
    MOOD_PROFILES,
    MOOD_CLUSTERS,
    TEMPORAL_PATTERNS,
    WELLBEING_INDICATORS,
    DATASET_SUMMARY,
    TRACK_RECOMMENDATIONS,
    HARMONIC_PAIRS,
)

__all__ = [
    "DATASET_SUMMARY",
    "HARMONIC_PAIRS",
    "MOOD_CLUSTERS",
    "MOOD_PROFILES",
    "TABLES",
    "TEMPORAL_PATTERNS",
    "TRACK_RECOMMENDATIONS",
    "WELLBEING_INDICATORS",
]

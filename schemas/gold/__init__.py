"""Gold: what people look at."""

from __future__ import annotations

from schemas.gold.listening import TEMPORAL_PATTERNS, WELLBEING_INDICATORS
from schemas.gold.moods import MOOD_CLUSTERS, MOOD_PROFILES
from schemas.gold.summary import DATASET_SUMMARY

TABLES = (
    MOOD_PROFILES,
    MOOD_CLUSTERS,
    TEMPORAL_PATTERNS,
    WELLBEING_INDICATORS,
    DATASET_SUMMARY,
)

__all__ = [
    "DATASET_SUMMARY",
    "MOOD_CLUSTERS",
    "MOOD_PROFILES",
    "TABLES",
    "TEMPORAL_PATTERNS",
    "WELLBEING_INDICATORS",
]

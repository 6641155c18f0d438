"""All tables in turn."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from benchmarks.by_hand import (
    bronze as raw,
    habits,
    harmonic,
    insights,
    moods,
    names,
    similar,
    songs,
    statistics,
)
from benchmarks.by_hand.lake import Lake, empty
from schemas import bronze, gold, silver


def main(folder: Path) -> None:
    """Makes the lake, and prints the seconds of each step as JSON."""
    clock = _Clock()
    with Lake(folder / "lake") as lake:
        with clock.step("bronze"):
            lake.write(bronze.LIBRARY_ITEMS, empty(bronze.LIBRARY_ITEMS))
            kaggle = lake.write(bronze.KAGGLE_TRACKS, raw.kaggle_tracks(folder))
            plays = lake.write(bronze.PLAYS, raw.plays(folder, datetime.now(UTC)))
            made_up = lake.write(bronze.SYNTHETIC_FEATURES, raw.synthetic_features(plays, kaggle))
        with clock.step("song_ids"):
            ids = lake.write(silver.SONG_IDS, names.song_ids(plays, kaggle))
        with clock.step("songs"):
            known = lake.write(silver.SONGS, songs.songs(ids, plays, kaggle))
        with clock.step("track_features"):
            features = lake.write(silver.TRACK_FEATURES, songs.track_features(ids, made_up, kaggle))
        with clock.step("plays"):
            told = lake.write(silver.PLAYS, songs.plays_with_songs(plays, ids))
            heard = lake.write(
                silver.LISTENING_WITH_FEATURES, songs.listening_with_features(told, features)
            )
        with clock.step("moods"):
            placed = moods.placeable(known, features)
            sample = moods.fitting_sample(placed)
            report, k = moods.mood_report(sample)
            lake.write(gold.MOOD_REPORT, report)
            profiles, clusters = moods.mood_profiles(placed, sample, k)
            lake.write(gold.MOOD_PROFILES, profiles)
            clusters = lake.write(gold.MOOD_CLUSTERS, clusters)
        with clock.step("listening"):
            _write_listening(lake, told, heard, known, features, clusters)
        with clock.step("harmonic_pairs"):
            lake.write(gold.HARMONIC_PAIRS, harmonic.harmonic_pairs(known, features))
        with clock.step("track_recommendations"):
            lake.write(
                gold.TRACK_RECOMMENDATIONS,
                similar.track_recommendations(known, features, clusters),
            )
        # gold.user_recommendations and gold.playlists: here, once Songlake makes them.
        with clock.step("last writes"):
            lake.wait()
    print(json.dumps(clock.took))


def _write_listening(
    lake: Lake,
    told: pl.DataFrame,
    heard: pl.DataFrame,
    known: pl.DataFrame,
    features: pl.DataFrame,
    clusters: pl.DataFrame,
) -> None:
    """What is told of a listener."""
    lake.write(gold.DATASET_SUMMARY, habits.dataset_summary(heard, features, known))
    lake.write(gold.TEMPORAL_PATTERNS, habits.temporal_patterns(heard))
    wellbeing = lake.write(gold.WELLBEING_INDICATORS, habits.wellbeing_indicators(heard))
    stats = lake.write(gold.LISTENING_STATS, statistics.listening_stats(heard, known))
    totals = lake.write(gold.LISTENING_TOTALS, statistics.listening_totals(heard, told))
    told_in_words = insights.listening_insights(heard, clusters, wellbeing, stats, totals)
    lake.write(gold.LISTENING_INSIGHTS, told_in_words)


class _Clock:
    """Seconds of steps."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.took[name] = round(time.perf_counter() - began, 3)

"""The real inputs, from files to moods; every figure is counted here by plain Python as well."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession, functions as F
from real_lake import LOOKED_AT, ME, OTHER, Built, Files

from jobs.bronze.kaggle_tracks import kaggle_tracks
from lib.identity import NOBODY, SHARED_TITLES
from lib.ingest import ingest
from lib.landed_frames import read_landing
from lib.names import name
from schemas import bronze, landing

#: The first test of each lake waits for its whole run.
pytestmark = pytest.mark.timeout(900)


def test_ingest_counts_what_the_files_hold(real: Built, files: Files) -> None:
    rows = {name: sum(report.rows for report in told) for name, told in real.reports.items()}
    assert (rows["kaggle"], rows["extended"]) == (len(files.kaggle), len(files.extended))
    history = [report for report in real.reports["basic"] if report.kind == "spotify_basic"]
    assert sum(report.rows for report in history) == len(files.basic) == 54_429
    podcasts = sum(report.podcast_rows for report in real.reports["extended"])
    assert podcasts == len([row for row in files.extended if row["spotify_episode_uri"]]) == 62


# Kaggle


def test_the_catalogue_has_every_row_of_the_file_once(real: Built, files: Files) -> None:
    landed = real.rows("SELECT * FROM bronze.kaggle_tracks")
    names = list(bronze.KAGGLE_TRACKS.column_names)
    assert {tuple(row[name] for name in names) for row in landed} == {
        tuple(typed(name, row[name]) for name in names) for row in files.catalogue
    }
    assert len(landed) == len(files.catalogue) == 113_549
    assert len({row["track_id"] for row in landed}) == 89_740


def typed(name: str, text: str) -> Any:
    """A field of the file as bronze.kaggle_tracks declares it."""
    if name in ("track_id", "track_genre", "artists", "album_name", "track_name"):
        return text
    if name == "explicit":
        return {"True": True, "False": False}[text]
    if name in ("tempo", "time_signature") and float(text) == 0:
        return None
    return float(text) if "." in text or "e" in text else int(text)


def test_names_with_quotes_and_backslashes_are_among_them(real: Built) -> None:
    for sign in ('"', "\\"):
        assert real.count(
            f"FROM bronze.kaggle_tracks WHERE concat(artists, track_name) LIKE '%{sign}%'"
        )


def test_the_row_of_nulls_is_quarantined_with_its_rule_and_text(real: Built, files: Files) -> None:
    (null_row,) = (row for row in files.kaggle if not row["artists"])
    (kept,) = real.rows("SELECT * FROM ops.quarantine WHERE table_name = 'bronze.kaggle_tracks'")
    raw = json.loads(kept["raw"])
    assert kept["rule"] == "has_names"
    assert raw == {name: null_row[name] or None for name in raw}
    assert set(raw) == set(null_row) - {""}


@pytest.fixture(scope="module")
def variant(
    spark: SparkSession, files: Files, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., DataFrame]:
    """The catalogue from a copy of the file in which fields are written otherwise."""

    def read(rewrite: Callable[[str, str], str], index: bool = True) -> DataFrame:
        folder = tmp_path_factory.mktemp("variant")
        columns = [name for name in files.kaggle[0] if name or index]
        with (folder / "copy.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(columns)
            for row in files.kaggle:
                writer.writerow([rewrite(name, row[name]) for name in columns])
        ingest([folder / "copy.csv"], folder / "landing")
        landed = folder / "landing" / landing.KAGGLE.kind
        return kaggle_tracks(read_landing(spark, landing.KAGGLE, str(landed)))

    return read


#: How copies write a field of the file: without the index, with TRUE and FALSE, with NA for null.
REWRITES: dict[str, Callable[[str, str], str]] = {
    "no index": lambda name, text: text,
    "TRUE and FALSE": lambda name, text: text.upper() if name == "explicit" else text,
    "NA": lambda name, text: text or "NA",
}


@pytest.mark.parametrize("kind", REWRITES)
def test_every_copy_gives_the_same_table(
    real: Built, spark: SparkSession, variant: Callable[..., DataFrame], kind: str
) -> None:
    made = variant(REWRITES[kind], index=kind != "no index").filter("artists IS NOT NULL")
    path = real.lake.places.path(bronze.KAGGLE_TRACKS)
    assert digest(made) == digest(spark.read.format("delta").load(path))


def digest(catalogue: DataFrame) -> tuple[Any, ...]:
    """Rows and the sum of their hashes: equal for equal rows in any order."""
    row = F.xxhash64(*bronze.KAGGLE_TRACKS.column_names).cast("decimal(38,0)")
    (found,) = catalogue.agg(F.count(F.lit(1)), F.sum(row)).collect()
    return tuple(found)


# The extended export


def test_every_track_play_lands_once_and_podcasts_are_counted(real: Built, files: Files) -> None:
    landed = real.rows(
        "SELECT strftime(played_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') ts, ms_played, "
        f"track_id, track_name, artist_name FROM bronze.plays WHERE user_id = '{ME}'"
    )
    told = [
        (
            row["ts"],
            row["ms_played"],
            row["spotify_track_uri"].removeprefix("spotify:track:"),
            row["master_metadata_track_name"],
            row["master_metadata_album_artist_name"],
        )
        for row in files.track_plays
    ]
    assert Counter(tuple(row.values()) for row in landed) == Counter(told)
    assert len(landed) == 6_944
    (podcasts,) = real.rows("SELECT broken FROM ops.quality_results WHERE rule = 'not_a_podcast'")
    assert podcasts["broken"] == 62


def test_plays_of_half_a_minute_count(real: Built, files: Files) -> None:
    long = [row for row in files.track_plays if row["ms_played"] >= 30_000]
    counted = real.count(f"FROM silver.plays WHERE user_id = '{ME}' AND counts")
    assert counted == len(long) == 4_995


def test_more_than_half_of_the_plays_carry_authentic_features(real: Built, files: Files) -> None:
    kaggle_ids = {row["track_id"] for row in files.catalogue}
    by_id = [row for row in files.track_plays if row["spotify_track_uri"][14:] in kaggle_ids]
    assert round(len(by_id) / len(files.track_plays), 3) == 0.468
    methods = {
        (row["feature_source"], row["match_method"]): row["n"]
        for row in real.rows(
            "SELECT feature_source, match_method, count(*) n FROM silver.listening_with_features "
            f"WHERE user_id = '{ME}' GROUP BY ALL"
        )
    }
    print("extended export's plays by source and method:", methods)
    assert methods["kaggle", "track_id"] == len(by_id)
    authentic = methods["kaggle", "track_id"] + methods["kaggle", "name_key"]
    assert authentic / 6_944 > 0.536
    assert methods["synthetic", "generated"] == 6_944 - authentic
    assert set(methods) == {
        ("kaggle", "track_id"), ("kaggle", "name_key"), ("synthetic", "generated"),
    }  # fmt: skip


def test_a_play_that_meets_kaggle_by_id_has_the_files_numbers(real: Built, files: Files) -> None:
    told = {(row["track_id"], float(row["valence"])) for row in files.catalogue}
    shown = real.rows(
        "SELECT DISTINCT feature_track_id, valence FROM silver.listening_with_features "
        "WHERE feature_source = 'kaggle'"
    )
    assert {tuple(row.values()) for row in shown} <= told


# The basic export


def test_no_play_of_the_basic_export_is_lost(real: Built, files: Files) -> None:
    told = Counter(
        (f"{row['endTime']}", row["msPlayed"], row["artistName"], row["trackName"])
        for row in files.basic
    )
    landed = real.rows(
        "SELECT strftime(played_at AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M') ended, ms_played, "
        f"artist_name, track_name FROM bronze.plays WHERE user_id = '{OTHER}'"
    )
    assert Counter(tuple(row.values()) for row in landed) == Counter(dict.fromkeys(told, 1))
    print("basic export: rows", len(files.basic), "distinct", len(told))


def test_names_of_the_library_give_ids_to_two_plays_of_three(real: Built, files: Files) -> None:
    exact = [
        row for row in files.basic if (row["artistName"], row["trackName"]) in files.library_names
    ]
    assert len(exact) == 37_309
    methods = {
        row["id_method"]: row["n"]
        for row in real.rows(
            f"SELECT id_method, count(*) n FROM silver.plays WHERE user_id = '{OTHER}' GROUP BY ALL"
        )
    }
    print("basic export's plays by id method:", methods)
    with_id = real.count(f"FROM silver.plays WHERE user_id = '{OTHER}' AND track_id IS NOT NULL")
    assert with_id / len(files.basic) > len(exact) / len(files.basic) > 0.685
    assert sum(methods.values()) == real.count(f"FROM bronze.plays WHERE user_id = '{OTHER}'")


# All of it


def test_every_row_says_where_its_features_are_from_and_how(real: Built) -> None:
    silent = "feature_source IS NULL OR match_method IS NULL OR valence IS NULL"
    for table in ("silver.listening_with_features", "silver.track_features"):
        assert real.count(f"FROM {table} WHERE {silent}") == 0


def test_ids_that_kaggle_lists_under_one_name_are_one_song(real: Built, files: Files) -> None:
    ids = real.rows("SELECT id, song_id FROM silver.song_ids WHERE id_type = 'spotify'")
    song_of = {row["id"]: row["song_id"] for row in ids}
    assert len(song_of) == len(ids)
    by_name: dict[tuple[str, str], set[str]] = {}
    for row in files.catalogue:
        by_name.setdefault((row["artists"], row["track_name"]), set()).add(song_of[row["track_id"]])
    parted = {name for name, songs in by_name.items() if len(songs) > 1}
    assert len(parted) < 0.001 * len(by_name)
    for artists, title in parted:
        read = name(artists, title)
        assert read.title in SHARED_TITLES or set(read.artists) <= set(NOBODY), (artists, title)


def test_every_song_that_is_named_is_described(real: Built) -> None:
    for table in ("silver.song_ids", "silver.plays", "silver.track_features"):
        strangers = f"FROM {table} t ANTI JOIN silver.songs s ON t.song_id = s.song_id"
        assert real.count(strangers) == 0, table


def test_moods_are_named_once_and_hold_every_song(real: Built) -> None:
    moods = real.rows("SELECT mood, songs, share FROM gold.mood_profiles ORDER BY songs DESC")
    print("moods:", moods)
    asked = real.lake.places.settings.moods
    assert asked.k_min <= len({row["mood"] for row in moods}) == len(moods) <= asked.k_max
    assert sum(row["songs"] for row in moods) == real.count("FROM gold.mood_clusters")
    assert abs(sum(row["share"] for row in moods) - 1) < 1e-9


def test_without_synthetic_features_the_next_run_leaves_none_behind(
    real: Built, tmp_path: Path
) -> None:
    lake = real.lake.copied_to(tmp_path).under(allow_synthetic=False)
    report = lake.run("gold.mood_clusters", "silver.listening_with_features")
    assert report.ok, report
    for table in ("silver.track_features", "silver.listening_with_features", "gold.mood_clusters"):
        assert lake.rows(f"SELECT 1 FROM {table} WHERE feature_source = 'synthetic'") == []
    assert lake.rows("SELECT 1 FROM bronze.synthetic_features") == []
    plays = lake.rows(
        "SELECT feature_source, match_method, valence, tempo FROM silver.listening_with_features "
        "WHERE feature_source IS NULL"
    )
    before = real.count("FROM silver.listening_with_features WHERE feature_source = 'synthetic'")
    assert len(plays) == before > 0
    assert {tuple(row.values()) for row in plays} == {(None, None, None, None)}


def test_a_changed_time_zone_reruns_what_reads_it_and_no_more(real: Built, tmp_path: Path) -> None:
    same_store = str(real.lake.folder.absolute() / "audio")
    copy = real.lake.copied_to(tmp_path)
    lake = copy.under(timezone="America/New_York", audio_root=same_store)
    report = lake.run(*LOOKED_AT)
    assert report.ok, report
    ran = {name for name, step in report.steps.items() if step.status != "up to date"}
    assert ran == {
        # Of silver.plays the spans of time that are excluded read it.
        "silver.plays", "silver.listening_with_features", "gold.temporal_patterns",
        "gold.wellbeing_indicators", "gold.dataset_summary",
    }  # fmt: skip
    zones = "SELECT DISTINCT time_zone FROM silver.listening_with_features"
    assert lake.rows(zones) == [{"time_zone": "America/New_York"}]

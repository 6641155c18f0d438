"""One song under many names and one play of many tellers, on the real inputs."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

import pytest
from real_lake import ME, Built, Files
from scratch_lake import ScratchLake

from schemas import silver
from tests.labelled import pairs

pytestmark = pytest.mark.timeout(900)


# Song identity


@pytest.fixture(scope="module")
def told(shared_data: Path) -> dict[str, pairs.Telling]:
    return pairs.tellings(shared_data)


@pytest.fixture(scope="module")
def song_of(real: Built, told: dict[str, pairs.Telling]) -> Callable[[str], str]:
    """The song of a telling, as the lake has it."""
    ids = real.rows("SELECT id_type, id, song_id FROM silver.song_ids")
    known = {(row["id_type"], row["id"]): row["song_id"] for row in ids}

    def find(ref: str) -> str:
        telling = told[ref]
        if telling.source == "basic":
            return str(known["name", f"{telling.artists}::{telling.title}"])
        return str(known["spotify", ref.partition(":")[2]])

    return find


def test_labelled_pairs_are_one_song_or_two(
    song_of: Callable[[str], str], told: dict[str, pairs.Telling]
) -> None:
    labelled = pairs.load_pairs(pairs.SONG_PAIRS)
    assert len(labelled) >= 400
    said = {pair: song_of(pair.left) == song_of(pair.right) for pair in labelled}
    for half, score in pairs.score(labelled, one_song(song_of)).items():
        print(f"half {half}: precision {score.precision:.4f}, recall {score.recall:.4f}")
        print(pairs.show(score.false_positives + score.false_negatives, told))
    joined = [pair.same for pair, together in said.items() if together]
    found = [together for pair, together in said.items() if pair.same]
    print(f"both: precision {mean(joined):.4f}, recall {mean(found):.4f}")
    assert mean(joined) >= 0.995
    assert mean(found) >= 0.95


@pytest.mark.parametrize("file", [pairs.FUZZY_PAIRS, pairs.HELD_OUT_PAIRS], ids=lambda f: f.stem)
def test_other_labels_say_how_far_the_rules_carry(
    song_of: Callable[[str], str], told: dict[str, pairs.Telling], file: Path
) -> None:
    """Near names, and pairs that no rule was made on: below the floor the rules have broken."""
    for half, score in pairs.score(pairs.load_pairs(file), one_song(song_of)).items():
        print(f"{file.stem}, half {half}: {score.precision:.4f}, recall {score.recall:.4f}")
        assert score.precision >= 0.95, (half, pairs.show(score.false_positives, told))
        assert score.recall >= 0.85, (half, pairs.show(score.false_negatives, told))


def one_song(song_of: Callable[[str], str]) -> Callable[[str, str], bool]:
    return lambda left, right: song_of(left) == song_of(right)


# One play, many tellers


def scrobbled(files: Files, path: Path, seed: int = 7) -> int:
    """Writes the extended export as Last.fm's CSV and returns its rows.

    Start times, seconds of jitter, names only, and one play in twenty missing.
    """
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["uts", "utc_time", "artist", "album", "track"])
        rows = 0
        for play in files.track_plays:
            if draw.random() < 1 / 20:
                continue
            end = datetime.fromisoformat(play["ts"])
            start = end - timedelta(milliseconds=play["ms_played"], seconds=draw.uniform(-5, 5))
            writer.writerow(
                [
                    int(start.timestamp()),
                    start.astimezone(UTC).strftime("%d %b %Y, %H:%M"),
                    play["master_metadata_album_artist_name"],
                    play["master_metadata_album_album_name"],
                    play["master_metadata_track_name"],
                ]
            )
            rows += 1
    return rows


def test_a_history_told_twice_has_the_plays_it_had(
    files: Files, shared_data: Path, lake: ScratchLake, tmp_path: Path
) -> None:
    rows = scrobbled(files, tmp_path / "scrobbles.csv")
    lake.ingest(shared_data / "spotify_extended_export", tmp_path / "scrobbles.csv", user=ME)
    assert lake.run("silver.plays").ok
    by_source = {
        row["source"]: row["n"]
        for row in lake.rows("SELECT source, count(*) n FROM bronze.plays GROUP BY ALL")
    }
    plays = sum(row["n"] for row in lake.rows("SELECT count(*) n FROM silver.plays"))
    print("plays by teller:", by_source, "of", rows, "scrobbles; real plays:", plays)
    assert by_source["spotify_extended"] == 6_944
    assert by_source["lastfm"] > 0.94 * 6_944
    assert abs(plays - 6_944) <= 0.002 * 6_944
    again = "SELECT count(*) n FROM silver.plays WHERE len(sources) = 2"
    assert lake.rows(again) == [{"n": by_source["spotify_extended"] + by_source["lastfm"] - plays}]


@pytest.mark.slow
def test_sources_may_land_in_any_order(real: Built, shared_data: Path, lake: ScratchLake) -> None:
    """The real inputs in the opposite order make the same silver tables."""
    for files, user in (("basic", "other"), ("extended", ME)):
        lake.ingest(shared_data / f"spotify_{files}_export", user=user)
    assert lake.run("bronze.plays").ok
    lake.ingest(shared_data / "kaggle")
    assert lake.run("silver.listening_with_features").ok
    for table in silver.TABLES:
        columns = ", ".join(table.column_names)
        sql = f"SELECT count(*) n, sum(hash({columns})) hashes FROM {table.name}"
        assert lake.rows(sql) == real.rows(sql), table.name

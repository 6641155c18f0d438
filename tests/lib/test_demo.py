from __future__ import annotations

import csv
import hashlib
import json
import re
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lib.demo import CSV_COLUMNS, LAST_DAY, write_demo_inputs
from lib.demo_history import DAYS, TIMEZONE
from lib.errors import InputError, SettingsError

KAGGLE_HEADER = (
    ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,danceability,energy,"
    "key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo,"
    "time_signature,track_genre"
)
EXPORT_KEYS = {
    *("ts", "platform", "ms_played", "conn_country", "ip_addr"),
    *("master_metadata_track_name", "master_metadata_album_artist_name"),
    *("master_metadata_album_album_name", "spotify_track_uri"),
    *("episode_name", "episode_show_name", "spotify_episode_uri"),
    *("audiobook_title", "audiobook_uri", "audiobook_chapter_uri", "audiobook_chapter_title"),
    *("reason_start", "reason_end", "shuffle", "skipped"),
    *("offline", "offline_timestamp", "incognito_mode"),
}
REAL_EXPORT = Path(__file__).parents[3] / "shared" / "data" / "spotify_extended_export"
SPOTIFY_ID = re.compile(r"[0-7][0-9A-Za-z]{21}")

Row = dict[str, Any]


class Inputs:
    """The files of one call, read back."""

    def __init__(self, folder: Path, **sizes: Any) -> None:
        self.files = write_demo_inputs(folder, **sizes)
        self.csv_text = self.files[0].read_text("utf-8")
        with self.files[0].open(encoding="utf-8", newline="") as file:
            self.catalogue: list[Row] = list(csv.DictReader(file))
        self.named = [row for row in self.catalogue if row["track_name"]]
        self.tracks = list({row["track_id"]: row for row in self.named}.values())
        self.history = {path.name: json.loads(path.read_text("utf-8")) for path in self.files[1:]}
        rows = [row for file in self.history.values() for row in file]
        self.rows: list[Row] = sorted(rows, key=lambda row: str(row["ts"]))
        self.plays = [row for row in self.rows if row["spotify_track_uri"]]


def ended(row: Row) -> datetime:
    return datetime.strptime(row["ts"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def local(row: Row) -> datetime:
    return ended(row).astimezone(ZoneInfo(TIMEZONE))


def digests(files: list[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("small"), tracks=300, plays=600)


@pytest.fixture(scope="module", params=["demo", "small"])
def inputs(request: pytest.FixtureRequest) -> Inputs:
    made: Inputs = request.getfixturevalue(request.param)
    return made


def test_same_arguments_give_the_same_bytes(tmp_path: Path, small: Inputs) -> None:
    again = write_demo_inputs(tmp_path, tracks=300, plays=600)
    assert digests(again) == digests(small.files)


def test_bytes_are_those_of_every_other_machine(small: Inputs) -> None:
    assert digests(small.files)["dataset.csv"].startswith("46a64bb174cf3f11")
    assert digests(small.files)["Streaming_History_Audio_2024_0.json"].startswith(
        "6613105f11b08b18"
    )


def test_another_seed_gives_another_catalogue_and_listener(tmp_path: Path, small: Inputs) -> None:
    other = digests(write_demo_inputs(tmp_path, seed=8, tracks=300, plays=600))
    assert all(other[name] != digest for name, digest in digests(small.files).items())


def test_files_are_named_as_kaggle_and_spotify_name_them(demo: Inputs) -> None:
    assert [path.name for path in demo.files] == [
        "dataset.csv",
        "Streaming_History_Audio_2024_0.json",
        "Streaming_History_Audio_2025_1.json",
        "Streaming_History_Video_2024-2025.json",
    ]


def test_demo_is_made_in_a_moment(tmp_path: Path) -> None:
    start = time.process_time()
    write_demo_inputs(tmp_path)
    assert time.process_time() - start < 2  # 0.4 s on two idle cores


def test_catalogue_has_the_real_columns_and_index(inputs: Inputs) -> None:
    assert inputs.csv_text.splitlines()[0] == KAGGLE_HEADER == ",".join(CSV_COLUMNS)
    assert [row[""] for row in inputs.catalogue] == [str(n) for n in range(len(inputs.catalogue))]


def test_catalogue_has_the_real_oddities(inputs: Inputs) -> None:
    rows = [tuple(list(row.values())[1:]) for row in inputs.catalogue]
    nulls = [row for row in inputs.catalogue if not row["track_name"]]
    unknown = [row for row in inputs.tracks if float(row["tempo"]) == 0]
    genres = Counter(row["track_id"] for row in inputs.tracks for _ in {row["track_genre"]})
    listed = {(row["track_id"], row["track_genre"]) for row in inputs.named}
    assert len(nulls) == 1
    assert nulls[0]["artists"] == nulls[0]["album_name"] == ""
    assert nulls[0]["duration_ms"] == "0"
    assert 1 <= len(unknown) <= 0.01 * len(inputs.tracks)
    assert all(row["time_signature"] == "0" for row in unknown)
    assert len(rows) > len(set(rows)), "exact repeats"
    assert 1.1 < len(listed) / len(genres) < 1.3, "tracks under several genres"
    assert 0.15 < mean(";" in row["artists"] for row in inputs.tracks) < 0.35
    assert '""' in inputs.csv_text
    assert "\\" in inputs.csv_text
    assert not inputs.csv_text.isascii()


@pytest.mark.parametrize(("tracks", "plays"), [(300, 600), (305, 601), (100, 100)])
def test_sizes_are_those_asked_for(tmp_path: Path, tracks: int, plays: int) -> None:
    made = Inputs(tmp_path, tracks=tracks, plays=plays)
    assert len(made.tracks) == tracks
    assert len(made.rows) == plays


def test_ids_are_spotify_ids_and_unique(inputs: Inputs) -> None:
    played = {row["spotify_track_uri"].removeprefix("spotify:track:") for row in inputs.plays}
    assert all(SPOTIFY_ID.fullmatch(track) for track in played)
    assert all(SPOTIFY_ID.fullmatch(row["track_id"]) for row in inputs.catalogue)
    names = {(row["artists"].split(";")[0], row["track_name"]) for row in inputs.tracks}
    assert len(names) == len(inputs.tracks)


def test_rows_have_the_keys_of_a_real_export(inputs: Inputs) -> None:
    assert all(set(row) == EXPORT_KEYS for row in inputs.rows)
    for row in inputs.rows:
        music = row["spotify_track_uri"] and row["master_metadata_track_name"]
        podcast = row["spotify_episode_uri"] and row["episode_name"]
        assert bool(music) != bool(podcast)
        assert row["skipped"] == (row["reason_end"] in ("fwdbtn", "backbtn", "endplay"))


@pytest.mark.skipif(not REAL_EXPORT.is_dir(), reason="no shared data beside the project")
def test_rows_look_like_real_ones(demo: Inputs) -> None:
    real: list[Row] = [
        row
        for path in sorted(REAL_EXPORT.glob("Streaming_History_Audio_*.json"))
        for row in json.loads(path.read_text("utf-8"))
    ]
    ours = demo.rows
    assert set(real[0]) <= set(ours[0])
    for key in set(real[0]):
        assert {type(row[key]) for row in ours} <= {type(row[key]) for row in real}, key
    for key in ("reason_start", "reason_end"):
        assert {row[key] for row in ours} <= {row[key] for row in real}, key


def test_history_covers_eighteen_months_up_to_the_day_asked_for(tmp_path: Path) -> None:
    until = date(2023, 3, 5)
    days = [local(row).date() for row in Inputs(tmp_path, tracks=300, until=until).rows]
    assert until - timedelta(days=DAYS) < min(days) < until - timedelta(days=DAYS - 7)
    assert until - timedelta(days=7) < max(days) <= until
    assert LAST_DAY - timedelta(days=DAYS - 1) == date(2024, 1, 1)


def test_plays_meet_the_catalogue_by_id_by_name_or_not_at_all(inputs: Inputs) -> None:
    ids = {row["track_id"] for row in inputs.tracks}
    names = {(row["track_name"], row["artists"].split(";")[0]) for row in inputs.tracks}
    plain = {(title.split(" - ")[0], artist) for title, artist in names}

    def match(row: Row) -> str:
        title, artist = row["master_metadata_track_name"], row["master_metadata_album_artist_name"]
        if row["spotify_track_uri"].split(":")[2] in ids:
            return "id"
        if (title, artist) in names:
            return "names"
        return "remaster" if (title.split(" - ")[0], artist) in plain else "absent"

    counts = Counter(map(match, inputs.plays))
    share = {how: count / len(inputs.plays) for how, count in counts.items()}
    assert 0.10 < share["absent"] < 0.22
    assert share["names"] > 0.02
    assert share["remaster"] > 0.02
    assert share["id"] > 0.6


def test_hours_show_habits(inputs: Inputs) -> None:
    hours = Counter(local(row).hour for row in inputs.rows)
    workdays = Counter(local(row).hour for row in inputs.rows if local(row).weekday() < 5)
    assert hours[4] == 0
    assert min(hours[8], hours[17], hours[20]) > len(inputs.rows) * 0.03
    assert workdays[8] + workdays[17] > 5 * (workdays[12] + workdays[16] + 1)


def test_a_few_podcasts_and_videos_are_there(demo: Inputs) -> None:
    podcasts = [row for row in demo.rows if row["spotify_episode_uri"]]
    assert 5 <= len(podcasts) <= 60
    assert 5 <= len(demo.history["Streaming_History_Video_2024-2025.json"]) <= 12


@pytest.mark.parametrize("sizes", [{"tracks": 5}, {"plays": 0}, {"plays": 10**6}])
def test_a_size_out_of_range_is_refused(tmp_path: Path, sizes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=f"{next(iter(sizes))}: choose between 100 and"):
        write_demo_inputs(tmp_path, **sizes)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(InputError, match="taken"):
        write_demo_inputs(tmp_path / "taken", tracks=100, plays=100)

"""Sources may land in any order, with runs in between: the silver tables are the same."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from ingest_samples import dump, lines, write
from scratch_lake import EXTENDED, ScratchLake

from lib.sources.kaggle import COLUMNS
from tests.table_equality import lake_differences

#: Artists as Kaggle lists them, titles, minutes, and whether Kaggle has the song.
SONGS = (
    ("Ann", "Harbour", 3, True), ("Ann", "Harbour - Live", 5, False),
    ("Ann;Bo", "Harbour", 3, True), ("The Cats", "Night & Day", 4, True),
    ("Bo", "Intro", 1, True), ("Cy", "Intro", 1, False),
    ("Дуня", "Песня", 2, True), ("宇多田", "光", 4, False), ("Dee", "Long Way Home", 3, True),
    ("Dee", "Long Way Home - Remastered 2011", 3, False), ("Dee", "Longway Home", 3, False),
)  # fmt: skip
FILES = ("kaggle", "extended", "basic", "library", "lastfm", "listenbrainz")


def track_id(song: int) -> str:
    return f"{song:022d}"


def world(folder: Path, seed: int) -> dict[str, Path]:
    """One person's day, of which each source tells what it heard of, and a catalogue."""
    draw = random.Random(seed)
    now = datetime(2024, 3, 1, 8, tzinfo=UTC)
    told: dict[str, list[object]] = {name: [] for name in FILES}
    for _ in range(24):
        song = draw.randrange(len(SONGS))
        artist, title, minutes, _ = SONGS[song]
        start, end = now, now + timedelta(minutes=minutes)
        stamp = start + timedelta(seconds=draw.uniform(-4, 4))
        lead = artist.partition(";")[0]
        tellers = draw.sample(("extended", "basic", "lastfm", "listenbrainz"), draw.randint(1, 4))
        if "extended" in tellers:
            told["extended"].append(
                EXTENDED
                | {
                    "ts": f"{end:%Y-%m-%dT%H:%M:%SZ}",
                    "ms_played": minutes * 60_000,
                    "spotify_track_uri": f"spotify:track:{track_id(song)}",
                    "master_metadata_track_name": title,
                    "master_metadata_album_artist_name": lead,
                }
            )
        if "basic" in tellers:
            told["basic"].append(
                {"endTime": f"{end:%Y-%m-%d %H:%M}", "msPlayed": minutes * 60_000,
                 "artistName": lead, "trackName": title}
            )  # fmt: skip
        if "lastfm" in tellers:
            told["lastfm"].append((int(stamp.timestamp()), artist.replace(";", ", "), "", title))
        if "listenbrainz" in tellers:
            info = {"spotify_id": f"https://open.spotify.com/track/{track_id(song)}"}
            told["listenbrainz"].append(
                {
                    "listened_at": int(stamp.timestamp()),
                    "track_metadata": {
                        "artist_name": lead,
                        "track_name": title,
                        "additional_info": info if draw.random() < 0.5 else {},
                    },
                }
            )
        now = end + timedelta(minutes=draw.choice((0, 0, 1, 30)))
    saved = [
        {"artist": SONGS[song][0].partition(";")[0], "album": "An album", "track": SONGS[song][1],
         "uri": f"spotify:track:{track_id(song)}"}
        for song in draw.sample(range(len(SONGS)), 4)
    ]  # fmt: skip
    contents = {
        "kaggle": ("dataset.csv", catalogue()),
        "extended": ("Streaming_History_Audio_2024.json", dump(told["extended"])),
        "basic": ("StreamingHistory0.json", dump(told["basic"])),
        "library": ("YourLibrary.json", dump({"tracks": saved})),
        "lastfm": ("scrobbles.csv", scrobbles(told["lastfm"])),
        "listenbrainz": ("1.jsonl", lines(*told["listenbrainz"])),
    }
    told_at_all = {name: content for name, content in contents.items() if told[name] or name in
                   ("kaggle", "library")}  # fmt: skip
    return {name: write(folder / name / file, text) for name, (file, text) in told_at_all.items()}


def catalogue() -> bytes:
    rows = [
        dict.fromkeys(COLUMNS, "0.5")
        | {"track_id": track_id(song), "artists": artist, "album_name": "An album",
           "track_name": title, "popularity": str(50 + song), "duration_ms": str(minutes * 60_000),
           "explicit": "False", "key": str(song % 12), "mode": "1", "tempo": "120",
           "time_signature": "4", "track_genre": "pop", "loudness": "-7"}
        for song, (artist, title, minutes, is_listed) in enumerate(SONGS) if is_listed
    ]  # fmt: skip
    return table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])


def scrobbles(rows: list[object]) -> bytes:
    return table(("uts", "artist", "album", "track"), rows)


def table(header: object, rows: list[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])  # type: ignore[list-item]
    return text.getvalue().encode()


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10_000),
    order=st.permutations(FILES),
    run_after=st.integers(1, len(FILES) - 1),
)
def test_the_order_of_landing_does_not_matter(
    make_lake: Callable[..., ScratchLake],
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    order: list[str],
    run_after: int,
) -> None:
    folder = tmp_path_factory.mktemp("order")
    files = world(folder / "inputs", seed)
    at_once, bit_by_bit = make_lake(folder / "at_once"), make_lake(folder / "bit_by_bit")
    at_once.ingest(*files.values(), user="me")
    landed = [files[name] for name in order if name in files]
    bit_by_bit.ingest(*landed[:run_after], user="me")
    assert bit_by_bit.run("silver.listening_with_features").ok
    for file in landed[run_after:]:
        bit_by_bit.ingest(file, user="me")
    for lake in (at_once, bit_by_bit):
        assert lake.run("silver.listening_with_features").ok
    lakes = [Path(lake.places.settings.lake) for lake in (at_once, bit_by_bit)]
    assert lake_differences(*lakes) == {}
    tellers = {len(row["sources"]) for row in at_once.rows("SELECT sources FROM silver.plays")}
    assert max(tellers) > 1, "some play is told by several"

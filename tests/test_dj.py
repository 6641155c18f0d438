"""A DJ who has nothing but a Rekordbox collection: what to mix into what."""

from __future__ import annotations

from pathlib import Path

from scratch_lake import ScratchLake

from tests.lib.ingest_samples import write
from tests.lib.rekordbox_samples import TRACK, collection

#: Keys in the notations that taggers leave in one collection: 8A, 8A, 9A, 3B, and none.
TRACKS = [
    {"Name": "Opening", "Tonality": "Am", "AverageBpm": "124.00"},
    {"Name": "Second", "Artist": "", "Tonality": "1m", "AverageBpm": "126.00"},
    {"Name": "Third (Extended Mix)", "Tonality": "E min", "AverageBpm": "62.00"},
    {"Name": "Elsewhere", "Tonality": "3B", "AverageBpm": "124.00"},
    {"Name": "Not analysed", "Tonality": "", "AverageBpm": "0.00"},
]


def test_a_collection_alone_gives_harmonic_pairs(lake: ScratchLake, tmp_path: Path) -> None:
    places = [
        TRACK | told | {"TrackID": str(n), "Location": f"file://localhost/C:/Music/{n}.mp3"}
        for n, told in enumerate(TRACKS)
    ]
    lists = {"Sets/Friday": ["0", "1"]}
    lake.ingest(write(tmp_path / "rekordbox.xml", collection(*places, playlists=lists)))
    report = lake.run("gold.harmonic_pairs")
    assert report.ok, report.steps
    songs = lake.rows("SELECT title, artist, source FROM silver.songs ORDER BY title")
    assert [song["title"] for song in songs] == sorted(told["Name"] for told in TRACKS)
    assert {song["artist"] for song in songs} == {"Artist", "Unknown artist"}
    assert {song["source"] for song in songs} == {"rekordbox_tracks"}
    pairs = lake.rows(
        "SELECT one.title, camelot, other.title AS next, next_camelot, tempo_match, relation "
        "FROM gold.harmonic_pairs AS pair JOIN silver.songs AS one USING (song_id) "
        "JOIN silver.songs AS other ON other.song_id = next_song_id WHERE one.title = 'Opening' "
        "ORDER BY rank"
    )
    assert [tuple(pair.values()) for pair in pairs] == [
        ("Opening", "8A", "Third (Extended Mix)", "9A", "half", "adjacent"),
        ("Opening", "8A", "Second", "8A", "same", "same"),
    ]
    assert {step.status for step in lake.run("gold.harmonic_pairs").steps.values()} == {
        "up to date"
    }

from __future__ import annotations

from pathlib import Path

from scratch_lake import ScratchLake

from tests.lib.ingest_samples import write
from tests.lib.rekordbox_samples import TRACK, collection


def test_the_newest_export_tells_of_a_track(lake: ScratchLake, tmp_path: Path) -> None:
    """In one run: two exports of one person, and one of another; a track without a place."""
    older = TRACK | {"Tonality": "1A", "TEMPO": [{"Inizio": "0.5", "Bpm": "124"}]}
    gone = older | {"Location": "file://localhost/C:/Music/Gone.mp3"}
    newer = [
        TRACK | {"TrackID": "9", "Tonality": "Am", "DateAdded": "2020-01-01"},
        TRACK | {"Location": "file://localhost/C:/New.mp3", "DateAdded": "2023-01-01"},
        TRACK | {"Location": " ", "Name": "Nowhere"},
    ]
    for user, name, tracks in [
        ("anna", "old", (older, gone)), ("anna", "new", newer), ("ben", "old", (older,)),
    ]:  # fmt: skip
        file = write(tmp_path / f"{name}.xml", collection(*tracks, playlists={"L": ["9"]}))
        (report,) = lake.ingest(file, user=user)
        assert (report.status, report.kind, report.rows) == ("landed", "rekordbox", len(tracks))
    for inizio in ("0.6", "0.7", "0.8", "0.9"):  # ben moves a grid, which leaves no day behind
        moved = older | {"TEMPO": [{"Inizio": inizio, "Bpm": "124"}]}
        lake.ingest(write(tmp_path / "moved.xml", collection(moved)), user="ben")
    assert lake.run("bronze.rekordbox_tracks").ok
    rows = lake.rows("FROM bronze.rekordbox_tracks ORDER BY user_id, location")
    told = [(r["user_id"], r["location"], r["tonality"], r["playlists"]) for r in rows]
    assert told == [
        ("anna", "C:/Music/Gone.mp3", "1A", []),
        ("anna", "C:/Music/Title.mp3", "Am", ["L"]),
        ("anna", "C:/New.mp3", "8A", []),
        ("ben", "C:/Music/Title.mp3", "1A", []),
    ]
    assert [r["grid_starts_s"] for r in rows] == [[0.5], [], [], [0.9]]
    (refused,) = lake.rows("FROM ops.quarantine")
    assert (refused["rule"], "Nowhere" in refused["raw"]) == ("has_a_location", True)

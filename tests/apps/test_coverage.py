"""What a run says of where facts and features come from."""

from __future__ import annotations

from pathlib import Path

from toy_jobs import pour, row, toy_places

from apps.coverage import filled_from
from schemas.gold import DATASET_SUMMARY


def test_it_tells_who_leads_who_fills_in_and_where_features_are_from(tmp_path: Path) -> None:
    places = toy_places(tmp_path)
    assert filled_from(places) == []
    counts = [
        ("songs", "all", "all", 1_100),
        ("songs", "source", "spotify_tracks", 1_000),
        ("songs", "source", "lastfm_tracks", 100),
        ("songs", "sources", "lastfm_tracks + spotify_tracks", 900),
        ("songs", "sources", "spotify_tracks", 100),
        ("songs", "sources", "lastfm_tracks", 100),
        ("recordings", "feature_source", "kaggle", 700),
        ("recordings", "feature_source", "synthetic", 500),
        ("plays", "source", "lastfm", 7_000),
    ]
    made = [
        dict(zip(("subject", "split_by", "item", "rows"), told, strict=True)) for told in counts
    ]
    pour(places.path(DATASET_SUMMARY), DATASET_SUMMARY, *[row(DATASET_SUMMARY, **m) for m in made])
    assert filled_from(places) == [
        "Facts of 1,100 songs, who leads: spotify_tracks 1,000, lastfm_tracks 100",
        "Filled in where these tell nothing: lastfm_tracks 900",
        "Features of 1,200 recordings: kaggle 700, synthetic 500",
    ]

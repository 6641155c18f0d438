from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.dataset_summary import dataset_summary
from schemas import silver

PLAY = {
    "user_id": "me",
    "source": "spotify_extended",
    "counts": True,
    "part_of_day": "night",
    "feature_source": "kaggle",
    "match_method": "track_id",
}
INVENTED = {"feature_source": "synthetic", "match_method": "generated"}
ABSENT = {"feature_source": None, "match_method": None}


def test_counts_shares_and_coverage(frame: Callable[..., DataFrame]) -> None:
    made = dataset_summary(
        frame(
            silver.LISTENING_WITH_FEATURES,
            PLAY,
            PLAY | INVENTED | {"user_id": "you"},
            PLAY | ABSENT,
            PLAY | {"match_method": "name_key", "counts": False},
        ),
        frame(silver.TRACK_FEATURES, {"feature_source": "kaggle", "match_method": "track_id"}, {}),
        frame(silver.SONGS, {"sources": ["kaggle_tracks", "plays"]}, {"sources": ["plays"]}),
    )
    assert_rows(
        made,
        "subject split_by item rows share authentic_share",
        ("plays", "all", "all", 4, 1.0, 0.5),
        ("plays", "user_id", "me", 3, 0.75, 0.666667),
        ("plays", "user_id", "you", 1, 0.25, 0.0),
        ("plays", "source", "spotify_extended", 4, 1.0, 0.5),
        ("plays", "feature_source", "kaggle", 2, 0.5, 1.0),
        ("plays", "feature_source", "synthetic", 1, 0.25, 0.0),
        ("plays", "feature_source", "none", 1, 0.25, 0.0),
        ("plays", "match_method", "track_id", 1, 0.25, 1.0),
        ("plays", "match_method", "name_key", 1, 0.25, 1.0),
        ("plays", "match_method", "generated", 1, 0.25, 0.0),
        ("plays", "match_method", "none", 1, 0.25, 0.0),
        ("plays", "counts", "true", 3, 0.75, 0.333333),
        ("plays", "counts", "false", 1, 0.25, 1.0),
        ("plays", "part_of_day", "night", 4, 1.0, 0.5),
        ("recordings", "all", "all", 2, 1.0, 0.5),
        ("recordings", "feature_source", "kaggle", 1, 0.5, 1.0),
        ("recordings", "feature_source", "none", 1, 0.5, 0.0),
        ("recordings", "match_method", "track_id", 1, 0.5, 1.0),
        ("recordings", "match_method", "none", 1, 0.5, 0.0),
        ("songs", "all", "all", 2, 1.0, None),
        ("songs", "sources", "kaggle_tracks + plays", 1, 0.5, None),
        ("songs", "sources", "plays", 1, 0.5, None),
    )

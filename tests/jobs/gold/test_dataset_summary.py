from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import DataFrame
from table_frames import assert_rows

from jobs.gold.dataset_summary import dataset_summary
from schemas import silver

PLAY = {
    "user_id": "me",
    "source": "spotify_extended",
    "sources": ["spotify_extended"],
    "id_method": "told",
    "not_counted": None,
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
            PLAY | {"match_method": "name_key", "counts": False, "not_counted": "short"},
        ),
        frame(silver.TRACK_FEATURES, {"feature_source": "kaggle", "match_method": "track_id"}, {}),
        frame(
            silver.SONGS,
            {"sources": ["kaggle_tracks", "plays"], "source": "kaggle_tracks"},
            {"sources": ["plays"], "source": "plays"},
        ),
    )
    assert_rows(
        made.filter("subject NOT LIKE 'plays told by %'"),
        "subject split_by item rows share authentic_share",
        ("plays", "all", "all", 4, 1.0, 0.5),
        ("plays", "user_id", "me", 3, 0.75, 0.666667),
        ("plays", "user_id", "you", 1, 0.25, 0.0),
        ("plays", "source", "spotify_extended", 4, 1.0, 0.5),
        ("plays", "tellers", "1", 4, 1.0, 0.5),
        ("plays", "id_method", "told", 4, 1.0, 0.5),
        ("plays", "feature_source", "kaggle", 2, 0.5, 1.0),
        ("plays", "feature_source", "synthetic", 1, 0.25, 0.0),
        ("plays", "feature_source", "none", 1, 0.25, 0.0),
        ("plays", "match_method", "track_id", 1, 0.25, 1.0),
        ("plays", "match_method", "name_key", 1, 0.25, 1.0),
        ("plays", "match_method", "generated", 1, 0.25, 0.0),
        ("plays", "match_method", "none", 1, 0.25, 0.0),
        ("plays", "counts", "true", 3, 0.75, 0.333333),
        ("plays", "counts", "false", 1, 0.25, 1.0),
        ("plays", "not_counted", "none", 3, 0.75, 0.333333),
        ("plays", "not_counted", "short", 1, 0.25, 1.0),
        ("plays", "part_of_day", "night", 4, 1.0, 0.5),
        ("recordings", "all", "all", 2, 1.0, 0.5),
        ("recordings", "feature_source", "kaggle", 1, 0.5, 1.0),
        ("recordings", "feature_source", "none", 1, 0.5, 0.0),
        ("recordings", "match_method", "track_id", 1, 0.5, 1.0),
        ("recordings", "match_method", "none", 1, 0.5, 0.0),
        ("songs", "all", "all", 2, 1.0, None),
        ("songs", "sources", "kaggle_tracks + plays", 1, 0.5, None),
        ("songs", "sources", "plays", 1, 0.5, None),
        ("songs", "source", "kaggle_tracks", 1, 0.5, None),
        ("songs", "source", "plays", 1, 0.5, None),
    )


def test_a_play_that_two_told_counts_for_each_of_them_and_once_among_plays(
    frame: Callable[..., DataFrame],
) -> None:
    lastfm = {"source": "lastfm", "sources": ["lastfm"], "id_method": None}
    made = dataset_summary(
        frame(
            silver.LISTENING_WITH_FEATURES,
            PLAY | {"sources": ["spotify_extended", "lastfm"]},
            PLAY | {"id_method": "library", "not_counted": "private"},
            PLAY | lastfm | ABSENT,
            PLAY | lastfm | INVENTED,
        ),
        frame(silver.TRACK_FEATURES),
        frame(silver.SONGS),
    )
    asked = ("all", "tellers", "source", "id_method", "feature_source", "not_counted")
    assert_rows(
        made.filter(made["split_by"].isin(*asked)),
        "subject split_by item rows share authentic_share",
        ("plays", "all", "all", 4, 1.0, 0.5),
        ("plays", "tellers", "1", 3, 0.75, 0.333333),
        ("plays", "tellers", "2", 1, 0.25, 1.0),
        ("plays", "source", "spotify_extended", 2, 0.5, 1.0),
        ("plays", "source", "lastfm", 2, 0.5, 0.0),
        ("plays", "id_method", "told", 1, 0.25, 1.0),
        ("plays", "id_method", "library", 1, 0.25, 1.0),
        ("plays", "id_method", "none", 2, 0.5, 0.0),
        ("plays", "feature_source", "kaggle", 2, 0.5, 1.0),
        ("plays", "feature_source", "synthetic", 1, 0.25, 0.0),
        ("plays", "feature_source", "none", 1, 0.25, 0.0),
        ("plays", "not_counted", "none", 3, 0.75, 0.333333),
        ("plays", "not_counted", "private", 1, 0.25, 1.0),
        ("plays told by lastfm", "all", "all", 3, 1.0, 0.333333),
        ("plays told by lastfm", "tellers", "1", 2, 2 / 3, 0.0),
        ("plays told by lastfm", "tellers", "2", 1, 1 / 3, 1.0),
        ("plays told by lastfm", "source", "lastfm", 2, 2 / 3, 0.0),
        ("plays told by lastfm", "source", "spotify_extended", 1, 1 / 3, 1.0),
        ("plays told by lastfm", "id_method", "told", 1, 1 / 3, 1.0),
        ("plays told by lastfm", "id_method", "none", 2, 2 / 3, 0.0),
        ("plays told by lastfm", "feature_source", "kaggle", 1, 1 / 3, 1.0),
        ("plays told by lastfm", "feature_source", "synthetic", 1, 1 / 3, 0.0),
        ("plays told by lastfm", "feature_source", "none", 1, 1 / 3, 0.0),
        ("plays told by lastfm", "not_counted", "none", 3, 1.0, 0.333333),
        ("plays told by spotify_extended", "all", "all", 2, 1.0, 1.0),
        ("plays told by spotify_extended", "tellers", "1", 1, 0.5, 1.0),
        ("plays told by spotify_extended", "tellers", "2", 1, 0.5, 1.0),
        ("plays told by spotify_extended", "source", "spotify_extended", 2, 1.0, 1.0),
        ("plays told by spotify_extended", "id_method", "told", 1, 0.5, 1.0),
        ("plays told by spotify_extended", "id_method", "library", 1, 0.5, 1.0),
        ("plays told by spotify_extended", "feature_source", "kaggle", 2, 1.0, 1.0),
        ("plays told by spotify_extended", "not_counted", "none", 1, 0.5, 1.0),
        ("plays told by spotify_extended", "not_counted", "private", 1, 0.5, 1.0),
    )

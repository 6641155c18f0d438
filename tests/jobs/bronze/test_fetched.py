"""What services told, read into the bronze tables."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from table_frames import assert_rows

from jobs.bronze.aoty_albums import aoty_albums
from jobs.bronze.failed_requests import failed_requests
from jobs.bronze.lastfm_tracks import lastfm_tracks
from jobs.bronze.library_items import library_items
from jobs.bronze.play_gaps import play_gaps
from jobs.bronze.plays import plays
from jobs.bronze.spotify_audio_features import spotify_audio_features
from jobs.bronze.spotify_tracks import spotify_tracks
from lib.sources.aoty_page import read_album
from tests.servers import aoty, lastfm, spotify_shapes as spotify
from tests.servers.music import songs

SONGS = songs(4)
Lines = Callable[..., DataFrame]


def line(
    asked: dict[str, Any],
    body: Any = None,
    at: str = "2026-03-01T00:00:00+00:00",
    state: str = "complete",
    reason: str | None = None,
) -> dict[str, Any]:
    told = {"asked": asked, "at": at, "state": state}
    return told | ({"body": body} if body else {}) | ({"reason": reason} if reason else {})


@pytest.fixture
def lines(spark: SparkSession) -> Lines:
    def make(*told: dict[str, Any]) -> DataFrame:
        rows = [(json.dumps(one), "fetched.jsonl", "me") for one in told]
        return spark.createDataFrame(rows, "document STRING, source_file STRING, user_id STRING")

    return make


def test_the_last_answer_for_a_track_counts(lines: Lines) -> None:
    one, two, three, four = SONGS
    moved = spotify.track(two) | {"linked_from": {"id": two.track_id}, "id": four.track_id}
    names = {"artist": three.artist, "title": three.title}
    made = spotify_tracks(
        lines(
            line({"id": one.track_id}, spotify.track(one) | {"popularity": 1}, "2026-02-01T00:00Z"),
            line({"id": one.track_id}, spotify.track(one) | {"popularity": 2}),
            line({"id": two.track_id}, moved),
            line(names, spotify.track(three)),
            line({"id": "gone"}, state="absent"),
        ),
        lines(line({"id": one.artist_id}, spotify.artist(one) | {"genres": ["Rock", "art pop"]})),
    )
    assert_rows(
        made,
        "track_id popularity artist_name isrc release_date release_precision asked_title",
        (one.track_id, 2, one.artist, one.isrc, "2019-05-17", "day", None),
        (two.track_id, two.popularity, two.artist, two.isrc, "2011-01-01", "year", None),
        (three.track_id, three.popularity, three.artist, three.isrc, "2003-09-01", "month",
         three.title),
    )  # fmt: skip
    assert made.select("genres", "artist_ids", "album_total_tracks").first() == (
        ["art pop", "rock"], [one.artist_id], 4,
    )  # fmt: skip


def test_features_that_spotify_could_not_detect_are_unknown(lines: Lines) -> None:
    one, two = SONGS[:2]
    silent = spotify.features(two) | {"key": -1, "tempo": 0, "time_signature": 0}
    made = spotify_audio_features(
        lines(
            line({"id": one.track_id}, spotify.features(one)),
            line({"id": two.track_id}, silent),
        )
    )
    told = one.features
    assert_rows(
        made,
        "track_id duration_ms key tempo time_signature valence",
        (one.track_id, one.duration_ms, told["key"], told["tempo"], 4, told["valence"]),
        (two.track_id, two.duration_ms, None, None, None, two.features["valence"]),
    )


def test_tags_become_genres_and_moods(lines: Lines) -> None:
    song = SONGS[0]
    names = {"artist": song.artist, "title": song.title}
    tags = ["Hip Hop", "seen live", "hip-hop", "Melancholic", "sad", "relaxing"]
    body = lastfm.info(song) | {"toptags": {"tag": [{"name": name} for name in tags]}}
    untold = lastfm.info(SONGS[1]) | {"toptags": "", "duration": "0", "listeners": "many"}
    other = {"artist": SONGS[1].artist, "title": SONGS[1].title}
    made = lastfm_tracks(lines(line(names, body), line(other, untold)))
    assert_rows(
        made,
        "track_name listeners playcount duration_ms genres moods",
        (song.title, 100, 1000, song.duration_ms // 1000 * 1000, ["hip-hop"], ["sad", "calm"]),
        (SONGS[1].title, None, 1003, None, [], []),
    )


def test_what_no_collection_got_is_listed_with_its_last_reason(lines: Lines) -> None:
    failed = {"state": "failed", "reason": "500"}
    early, late = "2026-02-01T00:00:00+00:00", "2026-03-01T00:00:00+00:00"
    names = {"artist": "A", "title": "T"}
    made = failed_requests(
        lines(
            line({"id": "got later"}, None, early, **failed),
            line({"id": "got later"}, {"id": "x"}, late),
            line({"id": "never"}, None, early, **failed),
            line({"id": "never"}, None, late, "failed", "no answer in time"),
        ),
        lines(),
        lines(),
        lines(line(names, None, late, "absent")),
        lines(),
    )
    assert_rows(
        made,
        "kind key state reason times",
        ("spotify_api_tracks", "never", "failed", "no answer in time", 2),
        ("lastfm_api_tracks", "A::T", "absent", None, 1),
    )


def test_plays_of_both_services_and_gaps(lines: Lines) -> None:
    one, two = SONGS[:2]
    gap = {"from": "2026-03-01T10:00:00+00:00", "until": "2026-03-01T12:00:00+00:00"}
    item = {"track": spotify.track(one), "played_at": "2026-03-01T12:00:00.123Z", "context": None}
    scrobble = {
        "artist": {"mbid": "", "#text": two.artist}, "name": two.title, "mbid": "",
        "album": {"mbid": "", "#text": two.album}, "date": {"uts": "1772366400"},
    }  # fmt: skip
    told = lines(line({"what": "recently played"}, item), line({"after": 1}, {"gap": gap}))
    none = lines()
    scrobbles = none.select("source_file", "user_id")
    heard = lines(line({"what": "recent tracks"}, scrobble))
    made = plays(none, none, scrobbles, none, none, told, heard, datetime(2026, 4, 1, tzinfo=UTC))
    assert_rows(
        made,
        "source stamp played_at duration_ms track_id isrc track_name artist_name album_name",
        ("spotify_api", "end", "2026-03-01 12:00:00.123", one.duration_ms, one.track_id, one.isrc,
         one.title, one.artist, one.album),
        ("lastfm", "start", "2026-03-01 12:00:00", None, None, None, two.title, two.artist,
         two.album),
    )  # fmt: skip
    assert_rows(play_gaps(told), "user_id from_at until_at",
                ("me", "2026-03-01 10:00:00", "2026-03-01 12:00:00"))  # fmt: skip


def test_what_is_saved_and_played_most_is_in_the_library(lines: Lines) -> None:
    song = SONGS[0]
    body = {"track": spotify.track(song), "added_at": "2025-06-01T10:00:00Z"}
    made = library_items(
        lines(),
        lines(
            line({"list": "saved"}, body),
            line({"list": "short_term"}, {"track": spotify.track(song)}),
        ),
    )
    assert_rows(
        made,
        "list_name item_type track_id name artist_name added_on",
        ("library", "track", song.track_id, song.title, song.artist, "2025-06-01"),
        ("top tracks, 4 weeks", "track", song.track_id, song.title, song.artist, None),
    )


def test_an_albums_last_page_counts(lines: Lines) -> None:
    song = SONGS[0]
    names = {"artist": song.artist, "title": song.album}
    told = read_album(aoty.page(song)) | {"url": "https://site/album/1.php"}
    unrated = {"artist": "B", "album": "C", "critic_score": None, "release_date": "2020-06",
               "genres": []}  # fmt: skip
    made = aoty_albums(
        lines(
            line(names, told | {"user_score": 1.0}, "2026-02-01T00:00Z"),
            line(names, told),
            line({"artist": "b", "title": "c"}, unrated),
            line({"artist": "b", "title": "d"}, state="absent"),
        )
    )
    assert_rows(
        made,
        "artist_name album_name critic_score critic_reviews user_score user_ratings release_date "
        "release_precision genres aoty_url",
        (song.artist, song.album, song.popularity + 0.4, 12, song.popularity + 0.1, 1234,
         "2019-05-17", "day", ["indie folk", "slowcore"], "https://site/album/1.php"),
        ("b", "c", None, None, None, None, "2020-06-01", "month", [], None),
    )  # fmt: skip

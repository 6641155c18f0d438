from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession
from table_frames import frame

from jobs.silver.songs import songs
from schemas import bronze, silver

#: A song as each table tells it; the cases write what is told otherwise.
KAGGLE = {
    "track_id": "k",
    "artists": "The Artist; Guest",
    "track_name": "Title",
    "album_name": "Album",
    "track_genre": "pop",
    "popularity": 50,
    "duration_ms": 200_000,
    "explicit": False,
}
PLAY = {"track_id": "p", "artist_name": "The Artist", "track_name": "Title - Live"}
TOLD = {
    "track_id": "k",
    "isrc": "I",
    "track_name": "Title",
    "artists": ["The Artist", "Guest"],
    "album_name": "The Album",
    "release_date": "2001-01-01",
    "release_precision": "year",
    "track_number": 3,
    "album_total_tracks": 12,
    "duration_ms": 201_000,
    "explicit": True,
    "popularity": 40,
    "genres": ["art pop"],
}
SCROBBLED = {
    "artist_name": "The Artist",
    "track_name": "Title - Live",
    "listeners": 10,
    "playcount": 30,
    "tags": ["indie", "sad"],
    "genres": ["indie"],
    "moods": ["sad"],
}
REVIEWED = {
    "artist_name": "THE ARTIST",
    "album_name": "the reviewed album",
    "critic_score": 81.4,
    "user_score": 77.0,
    "user_ratings": 1234,
    "release_date": "2001-05-01",
    "release_precision": "month",
    "genres": ["slowcore", "pop"],
}
SAVED = {"item_type": "track", "track_id": "l", "artist_name": "Artist", "name": "Title"}
FILE = {
    "audio_id": "f", "artist_name": "The Artist", "title": "Title (Extended Mix)",
    "duration_s": 300.4, "album_name": "A 12",
}  # fmt: skip
MIXED = {
    "artist_name": "The Artist", "title": "Title - Live", "year": 1999, "track_number": 2,
    "duration_ms": 280_000,
}  # fmt: skip
NAMES = "The Artist::Title - Live"

Rows = list[dict[str, Any]]


def versions(*facts: dict[str, Any]) -> Rows:
    return [KAGGLE | {"track_id": f"v{number}"} | told for number, told in enumerate(facts)]


def described(
    kaggle: Rows = [],  # noqa: B006 - read only
    plays: Rows = [],  # noqa: B006 - read only
    library: Rows = [],  # noqa: B006 - read only
    recordings: dict[str, str] = {},  # noqa: B006 - read only
    spotify: Rows = [],  # noqa: B006 - read only
    lastfm: Rows = [],  # noqa: B006 - read only
    audio: Rows = [],  # noqa: B006 - read only
    rekordbox: Rows = [],  # noqa: B006 - read only
) -> dict[str, Any]:
    return {
        "kaggle": kaggle, "plays": plays, "library": library, "recordings": recordings,
        "spotify": spotify, "lastfm": lastfm, "audio": audio, "rekordbox": rekordbox,
    }  # fmt: skip


#: What the tables tell of a song, and what is then said of it.
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the facts of the best version and who knows the song": (
        described(
            [KAGGLE, KAGGLE | {"track_genre": "indie"}],
            [PLAY, {**PLAY, "track_id": None, "isrc": "I"}],
            [SAVED],
        ),
        {
            "track_id": "k", "title": "Title", "artist": "The Artist",
            "artists": ["The Artist", "Guest"], "album_name": "Album", "duration_ms": 200_000,
            "popularity": 50, "explicit": False, "genres": ["indie", "pop"], "versions": 4,
            "sources": ["kaggle_tracks", "library_items", "plays"],
            "spotify_url": "https://open.spotify.com/track/k", "version": "original",
        },
    ),
    "the completest version": (
        described(versions({}, {"album_name": None, "popularity": 99})),
        {"track_id": "v0", "versions": 2},
    ),
    "then the most popular": (
        described(versions({"popularity": 10}, {"popularity": 90}, {"popularity": 20})),
        {"track_id": "v1", "versions": 3},
    ),
    "a popularity of none is one": (
        described(versions({"popularity": None, "explicit": True}, {"popularity": 0})),
        {"track_id": "v1"},
    ),
    "else the greatest id": (described(versions({}, {}, {})), {"track_id": "v2"}),
    "else the greatest id in any order": (
        described(versions({}, {}, {})[::-1]), {"track_id": "v2"}
    ),
    "the most played": (
        described(plays=[PLAY | {"track_id": i, "album_name": "A"} for i in ("a", "a", "b", "c")]),
        {"track_id": "a", "versions": 3},
    ),
    "the most played under all of its ids": (
        described(
            plays=[PLAY | {"track_id": i, "album_name": "A"} for i in ("a", "b", "b", "c", "c")],
            recordings={"a": "one", "b": "one", "c": "other"},
        ),
        {"track_id": "a", "versions": 2},
    ),
    "what Kaggle tells of an id before what plays tell": (
        described(
            [KAGGLE], [PLAY | {"track_id": "k", "track_name": "Title (Deluxe)"}] * 2
        ),
        {
            "title": "Title", "album_name": "Album", "versions": 1,
            "sources": ["kaggle_tracks", "plays"],
        },
    ),
    "a recording of an ISRC has the Spotify id that another row tells": (
        described(
            plays=[PLAY, {**PLAY, "track_id": None, "isrc": "I", "album_name": "A"}],
            recordings={"p": "one", "I": "one"},
        ),
        {"track_id": "p", "versions": 1},
    ),
    "known by names only": (
        described(plays=[PLAY | {"track_id": None}]),
        {
            "track_id": None, "spotify_url": None, "versions": 1, "title": "Title - Live",
            "artists": ["The Artist"], "genres": [], "version": "live",
        },
    ),
    "what Spotify's API tells before what Kaggle tells, which says otherwise": (
        described([KAGGLE | {"duration_ms": 180_400}], spotify=[TOLD]),
        {
            "album_name": "The Album", "release_date": date(2001, 1, 1), "isrc": "I",
            "release_precision": "year", "track_number": 3, "album_total_tracks": 12,
            "explicit": True, "popularity": 40, "genres": ["art pop", "pop"], "versions": 1,
            "source": "spotify_tracks", "sources": ["kaggle_tracks", "spotify_tracks"],
            "disagreements": ["kaggle_tracks: explicit false", "kaggle_tracks: length 180 s"],
            "lastfm_listeners": None, "tags": None,
        },
    ),
    "a gap of Spotify's is filled from Kaggle": (
        described([KAGGLE], spotify=[TOLD | {"popularity": None, "explicit": None}]),
        {"popularity": 50, "explicit": False, "source": "spotify_tracks", "disagreements": []},
    ),
    "the version that Spotify tells of is the most complete": (
        described([KAGGLE | {"track_id": "v", "popularity": 99}], spotify=[TOLD]),
        {"track_id": "k", "versions": 2},
    ),
    "what Last.fm tells of the name that most listen to": (
        described(
            [KAGGLE],
            lastfm=[
                SCROBBLED,
                SCROBBLED | {"listeners": 9, "tags": ["pop"], "genres": ["pop"], "moods": []},
            ],
            recordings={NAMES: "k", "k": "k"},
        ),
        {
            "lastfm_listeners": 10, "lastfm_playcount": 30, "tags": ["indie", "sad"],
            "moods": ["sad"], "genres": ["indie", "pop"], "versions": 1,
            "sources": ["kaggle_tracks", "lastfm_tracks"], "title": "Title",
        },
    ),
    "what Album of the Year tells of its album": (
        described([KAGGLE | {"album_name": "The Reviewed Album"}]),
        {
            "aoty_score": 81.4, "aoty_user_score": 77.0, "aoty_ratings": 1234,
            "release_date": date(2001, 5, 1), "release_precision": "month",
            "genres": ["pop", "slowcore"],
        },
    ),
    "a release date that Spotify tells stands": (
        described(spotify=[TOLD | {"album_name": "The Reviewed Album"}]),
        {
            "aoty_score": 81.4, "release_date": date(2001, 1, 1), "release_precision": "year",
            "disagreements": [],
        },
    ),
    "another year that Album of the Year tells is kept": (
        described(
            spotify=[TOLD | {"album_name": "The Reviewed Album", "release_date": date(2011, 1, 1)}]
        ),
        {"release_date": date(2011, 1, 1), "disagreements": ["aoty_albums: released 2001"]},
    ),
    "known to Last.fm alone": (
        described(lastfm=[SCROBBLED | {"duration_ms": 90_000, "album_name": "A"}]),
        {
            "title": "Title - Live", "artists": ["The Artist"], "duration_ms": 90_000,
            "album_name": "A", "track_id": None, "source": "lastfm_tracks", "lastfm_listeners": 10,
        },
    ),
    "what a DJ's file and collection tell, and a version that Spotify knows is best": (
        described(
            plays=[PLAY],
            audio=[FILE],
            rekordbox=[MIXED | {"genre": " Deep House/Garage "}],
            recordings={"f": "f", NAMES: "f"},
        ),
        {
            "track_id": "p", "versions": 2, "genres": ["deep house", "garage"],
            "sources": ["audio_files", "plays", "rekordbox_tracks"],
        },
    ),
    "known to a DJ alone": (
        described(audio=[FILE], rekordbox=[MIXED], recordings={"f": "f", NAMES: "f"}),
        {
            "title": "Title (Extended Mix)", "artist": "The Artist", "duration_ms": 300_400,
            "release_date": date(1999, 1, 1), "release_precision": "year", "album_name": "A 12",
            "track_number": 2, "source": "audio_files", "track_id": None, "versions": 1,
            "disagreements": ["rekordbox_tracks: length 280 s"],
        },
    ),
    "names with and without an id are one version": (
        described(plays=[PLAY, PLAY | {"track_id": None}], recordings={NAMES: "p", "p": "p"}),
        {"track_id": "p", "versions": 1},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(spark: SparkSession) -> dict[str, Row]:
    """The song of each case: from one run for all, each with ids of its own."""
    rows: dict[str, Rows] = {name: [] for name in described() if name != "recordings"}
    ids: dict[tuple[str, str], dict[str, Any]] = {}
    for case, (told, _) in CASES.items():
        for table, of_table in rows.items():
            for row in told[table]:
                known, kind = _best(row)
                own = {
                    name: f"{row[name]} {case}"
                    for name in ("track_id", "isrc", "audio_id") if row.get(name)
                }  # fmt: skip
                called = "title" if table == "rekordbox" else "track_name"
                names = {} if own else {called: f"{row[called]} {case}"}
                of_table.append(row | own | names)
                ids[kind, f"{known} {case}"] = {
                    "song_id": case,
                    "recording_id": f"{told['recordings'].get(known, known)} {case}",
                    "version": "live" if kind == "name" else "original",
                }
    found = songs(
        frame(spark, silver.SONG_IDS, *[{"id_type": t, "id": i} | ids[t, i] for t, i in ids]),
        frame(spark, bronze.PLAYS, *rows["plays"]),
        frame(spark, bronze.LIBRARY_ITEMS, *rows["library"]),
        frame(spark, bronze.KAGGLE_TRACKS, *rows["kaggle"]),
        frame(spark, bronze.SPOTIFY_TRACKS, *rows["spotify"]),
        frame(spark, bronze.LASTFM_TRACKS, *rows["lastfm"]),
        frame(
            spark, bronze.AOTY_ALBUMS, REVIEWED, REVIEWED | {"album_name": "Another", "genres": []}
        ),
        frame(spark, bronze.AUDIO_FILES, *rows["audio"]),
        frame(spark, bronze.REKORDBOX_TRACKS, *rows["rekordbox"]),
    ).collect()
    assert len(found) == len(CASES), "every song is described once"
    return {row.song_id: row for row in found}


def _best(row: dict[str, Any]) -> tuple[str, str]:
    if row.get("track_id"):
        return row["track_id"], "spotify"
    if row.get("isrc"):
        return row["isrc"], "isrc"
    return (row["audio_id"], "audio") if row.get("audio_id") else (NAMES, "name")


@pytest.mark.parametrize("case", CASES)
def test_what_is_said_of_a_song(made: dict[str, Row], case: str) -> None:
    row = made[case].asDict()
    shown = {
        name: value.replace(f" {case}", "") if isinstance(value, str) else value
        for name, value in row.items()
    }
    expected = CASES[case][1]
    assert {name: shown[name] for name in expected} == expected

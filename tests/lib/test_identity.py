from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from pyspark.sql import DataFrame, Row, SparkSession
from table_frames import assert_rows, frame

from lib.identity import best_id, link, recordings, tellings
from schemas import bronze, silver

Id = tuple[str, str]


class Told(NamedTuple):
    """Ids and names that one row tells of a recording."""

    artist_name: str
    track_name: str
    track_id: str | None = None
    isrc: str | None = None
    recording_mbid: str | None = None
    duration_ms: int | None = None

    @property
    def ids(self) -> list[Id]:
        """Every id that it tells, the best first; its names where it tells none."""
        told = {"spotify": self.track_id, "isrc": self.isrc, "musicbrainz": self.recording_mbid}
        return [(kind, id_) for kind, id_ in told.items() if id_] or [
            ("name", f"{self.artist_name}::{self.track_name}")
        ]


def told_frame(spark: SparkSession, told: Iterable[Told]) -> DataFrame:
    texts = ", ".join(f"{name} STRING" for name in Told._fields[:-1])
    return spark.createDataFrame([tuple(row) for row in told], f"{texts}, duration_ms BIGINT")


def linked(spark: SparkSession, told: Iterable[Told]) -> dict[Id, Row]:
    rows = link(told_frame(spark, told)).collect()
    assert len({(row.id_type, row.id) for row in rows}) == len(rows), "an id is listed once"
    return {(row.id_type, row.id): row for row in rows}


# ------------------------------------------------------------- which tellings are one song

#: What is told, and the ids that are one song, song by song. No two cases share a name or an id.
SONGS: dict[str, tuple[list[Told], list[str]]] = {
    "names in their normal form": (
        [
            Told("The Kinks", "Lola - Mono", "kinks 1"),
            Told("Kinks", "LOLA", "kinks 2"),
            Told("The Kinks", "Victoria", "kinks 3"),
        ],
        ["spotify kinks 1, spotify kinks 2", "spotify kinks 3"],
    ),
    "an ISRC under two names": (
        [
            Told("Moltke", "Under the Snow", "moltke 1", "MOLTKE1"),
            Told("Moltke Ensemble", "Unter dem Schnee", "moltke 2", "MOLTKE1"),
        ],
        ["isrc MOLTKE1, spotify moltke 1, spotify moltke 2"],
    ),
    "a Spotify id under two names": (
        [
            Told("Pavone", "Notte", "pavone 1"),
            Told("Pavone", "Notte scura", "pavone 1"),
            Told("Pavone", "Notte scura", "pavone 2"),
        ],
        ["spotify pavone 1, spotify pavone 2"],
    ),
    "a MusicBrainz id under two names": (
        [
            Told("Wislawa", "Rzeka", "wislawa 1", recording_mbid="wislawa m"),
            Told("W. Chor", "Nad rzeką", isrc="WISLAWA1", recording_mbid="wislawa m"),
        ],
        ["isrc WISLAWA1, musicbrainz wislawa m, spotify wislawa 1"],
    ),
    "a chain through a name, an ISRC, a MusicBrainz id and a name again": (
        [
            Told("Quorra", "Grid", "chain a"),
            Told("Quorra", "Grid", "chain b", "CHAIN1"),
            Told("Tron", "Disc", "chain c", "CHAIN1", "chain m"),
            Told("Clu", "Tower", recording_mbid="chain m"),
            Told("CLU", "tower", "chain d"),
            Told("Clu", "Tower - Live"),
        ],
        [
            "isrc CHAIN1, musicbrainz chain m, name Clu::Tower - Live, spotify chain a, "
            "spotify chain b, spotify chain c, spotify chain d"
        ],
    ),
    "names alone find the song of their key": (
        [
            Told("Ørsted", "Fjord", "orsted 1"),
            Told("Orsted", "FJORD (Live)"),
            Told("Orsted", "Mountain"),
        ],
        ["name Orsted::FJORD (Live), spotify orsted 1", "name Orsted::Mountain"],
    ),
    "a slip of spelling": (
        [
            Told("Smashing Pumpkins", "Bullet With Butterfly Wings", "pumpkins 1"),
            Told("Smashing Pumpkins", "Bullet With Buterfly Wings"),
        ],
        ["name Smashing Pumpkins::Bullet With Buterfly Wings, spotify pumpkins 1"],
    ),
    "a remix is another song": (
        [
            Told("Moby", "Porcelain", "moby 1"),
            Told("Moby", "Porcelain - Rob Searle Remix", "moby 2"),
        ],
        ["spotify moby 1", "spotify moby 2"],
    ),
    "one title by two artists": (
        [Told("Vesper", "Candle", "vesper 1"), Told("Jorik", "Candle", "jorik 1")],
        ["spotify vesper 1", "spotify jorik 1"],
    ),
    "more artists behind the same lead": (
        [
            Told("Imre;Zita", "Lantern", "imre 1", duration_ms=150_000),
            Told("Imre", "Lantern", "imre 2", duration_ms=100_000),
        ],
        ["spotify imre 1, spotify imre 2"],
    ),
    "a new lead on a song of the same length": (
        [
            Told("Bruno;Odile", "Compass", "odile 1", duration_ms=116_000),
            Told("Odile", "Compass", "odile 2", duration_ms=100_000),
        ],
        ["spotify odile 1, spotify odile 2"],
    ),
    "a new lead on a song of another length": (
        [
            Told("Bodo;Petra", "Anchor", "petra 1", duration_ms=118_000),
            Told("Petra", "Anchor", "petra 2", duration_ms=100_000),
        ],
        ["spotify petra 1", "spotify petra 2"],
    ),
    "a new lead where no one tells the length": (
        [Told("Hugo;Runa", "Harvest", "runa 1"), Told("Runa", "Harvest", "runa 2")],
        ["spotify runa 1, spotify runa 2"],
    ),
    "artists of whom only some are the same": (
        [Told("Kaja;Lutz", "Ember", "kaja 1"), Told("Sven;Kaja", "Ember", "kaja 2")],
        ["spotify kaja 1", "spotify kaja 2"],
    ),
    "other guests of the same lead": (
        [Told("Mila;Nino", "Ember", "mila 1"), Told("Mila;Olaf", "Ember", "mila 2")],
        ["spotify mila 1, spotify mila 2"],
    ),
    "a shared title links no ids, and its names find the first": (
        [
            Told("Fenna", "Intro", "fenna 1"),
            Told("Fenna", "Intro", "fenna 2"),
            Told("Fenna", "Intro"),
            Told("Fenna", "Intro", "fenna 3", "FENNA1"),
            Told("Fenna", "Intro", "fenna 4", "FENNA1"),
        ],
        [
            "isrc FENNA1, name Fenna::Intro, spotify fenna 3, spotify fenna 4",
            "spotify fenna 1",
            "spotify fenna 2",
        ],
    ),
    "a shared title by others that no one knows": (
        [Told("Gundula", "Outro"), Told("Gundula", "Outro - Live"), Told("Tamsin", "Outro")],
        ["name Gundula::Outro, name Gundula::Outro - Live", "name Tamsin::Outro"],
    ),
    "various artists link no ids": (
        [
            Told("Various Artists", "Sleigh Ride", "various 1"),
            Told("Various Artists", "Sleigh Ride", "various 2"),
            Told("Various Artists", "Skating", recording_mbid="various m"),
            Told("Various Artists", "Skating", recording_mbid="various n"),
        ],
        [
            "musicbrainz various m", "musicbrainz various n",
            "spotify various 1", "spotify various 2",
        ],
    ),
    "a word in the title is no version of another song": (
        [Told("Ingmar", "Song (Live)"), Told("Ingmar", "Song Live")],
        ["name Ingmar::Song (Live)", "name Ingmar::Song Live"],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def known(spark: SparkSession) -> dict[Id, Row]:
    """Where every id of every case here leads, from one link for all."""
    cases = [told for told, *_ in SONGS.values()] + [RECORDINGS]
    return linked(spark, [row for case in cases for row in case])


def groups(known: dict[Id, Row], told: Sequence[Told], by: str) -> list[str]:
    """The ids of some tellings that lead to one song, or one recording, song by song."""
    found = defaultdict(set)
    for kind, id_ in {id_ for row in told for id_ in row.ids}:
        found[known[kind, id_][by]].add(f"{kind} {id_}")
    return sorted(", ".join(sorted(ids)) for ids in found.values())


@pytest.mark.parametrize("case", SONGS)
def test_which_ids_and_names_are_one_song(known: dict[Id, Row], case: str) -> None:
    told, expected = SONGS[case]
    assert groups(known, told, "song_id") == sorted(expected)


def test_no_song_joins_two_cases(known: dict[Id, Row]) -> None:
    cases: defaultdict[str, set[str]] = defaultdict(set)
    for case, (told, _) in SONGS.items():
        for id_ in [id_ for row in told for id_ in row.ids]:
            cases[known[id_].song_id].add(case)
    assert [met for met in cases.values() if len(met) > 1] == []


# ---------------------------------------------------------------- recordings, and their names

RECORDINGS = [
    # One song: an original and a remaster that several ids name, and names with versions.
    Told("Ulrike", "Meadow", "ulrike b", "ULRIKE2", "ulrike m"),
    Told("Ulrike", "Meadow", "ulrike a", "ULRIKE1"),
    Told("Ulrike", "Meadow", None, "ULRIKE1"),
    Told("Ulrike", "Meadow - Remastered 2011", "ulrike c"),
    Told("Ulrike", "MEADOW (2011 Remaster)", "ulrike d"),
    Told("Ulrike", "Meadow"),
    Told("ulrike", "meadow - remastered 2011"),
    Told("Ulrike", "Meadow - Live"),
    Told("Ulrike", "meadow (LIVE)"),
    # Spotify ids alone; a MusicBrainz id alone; names alone.
    Told("Dunja", "Pebble", "dunja 2"),
    Told("Dunja", "Pebble", "dunja 1"),
    Told("Kasimir", "Drift", recording_mbid="kasimir m"),
    Told("Kasimir", "Drift - Live"),
    Told("Beatles", "Yesterday"),
    Told("The Beatles", "Yesterday - Live"),
]


def of(known: dict[Id, Row], artist: str, column: str) -> dict[str, str | None]:
    ids = {id_ for row in RECORDINGS if row.artist_name.lower() == artist for id_ in row.ids}
    return {id_: known[kind, id_][column] for kind, id_ in sorted(ids)}


def test_ids_that_one_row_tells_are_one_recording_and_names_find_that_of_their_title(
    known: dict[Id, Row],
) -> None:
    found = of(known, "ulrike", "recording_id")
    live = found.pop("Ulrike::Meadow - Live")
    assert found == {
        "ULRIKE1": "ULRIKE1", "ulrike a": "ULRIKE1", "Ulrike::Meadow": "ULRIKE1",
        "ULRIKE2": "ULRIKE2", "ulrike b": "ULRIKE2", "ulrike m": "ULRIKE2",
        "ulrike c": "ulrike c",
        "ulrike d": "ulrike d",
        "ulrike::meadow - remastered 2011": known["spotify", "ulrike c"].recording_id,
        "Ulrike::meadow (LIVE)": live,
    }  # fmt: skip
    assert live
    assert re.fullmatch("[0-9a-f]{16}", live)


def test_a_song_is_called_by_its_first_isrc_else_spotify_id_else_a_hash(
    known: dict[Id, Row],
) -> None:
    assert set(of(known, "ulrike", "song_id").values()) == {"ULRIKE1"}
    assert set(of(known, "dunja", "song_id").values()) == {"dunja 1"}
    assert of(known, "beatles", "song_id") == {"Beatles::Yesterday": "2ca7c1b2d46841bc"}
    [hashed] = set(of(known, "kasimir", "song_id").values())
    assert re.fullmatch("[0-9a-f]{16}", str(hashed))


def test_each_id_tells_the_version_that_its_title_says(known: dict[Id, Row]) -> None:
    assert of(known, "ulrike", "version") == {
        **dict.fromkeys(("ULRIKE1", "ULRIKE2", "ulrike m", "ulrike a", "ulrike b"), "original"),
        "ulrike c": "remaster", "ulrike d": "remaster",
        "Ulrike::Meadow": "original", "ulrike::meadow - remastered 2011": "remaster",
        "Ulrike::Meadow - Live": "live", "Ulrike::meadow (LIVE)": "live",
    }  # fmt: skip


def test_how_names_were_found(known: dict[Id, Row]) -> None:
    found = {
        ("spotify", "ulrike a"): "id",
        ("isrc", "ULRIKE1"): "id",
        ("musicbrainz", "kasimir m"): "id",
        ("name", "Ulrike::Meadow - Live"): "name_key",
        ("name", "Kasimir::Drift - Live"): "name_key",
        ("name", "Fenna::Intro"): "name_key",
        ("name", "Smashing Pumpkins::Bullet With Buterfly Wings"): "near_name",
        ("name", "Beatles::Yesterday"): None,
        ("name", "Tamsin::Outro"): None,
    }
    assert {id_: known[id_].found_by for id_ in found} == found


def test_a_recording_lies_in_one_song(known: dict[Id, Row]) -> None:
    pairs = {(row.recording_id, row.song_id) for row in known.values()}
    assert len(dict(pairs)) == len(pairs)


def test_every_recording_with_its_first_spotify_id(spark: SparkSession) -> None:
    ids = frame(
        spark,
        silver.SONG_IDS,
        {"id_type": "isrc", "id": "I", "song_id": "s", "recording_id": "I"},
        {"id_type": "spotify", "id": "b", "song_id": "s", "recording_id": "I"},
        {"id_type": "spotify", "id": "a", "song_id": "s", "recording_id": "I"},
        {"id_type": "spotify", "id": "c", "song_id": "s", "recording_id": "c", "version": "live"},
        {"id_type": "name", "id": "x::s", "song_id": "s", "recording_id": "c", "version": "live"},
        {"id_type": "name", "id": "x::t", "song_id": "t", "recording_id": "t"},
    )
    assert_rows(
        recordings(ids),
        "recording_id track_id song_id version",
        ("I", "a", "s", "-"), ("c", "c", "s", "live"), ("t", None, "t", "-"),
    )  # fmt: skip


# --------------------------------------------------------------------------- what holds of any

#: What may be told in one small world; each example tells of several worlds, each by other ids.
_TELLINGS = [
    Told("ann", "harbour", "a"),
    Told("ann", "harbour", "b"),
    Told("ann", "harbour"),
    Told("Ann", "Harbour (Live)"),
    Told("ann", "meadow", "b"),
    Told("ann", "meadow", "c", "I"),
    Told("ann", "meadow", None, "I", "m"),
    Told("ann", "meadow", None, None, "n"),
    Told("bob", "harbour", None, None, "m"),
    Told("bob", "harbour", "d"),
    Told("bob", "harbour - Live", None, "J", "n"),
    Told("bob", "Intro", "d"),
    Told("bob", "Intro", "e"),
    Told("bob", "Intro", None, None, "o"),
    Told("bob", "Intro"),
    Told("bob", "Lantern"),
]
_WORLDS = st.lists(st.sets(st.sampled_from(_TELLINGS), min_size=1), min_size=6, max_size=20)


def in_world(number: int, told: Told) -> Told:
    """The same with ids, and an artist, of this world alone."""
    ids = [f"{id_}{number}" if id_ else None for id_ in told[2:5]]
    return Told(f"{chr(ord('a') + number) * 8} {told.artist_name}", told.track_name, *ids)


#: An example costs seconds, a world in it next to nothing; shrinking a failure would take minutes.
few = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


@few
@given(worlds=_WORLDS, seed=st.integers())
def test_the_order_of_rows_changes_nothing_and_no_song_joins_strangers(
    spark: SparkSession, worlds: list[set[Told]], seed: int
) -> None:
    told = [in_world(number, row) for number, world in enumerate(worlds) for row in sorted_(world)]
    songs = linked(spark, told)
    chance = random.Random(seed)
    again = told + chance.choices(told, k=len(told) // 4)
    assert linked(spark, chance.sample(again, len(again))) == songs

    assert set(songs) == {id_ for row in told for id_ in row.ids}
    connected = components(told)
    met, made_of = defaultdict(set), defaultdict(set)
    for id_, component in connected.items():
        met[songs[id_].song_id].add(component)
        made_of[component].add(songs[id_].song_id)
    assert all(len(components_) == 1 for components_ in met.values())
    assert all(len(songs_) == 1 for songs_ in made_of.values())
    pairs = {(row.recording_id, row.song_id) for row in songs.values()}
    assert len(dict(pairs)) == len(pairs)


def sorted_(world: set[Told]) -> list[Told]:
    return sorted(world, key=str)


def components(told: list[Told]) -> dict[Id, int]:
    """The connected component of each id and name key, by a walk that knows nothing of Spark."""
    beside: dict[Id, set[Id]] = defaultdict(set)
    for row in told:
        title = row.track_name.lower().removesuffix(" (live)").removesuffix(" - live")
        nodes = [id_ for id_ in row.ids if id_[0] != "name"]
        if title != "intro":
            nodes.append(("key", f"{row.artist_name.lower()}::{title}"))
        for node in nodes:
            beside[node] |= set(nodes)
    found: dict[Id, int] = {}
    for number, start in enumerate(beside):
        queue = [start]
        while queue:
            if (node := queue.pop()) not in found:
                found[node] = number
                queue += beside[node]
    return {id_: component for id_, component in found.items() if id_[0] != "key"}


# ------------------------------------------------------------------------------ what is told


def test_every_table_that_tells_names_is_asked(spark: SparkSession) -> None:
    plays = frame(
        spark,
        bronze.PLAYS,
        {"track_id": "p", "artist_name": "The A", "track_name": "T - Live", "duration_ms": 9},
        {"track_id": "p", "artist_name": "The A", "track_name": "T - Live", "duration_ms": 10},
        {"track_id": "p", "artist_name": "The A", "track_name": "T - Live"},
        {"isrc": "I", "recording_mbid": "m", "artist_name": "A", "track_name": "U"},
        {"artist_name": "A", "track_name": "U"},
        {"artist_name": "A", "track_name": "U"},
    )
    library = frame(
        spark,
        bronze.LIBRARY_ITEMS,
        {"item_type": "track", "track_id": "l", "artist_name": "A", "name": "T"},
        {"item_type": "track", "track_id": "x", "artist_name": None, "name": "T"},
        {"item_type": "show", "artist_name": "A", "name": "A show"},
    )
    kaggle = frame(
        spark,
        bronze.KAGGLE_TRACKS,
        {"track_id": "k", "artists": "A;Guest", "track_name": "T", "duration_ms": 8},
        {"track_id": "k", "artists": "A;Guest", "track_name": "T", "duration_ms": 8},
    )
    tracks = frame(
        spark,
        bronze.SPOTIFY_TRACKS,
        {"track_id": "s", "isrc": "J", "artists": ["A", "Guest"], "artist_name": "A",
         "track_name": "V", "duration_ms": 7, "asked_artist": "B", "asked_title": "W"},
    )  # fmt: skip
    lastfm = frame(
        spark,
        bronze.LASTFM_TRACKS,
        {"artist_name": "A", "track_name": "V", "recording_mbid": "n", "duration_ms": 6},
    )
    bronze_frames = [plays, library, kaggle, tracks, lastfm]
    nothing = [frame(spark, bronze.AUDIO_FILES), frame(spark, bronze.REKORDBOX_TRACKS)]
    made = tellings(*bronze_frames, *nothing)
    assert not made.filter("audio_id IS NOT NULL").count()
    assert_rows(
        made,
        "track_id isrc recording_mbid artist_name track_name duration_ms",
        ("p", None, None, "The A", "T - Live", 10),
        (None, "I", "m", "A", "U", None),
        (None, None, None, "A", "U", None),
        ("l", None, None, "A", "T", None),
        ("k", None, None, "A;Guest", "T", 8),
        ("s", "J", None, "A;Guest", "V", 7),
        (None, None, None, "A", "V", None),
    )
    assert_rows(
        best_id(made),
        "id_type id",
        ("spotify", "p"), ("isrc", "I"), ("name", "A::U"), ("spotify", "l"), ("spotify", "k"),
        ("spotify", "s"), ("name", "A::V"),
    )  # fmt: skip


def test_audio_files_and_collections_tell_of_songs(spark: SparkSession) -> None:
    """A file by tags, id and content; a collection's track by the file that it is, or by names."""
    files = frame(
        spark,
        bronze.AUDIO_FILES,
        {"audio_id": "x", "path": "/m/b/x.mp3", "artist_name": "A", "title": "T", "isrc": "I",
         "duration_s": 200.4},
        {"audio_id": "y", "path": "/m/y.wav", "file_name": "kick.1.wav", "duration_s": 1.0},
    )  # fmt: skip
    tracks = frame(
        spark,
        bronze.REKORDBOX_TRACKS,
        {"location": "C:/b/X.mp3", "title": "Renamed", "artist_name": "A", "duration_ms": 200_000},
        {"location": "C:/gone.mp3", "title": "A - T"},
        {"location": "C:/untitled.mp3", "artist_name": "A"},
    )
    empty = [frame(spark, table) for table in (
        bronze.PLAYS, bronze.LIBRARY_ITEMS, bronze.KAGGLE_TRACKS, bronze.SPOTIFY_TRACKS,
        bronze.LASTFM_TRACKS)]  # fmt: skip
    made = tellings(*empty, files, tracks)
    assert_rows(
        made,
        "audio_id isrc artist_name track_name duration_ms",
        ("x", "I", "A", "T", 200_400),
        ("y", None, "Unknown artist", "kick.1", 1000),
        ("x", None, "A", "Renamed", 200_000),
        (None, None, "A", "Renamed", None),
        (None, None, "A", "T", None),
    )
    linked = {(row.id_type, row.id): row for row in link(made).collect()}
    names = {("name", "A::T"), ("name", "A::Renamed")}
    assert set(linked) == {("isrc", "I"), ("audio", "x"), ("audio", "y")} | names
    one = {linked[id_].song_id for id_ in linked if id_ != ("audio", "y")}
    assert one == {"I"}
    assert linked["name", "A::T"].recording_id == "I"
    assert re.fullmatch("[0-9a-f]{16}", linked["audio", "y"].song_id)

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from pyspark.sql import Column, SparkSession, functions as F
from table_frames import assert_rows, frame

from lib.identity import (
    known_names,
    link,
    name_key,
    normalised,
    normalised_artist,
    normalised_title,
    recordings,
)
from schemas import bronze, silver

#: A few Spark jobs over many values each: an example costs a job, a value next to nothing.
few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])

#: Names that mean one song, and its key.
SAME = {
    "beatles::yesterday": [
        ("The Beatles", "Yesterday"),
        ("Beatles", "yesterday"),
        ("THE BEATLES", "Yesterday - Remastered 2009"),
        ("The Beatles", "Yesterday - 2009 Remaster"),
        ("The Beatles", "Yesterday (Remastered)"),
        ("The Beatles", "Yesterday [Mono]"),
        ("The Beatles", "Yesterday - Live at the Hollywood Bowl"),
        ("The Beatles", "Yesterday (Live)"),
        ("The Beatles", "Yesterday - Acoustic"),
        ("The Beatles", "Yesterday (Deluxe Edition)"),
        ("The Beatles", "Yesterday - Radio Edit"),
        ("The Beatles", "Yesterday – Single Version"),
        ("The Beatles", "Yesterday (feat. George Martin)"),
        ("The Beatles", "Yesterday ft. George Martin"),
        ("The Beatles", "Yesterday (with Strings)"),
        ("The Beatles feat. George Martin", "Yesterday!"),
        ("  The   Beatles ", " Yesterday "),
    ],
    "beyonce::deja vu": [
        ("Beyoncé", "Déjà Vu"),
        ("Beyonce\u0301", "DEJA VU"),
        ("BEYONCÉ", "déjà-vu"),
    ],
    "sigur ros::agaetis byrjun": [("Sigur Rós", "Ágætis byrjun")],
    "motorhead::strasse": [("Motörhead", "Straße"), ("Motorhead", "STRASSE")],
    "simon and garfunkel::cecilia": [
        ("Simon & Garfunkel", "Cecilia"),
        ("Simon and Garfunkel", "Cecilia"),
    ],
    "guns n roses::dont cry": [("Guns N' Roses", "Don't Cry"), ("Guns N’ Roses", "Don’t Cry")],
    "rem::stand": [("R.E.M.", "Stand"), ("REM", "Stand")],
    "ac dc::tnt": [("AC/DC", "T.N.T."), ("AC-DC", "TNT")],
    "!!!::all my heroes are weirdos": [("!!!", "All My Heroes Are Weirdos")],
    "the::the": [("The The", "The"), ("The", "the")],
    "坂本 九::上を向いて歩こう": [("坂本 九", "上を向いて歩こう")],
    "кино::группа крови": [("Кино", "Группа крови"), ("КИНО", "ГРУППА КРОВИ")],
    "rolling stones::mixed emotions": [("The Rolling Stones", "Mixed Emotions - Remastered")],
    "bruce springsteen::cover me": [("Bruce Springsteen", "Cover Me - Live")],
    "eminem::stan": [("Eminem", "Stan (feat. Dido)"), ("Eminem ft. Dido", "Stan")],
}  # fmt: skip

#: Pairs of names that are another song each.
DIFFERENT = [
    (("Moby", "Porcelain"), ("Moby", "Porcelain - Rob Searle Remix")),
    (("Moby", "Porcelain"), ("Moby", "Porcelain (Live Remix)")),
    (("Moby", "Porcelain"), ("Moby", "Porcelain (Instrumental)")),
    (("Moby", "Porcelain"), ("Moby", "Porcelain (Karaoke Version)")),
    (("Moby", "Porcelain"), ("Moby", "Porcelain - Sped Up")),
    (("Moby", "Porcelain"), ("Moby", "Porcelain (Club Mix) [Remastered]")),
    (("Moby", "Porcelain"), ("Toby", "Porcelain")),
    (("Wings", "Live and Let Die"), ("Wings", "and Let Die")),
    (("Oasis", "Live Forever"), ("Oasis", "Forever")),
    (("D'Angelo", "Untitled (How Does It Feel)"), ("D'Angelo", "Untitled")),
    (("Кино", "мой"), ("Кино", "мои")),
    (("坂本", "かき"), ("坂本", "がき")),
    (("A", "B C"), ("A B", "C")),
    (("!!!", "x"), ("???", "x")),
    (("Theatre", "x"), ("atre", "x")),
]


@pytest.fixture(scope="module")
def keys(spark: SparkSession) -> dict[tuple[str, str], str]:
    """The name key of every name above, from one Spark job."""
    names = {name for same in SAME.values() for name in same}
    names |= {name for pair in DIFFERENT for name in pair}
    told = spark.createDataFrame(sorted(names), "artist STRING, title STRING")
    key = name_key(F.col("artist"), F.col("title"))
    return {(row.artist, row.title): row.key for row in told.withColumn("key", key).collect()}


@pytest.mark.parametrize(("key", "name"), [(key, name) for key in SAME for name in SAME[key]])
def test_names_that_mean_one_song(
    keys: dict[tuple[str, str], str], key: str, name: tuple[str, str]
) -> None:
    assert keys[name] == key


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_names_that_mean_different_songs(
    keys: dict[tuple[str, str], str], one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert keys[one] != keys[other]


#: Text with what normalising looks at more often than chance has it.
_TELLING = (
    *("The ", "the", " - ", "(", ")", "[", "]", "feat. ", " ft ", "Live", "Remaster", "2009 "),
    *("remix", "&", "'", "!", ".", "İ", "ß", "Æ", "é", "e\u0301", "й", "が", "\u3000", "\t"),
)
_PIECES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4), st.sampled_from(_TELLING)
)
NAMES = st.lists(st.lists(_PIECES, max_size=7).map("".join), min_size=1, max_size=60)


def told(spark: SparkSession, names: list[str], *made: Column) -> list[tuple[str, ...]]:
    frame_ = spark.createDataFrame([(name,) for name in names], "name STRING")
    return [tuple(row) for row in frame_.select(*made).collect()]


@few
@given(names=NAMES)
def test_normalising_twice_is_normalising_once(spark: SparkSession, names: list[str]) -> None:
    once = normalised(F.col("name"))
    for first, second in told(spark, names, once, normalised(once)):
        assert second == first


@few
@given(names=NAMES)
def test_no_name_normalises_to_nothing(spark: SparkSession, names: list[str]) -> None:
    name = F.col("name")
    made = (normalised(name), normalised_title(name), normalised_artist(name))
    for told_, *results in told(spark, names, name, *made):
        assert all(results) or not told_.strip(" ")


Pair = tuple[str | None, str]
#: Who tells which names of which ids: (track id or none, name key).
_GRAPHS = st.lists(
    st.sets(
        st.tuples(st.sampled_from([None, "a", "b", "c", "d"]), st.sampled_from("klmn")),
        min_size=1,
        max_size=7,
    ),
    min_size=1,
    max_size=12,
)


def songs_of(spark: SparkSession, pairs: list[Pair]) -> dict[tuple[str, str], str]:
    linked = link(spark.createDataFrame(pairs, "track_id STRING, name_key STRING"))
    rows = linked.collect()
    assert len({(row.id_type, row.id) for row in rows}) == len(rows), "an id is told once"
    return {(row.id_type, row.id): row.song_id for row in rows}


@few
@given(graphs=_GRAPHS, seed=st.integers())
def test_the_order_of_rows_changes_no_song_and_no_song_joins_strangers(
    spark: SparkSession, graphs: list[set[tuple[str | None, str]]], seed: int
) -> None:
    pairs = [
        (track_id and f"{track_id}{number}", f"{key}{number}")
        for number, graph in enumerate(graphs)
        for track_id, key in sorted(graph, key=str)
    ]
    songs = songs_of(spark, pairs)
    shuffled = random.Random(seed).sample(pairs, len(pairs))
    assert songs_of(spark, shuffled) == songs

    connected = components(pairs)
    met = defaultdict(set)
    for id_, song in songs.items():
        met[song].add(connected[id_])
    assert all(len(components_) == 1 for components_ in met.values())
    assert set(songs) == set(connected)


def components(pairs: list[Pair]) -> dict[tuple[str, str], int]:
    """The connected component of each id, by a walk that knows nothing of Spark."""
    beside: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for track_id, key in pairs:
        name = ("name", key)
        beside[name] |= {("spotify", track_id)} if track_id else set()
        if track_id:
            beside["spotify", track_id].add(name)
    found: dict[tuple[str, str], int] = {}
    for number, start in enumerate(beside):
        queue = [start]
        while queue:
            if (id_ := queue.pop()) not in found:
                found[id_] = number
                queue += beside[id_]
    return found


def test_ids_that_share_a_name_and_names_that_share_an_id_are_one_song(
    spark: SparkSession,
) -> None:
    pairs: list[Pair] = [
        ("a", "k"), ("b", "k"),  # one name
        ("b", "l"), ("c", "l"),  # c meets a through b's other name
        ("d", "m"),  # alone
        (None, "k"), (None, "n"), (None, "o"),  # names only: one known, two that are strangers
    ]  # fmt: skip
    songs = songs_of(spark, pairs)
    one = songs["spotify", "a"]
    assert {id_ for id_, song in songs.items() if song == one} == {
        ("spotify", "a"), ("spotify", "b"), ("spotify", "c"), ("name", "k"), ("name", "l"),
    }  # fmt: skip
    assert len(set(songs.values())) == 4


def test_a_song_is_named_by_the_smallest_hash_of_its_name_keys(spark: SparkSession) -> None:
    songs = songs_of(spark, [("a", "beatles::yesterday"), ("a", "beatles::zzz")])
    assert set(songs.values()) == {"b327ec03cbeea336"}


def test_every_table_that_tells_names_is_asked(spark: SparkSession) -> None:
    plays = frame(
        spark,
        bronze.PLAYS,
        {"track_id": "p", "artist_name": "The A", "track_name": "T - Live"},
        {"artist_name": "A", "track_name": "U"},
        {"artist_name": "A", "track_name": "u"},
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
        {"track_id": "k", "artists": "A;Guest", "track_name": "T", "track_genre": "pop"},
        {"track_id": "k", "artists": "A;Guest", "track_name": "T", "track_genre": "rock"},
    )
    assert_rows(
        known_names(plays, library, kaggle),
        "track_id name_key",
        ("p", "a::t"), ("l", "a::t"), ("k", "a::t"), (None, "a::u"),
    )  # fmt: skip


def test_a_recording_is_a_spotify_id_or_a_song_without_any(spark: SparkSession) -> None:
    ids = frame(
        spark,
        silver.SONG_IDS,
        {"id_type": "spotify", "id": "a", "song_id": "s"},
        {"id_type": "spotify", "id": "b", "song_id": "s"},
        {"id_type": "name", "id": "k", "song_id": "s"},
        {"id_type": "name", "id": "l", "song_id": "t"},
        {"id_type": "name", "id": "m", "song_id": "t"},
    )
    assert_rows(
        recordings(ids),
        "recording_id track_id song_id",
        ("a", "a", "s"), ("b", "b", "s"), ("t", None, "t"),
    )  # fmt: skip

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import permutations
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession, functions as F
from table_frames import frame

from jobs.silver.track_features import JOB, track_features
from lib.identity import synthetic_id
from lib.quality import check, mark
from schemas import bronze, silver

#: The valence that each source tells, so that a row's valence says whose it is.
SPOTIFY, SYNTHETIC, KAGGLE = 0.1, 0.2, 0.3
#: The energy that was measured; nobody measures valence.
MEASURED = 0.4
DEFAULT = ("spotify", "measured", "synthetic", "kaggle")

How = tuple[str | None, str | None, str | None, float | None]
NOTHING: How = (None, None, None, None)
REAL: How = ("spotify", "track_id", "a", SPOTIFY)
MADE: How = ("synthetic", "generated", "a", SYNTHETIC)
HEARD: How = ("measured", "track_id", "f", None)
FILLED: How = ("measured", "track_id", "f", KAGGLE)
LISTED: How = ("kaggle", "track_id", "a", KAGGLE)

#: Of every song: id type, id, recording. Ids i and I are one recording.
SONG = [
    *[("spotify", id_, id_) for id_ in "abcd"],
    ("spotify", "i", "I"), ("isrc", "I", "I"), ("name", "x::s", "n"),
    ("audio", "f", "a"),
]  # fmt: skip

Rows = Sequence[dict[str, Any]]


def listed(*rows: tuple[str, int, float]) -> Rows:
    return [{"track_id": id_, "popularity": p, "valence": v} for id_, p, v in rows]


def genres(*rows: tuple[str, int, float]) -> Rows:
    return [
        {"track_id": "a", "track_genre": genre, "popularity": p, "valence": v}
        for genre, p, v in rows
    ]


def case(
    missing: How,
    every: How | None = None,
    *,
    of: str = "a",
    spotify: str = "",
    synthetic: str = "",
    kaggle: str | Rows = "",
    measured: str = "",
) -> dict[str, Any]:
    """What covers a song, and what is chosen for the recording `of`, by synthetic.scope."""
    rows = [{"track_id": k, "valence": KAGGLE} if isinstance(k, str) else k for k in kaggle]
    chosen = {"missing": missing, "all": missing if every is None else every}
    told = {"spotify": spotify, "synthetic": synthetic, "kaggle": rows, "measured": measured}
    return {"of": of, **told, **chosen}


CASES: dict[str, dict[str, Any]] = {
    "nothing covers it": case(NOTHING),
    "its own id": case(LISTED, kaggle="a"),
    "another version, by name": case(("kaggle", "name_key", "b", KAGGLE), kaggle="b"),
    "its own id before another version": case(
        ("kaggle", "track_id", "a", 0.4), kaggle=listed(("b", 99, 0.9), ("a", 0, 0.4))
    ),
    "a preferred source by name before a lesser one by id": case(
        ("spotify", "name_key", "b", SPOTIFY), spotify="b", synthetic="a", kaggle="a"
    ),
    "of other versions the most popular, then the first id": case(
        ("kaggle", "name_key", "c", 0.2),
        kaggle=listed(("b", 10, 0.1), ("d", 90, 0.3), ("c", 90, 0.2)),
    ),
    "of several genres the most popular row": case(
        ("kaggle", "track_id", "a", 0.7),
        kaggle=genres(("pop", 5, 0.5), ("rock", 7, 0.7), ("jazz", 7, 0.6)),
    ),
    "of several genres in another order": case(
        ("kaggle", "track_id", "a", 0.7),
        kaggle=genres(("jazz", 7, 0.6), ("rock", 7, 0.7), ("pop", 5, 0.5)),
    ),
    "another id of the same recording is its own": case(
        ("kaggle", "track_id", "i", KAGGLE), of="I", kaggle="i"
    ),
    "a recording of names only, by its song": case(
        ("kaggle", "name_key", "b", KAGGLE), of="n", kaggle="b"
    ),
    "made up": case(MADE, synthetic="a"),
    "made up for another recording": case(NOTHING, synthetic="b"),
    "made up for another id of the recording": case(
        ("synthetic", "generated", "I", SYNTHETIC), of="I", synthetic="I"
    ),
    "made up for names": case(("synthetic", "generated", "n", SYNTHETIC), of="n", synthetic="n"),
    "an invented number hides no measured one": case(LISTED, MADE, synthetic="a", kaggle="a"),
    "an invented number hides no measured one of another version": case(
        ("kaggle", "name_key", "b", KAGGLE), MADE, synthetic="a", kaggle="b"
    ),
    "a real number comes before an invented one": case(REAL, synthetic="a", spotify="a"),
    "measured": case(HEARD, measured="f"),
    "measured in a file of another version": case(
        ("measured", "name_key", "f", None), of="b", measured="f"
    ),
    "measured, before invented and listed numbers": case(
        FILLED, measured="f", synthetic="a", kaggle="a"
    ),
    "what nobody measures is not invented": case(HEARD, measured="f", synthetic="a"),
    "Spotify's own before what was measured": case(REAL, measured="f", spotify="a"),
}


def chosen(
    spark: SparkSession,
    cases: dict[str, dict[str, Any]],
    preference: Sequence[str] = DEFAULT,
    scope: str = "missing",
) -> DataFrame:
    """The features of every case's song, each with ids of its own: `a case`."""

    def own(name: str, id_: str) -> str:
        return f"{id_} {name}"

    def ids(source: str) -> Iterable[str]:
        return [own(name, id_) for name, told in cases.items() for id_ in told[source]]

    made_up = frame(
        spark,
        bronze.SYNTHETIC_FEATURES,
        *[{"track_id": i, "valence": SYNTHETIC} for i in ids("synthetic")],
    )
    # Of names, features are made for the hash of what song_ids lists.
    of_names = F.col("track_id").startswith("n ")
    listed_as = F.concat(F.lit("x::s"), F.substring("track_id", 2, 200))
    kind = F.when(of_names, "name").otherwise("id")
    told_id = F.when(of_names, listed_as).otherwise(F.col("track_id"))
    kaggle = [
        row | {"track_id": own(name, row["track_id"])}
        for name, told in cases.items()
        for row in told["kaggle"]
    ]
    return track_features(
        frame(
            spark,
            silver.SONG_IDS,
            *[
                {"id_type": kind_, "id": own(name, id_), "recording_id": own(name, recording)}
                | {"song_id": name}
                for name in cases
                for kind_, id_, recording in SONG
            ],
        ),
        frame(
            spark,
            bronze.SPOTIFY_AUDIO_FEATURES,
            *[{"track_id": i, "valence": SPOTIFY, "loudness": -6.5} for i in ids("spotify")],
        ),
        made_up.withColumn("track_id", synthetic_id(kind, told_id)),
        frame(spark, bronze.KAGGLE_TRACKS, *kaggle),
        frame(
            spark,
            silver.AUDIO_ANALYSIS,
            *[
                {"audio_id": i, "energy_estimate": MEASURED, "loudness_lufs": -9.0, "tempo": 120.0}
                for i in ids("measured")
            ],
            {"audio_id": "f nothing covers it", "failure": "silent"},
        ),
        preference=preference,
        synthetic_scope=scope,
    )


Chosen = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def by_scope(spark: SparkSession) -> Chosen:
    """What is chosen for every recording, by scope: from one Spark job."""
    frames = [
        chosen(spark, CASES, scope=scope).withColumn("scope", F.lit(scope))
        for scope in ("missing", "all")
    ]
    found: Chosen = {"missing": {}, "all": {}}
    for row in frames[0].union(frames[1]).collect():
        assert row.recording_id not in found[row.scope], "a recording has one row"
        found[row.scope][row.recording_id] = row.asDict()
    return found


@pytest.mark.parametrize("scope", ["missing", "all"])
@pytest.mark.parametrize("name", CASES)
def test_what_is_chosen_for_a_recording(by_scope: Chosen, name: str, scope: str) -> None:
    told = CASES[name]
    row = by_scope[scope][f"{told['of']} {name}"]
    feature_id = row["feature_track_id"] and row["feature_track_id"].removesuffix(f" {name}")
    if told[scope][2] == "n":
        assert len(feature_id) == 16, "a hash"
        feature_id = "n"
    found = (row["feature_source"], row["match_method"], feature_id, row["valence"])
    assert found == told[scope]


def test_every_recording_has_one_row(by_scope: Chosen) -> None:
    every = {
        f"{recording} {name}" for name in CASES for recording in ("a", "b", "c", "d", "I", "n")
    }
    assert set(by_scope["missing"]) == set(by_scope["all"]) == every
    by_name = "nothing covers it"
    facts = [(i, by_scope["all"][f"{i} {by_name}"]["track_id"]) for i in ("a", "I", "n")]
    assert facts == [("a", f"a {by_name}"), ("I", f"i {by_name}"), ("n", None)]


def test_every_feature_of_the_source_and_no_other(by_scope: Chosen) -> None:
    row = by_scope["all"]["a a real number comes before an invented one"]
    assert (row["loudness"], row["tempo"], row["key"]) == (-6.5, None, None)
    row = by_scope["all"]["a measured"]
    shown = [row[name] for name in ("energy", "loudness", "tempo", "valence", "filled_from")]
    assert shown == [MEASURED, -9.0, 120.0, None, None]
    row = by_scope["all"]["a measured, before invented and listed numbers"]
    shown = [row[name] for name in ("energy", "loudness", "tempo", "valence", "filled_from")]
    assert shown == [MEASURED, -9.0, 120.0, KAGGLE, "kaggle"]


def test_the_rules_hold(spark: SparkSession) -> None:
    few = {name: CASES[name] for name in ("its own id", "made up", "nothing covers it")}
    counts = check(mark(chosen(spark, few), JOB.writes), JOB.writes).counts
    assert [count.broken for count in counts] == [0]


def test_the_first_of_the_preference_that_covers_a_recording(spark: SparkSession) -> None:
    own = {"spotify": REAL, "synthetic": MADE, "kaggle": LISTED}
    sources = [("spotify", "synthetic", "kaggle"), ("spotify", "kaggle"), ("kaggle",)]
    cases = {" ".join(covers): case(NOTHING, **dict.fromkeys(covers, "a")) for covers in sources}
    orders = [*permutations(own), (), ("measured",), ("synthetic", "kaggle")]
    frames = [
        chosen(spark, cases, order, "all").withColumn("order", F.lit(" ".join(order)))
        for order in orders
    ]
    rows = reduce(DataFrame.union, frames).filter("recording_id LIKE 'a %'").collect()
    found = {(row.order, row.song_id): row.feature_source for row in rows}
    assert found == {
        (" ".join(order), " ".join(covers)): next((one for one in order if one in covers), None)
        for order in orders
        for covers in sources
    }

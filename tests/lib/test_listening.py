from __future__ import annotations

from random import Random

from pyspark.sql import DataFrame, SparkSession
from table_frames import assert_rows, frame

from lib.listening import authentic_mean, is_authentic, minutes_heard
from schemas import silver
from schemas.features import AUTHENTIC_SOURCES, FEATURE_SOURCES


def plays(spark: SparkSession, *told: tuple[str | None, float | None, int | None]) -> DataFrame:
    """Plays of (feature source, valence, milliseconds heard)."""
    names = ("feature_source", "valence", "ms_played")
    rows = [dict(zip(names, play, strict=True)) for play in told]
    return frame(spark, silver.LISTENING_WITH_FEATURES, *rows)


def test_only_measured_or_observed_features_are_authentic(spark: SparkSession) -> None:
    sources = [*FEATURE_SOURCES, None]
    shown = plays(spark, *[(source, 0.5, 1) for source in sources]).withColumn("is", is_authentic())
    expected = [(source, source in AUTHENTIC_SOURCES) for source in sources]
    assert_rows(shown, "feature_source is", *expected)


def test_an_invented_number_never_enters_a_mean(spark: SparkSession) -> None:
    told = plays(
        spark,
        ("kaggle", 0.25, 1),
        ("spotify", 0.5, 1),
        ("kaggle", None, 1),
        ("synthetic", 1.0, 1),
        (None, None, 1),
    )
    assert_rows(told.agg(authentic_mean("valence")), "valence", (0.375,))
    invented = told.filter("feature_source = 'synthetic'").agg(authentic_mean("valence"))
    assert_rows(invented, "valence", (None,))


def test_a_mean_is_the_same_in_whatever_order_its_rows_are_added(spark: SparkSession) -> None:
    draw = Random(1)
    # Their sum ends in an odd thousandth: the mean of 16 lies halfway between two roundings.
    tempos = [round(draw.uniform(60, 200), 3) for _ in range(15)] + [99.999]
    tempos[0] += 0.001 * (sum(round(1000 * tempo) for tempo in tempos) % 2 == 0)
    orders = [draw.sample(tempos, 16) for _ in range(100)]
    rows = [(n, "kaggle", tempo) for n, order in enumerate(orders) for tempo in order]
    told = spark.createDataFrame(rows, "user_id INT, feature_source STRING, tempo DOUBLE")
    means = told.coalesce(1).groupBy("user_id").agg(authentic_mean("tempo"))
    assert means.select("tempo").distinct().count() == 1


def test_minutes_of_the_plays_whose_length_is_known(spark: SparkSession) -> None:
    told = plays(spark, (None, None, 90_000), (None, None, None), (None, None, 30_000))
    assert_rows(told.agg(minutes_heard()), "minutes", (2.0,))
    assert_rows(told.filter("ms_played IS NULL").agg(minutes_heard()), "minutes", (0.0,))

"""The key and tempo that a song is mixed by: whose word is taken."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame, functions as F

#: Who is believed first: a DJ's own collection, what was measured, then what catalogues tell.
#: Synthetic features are in no place of it: an invented key mixes with nothing.
PREFERENCE: tuple[str, ...] = ("rekordbox", "measured", "spotify", "kaggle")


def key_and_tempo(*offers: DataFrame) -> DataFrame:
    """One row for each recording of which a source in PREFERENCE tells both key and tempo.

    Args:
        offers: rows with `recording_id`, `key` (0-11), `mode` (1 major), `tempo` (BPM), `energy`
            and `feature_source`; silver.track_features is one.

    Returns:
        The same columns, of the first source that knows key and tempo; the energy is of the first
        of those that tells one.
    """
    told = ("key", "mode", "tempo", "energy", "feature_source")
    offered = reduce(DataFrame.unionByName, [one.select("recording_id", *told) for one in offers])
    place = F.array_position(F.array(*map(F.lit, PREFERENCE)), F.col("feature_source"))
    # A place in the order is one offer's, and an offer has a recording once: the rest is for ties.
    order = F.struct(place, "tempo", "key", "mode")
    return (
        offered.filter(F.col("feature_source").isin(*PREFERENCE))
        .filter("key BETWEEN 0 AND 11 AND mode IN (0, 1) AND tempo > 0 AND tempo < 1000")
        .groupBy("recording_id")
        .agg(
            F.min_by(F.struct(*told), order).alias("first"),
            F.min_by("energy", F.when(F.col("energy").isNotNull(), order)).alias("told_energy"),
        )
        .select("recording_id", "first.*", "told_energy")
        .withColumn("energy", F.col("told_energy"))
        .drop("told_energy")
    )

"""Silver: the features chosen for each recording by the preference order, and where from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyspark.sql import DataFrame, Window, functions as F

from lib.identity import recordings, synthetic_id
from lib.job import Job
from schemas import bronze, silver
from schemas.features import FEATURES


def track_features(
    song_ids: DataFrame,
    spotify_audio_features: DataFrame,
    synthetic_features: DataFrame,
    kaggle_tracks: DataFrame,
    audio_analysis: DataFrame,
    *,
    preference: Sequence[str],
    synthetic_scope: str,
) -> DataFrame:
    """The first source in `preference` that covers a recording gives its features.

    A source covers a recording by its own id or, less surely, by another version of its song;
    among such versions the most popular gives them. A source not named is not used. What a
    measured file does not tell, the next authentic source does.

    Args:
        song_ids: silver.song_ids.
        spotify_audio_features: bronze.spotify_audio_features.
        synthetic_features: bronze.synthetic_features; they never cover another version.
        kaggle_tracks: bronze.kaggle_tracks.
        audio_analysis: silver.audio_analysis; its estimates stand for the features of their names.
        preference: feature sources, the first choice first.
        synthetic_scope: `missing`: only for songs of which no version is covered; or `all`.
    """
    of_id = song_ids.select(
        synthetic_id(F.col("id_type"), F.col("id")).alias("feature_track_id"),
        F.col("recording_id").alias("of_recording"),
        "song_id",
    )
    measured = _measured(audio_analysis)
    authentic = (
        _offer(spotify_audio_features, "spotify", preference)
        .unionByName(_offer(_one_row_a_track(kaggle_tracks), "kaggle", preference))
        .unionByName(_offer(measured, "measured", preference))
        .join(of_id, on="feature_track_id", how="inner")
    )
    versions = recordings(song_ids)
    is_own = F.col("of_recording") == F.col("recording_id")
    by_song = versions.join(authentic, on="song_id", how="inner").withColumns(
        {"match_method": F.when(is_own, "track_id").otherwise("name_key"), "indirect": ~is_own}
    )
    made_up = _offer(synthetic_features, "synthetic", preference).join(
        of_id, on="feature_track_id", how="inner"
    )
    if synthetic_scope == "missing":
        tables = (kaggle_tracks, spotify_audio_features, measured)
        covered = reduce(DataFrame.union, [table.select("track_id") for table in tables])
        songs = covered.toDF("feature_track_id").join(of_id, on="feature_track_id", how="inner")
        made_up = made_up.join(songs.select("song_id"), on="song_id", how="left_anti")
    by_id = versions.join(
        made_up.withColumnRenamed("of_recording", "recording_id"),
        on=["song_id", "recording_id"],
        how="inner",
    ).withColumns({"match_method": F.lit("generated"), "indirect": F.lit(False)})
    chosen = (
        by_song.unionByName(by_id, allowMissingColumns=True)
        .groupBy("recording_id")
        .agg(F.min_by(F.struct(*_CHOSEN), F.struct(*_ORDER)).alias("chosen"))
        .select("recording_id", "chosen.*")
    )
    in_file = measured.select(F.col("track_id").alias("feature_track_id")).join(
        of_id, on="feature_track_id", how="inner"
    )
    others = by_song.filter("feature_source <> 'measured'").join(
        in_file.select("song_id"), on="song_id", how="left_semi"
    )
    return versions.join(chosen.transform(_filled, others), on="recording_id", how="left")


def _filled(chosen: DataFrame, others: DataFrame) -> DataFrame:
    """Fills what nobody measures (valence, for one) by the source that would have been chosen.

    Args:
        chosen: one row a recording.
        others: what other authentic sources offer for songs of which a file was measured.
    """
    told = F.struct(*FEATURES, F.col("feature_source").alias("filled_from"))
    rest = others.groupBy("recording_id").agg(F.min_by(told, F.struct(*_ORDER)).alias("rest"))
    is_measured = F.col("feature_source") == "measured"
    filled = {
        name: F.when(is_measured, F.coalesce(name, f"rest.{name}")).otherwise(F.col(name))
        for name in FEATURES
    }
    return chosen.join(rest, on="recording_id", how="left").withColumns(
        filled | {"filled_from": F.when(is_measured, F.col("rest.filled_from"))}
    )


_CHOSEN = (*FEATURES, "feature_source", "match_method", "feature_track_id")
_ORDER = ("rank", "indirect", "unpopularity", "feature_track_id")


def _offer(features: DataFrame, source: str, preference: Sequence[str]) -> DataFrame:
    """Features of one source with its rank; without rows where the preference names it not."""
    kinds = {"key": "int", "mode": "int", "time_signature": "int"}
    columns = [
        F.col(name)
        if name in features.columns
        else F.lit(None).cast(kinds.get(name, "double")).alias(name)
        for name in FEATURES
    ]
    popularity = F.col("popularity") if "popularity" in features.columns else F.lit(None)
    return features.filter(F.lit(source in preference)).select(
        F.col("track_id").alias("feature_track_id"),
        *columns,
        F.lit(source).alias("feature_source"),
        F.lit(preference.index(source) if source in preference else -1).alias("rank"),
        (-F.coalesce(popularity.cast("int"), F.lit(0))).alias("unpopularity"),
    )


def _measured(audio_analysis: DataFrame) -> DataFrame:
    """What was measured, with an audio file's id as that of a track."""
    estimates = {f"{name}_estimate": name for name in ("energy", "danceability", "acousticness")}
    return audio_analysis.filter("failure IS NULL").withColumnsRenamed(
        {"audio_id": "track_id", "loudness_lufs": "loudness", **estimates}
    )


def _one_row_a_track(kaggle_tracks: DataFrame) -> DataFrame:
    first = Window.partitionBy("track_id").orderBy(
        F.col("popularity").desc_nulls_last(), F.col("track_genre").desc()
    )
    return kaggle_tracks.withColumn("nth", F.row_number().over(first)).filter("nth = 1")


JOB = Job(
    writes=silver.TRACK_FEATURES,
    reads=(
        silver.SONG_IDS,
        bronze.SPOTIFY_AUDIO_FEATURES,
        bronze.SYNTHETIC_FEATURES,
        bronze.KAGGLE_TRACKS,
        silver.AUDIO_ANALYSIS,
    ),
    transform=track_features,
    settings={"preference": "features.preference", "synthetic_scope": "synthetic.scope"},
)

if __name__ == "__main__":
    JOB.main()

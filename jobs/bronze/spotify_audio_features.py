"""Bronze: audio features as Spotify's Web API gives them."""

from __future__ import annotations

from pyspark.sql import DataFrame, functions as F

from lib.delta import Upsert
from lib.fetched import fetched, latest
from lib.job import Job
from schemas import bronze, landing

_VALUES = bronze.SPOTIFY_AUDIO_FEATURES.fields[1:]
_FEATURES = f"STRUCT<{', '.join(f'{column.name}: STRING' for column in _VALUES)}>"

#: What Spotify writes where it could not tell.
_UNKNOWN = {"key": "-1", "tempo": "0", "time_signature": "0"}


def spotify_audio_features(lines: DataFrame) -> DataFrame:
    """The last answer for each track; what Spotify could not detect is NULL."""
    answers = fetched(lines, _FEATURES).withColumn("track_id", F.col("asked.id"))
    values = []
    for column in _VALUES:
        value = F.col(f"body.{column.name}").try_cast("double")
        if column.name in _UNKNOWN:
            value = F.nullif(value, F.lit(float(_UNKNOWN[column.name])))
        values.append(value.try_cast(column.type).alias(column.name))
    return latest(answers, "track_id").select("track_id", *values, "raw")


JOB = Job(
    writes=bronze.SPOTIFY_AUDIO_FEATURES,
    reads=(landing.SPOTIFY_API_FEATURES,),
    transform=spotify_audio_features,
    mode=Upsert(),
)

if __name__ == "__main__":
    JOB.main()

"""Gold: how much a person listened, range by range."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.job import Job
from lib.listening import authentic_mean, is_authentic
from lib.ranges import before, in_ranges, now, ranges
from lib.windows import whole
from schemas import gold, silver

_COUNTS = ("plays", "songs", "artists", "days", "sessions", "longest_streak")


def listening_totals(
    listening_with_features: DataFrame, plays: DataFrame, *, count_by: str, session_gap_min: int
) -> DataFrame:
    """Plays, time, variety, days and sittings of each range; a silent range is a row of zeros.

    Args:
        listening_with_features: silver.listening_with_features.
        plays: silver.plays; tells when each began.
        count_by: what different songs are told apart by, `song` or `recording`.
        session_gap_min: minutes of silence after which another sitting begins.
    """
    heard = listening_with_features.filter("counts").withColumn("song", F.col(f"{count_by}_id"))
    spans = ranges(heard)
    starts = plays.select("play_id", "started_at")
    measured = heard.join(starts, on="play_id", how="inner").withColumns(
        {
            "song_first": F.min("local_date").over(whole("user_id", "song")),
            "artist_first": F.min("local_date").over(whole("user_id", "artist_name")),
            "begins_session": _begins_session(session_gap_min).cast("int"),
            "one": F.lit(1),
        }
    )
    keys = ["user_id", "range"]
    nothing: dict[str, bool | float | int | str] = dict.fromkeys((*_COUNTS, "minutes"), 0)
    return (
        spans.join(_measured(in_ranges(measured, spans)), on=keys, how="left")
        .join(_streaks(heard, spans), on=keys, how="left")
        .fillna(nothing)
        .transform(_where_known)
    )


def _measured(plays: DataFrame) -> DataFrame:
    """The measures of plays in their ranges, and of the ranges before."""
    played = ~F.col("is_before")
    authentic = F.when(played, is_authentic().cast("int"))

    def minutes(ms: Column) -> Column:
        return F.coalesce(F.sum(ms) / 60_000, F.lit(0.0))

    def new(what: str, first: str) -> Column:
        return F.count_distinct(F.when(F.col(first) >= F.col("first_day"), now(what)))

    in_range = plays.withColumns({name: now(name) for name in ("valence", "energy")})
    return in_range.groupBy("user_id", "range").agg(
        F.count(now("one")).alias("plays"),
        F.count(before("one")).alias("plays_before"),
        minutes(now("ms_played")).alias("minutes"),
        minutes(before("ms_played")).alias("minutes_before"),
        F.avg(F.when(played, F.col("ms_played").isNotNull().cast("int"))).alias(
            "length_known_share"
        ),
        F.count_distinct(now("song")).alias("songs"),
        F.count_distinct(now("artist_name")).alias("artists"),
        new("song", "song_first").alias("new_songs"),
        new("artist_name", "artist_first").alias("new_artists"),
        F.count_distinct(now("local_date")).alias("days"),
        F.coalesce(F.sum(now("begins_session")), F.lit(0)).alias("sessions"),
        F.avg(authentic).alias("authentic_share"),
        authentic_mean("valence"),
        authentic_mean("energy"),
    )


def _begins_session(gap_min: int) -> Column:
    """Whether a play begins a sitting: so long nothing sounded, by starts and lengths."""
    earlier = (
        Window.partitionBy("user_id")
        .orderBy("started_at", "play_id")
        .rowsBetween(Window.unboundedPreceding, -1)
    )
    length = F.make_dt_interval(secs=F.coalesce("ms_played", F.lit(0)) / 1000)
    silent_since = F.max(F.col("started_at") + length).over(earlier)
    gap = F.make_dt_interval(mins=F.lit(gap_min))
    return F.coalesce(F.col("started_at") - silent_since > gap, F.lit(True))


def _streaks(heard: DataFrame, spans: DataFrame) -> DataFrame:
    """`longest_streak`: of the runs of days with a play, the longest part within each range."""
    by_day = Window.partitionBy("user_id").orderBy("local_date")
    run = F.date_sub("local_date", F.row_number().over(by_day))  # the same for days in a row
    runs = (
        heard.select("user_id", "local_date")
        .distinct()
        .withColumn("run", run)
        .groupBy("user_id", "run")
        .agg(F.min("local_date").alias("run_from"), F.max("local_date").alias("run_to"))
    )
    days = F.datediff(F.least("run_to", "last_day"), F.greatest("run_from", "first_day")) + 1
    return (
        runs.join(spans, on="user_id", how="inner")
        .groupBy("user_id", "range")
        .agg(F.greatest(F.max(days), F.lit(0)).cast("bigint").alias("longest_streak"))
    )


def _where_known(totals: DataFrame) -> DataFrame:
    """Of a range before that is not within the history nothing is told; the first range is new."""
    compared = F.col("before_first_day").isNotNull()
    began_earlier = F.col("began") < F.col("first_day")
    zero = F.lit(0)
    return totals.withColumns(
        {
            "plays_before": F.when(compared, F.coalesce("plays_before", zero)),
            "minutes_before": F.when(compared, F.coalesce("minutes_before", zero.cast("double"))),
            "new_songs": F.when(began_earlier, F.coalesce("new_songs", zero)),
            "new_artists": F.when(began_earlier, F.coalesce("new_artists", zero)),
        }
    )


JOB = Job(
    writes=gold.LISTENING_TOTALS,
    reads=(silver.LISTENING_WITH_FEATURES, silver.PLAYS),
    transform=listening_totals,
    settings={
        "count_by": "statistics.count_by",
        "session_gap_min": "statistics.session_gap_min",
    },
)

if __name__ == "__main__":
    JOB.main()

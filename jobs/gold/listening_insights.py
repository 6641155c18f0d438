"""Gold: why listening changed, what comes next, what to play now, and all of it in sentences."""

from __future__ import annotations

from functools import reduce

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.job import Job
from lib.no_rows import no_rows
from lib.outlook import OUTLOOK, outlook
from lib.ranges import before, in_ranges, now, ranges
from lib.sentences import with_sentences
from lib.windows import whole
from schemas import gold, silver
from schemas.features import AUTHENTIC_SOURCES

#: A change of fewer plays, or from or to fewer, is not worth a reason.
_ENOUGH = 10
#: So many artists, moods and hours explain a change.
_REASONS = 3
#: So many songs are offered for a mood at a part of the day, by one artist at most, and so often
#: each was let play then at least.
_OFFERS, _OFFERS_BY_ARTIST, _LEAST_PLAYED = 5, 2, 2

#: What sentences tell beyond the table's columns.
_CONTEXT = """
first_day DATE, last_day DATE, before_first_day DATE, before_last_day DATE, whole_change BIGINT,
plays BIGINT, plays_before BIGINT, minutes DOUBLE, songs BIGINT, artists BIGINT, new_songs BIGINT,
length_known_share DOUBLE, top_artist STRING, top_plays BIGINT, next_plays BIGINT, reason STRING
"""


def listening_insights(
    listening_with_features: DataFrame,
    mood_clusters: DataFrame,
    wellbeing_indicators: DataFrame,
    listening_stats: DataFrame,
    listening_totals: DataFrame,
) -> DataFrame:
    """The insights of every listener, each with its sentence.

    Moods are those of songs with authentic features: an invented number sets no mood.
    """
    real = F.col("feature_source").isin(*AUTHENTIC_SOURCES)
    moods = mood_clusters.filter(real).select("song_id", "mood", "title", "artist")
    days = wellbeing_indicators.filter("period = 'day'").select(
        "user_id", "period_start", "plays", "minutes", "valence"
    )
    parts = [
        _changes(listening_with_features, moods),
        days.groupBy("user_id").applyInPandas(outlook, OUTLOOK),
        _suggestions(listening_with_features, moods),
        _summaries(listening_totals, listening_stats),
    ]
    schema = f"{gold.LISTENING_INSIGHTS.ddl.replace(' NOT NULL', '')}, {_CONTEXT}"
    empty = no_rows(listening_stats.sparkSession, schema)
    facts = reduce(
        lambda one, other: one.unionByName(other, allowMissingColumns=True), parts, empty
    )
    return facts.mapInPandas(with_sentences, schema)


def _changes(listening: DataFrame, moods: DataFrame) -> DataFrame:
    """Diagnostic: what went furthest the way that all went, artist by artist, and so on."""
    heard = listening.filter("counts")
    spans = ranges(heard).filter("before_first_day IS NOT NULL")
    of_mood = moods.select("song_id", "mood")
    counted = (
        heard.join(of_mood, on="song_id", how="left")
        .select("user_id", "local_date", _subjects())
        .groupBy("user_id", "local_date", "subject", "item_id", "item")
        .agg(F.count(F.lit(1)).alias("heard"))
        .transform(in_ranges, spans)
        .groupBy(*(name for name in spans.columns), "subject", "item_id", "item")
        .agg(
            F.coalesce(F.sum(now("heard")), F.lit(0)).alias("after"),
            F.coalesce(F.sum(before("heard")), F.lit(0)).alias("was"),
        )
        .withColumn("change", F.col("after") - F.col("was"))
    )
    subject = ("user_id", "range", "subject")
    along = F.col("change") * F.signum("whole_change")
    furthest = Window.partitionBy(*subject).orderBy(F.desc(along), "item", "item_id")
    sums = {f"whole_{name}": F.sum(name).over(whole(*subject)) for name in ("after", "was")}
    enough = F.least("whole_after", "whole_was", F.abs("whole_change")) >= _ENOUGH
    return (
        counted.withColumns(sums)
        .withColumn("whole_change", F.col("whole_after") - F.col("whole_was"))
        .filter(enough & (along > 0))
        .withColumn("rank", F.row_number().over(furthest))
        .filter(F.col("rank") <= _REASONS)
        .withColumns(
            {
                "kind": F.lit("diagnostic"),
                "period": F.col("range"),
                "value": F.col("change").cast("double"),
                "baseline": F.col("was").cast("double"),
                "share": F.col("change") / F.col("whole_change"),
            }
        )
        .drop("range", "began", "after", "was", "change", *sums)
    )


def _subjects() -> Column:
    """The artist, the mood where it is known, and the hour of a play, one row each."""

    def one(subject: str, item_id: str, item: Column) -> Column:
        names = (F.lit(subject).alias("subject"), F.col(item_id).cast("string").alias("item_id"))
        return F.struct(*names, item.alias("item"))

    hour = F.col("hour_of_day")
    clock = F.format_string("%02d:00 to %02d:00", hour, hour + 1)
    told = F.array(
        one("artist", "artist_name", F.col("artist_name")),
        one("mood", "mood", F.col("mood")),
        one("hour", "hour_of_day", clock),
    )
    return F.inline(F.filter(told, lambda subject: subject["item"].isNotNull()))


def _suggestions(listening: DataFrame, moods: DataFrame) -> DataFrame:
    """Prescriptive: of a mood, the songs most often let play at that part of the day."""
    let_play = F.col("counts") & ~F.coalesce("skipped", F.lit(False))
    place = ("user_id", "subject", "period")
    # What was let play, less what was broken off; then what was heard most.
    order = (F.desc(2 * F.col("value") - F.col("baseline")), F.desc("value"), "title", "item_id")
    by_artist = Window.partitionBy(*place, "artist").orderBy(*order)
    by_all = Window.partitionBy(*place).orderBy(*order)
    return (
        listening.filter("counts OR not_counted = 'short'")
        .join(moods, on="song_id", how="inner")
        .groupBy(
            "user_id",
            F.col("mood").alias("subject"),
            F.col("part_of_day").alias("period"),
            F.col("song_id").alias("item_id"),
            "title",
            "artist",
        )
        .agg(
            F.sum(let_play.cast("int")).cast("double").alias("value"),
            F.count(F.lit(1)).cast("double").alias("baseline"),
        )
        .filter((F.col("value") >= _LEAST_PLAYED) & (2 * F.col("value") > F.col("baseline")))
        .withColumn("of_artist", F.row_number().over(by_artist))
        .filter(F.col("of_artist") <= _OFFERS_BY_ARTIST)
        .withColumn("rank", F.row_number().over(by_all))
        .filter(F.col("rank") <= _OFFERS)
        .withColumn("kind", F.lit("prescriptive"))
        .withColumn("item", F.format_string("“%s” by %s", "title", "artist"))
        .drop("title", "artist", "of_artist")
    )


def _summaries(totals: DataFrame, stats: DataFrame) -> DataFrame:
    """Cognitive: how much there was, who led, and what is new."""
    first, second = F.col("rank") == 1, F.col("rank") == 2
    leaders = (
        stats.filter("kind = 'artist' AND rank <= 2")
        .groupBy("user_id", "range")
        .agg(
            F.max(F.when(first, F.col("item"))).alias("top_artist"),
            F.max(F.when(first, F.col("plays"))).alias("top_plays"),
            F.max(F.when(second, F.col("plays"))).alias("next_plays"),
        )
    )
    return (
        totals.join(leaders, on=["user_id", "range"], how="left")
        .withColumns(
            {
                "kind": F.lit("cognitive"),
                "subject": F.lit("all"),
                "period": F.col("range"),
                "rank": F.lit(1),
                "value": F.col("plays").cast("double"),
                "baseline": F.col("plays_before").cast("double"),
            }
        )
        .select("kind", "subject", "period", "rank", "value", "baseline", "user_id", "first_day",
                "last_day", "before_first_day", "before_last_day", "plays", "plays_before",
                "minutes", "songs", "artists", "new_songs", "length_known_share", "top_artist",
                "top_plays", "next_plays")
    )  # fmt: skip


JOB = Job(
    writes=gold.LISTENING_INSIGHTS,
    reads=(
        silver.LISTENING_WITH_FEATURES,
        gold.MOOD_CLUSTERS,
        gold.WELLBEING_INDICATORS,
        gold.LISTENING_STATS,
        gold.LISTENING_TOTALS,
    ),
    transform=listening_insights,
)

if __name__ == "__main__":
    JOB.main()

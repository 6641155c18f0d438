"""Gold: artists, songs, albums, genres and eras that a person played most, range by range."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.job import Job
from lib.ranges import before, in_ranges, now, ranges
from lib.windows import whole
from schemas import gold, silver

_ITEM = ("user_id", "kind", "item_id")
_RANGE = ("user_id", "range", "first_day", "last_day", "before_first_day")
#: Every play is of this one: what shares are shares of.
_ALL = "all"


def listening_stats(
    listening_with_features: DataFrame, songs: DataFrame, *, count_by: str, top: int
) -> DataFrame:
    """The most played of each kind and range, each with its change against the range before.

    Args:
        listening_with_features: silver.listening_with_features.
        songs: silver.songs; gives genres, the decade of release, and the album where a play does
            not tell it.
        count_by: what different songs are told apart by, `song` or `recording`.
        top: how many of each kind and range are kept.
    """
    heard = listening_with_features.filter("counts")
    decade = F.floor(F.year("release_date") / 10) * 10
    era = F.concat(decade.cast("string"), F.lit("s")).alias("era")
    known = songs.select("song_id", "genres", era, F.col("album_name").alias("song_album"))
    days = (
        heard.join(known, on="song_id", how="left")
        .select("user_id", "local_date", "played_at", "play_id", "ms_played", _items(count_by))
        .transform(_by_day)
    )
    return (
        in_ranges(days, ranges(heard))
        .groupBy(*_RANGE, "kind", "item_id", "item", "artist", "first_heard")
        .agg(
            F.coalesce(F.sum(now("plays")), F.lit(0)).alias("plays"),
            (F.coalesce(F.sum(now("ms")), F.lit(0)) / 60_000).alias("minutes"),
            F.coalesce(F.sum(before("plays")), F.lit(0)).alias("plays_before"),
            F.max(now("local_date")).alias("last_heard"),
        )
        .transform(_compared)
        .filter((F.col("kind") != _ALL) & (F.col("rank") <= top) & (F.col("plays") > 0))
    )


def _items(count_by: str) -> Column:
    """What a play is a play of: `kind`, `item_id`, `item`, `artist`, one row each."""

    def item(kind: str, item_id: Column, name: Column, artist: Column | None = None) -> Column:
        return F.struct(
            F.lit(kind).alias("kind"),
            item_id.alias("item_id"),
            name.alias("item"),
            (F.lit(None).cast("string") if artist is None else artist).alias("artist"),
        )

    artist = F.col("artist_name")
    album = F.coalesce("album_name", "song_album")
    genres = F.coalesce("genres", F.array().cast("array<string>"))
    fixed = F.array(
        item(_ALL, F.lit(_ALL), F.lit(_ALL)),
        item("artist", artist, artist),
        item("song", F.col(f"{count_by}_id"), F.col("track_name"), artist),
        item("album", F.concat_ws("::", artist, album), album, artist),
        item("era", F.col("era"), F.col("era")),
    )
    named = F.filter(fixed, lambda one: one["item"].isNotNull())
    return F.inline(F.concat(named, F.transform(genres, lambda name: item("genre", name, name))))


def _by_day(items: DataFrame) -> DataFrame:
    """Plays of each item by day, with the name last told and the day of the first play ever."""
    ever = whole(*_ITEM)
    return (
        items.groupBy(*_ITEM, "local_date")
        .agg(
            F.count(F.lit(1)).alias("plays"),
            F.sum("ms_played").alias("ms"),
            F.max_by(F.struct("item", "artist"), F.struct("played_at", "play_id")).alias("told"),
        )
        .withColumns(
            {
                "first_heard": F.min("local_date").over(ever),
                "told": F.max_by("told", "local_date").over(ever),
            }
        )
        .select("*", "told.*")
    )


def _compared(counted: DataFrame) -> DataFrame:
    """Adds shares, ranks and changes; what is not known of the range before is NULL."""
    kinds = Window.partitionBy("user_id", "range", "kind")
    rank = F.row_number().over(kinds.orderBy(F.desc("plays"), "item", "item_id"))
    rank_before = F.row_number().over(kinds.orderBy(F.desc("plays_before"), "item", "item_id"))
    all_plays = F.max(F.when(F.col("kind") == _ALL, F.col("plays"))).over(whole("user_id", "range"))
    was_played = F.col("plays_before") > 0
    known = F.when(F.col("before_first_day").isNotNull(), F.col("plays_before"))
    return (
        counted.withColumns(
            {
                "rank": rank,
                "rank_before": F.when(was_played, rank_before),
                # Nothing of all is no share: such rows are of the range before.
                "share": F.try_divide("plays", all_plays),
                "plays_before": known,
            }
        )
        .withColumn("plays_change", F.col("plays") - F.col("plays_before"))
        .withColumn("rank_change", F.col("rank_before") - F.col("rank"))
    )


JOB = Job(
    writes=gold.LISTENING_STATS,
    reads=(silver.LISTENING_WITH_FEATURES, silver.SONGS),
    transform=listening_stats,
    settings={"count_by": "statistics.count_by", "top": "statistics.top"},
)

if __name__ == "__main__":
    JOB.main()

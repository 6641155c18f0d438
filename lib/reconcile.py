"""One play, many tellers: which rows of bronze.plays tell of the same real play."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window, functions as F

#: Weights and threshold of multi-scrobbler's duplicate score: a same title and artist need a time
#: score of 0.6, and times that agree need names that are alike by 0.7.
TITLE_WEIGHT, ARTIST_WEIGHT, TIME_WEIGHT, SAME_PLAY = 0.4, 0.3, 0.5, 1.0
#: Starts so many seconds apart agree; clocks of two services differ by seconds.
EXACT_S, CLOSE_S = 10, 30
#: Starts are no further apart, in seconds, however long the plays overlap.
FARTHEST_S = 600
#: Titles of different songs are at least so alike where one play was told under both.
LEAST_LIKENESS = 0.7

#: How long a play lasts, in seconds, where neither its source nor its track says.
_UNKNOWN_LENGTH_S = 180
#: Spotify's account data gives the minute in which a play ended.
_WHOLE_MINUTES = "spotify_basic"
#: Each round matches what the rounds before left; few plays have so many near ones.
_ROUNDS = 4


def told_again(plays: DataFrame, order: Sequence[str]) -> DataFrame:
    """Which rows tell again of a play that a source of more detail tells.

    A row matches the row of another source, of the same person, whose title, artist and start
    together are most alike, if they are alike enough and the match is mutual; what is left is
    matched again. Rows of one source never meet, not even through a third.

    Args:
        plays: `play_id`, `user_id`, `source`, `song_id`, `track_name`, `artist_name`,
            `started_at`, `ms_played`, `duration_ms`.
        order: sources, that of most detail first; others come after these, by name.

    Returns:
        `play_id` and `leader_id`, the row of most detail that tells of the same play; one row for
        each play told again.
    """
    ranked = plays.withColumn("rank", rank(order))
    left = _pairs(ranked).localCheckpoint()
    links = None
    for _ in range(_ROUNDS):
        mutual = _mutual(left)
        links = mutual if links is None else links.union(mutual)
        left = left.join(_side(mutual, "a", "b"), on=["a_id", "b_source"], how="left_anti").join(
            _side(mutual, "b", "a"), on=["b_id", "a_source"], how="left_anti"
        )
    assert links is not None
    return _leaders(links.localCheckpoint(), depth=len(order))


def rank(order: Sequence[str]) -> Column:
    """A number by which sources sort, that of most detail first."""
    known = F.array_position(F.array(*map(F.lit, order)), F.col("source"))
    known = F.when(known > 0, known).otherwise(len(order) + 1)
    return F.concat_ws(" ", F.lpad(known.cast("string"), 3, "0"), "source")


def _pairs(ranked: DataFrame) -> DataFrame:
    """Rows of two sources that may tell of one play, with their score."""
    seconds = F.unix_millis("started_at") / 1000
    length = F.coalesce(
        F.col("ms_played") / 1000, F.col("duration_ms") / 1000, F.lit(float(_UNKNOWN_LENGTH_S))
    )
    told = ranked.select(
        "user_id", "play_id", "source", "rank", "song_id",
        F.lower("track_name").alias("title"),
        F.lower("artist_name").alias("artist"),
        seconds.alias("start"),
        length.alias("length"),
        F.when(F.col("source") == _WHOLE_MINUTES, 60).otherwise(0).alias("slack"),
    ).withColumn("bucket", F.floor(F.col("start") / FARTHEST_S))  # fmt: skip
    a = told.select("user_id", "bucket", *[_named(told, n, "a") for n in told.columns[1:-1]])
    nearby = F.explode(F.array(*[F.col("bucket") + step for step in (-1, 0, 1)])).alias("bucket")
    b = told.select("user_id", nearby, *[_named(told, n, "b") for n in told.columns[1:-1]])
    return (
        a.join(b, on=["user_id", "bucket"], how="inner")
        .filter(F.col("a_rank") < F.col("b_rank"))
        .withColumn("apart", _apart())
        .filter(F.col("apart") <= FARTHEST_S)
        .withColumn("score", _score())
        .filter(F.col("score") >= SAME_PLAY)
        .select("a_id", "a_source", "a_rank", "b_id", "b_source", "b_rank", "score", "apart")
    )


def _named(told: DataFrame, name: str, side: str) -> Column:
    return F.col(name).alias(f"{side}_{'id' if name == 'play_id' else name}")


def _apart() -> Column:
    """Seconds between the starts, less what the sources leave open."""
    early = F.col("a_start") - F.col("b_start") - F.col("b_slack")
    late = F.col("b_start") - F.col("a_start") - F.col("a_slack")
    return F.greatest(early, late, F.lit(0.0))


def _score() -> Column:
    """Title, artist and time together, 0 to 1.2."""
    overlap = (F.col("a_start") < F.col("b_start") + F.col("b_slack") + F.col("b_length")) & (
        F.col("b_start") < F.col("a_start") + F.col("a_slack") + F.col("a_length")
    )
    in_middle = F.col("apart") <= F.least("a_length", "b_length") / 2
    time = (
        F.when(F.col("apart") <= EXACT_S, 1.0)
        .when(F.col("apart") <= CLOSE_S, 0.8)
        .when(overlap & in_middle, 0.6)
        .otherwise(0.0)
    )
    same_song = F.col("a_song_id") == F.col("b_song_id")
    title = F.when(same_song, 1.0).otherwise(_likeness("title"))
    artist = F.when(same_song, 1.0).otherwise(_likeness("artist"))
    score = TITLE_WEIGHT * title + ARTIST_WEIGHT * artist + TIME_WEIGHT * time
    # Sums of tenths in binary fall short of 1 by a hair.
    return F.when(title >= LEAST_LIKENESS, F.round(score, 6)).otherwise(0.0)


def _likeness(name: str) -> Column:
    one, other = F.col(f"a_{name}"), F.col(f"b_{name}")
    longest = F.greatest(F.char_length(one), F.char_length(other), F.lit(1))
    return 1 - F.levenshtein(one, other) / longest


def _mutual(pairs: DataFrame) -> DataFrame:
    """Pairs of which each is the other's best in its source."""
    order = (F.col("score").desc(), "apart")
    best_b = Window.partitionBy("a_id", "b_source").orderBy(*order, "b_id")
    best_a = Window.partitionBy("b_id", "a_source").orderBy(*order, "a_id")
    return (
        pairs.withColumn("nth_b", F.row_number().over(best_b))
        .withColumn("nth_a", F.row_number().over(best_a))
        .filter("nth_a = 1 AND nth_b = 1")
        .drop("nth_a", "nth_b")
    )


def _side(links: DataFrame, one: str, other: str) -> DataFrame:
    return links.select(f"{one}_id", f"{other}_source")


def _leaders(links: DataFrame, depth: int) -> DataFrame:
    """Follows each row to the row of most detail; a source's second row there stands alone."""
    first = Window.partitionBy("b_id").orderBy("a_rank", F.col("score").desc(), "apart", "a_id")
    parents = (
        links.withColumn("nth", F.row_number().over(first))
        .filter("nth = 1")
        .select(
            F.col("b_id").alias("play_id"), F.col("a_id").alias("leader_id"), "b_source", "score"
        )
    )
    above = parents.select(F.col("play_id").alias("leader_id"), F.col("leader_id").alias("next_id"))
    for _ in range(depth - 2):
        parents = (
            parents.join(above, on="leader_id", how="left")
            .withColumn("leader_id", F.coalesce("next_id", "leader_id"))
            .drop("next_id")
        )
    once = Window.partitionBy("leader_id", "b_source").orderBy(F.col("score").desc(), "play_id")
    return (
        parents.withColumn("nth", F.row_number().over(once))
        .filter("nth = 1")
        .select("play_id", "leader_id")
    )

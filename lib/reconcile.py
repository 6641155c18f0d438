"""One play, many tellers: which rows of bronze.plays tell of the same real play.

Title, artist and time are weighed together, by the weights of multi-scrobbler's duplicate check
(FoxxMD/multi-scrobbler, `Atomic.ts` and `PlayComparisonUtils.ts`; docs: configuration/duplicates):
0.4 for the title, 0.3 for the artist and 0.5 for the time, one play from 1.0 on. There the time
counts in full where stamps differ by 10 seconds or less ("exact", "close"), and 0.6 of it where one
falls into the other's listening ("during") or on its end ("fuzzy"). Here all pairs are weighed at
once and each row takes part in one of them, instead of row after row meeting the first that fits.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window, functions as F

from lib.windows import whole

#: multi-scrobbler's: a same title and artist need a time score of 0.6, and times that agree need
#: names that are alike by 0.7.
TITLE_WEIGHT, ARTIST_WEIGHT, TIME_WEIGHT, SAME_PLAY = 0.4, 0.3, 0.5, 1.0
#: Seconds by which the starts of one play differ: multi-scrobbler's "close", and how far the clocks
#: of two services may be apart where the names agree (ours: a real history whose plays of 30 s and
#: more were told again by clocks 30 s apart kept its number of plays within 0.05 %).
CLOSE_S, CLOCKS_S = 10, 45
#: Starts are no further apart, in seconds, however long the plays overlap.
FARTHEST_S = 600
#: Titles of different songs are at least so alike where one play was told under both.
LEAST_LIKENESS = 0.7

#: Shorter plays make no scrobble: Last.fm takes tracks over 30 s, of which half or 4 minutes were
#: heard (Last.fm API, "Scrobbling": when is a scrobble a scrobble).
LEAST_SCROBBLE_S = 30
#: A track's length in seconds, where nobody tells it.
_UNKNOWN_LENGTH_S = 180
#: A stamp of whole minutes leaves open when in that minute it was.
_MINUTE_S = 60
#: Spotify's account data gives the minute in which a play ended.
_WHOLE_MINUTES = "spotify_basic"
#: Each round matches what the rounds before left; few plays have so many near ones.
_ROUNDS = 4

#: Guests are told in the title, with the artist, or not at all.
_GUESTS = r"(?i)\s*[(\[]\s*(?:feat|ft|featuring|with)\b.*|\s+(?:feat|ft|featuring)\b.*"
_ARTIST_BREAKS = r"\s*[;,&|+/]\s*|\s+(?:and|x|vs\.?|feat\.?|ft\.?|featuring|with)\s+"
#: Where these differ, titles name parts of a work.
_COUNTED = r"\b(\d+|[ivx]+)\b"


def told_again(plays: DataFrame, order: Sequence[str]) -> DataFrame:
    """Which rows tell again of a play that a source of more detail tells.

    A row matches the row of another source, of the same person, whose title, artist and start
    together are most alike, if they are alike enough and the match is mutual; what is left is
    matched again. Rows of one source never meet, not even through a third.

    Args:
        plays: `play_id`, `user_id`, `source`, `song_id`, `track_name`, `artist_name`,
            `started_at`, `ms_played`, `duration_ms`; the last two may be NULL.
        order: all sources, that of most detail first.

    Returns:
        `play_id` and `leader_id`, the row of most detail that tells of the same play; one row for
        each play told again.
    """
    pairs = _pairs(plays.withColumn("rank", rank(order)), most_detail=order[0])
    links = _matched(pairs).localCheckpoint()
    return _leaders(links, sources=len(order))


def many_tell(plays: DataFrame) -> bool:
    """Whether any person's plays come from two sources; where none do, nothing is told again."""
    of_person = plays.groupBy("user_id").agg(F.min("source") < F.max("source"))
    return not of_person.toDF("user_id", "many").filter("many").isEmpty()


def rank(order: Sequence[str]) -> Column:
    """A number by which sources sort, that of most detail first."""
    known = F.array_position(F.array(*map(F.lit, order)), F.col("source"))
    known = F.when(known > 0, known).otherwise(len(order) + 1)
    return F.concat_ws(" ", F.lpad(known.cast("string"), 3, "0"), "source")


# ---------------------------------------------------------------------------------- scoring


def _pairs(ranked: DataFrame, most_detail: str) -> DataFrame:
    """Rows of two sources that may tell of one play, with their score."""
    is_minute = (F.col("source") == _WHOLE_MINUTES) | (
        F.col("ms_played").isNull() & (F.unix_millis("started_at") % (_MINUTE_S * 1000) == 0)
    )
    told = ranked.select(
        "user_id", "play_id", "source", "rank", "song_id",
        F.lower("track_name").alias("title"),
        F.lower("artist_name").alias("artist"),
        (F.unix_millis("started_at") / 1000).alias("start"),
        (F.col("ms_played") / 1000).alias("heard"),
        (F.col("duration_ms") / 1000).alias("length"),
        F.when(is_minute, _MINUTE_S).otherwise(0).alias("slack"),
    )  # fmt: skip
    a = _side(told, "a", reaching=False)
    b = _side(told.filter(F.col("source") != most_detail), "b", reaching=True)
    same_song = F.col("a_song_id") == F.col("b_song_id")
    return (
        # Spark sees a small file where each row will stand at several places, and would send it
        # to everyone.
        a.join(b.hint("merge"), on=["place", "bucket", "user_id"], how="inner")
        .filter(F.col("a_rank") < F.col("b_rank"))
        # Two rows of one song meet at their song's place, and may meet by their time as well.
        .filter(same_song == (F.col("place") != ""))
        .withColumn("gap", F.abs(F.col("a_start") - F.col("b_start")))
        .withColumn("apart", _apart())
        .filter(F.col("apart") <= F.when(same_song, FARTHEST_S).otherwise(CLOCKS_S))
        .withColumn("score", _score(same_song))
        .filter(F.col("score") >= SAME_PLAY)
        .withColumn("is_short", _is_short())
        .select(
            "user_id", "a_id", "a_source", "a_rank", "b_id", "b_source", "b_rank",
            "score", "is_short", "apart", "gap",
        )
    )  # fmt: skip


def _side(told: DataFrame, side: str, reaching: bool) -> DataFrame:
    """Each row at the places where it may meet another: near in time, with its song or any.

    A row that reaches stands in each bucket in which a start near its own may lie.
    """
    reaches = (
        (F.col("song_id"), FARTHEST_S + 2 * _MINUTE_S),
        (F.lit(""), CLOCKS_S + 2 * _MINUTE_S),
    )
    meeting = [
        F.struct(place.alias("place"), F.floor((F.col("start") + s) / (4 * reach)).alias("bucket"))
        for place, reach in reaches
        for s in ((-reach, reach) if reaching else (0,))
    ]
    named = [F.col(name).alias(f"{side}_{name}") for name in told.columns[2:]]
    return told.select(
        "user_id", F.inline(F.array_distinct(F.array(*meeting))),
        F.col("play_id").alias(f"{side}_id"), *named,
    )  # fmt: skip


def _apart() -> Column:
    """Seconds between the starts, less what the sources leave open."""
    early = F.col("a_start") - F.col("b_start") - F.col("b_slack")
    late = F.col("b_start") - F.col("a_start") - F.col("a_slack")
    return F.greatest(early, late, F.lit(0.0))


def _is_short() -> Column:
    """Whether one row is of a play too short for a scrobble, and the other is a scrobble."""
    unknown = F.col("a_heard").isNull() | F.col("b_heard").isNull()
    return unknown & (F.coalesce("a_heard", "b_heard", F.lit(LEAST_SCROBBLE_S)) < LEAST_SCROBBLE_S)


def _score(same_song: Column) -> Column:
    """Title, artist and time together, 0 to 1.2."""
    time = (
        F.when(F.col("apart") <= CLOSE_S, 1.0)
        .when(F.col("apart") <= CLOCKS_S, 0.8)
        .when(F.col("apart") <= _overlap_s() - CLOCKS_S, 0.6)
        .otherwise(0.0)
    )
    title = F.when(same_song, 1.0).otherwise(_title_likeness())
    artist = F.when(same_song, 1.0).otherwise(_artist_likeness())
    score = TITLE_WEIGHT * title + ARTIST_WEIGHT * artist + TIME_WEIGHT * time
    # Sums of tenths in binary fall short of 1 by a hair.
    return F.when(title >= LEAST_LIKENESS, F.round(score, 6)).otherwise(0.0)


def _overlap_s() -> Column:
    """How long after the earlier start the earlier play may still have been going on."""
    # A play paused lasts longer than it was heard, as long as its track at the most where the
    # other row cannot say.
    track = F.coalesce(
        F.greatest("a_length", "b_length"),
        F.greatest("a_heard", "b_heard", F.lit(float(_UNKNOWN_LENGTH_S))),
    )
    a_is_first = F.col("a_start") <= F.col("b_start")
    return F.coalesce(F.when(a_is_first, F.col("a_heard")).otherwise(F.col("b_heard")), track)


def _title_likeness() -> Column:
    one, other = (F.regexp_replace(f"{side}_title", _GUESTS, "") for side in "ab")
    counted = [F.regexp_extract_all(text, F.lit(_COUNTED)) for text in (one, other)]
    return F.when(counted[0] == counted[1], _likeness(one, other)).otherwise(0.0)


def _artist_likeness() -> Column:
    """1 where they share an artist: one source may name the first alone."""
    one, other = F.col("a_artist"), F.col("b_artist")
    shared = F.arrays_overlap(F.split(one, _ARTIST_BREAKS), F.split(other, _ARTIST_BREAKS))
    return F.when(shared, 1.0).otherwise(_likeness(one, other))


def _likeness(one: Column, other: Column) -> Column:
    longest = F.greatest(F.char_length(one), F.char_length(other), F.lit(1))
    return 1 - F.levenshtein(one, other) / longest


# --------------------------------------------------------------------------------- matching


def _matched(pairs: DataFrame) -> DataFrame:
    """Pairs of which each is the other's best in its source, of those not yet matched.

    A pair once mutual stays so: a round takes its rivals away.
    """
    # Pairs as good as each other are drawn by lot, or each round would match one of them only.
    lot = F.xxhash64("a_id", "b_id").alias("lot")
    order = F.struct((-F.col("score")).alias("s"), "is_short", "apart", "gap", lot, "a_id", "b_id")
    of_a = whole("a_id", "b_source", "user_id")
    of_b = whole("b_id", "a_source", "user_id")
    # A person's pairs stay together through all rounds.
    pairs = pairs.repartition("user_id").withColumn("order", order)
    for _ in range(_ROUNDS):
        pairs = (
            pairs.withColumn("best_of_a", F.min("order").over(of_a) == F.col("order"))
            .withColumn(
                "mutual", (F.min("order").over(of_b) == F.col("order")) & F.col("best_of_a")
            )
            .withColumn("is_told", F.max("mutual").over(of_b))
            .withColumn("tells", F.max("mutual").over(of_a))
            .filter("mutual OR NOT (is_told OR tells)")
        )
    return pairs.filter("mutual")


def _leaders(links: DataFrame, sources: int) -> DataFrame:
    """Follows each row to the row of most detail; a source's second row there stands alone."""
    first = Window.partitionBy("b_id").orderBy("a_rank", F.col("score").desc(), "apart", "a_id")
    told = (
        links.withColumn("nth", F.row_number().over(first))
        .filter("nth = 1")
        .select(
            F.col("b_id").alias("play_id"), F.col("a_id").alias("leader_id"),
            "b_source", "score", "apart",
        )
    )  # fmt: skip
    # Each step doubles how many sources lie between a row and the one it follows.
    for _ in range((sources - 1).bit_length()):
        above = told.select(
            F.col("play_id").alias("leader_id"), F.col("leader_id").alias("next_id")
        )
        told = (
            told.join(above, on="leader_id", how="left")
            .withColumn("leader_id", F.coalesce("next_id", "leader_id"))
            .drop("next_id")
        )
    once = Window.partitionBy("leader_id", "b_source").orderBy(
        F.col("score").desc(), "apart", "play_id"
    )
    return (
        told.withColumn("nth", F.row_number().over(once))
        .filter("nth = 1")
        .select("play_id", "leader_id")
    )

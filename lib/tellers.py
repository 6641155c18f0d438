"""What several sources tell of one play, in one row."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, functions as F

from lib.reconcile import many_tell, rank, told_again

#: What a play's leading source leaves open, the others fill in.
_FILLED = (
    "track_id", "found_track_id", "ms_played", "album_name", "reason_start", "reason_end",
    "shuffle", "skipped", "incognito",
)  # fmt: skip

#: Starts that are further apart, in seconds, are told as a disagreement; clocks differ by less.
_CLOCKS_DIFFER_S = 30
_LENGTHS_DIFFER_MS = 1000

_OTHERS = (
    "struct<tellers: array<struct<source: string, play_id: string, otherwise: array<string>>>>"
)


def merged(told: DataFrame, order: Sequence[str]) -> DataFrame:
    """One row a real play: the row of the source that leads, its gaps filled by the others.

    Args:
        told: bronze.plays with `song_id`, `found_track_id` and `started_at`.
        order: sources, that of most detail first; those not named come after these.

    Returns:
        The rows that lead, with `sources`, `told_play_ids` and `disagreements`.
    """
    if not many_tell(told):
        return _listed(told.withColumn("others", F.lit(None).cast(_OTHERS)))
    # Read by the search for plays told again, and by both sides of their join.
    kept = told.localCheckpoint()
    again = told_again(kept, order)
    leading = kept.join(again, on="play_id", how="left_anti")
    others = _others(leading, kept.join(again, on="play_id", how="inner"), order)
    filled = [F.coalesce(column, f"others.{column}").alias(column) for column in _FILLED]
    kept_as_told = [column for column in leading.columns if column not in _FILLED]
    return _listed(leading.join(others, on="play_id", how="left")).select(
        *kept_as_told, *filled, "sources", "told_play_ids", "disagreements"
    )


def _others(leading: DataFrame, following: DataFrame, order: Sequence[str]) -> DataFrame:
    """What the sources that do not lead tell: `play_id` of the leader, and `others`."""
    compared = ("track_name", "artist_name", "album_name", "ms_played", "started_at")
    leaders = leading.select(
        F.col("play_id").alias("leader_id"),
        *[F.col(column).alias(f"leader_{column}") for column in compared],
    )
    teller = F.struct(
        rank(order).alias("rank"), "source", "play_id", _disagreements().alias("otherwise")
    )
    first_told = [
        F.min_by(column, F.when(F.col(column).isNotNull(), rank(order))).alias(column)
        for column in _FILLED
    ]
    return (
        following.join(leaders, on="leader_id", how="inner")
        .groupBy(F.col("leader_id").alias("play_id"))
        .agg(F.sort_array(F.collect_list(teller)).alias("tellers"), *first_told)
        .select("play_id", F.struct("tellers", *_FILLED).alias("others"))
    )


def _disagreements() -> Column:
    """What a row tells otherwise than the one that leads."""
    said = [
        F.when(F.lower(column) != F.lower(f"leader_{column}"), F.concat(F.lit(called), column))
        for called, column in (
            ("title ", "track_name"), ("artist ", "artist_name"), ("album ", "album_name"),
        )
    ]  # fmt: skip
    later = F.unix_timestamp("started_at") - F.unix_timestamp("leader_started_at")
    said.append(
        F.when(
            F.abs(later) > _CLOCKS_DIFFER_S,
            F.concat_ws(
                " ",
                F.lit("start"),
                F.abs(later),
                F.when(later > 0, "s later").otherwise("s sooner"),
            ),
        )
    )
    longer = F.col("ms_played") - F.col("leader_ms_played")
    seconds = F.round(F.col("ms_played") / 1000).cast("bigint")
    said.append(
        F.when(
            F.abs(longer) > _LENGTHS_DIFFER_MS,
            F.concat_ws(" ", F.lit("heard"), seconds, F.lit("s")),
        )
    )
    return F.transform(
        F.array_compact(F.array(*said)), lambda what: F.concat("source", F.lit(": "), what)
    )


def _listed(plays: DataFrame) -> DataFrame:
    """Adds who tells of each play, the leader first, and what the others tell otherwise."""

    def of_others(part: str) -> Column:
        return F.coalesce(F.transform("others.tellers", lambda teller: teller[part]), F.array())

    return plays.withColumns(
        {
            "sources": F.concat(F.array("source"), of_others("source")),
            "told_play_ids": F.concat(F.array("play_id"), of_others("play_id")),
            "disagreements": F.flatten(of_others("otherwise")),
        }
    )

"""Names that mean one song though they are not equal: other guests, subtitles, slips."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, functions as F

from lib.near_names import alike, as_long
from lib.writers import COMPOSERS, PLAYED_BY_OTHERS, WRITERS

#: How much longer one may be, by what tells that they are one song. A guest more or less: as long
#: again by half, and with a version whose length is its own, more; a new artist in front of the
#: list, or another guest beside the same one: little; a subtitle more or less: none.
_OTHER_GUESTS, _OTHER_VERSION, _NEW_LEAD, _NEW_LEAD_LIVE = 1.5, 2.5, 7 / 6, 2.0
_SAME_LEAD, _SUBTITLE = 1.3, 1.07

#: Versions that are much longer or shorter than the song is elsewhere.
_OF_OTHER_LENGTH = ("live", "acoustic", "demo", "radio edit", "extended", "mixed", "remix")

_COMPARED = ("artists", "leads", "singers", "versions", "shortest", "longest")


def name_links(names: DataFrame) -> DataFrame:
    """Pairs of names that mean one song.

    Args:
        names: `name_node`; `artists`, sorted; `leads`, those told first; `title`; `shorts`, titles
            without what may be a subtitle; `versions`; `is_other`, whether the title is that of a
            remix or the like; `shortest` and `longest`, the lengths it is told with.

    Returns:
        `left`, `right`: name nodes.
    """
    writers = F.array(*map(F.lit, sorted(WRITERS | COMPOSERS | PLAYED_BY_OTHERS)))
    told = names.withColumn("singers", F.array_except("leads", writers))
    return _same_title(told).union(_subtitles(told)).union(alike(names))


def _same_title(told: DataFrame) -> DataFrame:
    """Names of one title that share an artist, and more: see the constants above."""
    by_artist = told.withColumn("artist", F.explode("artists"))
    longer = _side(by_artist, "a_", "title", "artist", "is_other")
    shorter = _side(by_artist, "b_", "title", "artist")
    both = F.concat("a_versions", "b_versions")
    of_other_length = F.arrays_overlap(both, F.array(*map(F.lit, _OF_OTHER_LENGTH)))
    is_live = F.array_contains(both, "live")
    played = F.array(*map(F.lit, sorted(PLAYED_BY_OTHERS)))
    nested = (
        (F.size("b_artists") < F.size("a_artists"))
        & _within("b_artists", "a_artists")
        & (F.size(F.array_except("b_artists", played)) > 0)
    )
    guests_more = F.when(
        F.arrays_overlap("a_singers", "b_artists"),
        F.when(of_other_length, _OTHER_VERSION).otherwise(_OTHER_GUESTS),
    ).otherwise(F.when(is_live, _NEW_LEAD_LIVE).otherwise(_NEW_LEAD))
    same_lead = F.arrays_overlap("a_singers", "b_singers") & ~F.col("is_other")
    return (
        longer.join(shorter, on=["title", "artist"], how="inner")
        .filter("a_name_node != b_name_node")
        .filter(
            (nested & as_long("a_", "b_", guests_more))
            | (same_lead & as_long("a_", "b_", _SAME_LEAD))
        )
        .select("a_name_node", "b_name_node")
        .distinct()
    )


def _subtitles(told: DataFrame) -> DataFrame:
    """Names of which one's title is the other's without what may be a subtitle."""
    by_lead = told.withColumn("lead", F.explode("leads"))
    with_subtitle = by_lead.withColumn("short", F.explode("shorts")).filter("short != title")
    full = _side(
        with_subtitle.drop("title").withColumnRenamed("short", "title"), "a_", "title", "lead"
    )
    bare = _side(by_lead, "b_", "title", "lead")
    nested = _within("a_artists", "b_artists") | _within("b_artists", "a_artists")
    known = F.col("a_shortest").isNotNull() & F.col("b_shortest").isNotNull()
    return (
        full.join(bare, on=["title", "lead"], how="inner")
        .filter(nested & known & as_long("a_", "b_", _SUBTITLE))
        .select("a_name_node", "b_name_node")
    )


def _side(told: DataFrame, side: str, *joined: str) -> DataFrame:
    named = [F.col(column).alias(f"{side}{column}") for column in ("name_node", *_COMPARED)]
    return told.select(*joined, *named)


def _within(some: str, all_: str) -> Column:
    return F.size(F.array_except(some, all_)) == 0

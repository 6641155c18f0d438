"""Gold: why listening changed, what comes next, what to play now, and all of it in sentences."""

from __future__ import annotations

import pandas as pd
import polars as pl

from benchmarks.by_hand.ranges import SPAN, before, in_ranges, now, ranges
from lib.outlook import outlook
from lib.sentences import with_sentences

_ENOUGH, _REASONS = 10, 3
_OFFERS, _OFFERS_BY_ARTIST, _LEAST_PLAYED = 5, 2, 2


def listening_insights(
    listening: pl.DataFrame,
    clusters: pl.DataFrame,
    wellbeing: pl.DataFrame,
    stats: pl.DataFrame,
    totals: pl.DataFrame,
) -> pl.DataFrame:
    """The insights of every listener, each with its sentence."""
    moods = clusters.filter(pl.col("feature_source") == "kaggle").select(
        "song_id", "mood", "title", "artist"
    )
    days = wellbeing.filter(pl.col("period") == "day").to_pandas()
    to_come = [outlook(of_one) for _, of_one in days.groupby("user_id")]
    facts = pl.concat(
        [
            _changes(listening, moods),
            *(pl.from_pandas(one.convert_dtypes()) for one in to_come),
            _suggestions(listening, moods),
            _summaries(totals, stats),
        ],
        how="diagonal_relaxed",
    )
    # As objects: whole numbers stay whole beside missing ones, and days stay days.
    rows = pd.DataFrame(facts.to_dicts(), columns=facts.columns, dtype=object)
    return pl.from_dicts(
        pd.concat(with_sentences(iter([rows]))).to_dict("records"), infer_schema_length=None
    )


def _changes(listening: pl.DataFrame, moods: pl.DataFrame) -> pl.DataFrame:
    """Diagnostic: what went furthest the way that all went, artist by artist, and so on."""
    heard = listening.filter("counts")
    spans = ranges(heard).filter(pl.col("before_first_day").is_not_null())
    subject = ["user_id", "range", "subject"]
    counted = (
        in_ranges(_subjects(heard, moods), spans)
        .group_by(*SPAN, "subject", "item_id", "item")
        .agg(after=now("plays").sum().cast(pl.Int64), was=before("plays").sum().cast(pl.Int64))
        .with_columns(
            change=pl.col("after") - pl.col("was"),
            whole_after=pl.col("after").sum().over(subject),
            whole_was=pl.col("was").sum().over(subject),
        )
        .with_columns(whole_change=pl.col("whole_after") - pl.col("whole_was"))
        .with_columns(along=pl.col("change") * pl.col("whole_change").sign())
    )
    least = pl.min_horizontal("whole_after", "whole_was", pl.col("whole_change").abs())
    return (
        counted.filter((least >= _ENOUGH) & (pl.col("along") > 0))
        .sort(-pl.col("along"), "item", "item_id")
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over(subject))
        .filter(pl.col("rank") <= _REASONS)
        .with_columns(
            kind=pl.lit("diagnostic"),
            period="range",
            value=pl.col("change").cast(pl.Float64),
            baseline=pl.col("was").cast(pl.Float64),
            share=pl.col("change") / pl.col("whole_change"),
        )
        .drop("range", "began", "after", "was", "change", "whole_after", "whole_was", "along")
    )


def _subjects(heard: pl.DataFrame, moods: pl.DataFrame) -> pl.DataFrame:
    """Plays of each artist, mood and hour by day."""
    known = heard.join(moods.select("song_id", "mood"), on="song_id", how="left")
    hour = pl.col("hour_of_day")
    clock = pl.format(
        "{}:00 to {}:00",
        hour.cast(pl.String).str.zfill(2),
        (hour + 1).cast(pl.String).str.zfill(2),
    )
    named = {
        "artist": (pl.col("artist_name"), pl.col("artist_name")),
        "mood": (pl.col("mood"), pl.col("mood")),
        "hour": (hour.cast(pl.String), clock),
    }
    return pl.concat(
        known.group_by("user_id", "local_date", subject=pl.lit(name), item_id=item_id, item=item)
        .agg(plays=pl.len())
        .drop_nulls("item")
        for name, (item_id, item) in named.items()
    )


def _suggestions(listening: pl.DataFrame, moods: pl.DataFrame) -> pl.DataFrame:
    """Prescriptive: of a mood, the songs most often let play at that part of the day."""
    let_play = pl.col("counts") & ~pl.col("skipped").fill_null(False)
    place = ["user_id", "subject", "period"]
    value, baseline = pl.col("value"), pl.col("baseline")
    told = pl.col("counts") | (pl.col("not_counted") == "short").fill_null(False)
    return (
        listening.filter(told)
        .join(moods, on="song_id", how="inner")
        .group_by(
            "user_id", "title", "artist",
            subject="mood", period="part_of_day", item_id="song_id",
        )
        .agg(value=let_play.sum().cast(pl.Float64), baseline=pl.len().cast(pl.Float64))
        .filter((value >= _LEAST_PLAYED) & (2 * value > baseline))
        .sort(baseline - 2 * value, -value, "title", "item_id")
        .filter(pl.int_range(pl.len()).over(*place, "artist") < _OFFERS_BY_ARTIST)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over(place))
        .filter(pl.col("rank") <= _OFFERS)
        .with_columns(kind=pl.lit("prescriptive"), item=pl.format("“{}” by {}", "title", "artist"))
        .drop("title", "artist")
    )  # fmt: skip


def _summaries(totals: pl.DataFrame, stats: pl.DataFrame) -> pl.DataFrame:
    """Cognitive: how much there was, who led, and what is new."""
    first, second = pl.col("rank") == 1, pl.col("rank") == 2
    leaders = (
        stats.filter(pl.col("kind") == "artist")
        .group_by("user_id", "range")
        .agg(
            top_artist=pl.col("item").filter(first).max(),
            top_plays=pl.col("plays").filter(first).max(),
            next_plays=pl.col("plays").filter(second).max(),
        )
    )
    return totals.join(leaders, on=["user_id", "range"], how="left").select(
        "user_id", "first_day", "last_day", "before_first_day", "before_last_day", "plays",
        "plays_before", "minutes", "songs", "artists", "new_songs", "length_known_share",
        "top_artist", "top_plays", "next_plays",
        kind=pl.lit("cognitive"),
        subject=pl.lit("all"),
        period="range",
        rank=pl.lit(1, pl.Int64),
        value=pl.col("plays").cast(pl.Float64),
        baseline=pl.col("plays_before").cast(pl.Float64),
    )  # fmt: skip

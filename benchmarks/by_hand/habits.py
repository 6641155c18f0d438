"""Gold: hours of the week, days and weeks in numbers, and counts of the lake."""

from __future__ import annotations

import polars as pl

from benchmarks.by_hand.songs import part_of_day

_PERIOD = ("user_id", "period", "period_start")
_PLAYS_BY = (
    "user_id", "source", "tellers", "id_method", "feature_source", "match_method", "counts",
    "not_counted", "part_of_day",
)  # fmt: skip


def is_authentic() -> pl.Expr:
    """Whether a row's features were observed; those of this input are Kaggle's or synthetic."""
    return (pl.col("feature_source") == "kaggle").fill_null(False)


def mean(feature: str, *among: pl.Expr) -> pl.Expr:
    """Mean of a feature over rows with authentic features; of whole millionths sums are exact."""
    millionths = (pl.col(feature).filter(is_authentic(), *among) * 1_000_000).round().mean()
    return (millionths.round(0, "half_away_from_zero") / 1_000_000).alias(feature)


def minutes(name: str = "ms_played") -> pl.Expr:
    """Minutes heard."""
    return pl.col(name).sum() / 60_000


def temporal_patterns(listening: pl.DataFrame) -> pl.DataFrame:
    """Plays that count by weekday and hour, silent hours too."""
    heard = listening.filter("counts")
    keys = ["user_id", "day_of_week", "hour_of_day"]
    by_hour = heard.group_by(keys).agg(
        plays=pl.len(),
        minutes=minutes(),
        songs=pl.col("song_id").n_unique(),
        **{name: mean(name) for name in ("valence", "energy", "tempo")},
    )
    days = pl.DataFrame({"day_of_week": range(1, 8)}, schema={"day_of_week": pl.Int8})
    hours = pl.DataFrame({"hour_of_day": range(24)}, schema={"hour_of_day": pl.Int8})
    week = heard.select("user_id").unique().join(days, how="cross").join(hours, how="cross")
    return (
        week.join(by_hour, on=keys, how="left")
        .with_columns(pl.col("plays", "minutes", "songs").fill_null(0))
        .with_columns(
            part_of_day=part_of_day(pl.col("hour_of_day")),
            is_weekend=pl.col("day_of_week") >= 6,
            share=pl.col("plays") / pl.col("plays").sum().over("user_id"),
        )
    )


def wellbeing_indicators(listening: pl.DataFrame) -> pl.DataFrame:
    """Each day and week with a play that counts, in numbers."""
    plays = pl.concat(
        [
            listening.with_columns(period=pl.lit("day"), period_start="local_date"),
            listening.with_columns(
                period=pl.lit("week"), period_start=pl.col("local_date").dt.truncate("1w")
            ),
        ]
    )
    told = pl.col("counts") | (pl.col("not_counted") == "short").fill_null(False)
    skips = (
        plays.filter(told)
        .group_by(_PERIOD)
        .agg(skip_share=pl.col("skipped").fill_null(False).cast(pl.Float64).mean())
    )
    heard = plays.filter("counts")
    by_artist = heard.group_by(*_PERIOD, "artist_name").agg(c=pl.len().cast(pl.Float64))
    c, n = pl.col("c"), pl.col("c").sum()
    bits = n.log(2) - (c * c.log(2)).sum() / n
    entropy = by_artist.group_by(_PERIOD).agg(
        artist_entropy=pl.max_horizontal(bits, pl.lit(0.0)).round(6)
    )
    return (
        heard.group_by(_PERIOD)
        .agg(
            plays=pl.len(),
            minutes=minutes(),
            songs=pl.col("song_id").n_unique(),
            artists=pl.col("artist_name").n_unique(),
            variety=pl.col("song_id").n_unique() / pl.len(),
            late_night_share=(pl.col("hour_of_day") < 5).mean(),
            authentic_share=is_authentic().mean(),
            valence_spread=pl.col("valence").filter(is_authentic()).std(ddof=0).round(6),
            **{name: mean(name) for name in ("valence", "energy", "acousticness", "tempo")},
        )
        .join(entropy, on=_PERIOD, how="inner")
        .join(skips, on=_PERIOD, how="inner")
    )


def dataset_summary(
    listening: pl.DataFrame, track_features: pl.DataFrame, songs: pl.DataFrame
) -> pl.DataFrame:
    """Counts of plays, recordings and songs."""
    plays = listening.with_columns(tellers=pl.col("sources").list.len())
    told = plays.with_columns(subject="plays told by " + pl.col("sources").list.first())
    by_sources = songs.select(
        "source", subject=pl.lit("songs"), sources=pl.col("sources").list.join(" + ")
    )
    return pl.concat(
        [
            _count(plays.with_columns(subject=pl.lit("plays")), _PLAYS_BY),
            _count(told, _PLAYS_BY),
            _count(
                track_features.with_columns(subject=pl.lit("recordings")),
                ("feature_source", "match_method"),
            ),
            _count(by_sources, ("sources", "source")),
        ]
    )


def _count(rows: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    known = "feature_source" in rows.columns
    authentic = is_authentic().mean().round(6) if known else pl.lit(None, pl.Float64)
    return pl.concat(
        rows.group_by(
            "subject",
            split_by=pl.lit(name),
            item=(pl.lit("all") if name == "all" else pl.col(name).cast(pl.String)).fill_null(
                "none"
            ),
        ).agg(rows=pl.len(), share=pl.len() / len(rows), authentic_share=authentic)
        for name in ("all", *columns)
    )

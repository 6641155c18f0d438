"""Gold: what was heard most over the nine ranges, and how much it was."""

from __future__ import annotations

import polars as pl

from benchmarks.by_hand.habits import is_authentic, mean
from benchmarks.by_hand.ranges import before, in_ranges, now, ranges

TOP, SESSION_GAP_MIN = 100, 30
_ITEM = ("user_id", "kind", "item_id")


def listening_stats(listening: pl.DataFrame, songs: pl.DataFrame) -> pl.DataFrame:
    """The most played of each kind and range, with its change against the range before."""
    heard = listening.filter("counts")
    known = songs.select("song_id", "genres", song_album="album_name")
    items = _items(heard.join(known, on="song_id", how="left"))
    told = (
        items.sort("local_date", "played_at", "play_id")
        .group_by(_ITEM)
        .agg(pl.last("item", "artist"), first_heard=pl.first("local_date"))
    )
    days = items.group_by(*_ITEM, "local_date").agg(plays=pl.len(), ms=pl.sum("ms_played"))
    counted = (
        in_ranges(days, ranges(heard))
        .group_by("user_id", "range", "first_day", "last_day", "before_first_day", *_ITEM[1:])
        .agg(
            plays=now("plays").sum().cast(pl.Int64),
            minutes=now("ms").sum() / 60_000,
            plays_before=before("plays").sum().cast(pl.Int64),
            last_heard=now("local_date").max(),
        )
        .join(told, on=_ITEM, how="inner")
    )
    compared = _compared(counted)
    return compared.filter(
        (pl.col("kind") != "all") & (pl.col("rank") <= TOP) & (pl.col("plays") > 0)
    )


def _items(heard: pl.DataFrame) -> pl.DataFrame:
    """What each play is a play of: `kind`, `item_id`, `item`, `artist`, one row each."""
    fixed = ("user_id", "local_date", "played_at", "play_id", "ms_played")
    album = pl.coalesce("album_name", "song_album")
    artist = pl.col("artist_name")
    nobody = pl.lit(None, pl.String)
    genres = heard.select(*fixed, item="genres").explode("item").drop_nulls("item")
    return pl.concat(
        [
            heard.select(
                *fixed, kind=pl.lit("all"), item_id=pl.lit("all"), item=pl.lit("all"), artist=nobody
            ),
            heard.select(
                *fixed, kind=pl.lit("artist"), item_id=artist, item=artist, artist=nobody
            ),
            heard.select(
                *fixed, kind=pl.lit("song"), item_id="song_id", item="track_name", artist=artist
            ),
            heard.filter(album.is_not_null()).select(
                *fixed,
                kind=pl.lit("album"),
                item_id=artist + "::" + album,
                item=album,
                artist=artist,
            ),
            genres.select(
                *fixed, kind=pl.lit("genre"), item_id="item", item="item", artist=nobody
            ),
        ]
    )  # fmt: skip


def _compared(counted: pl.DataFrame) -> pl.DataFrame:
    """Adds shares, ranks and changes."""
    kinds = ["user_id", "range", "kind"]
    place = pl.int_range(1, pl.len() + 1).over(kinds)
    ranked = (
        counted.sort(-pl.col("plays_before"), "item", "item_id")
        .with_columns(rank_before=pl.when(pl.col("plays_before") > 0).then(place))
        .sort(-pl.col("plays"), "item", "item_id")
        .with_columns(rank=place)
    )
    all_plays = pl.col("plays").filter(pl.col("kind") == "all").max().over("user_id", "range")
    was_told = pl.col("before_first_day").is_not_null()
    return ranked.with_columns(
        share=pl.col("plays") / all_plays,
        plays_before=pl.when(was_told).then(pl.col("plays_before")),
        rank_change=pl.col("rank_before") - pl.col("rank"),
    ).with_columns(plays_change=pl.col("plays") - pl.col("plays_before"))


def listening_totals(listening: pl.DataFrame, plays: pl.DataFrame) -> pl.DataFrame:
    """Plays, time, variety, days and sittings of each range."""
    heard = listening.filter("counts")
    spans = ranges(heard)
    ended = pl.col("started_at") + pl.duration(milliseconds="ms_played")
    silence = pl.col("started_at") - ended.cum_max().shift().over("user_id")
    measured = (
        heard.join(plays.select("play_id", "started_at"), on="play_id", how="inner")
        .sort("started_at", "play_id")
        .with_columns(
            song_first=pl.min("local_date").over("user_id", "song_id"),
            artist_first=pl.min("local_date").over("user_id", "artist_name"),
            begins_session=(silence > pl.duration(minutes=SESSION_GAP_MIN)).fill_null(True),
        )
    )
    keys = ["user_id", "range"]
    counts = ("plays", "songs", "artists", "days", "sessions", "longest_streak", "minutes")
    compared = pl.col("before_first_day").is_not_null()
    began_earlier = pl.col("began") < pl.col("first_day")
    return (
        spans.join(_measured(in_ranges(measured, spans)), on=keys, how="left")
        .join(_streaks(heard, spans), on=keys, how="left")
        .with_columns(pl.col(counts).fill_null(0))
        .with_columns(pl.when(compared).then(pl.col("plays_before", "minutes_before").fill_null(0)))
        .with_columns(pl.when(began_earlier).then(pl.col("new_songs", "new_artists").fill_null(0)))
    )


def _measured(plays: pl.DataFrame) -> pl.DataFrame:
    """The measures of plays in their ranges, and of the ranges before."""
    played = ~pl.col("is_before")

    def new(what: str, first: str) -> pl.Expr:
        is_new = pl.col(first) >= pl.col("first_day")
        return pl.col(what).filter(played & is_new).n_unique()

    return plays.group_by("user_id", "range").agg(
        plays=played.sum(),
        plays_before=pl.col("is_before").sum(),
        minutes=now("ms_played").sum() / 60_000,
        minutes_before=before("ms_played").sum() / 60_000,
        length_known_share=now("ms_played").is_not_null().mean(),
        songs=now("song_id").n_unique(),
        artists=now("artist_name").n_unique(),
        new_songs=new("song_id", "song_first"),
        new_artists=new("artist_name", "artist_first"),
        days=now("local_date").n_unique(),
        sessions=now("begins_session").sum(),
        authentic_share=is_authentic().filter(played).mean(),
        **{name: mean(name, played) for name in ("valence", "energy")},
    )


def _streaks(heard: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """`longest_streak`: of the runs of days with a play, the longest part within each range."""
    days = heard.select("user_id", "local_date").unique().sort("local_date")
    number = pl.duration(days=pl.int_range(pl.len()).over("user_id"))
    runs = (
        days.with_columns(run=pl.col("local_date") - number)
        .group_by("user_id", "run")
        .agg(run_from=pl.min("local_date"), run_to=pl.max("local_date"))
    )
    end, start = pl.min_horizontal("run_to", "last_day"), pl.max_horizontal("run_from", "first_day")
    return (
        runs.join(spans, on="user_id", how="inner")
        .group_by("user_id", "range")
        .agg(longest_streak=((end - start).dt.total_days() + 1).max().clip(0))
    )

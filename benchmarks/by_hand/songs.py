"""Silver: songs, the features of recordings, plays, and plays with features and local time."""

from __future__ import annotations

import polars as pl

from schemas.features import FEATURES

_COMPLETENESS = ("track_id", "album_name", "duration_ms", "popularity", "explicit")
_MIN_MS = 30_000

#: What only live services tell, which this script has no answers of.
_OF_SERVICES = (
    "release_date", "release_precision", "track_number", "album_total_tracks", "isrc",
    "lastfm_listeners", "lastfm_playcount", "tags", "moods", "aoty_score",
    "aoty_user_score", "aoty_ratings",
)  # fmt: skip


def songs(song_ids: pl.DataFrame, plays: pl.DataFrame, kaggle_tracks: pl.DataFrame) -> pl.DataFrame:
    """One row a song, with the facts of its best version."""
    listed = kaggle_tracks.select(
        source=pl.lit("kaggle_tracks"),
        track_id="track_id",
        artist_name="artists",
        track_name="track_name",
        album_name="album_name",
        duration_ms="duration_ms",
        popularity="popularity",
        explicit="explicit",
        genre="track_genre",
    )
    heard = (
        plays.group_by("track_id", "artist_name", "track_name", "album_name")
        .agg(heard=pl.len().cast(pl.Int64))
        .with_columns(source=pl.lit("plays"))
    )
    known = song_ids.select("song_id", "recording_id", "version", track_id="id")
    told = pl.concat([listed, heard], how="diagonal").join(known, on="track_id", how="inner")
    of_song = told.group_by("song_id").agg(
        genres=pl.col("genre").drop_nulls().unique().sort(),
        sources=pl.col("source").unique().sort(),
        versions=pl.col("recording_id").n_unique(),
    )
    plays_of = told.group_by("recording_id").agg(heard_in_all=pl.sum("heard"))
    facts = told.sort(
        pl.col("source") == "plays",
        "popularity",
        "genre",
        "track_name",
        "artist_name",
        "album_name",
        descending=[False, True, True, False, False, False],
        nulls_last=[False, True, True, False, False, False],
    ).unique("recording_id", keep="first", maintain_order=True)
    complete = pl.sum_horizontal(pl.col(name).is_not_null() for name in _COMPLETENESS)
    best = (
        facts.join(plays_of, on="recording_id", how="inner")
        .sort(
            complete, "popularity", "heard_in_all", "recording_id",
            descending=True, nulls_last=True,
        )
        .unique("song_id", keep="first", maintain_order=True)
    )  # fmt: skip
    by_source = pl.when(pl.col("source") == "kaggle_tracks")
    artists = by_source.then(
        pl.col("artist_name").str.split(";").list.eval(pl.element().str.strip_chars(" "))
    ).otherwise(pl.concat_list("artist_name"))
    return (
        best.join(of_song, on="song_id", how="inner")
        .with_columns(artists=artists)
        .with_columns(
            artist=pl.col("artists").list.first(),
            title="track_name",
            disagreements=pl.lit([], dtype=pl.List(pl.String)),
            **{name: pl.lit(None) for name in _OF_SERVICES},
            spotify_url="https://open.spotify.com/track/" + pl.col("track_id"),
        )
    )


def track_features(
    song_ids: pl.DataFrame, synthetic_features: pl.DataFrame, kaggle_tracks: pl.DataFrame
) -> pl.DataFrame:
    """Features of a recording: its own, else its song's most popular version's, else made up."""
    listed = (
        kaggle_tracks.sort("popularity", "track_genre", descending=True, nulls_last=True)
        .unique("track_id", keep="first", maintain_order=True)
        .select(
            "popularity", *FEATURES, feature_track_id="track_id", feature_source=pl.lit("kaggle")
        )
    )
    versions = song_ids.select("recording_id", "song_id", track_id="id")
    own = versions.join(listed, left_on="track_id", right_on="feature_track_id", how="inner")
    of_song = (
        own.sort(pl.col("popularity").fill_null(0), "track_id", descending=[True, False])
        .unique("song_id", keep="first", maintain_order=True)
        .select("song_id", "feature_source", *FEATURES, feature_track_id="track_id")
    )
    others = versions.join(own, on="recording_id", how="anti")
    by_song = others.join(of_song, on="song_id", how="inner")
    made_up = synthetic_features.rename({"track_id": "feature_track_id"}).with_columns(
        feature_source=pl.lit("synthetic")
    )
    generated = others.join(of_song, on="song_id", how="anti").join(
        made_up, left_on="track_id", right_on="feature_track_id", how="left", coalesce=False
    )
    return pl.concat(
        [
            own.with_columns(match_method=pl.lit("track_id"), feature_track_id="track_id"),
            by_song.with_columns(match_method=pl.lit("name_key")),
            generated.with_columns(
                match_method=pl.when(pl.col("feature_source").is_not_null()).then(
                    pl.lit("generated")
                )
            ),
        ],
        how="diagonal_relaxed",
    ).with_columns(filled_from=pl.lit(None, pl.String))


def plays_with_songs(plays: pl.DataFrame, song_ids: pl.DataFrame) -> pl.DataFrame:
    """Plays with their songs, and whether they count; one source tells of each."""
    known = song_ids.select("song_id", "recording_id", "version", track_id="id")
    why_not = (
        pl.when(pl.col("incognito").fill_null(False))
        .then(pl.lit("private"))
        .when(pl.col("ms_played") < _MIN_MS)
        .then(pl.lit("short"))
    )
    return plays.join(known, on="track_id", how="inner").with_columns(
        id_method=pl.lit("told"),
        sources=pl.concat_list("source"),
        told_play_ids=pl.concat_list("play_id"),
        disagreements=pl.lit([], pl.List(pl.String)),
        started_at=pl.col("played_at") - pl.duration(milliseconds="ms_played"),
        not_counted=why_not,
        counts=why_not.is_null(),
    )


def listening_with_features(
    plays: pl.DataFrame, track_features: pl.DataFrame, timezone: str = "UTC"
) -> pl.DataFrame:
    """Plays with the features of their recordings and the listener's local time."""
    local = pl.col("played_at").dt.convert_time_zone(timezone)
    return plays.join(
        track_features.drop("song_id", "track_id"), on="recording_id", how="left"
    ).with_columns(
        time_zone=pl.lit(timezone),
        local_date=local.dt.date(),
        hour_of_day=local.dt.hour(),
        day_of_week=local.dt.weekday(),
        part_of_day=part_of_day(local.dt.hour()),
        is_weekend=local.dt.weekday() >= 6,
    )


def part_of_day(hour: pl.Expr) -> pl.Expr:
    """night, morning, afternoon or evening, of an hour 0-23."""
    return (
        pl.when((hour < 5) | (hour >= 22))
        .then(pl.lit("night"))
        .when(hour < 12)
        .then(pl.lit("morning"))
        .when(hour < 17)
        .then(pl.lit("afternoon"))
        .otherwise(pl.lit("evening"))
    )

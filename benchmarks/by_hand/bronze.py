"""Bronze: plays and catalogue as landed, and features made up for what the catalogue lacks."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import polars as pl

from benchmarks.by_hand.lake import landed
from schemas.landing import KAGGLE, SPOTIFY_EXTENDED

_NAMES = ("artists", "album_name", "track_name")
_UNIT = ("danceability", "energy", "acousticness", "instrumentalness", "valence")
_EXTENDED = {
    "ts": pl.String,
    "platform": pl.String,
    "ms_played": pl.Int64,
    "conn_country": pl.String,
    "master_metadata_track_name": pl.String,
    "master_metadata_album_artist_name": pl.String,
    "master_metadata_album_album_name": pl.String,
    "spotify_track_uri": pl.String,
    "episode_name": pl.String,
    "spotify_episode_uri": pl.String,
    "reason_start": pl.String,
    "reason_end": pl.String,
    "shuffle": pl.Boolean,
    "skipped": pl.Boolean,
    "offline": pl.Boolean,
    "incognito_mode": pl.Boolean,
}


def kaggle_tracks(folder: Path) -> pl.DataFrame:
    """Each (track, genre) once, the most popular row of it."""
    text = dict.fromkeys((*_NAMES, "track_id", "track_genre"), pl.String)
    files = [pl.read_csv(file, schema_overrides=text) for file in landed(folder, KAGGLE)]
    rows = pl.concat(files)
    unit = pl.all_horizontal(
        pl.col(name).is_between(0, 1).fill_null(True)
        for name in (*_UNIT, "speechiness", "liveness")
    )
    named = pl.all_horizontal(
        pl.col(name).fill_null("") != "" for name in ("track_id", "track_genre", "artists")
    ) & (pl.col("track_name").fill_null("") != "")
    return (
        rows.with_columns(pl.col("tempo", "time_signature").replace(0, None))
        .filter(named & unit)
        .sort("popularity", descending=True, nulls_last=True, maintain_order=True)
        .unique(["track_id", "track_genre"], keep="first", maintain_order=True)
    )


def plays(folder: Path, now: datetime) -> pl.DataFrame:
    """Plays of the extended export; podcasts and exact repeats are left out."""
    files = [
        pl.read_json(file, schema=_EXTENDED).with_columns(
            user_id=pl.lit(unquote(file.parent.name.removeprefix("user="))),
            source_file=pl.lit(file.name),
        )
        for file in landed(folder, SPOTIFY_EXTENDED)
    ]
    told = pl.concat(sorted(files, key=lambda frame: frame.item(0, "source_file"))).select(
        "user_id",
        source=pl.lit("spotify_extended"),
        played_at=pl.col("ts").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_zone="UTC"),
        stamp=pl.lit("end"),
        ms_played="ms_played",
        duration_ms=pl.lit(None, pl.Int64),
        track_id=pl.col("spotify_track_uri").str.strip_prefix("spotify:track:"),
        isrc=pl.lit(None, pl.String),
        recording_mbid=pl.lit(None, pl.String),
        track_name="master_metadata_track_name",
        artist_name="master_metadata_album_artist_name",
        album_name="master_metadata_album_album_name",
        reason_start="reason_start",
        reason_end="reason_end",
        shuffle="shuffle",
        skipped="skipped",
        offline="offline",
        incognito="incognito_mode",
        platform="platform",
        country="conn_country",
        source_file="source_file",
        landed_at=pl.lit(now),
    )
    good = (
        (pl.col("track_name") != "")
        & (pl.col("artist_name") != "")
        & pl.col("track_id").is_not_null()
        & pl.col("played_at").is_between(datetime(2002, 1, 1, tzinfo=UTC), now + timedelta(days=1))
        & pl.col("ms_played").is_between(0, 86_400_000)
    )
    identity = pl.concat_str(
        "user_id",
        "source",
        pl.col("played_at").dt.strftime("%Y-%m-%d %H:%M:%S"),
        "track_id",
        "artist_name",
        "track_name",
        pl.col("ms_played").cast(pl.String),
        separator="\n",
    )
    return (
        told.filter(good)
        .with_columns(play_id=identity.map_elements(_sha256, pl.String))
        .unique("play_id", keep="first", maintain_order=True)
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def synthetic_features(plays: pl.DataFrame, kaggle_tracks: pl.DataFrame) -> pl.DataFrame:
    """Features made of the SHA-512 of ids that the catalogue lacks, as Songlake makes them up."""
    ids = plays.select("track_id").unique().join(kaggle_tracks, on="track_id", how="anti")
    digests = b"".join(hashlib.sha512(one.encode()).digest() for one in ids["track_id"])
    parts = np.frombuffer(digests, ">u4").reshape(-1, 16) / 2.0**32
    unit = {name: np.round(parts[:, place], 4) for place, name in enumerate(_UNIT)}
    return ids.with_columns(
        **{name: pl.Series(values) for name, values in unit.items()},
        tempo=pl.Series(np.round(60 + 120 * parts[:, 5], 2)),
        key=pl.Series(np.floor(12 * parts[:, 6])),
        mode=pl.Series(np.floor(2 * parts[:, 7])),
    )

"""Gold: what each listener should hear next: loved songs not heard of late, and new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, functions as F
from scipy import sparse

from lib.exclusions import with_exclusions
from lib.heard import plays_of
from lib.job import Job
from lib.no_rows import no_rows
from lib.recommend.interactions import Weights
from lib.recommend.next_songs import Catalogue, NextSongs
from lib.recommend.people import People, learn
from lib.user_blocks import in_blocks, on_workers
from schemas import gold, silver

#: Popularity of a song of which none is told, of 100.
_UNKNOWN_POPULARITY = 50
#: People that the model is fitted on at most: with 300 songs each, 6 million pairs in the driver.
_PEOPLE = 20_000


def user_recommendations(
    listening_with_features: DataFrame,
    songs: DataFrame,
    song_ids: DataFrame,
    track_recommendations: DataFrame,
    *,
    k: int,
    per_artist: int,
    half_life_days: float,
    unheard_days: int,
    enough_people: int,
    exclude: Mapping[str, Sequence[str]],
) -> DataFrame:
    """Recommendations for every listener, told from their own last play.

    The driver holds the catalogue's names (about 100 bytes a song), the similar songs of those
    that anyone heard, and the plays of `_PEOPLE` people as pairs at most. Listeners are worked on
    in blocks, so that never more than a few of them are held against all songs.

    Args:
        listening_with_features: silver.listening_with_features.
        songs: silver.songs.
        song_ids: silver.song_ids.
        track_recommendations: gold.track_recommendations.
        k: songs of each listener and kind at most.
        per_artist: of these by one artist at most.
        half_life_days: a play this long before the listener's last one counts half.
        unheard_days: a loved song comes back after so many.
        enough_people: with fewer listeners their own plays decide alone.
        exclude: `artists`, `songs` and `genres` that are recommended to nobody.
    """
    spark, schema = songs.sparkSession, gold.USER_RECOMMENDATIONS.ddl
    plays = plays_of(listening_with_features)
    catalogue = _catalogue(songs, song_ids, exclude)
    if not len(catalogue):
        return no_rows(spark, schema)
    finder = NextSongs(
        catalogue,
        catalogue.artist_numbers(),
        _near(catalogue, track_recommendations, plays),
        _people(catalogue, plays, enough_people),
        k,
        per_artist,
        half_life_days,
        unheard_days,
    )
    get = on_workers(spark, finder)

    def of_block(some: pd.DataFrame) -> pd.DataFrame:
        return get().rows_of(some)

    return in_blocks(plays).applyInPandas(of_block, schema)


def _catalogue(
    songs: DataFrame, song_ids: DataFrame, exclude: Mapping[str, Sequence[str]]
) -> Catalogue:
    told = (
        with_exclusions(songs, song_ids, exclude)
        .select("song_id", "title", "artist", "popularity", "is_excluded")
        .toArrow()
        .sort_by("song_id")
        .combine_chunks()
    )
    known = pc.fill_null(told["popularity"], _UNKNOWN_POPULARITY).to_numpy() / 100
    ids, titles, artists = (_one(told[name]) for name in ("song_id", "title", "artist"))
    return Catalogue(ids, titles, artists, np.clip(known, 0, 1), ~told["is_excluded"].to_numpy())


def _one(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def _near(catalogue: Catalogue, track_recommendations: DataFrame, plays: DataFrame) -> Weights:
    """How close each song that anyone heard is to the songs of its list."""
    heard = plays.select("song_id").distinct()
    lists = (
        track_recommendations.join(F.broadcast(heard), on="song_id", how="left_semi")
        .select("song_id", "similar_song_id", "distance")
        .toArrow()
    )
    rows, columns = (
        pc.index_in(lists[name], value_set=catalogue.song_ids).to_numpy()
        for name in ("song_id", "similar_song_id")
    )
    closeness = 1 / (1 + lists["distance"].to_numpy())
    return sparse.csr_matrix((closeness, (rows, columns)), shape=(len(catalogue),) * 2)


def _people(catalogue: Catalogue, plays: DataFrame, enough: int) -> People | None:
    """What a bounded number of people tell; None where there are too few."""
    users = plays.filter("is_let_play").select("user_id").distinct()
    if users.limit(enough).count() < enough:
        return None
    some = users.orderBy(F.xxhash64("user_id"), "user_id").limit(_PEOPLE)
    pairs = (
        plays.filter("is_let_play")
        .select("user_id", "song_id")
        .distinct()
        .join(F.broadcast(some), on="user_id", how="left_semi")
        .toArrow()
        .sort_by([("user_id", "ascending"), ("song_id", "ascending")])
    )
    numbers = np.unique(pairs["user_id"].to_numpy(), return_inverse=True)[1]
    songs = pc.index_in(pairs["song_id"], value_set=catalogue.song_ids).to_numpy()
    return learn(numbers, songs.astype(np.int64))


JOB = Job(
    writes=gold.USER_RECOMMENDATIONS,
    reads=(
        silver.LISTENING_WITH_FEATURES,
        silver.SONGS,
        silver.SONG_IDS,
        gold.TRACK_RECOMMENDATIONS,
    ),
    transform=user_recommendations,
    settings={
        **{
            name: f"recommend.{name}"
            for name in ("k", "per_artist", "half_life_days", "unheard_days", "enough_people")
        },
        "exclude": "plays.exclude",
    },
)

if __name__ == "__main__":
    JOB.main()

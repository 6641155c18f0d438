"""What each listener has heard: how often, how lately, and whether they let it play."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyspark.sql import DataFrame, functions as F

#: Days are told from here, for no reason but that they fit in small numbers.
_FIRST_DAY = pd.Timestamp("2000-01-01")


def plays_of(listening: DataFrame) -> DataFrame:
    """Every play, as `heard_songs` takes them.

    Plays of private sessions and excluded ones say that a song is not new, and nothing else.

    Args:
        listening: silver.listening_with_features.
    """
    is_start = F.col("counts") | F.coalesce(F.col("not_counted") == "short", F.lit(False))
    let_play = F.col("counts") & ~F.coalesce("skipped", F.lit(False))
    return listening.select(
        "user_id",
        "song_id",
        "local_date",
        "part_of_day",
        is_start.alias("is_start"),
        let_play.alias("is_let_play"),
    )


def heard_songs(plays: pd.DataFrame, half_life_days: float) -> pd.DataFrame:
    """What these plays say of each listener and song.

    Args:
        plays: `user_id`, `song_id`, `local_date`, `is_start` (it says something of their taste),
            `is_let_play` (they heard it through).
        half_life_days: a play so long before the listener's last one counts half.

    Returns:
        Sorted by `user_id` and `song_id`: `starts`, `let_play` (plays), `weight` (the same, less
        the longer ago), `is_liked` (it was let play more often than not), `last_heard`, and
        `days_since` that, up to the listener's own last play.
    """
    days = (pd.to_datetime(plays["local_date"]) - _FIRST_DAY).dt.days.to_numpy()
    told = pd.DataFrame(
        {
            "user_id": plays["user_id"].to_numpy(),
            "song_id": plays["song_id"].to_numpy(),
            "day": days,
            "starts": plays["is_start"].to_numpy(dtype=np.int64),
            "let_play": plays["is_let_play"].to_numpy(dtype=np.int64),
        }
    )
    # Whole days, so that plays of a day are one row and the sum below has one order.
    by_day = told.groupby(["user_id", "song_id", "day"], as_index=False).sum()
    last = by_day.groupby("user_id")["day"].transform("max")
    by_day["weight"] = by_day["let_play"] * 2.0 ** ((by_day["day"] - last) / half_life_days)
    heard = by_day.groupby(["user_id", "song_id"], as_index=False).agg(
        starts=("starts", "sum"),
        let_play=("let_play", "sum"),
        weight=("weight", "sum"),
        last_day=("day", "max"),
    )
    heard["is_liked"] = 2 * heard["let_play"] > heard["starts"]
    heard["last_heard"] = (_FIRST_DAY + pd.to_timedelta(heard["last_day"], unit="D")).dt.date
    now = heard.groupby("user_id")["last_day"].transform("max")
    heard["days_since"] = now - heard["last_day"]
    return heard.drop(columns="last_day")

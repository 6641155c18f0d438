"""`songlake year`: a person's year in music, from the tables without a JVM."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from apps.listeners import whose
from lib import lake
from lib.errors import TableError
from lib.places import Places
from schemas.features import AUTHENTIC_SOURCES
from schemas.gold import MOOD_CLUSTERS
from schemas.silver import LISTENING_WITH_FEATURES, SONGS

#: How many artists, songs, albums and genres there are.
_TOP = 10

#: Everything the person heard that counts, all years, with what the song's own row knows.
_HEARD = """
CREATE TEMP TABLE heard AS
SELECT played_at, time_zone, local_date, year(local_date) AS year, month(local_date) AS month,
    hour_of_day,
    coalesce(ms_played, 0) / 60000 AS minutes, ms_played IS NOT NULL AS is_timed,
    {count_by}_id AS song, track_name AS title, artist_name AS artist,
    coalesce(plays.album_name, songs.album_name) AS album, genres,
    (year(release_date) // 10 * 10) || 's' AS era,
    coalesce(feature_source IN ({authentic}), false) AS is_authentic, valence, energy, {mood}
FROM silver.listening_with_features AS plays
LEFT JOIN silver.songs USING (song_id) {moods}
WHERE counts AND user_id = $user
"""
_YEAR = "CREATE TEMP VIEW this_year AS SELECT * FROM heard WHERE year = {year}"

_AMOUNTS = "count(*) AS plays, round(sum(minutes), 3) AS minutes"
_TOTALS = f"""
SELECT {_AMOUNTS}, avg(is_timed::INT) AS length_known_share,
    count(DISTINCT song) AS songs, count(DISTINCT artist) AS artists,
    any_value(time_zone) AS time_zone, count(DISTINCT local_date) AS days,
    min(local_date) AS first_day, max(local_date) AS last_day,
    count(album) / count(*) AS album_known_share,
    count(*) FILTER (len(genres) > 0) / count(*) AS genre_known_share,
    count(era) / count(*) AS era_known_share,
    avg(is_authentic::INT) AS authentic_share,
    round(avg(valence) FILTER (is_authentic), 6) AS valence,
    round(avg(energy) FILTER (is_authentic), 6) AS energy
FROM this_year
"""
_NEW = """
SELECT count(*) FILTER (of = 'song') AS new_songs, count(*) FILTER (of = 'artist') AS new_artists
FROM (
    SELECT of, min(year) AS first_year FROM heard
    CROSS JOIN LATERAL (VALUES ('song', song), ('artist', artist)) AS named(of, name)
    GROUP BY of, name
) WHERE first_year = $year
"""
_LISTS = {
    "top_artists": f"SELECT artist, {_AMOUNTS} FROM this_year GROUP BY artist "
    f"ORDER BY plays DESC, artist LIMIT {_TOP}",
    "top_songs": "SELECT arg_max(title, played_at) AS title, arg_max(artist, played_at) AS artist, "
    f"{_AMOUNTS} FROM this_year GROUP BY song ORDER BY plays DESC, title, song LIMIT {_TOP}",
    "top_albums": f"SELECT album, artist, {_AMOUNTS} FROM this_year WHERE album IS NOT NULL "
    f"GROUP BY album, artist ORDER BY plays DESC, album, artist LIMIT {_TOP}",
    "top_genres": f"SELECT genre, {_AMOUNTS} FROM (SELECT unnest(genres) AS genre, minutes "
    f"FROM this_year) GROUP BY genre ORDER BY plays DESC, genre LIMIT {_TOP}",
    "eras": f"SELECT era, {_AMOUNTS} FROM this_year WHERE era IS NOT NULL "
    "GROUP BY era ORDER BY era",
    "months": "SELECT month::INT AS month, count(song) AS plays, "
    "round(coalesce(sum(minutes), 0), 3) AS minutes "
    "FROM range(1, 13) AS months(month) LEFT JOIN this_year USING (month) "
    "GROUP BY month ORDER BY month",
    "hours": "SELECT hour_of_day::INT AS hour, count(song) AS plays FROM range(24) AS "
    "hours(hour_of_day) LEFT JOIN this_year USING (hour_of_day) GROUP BY hour ORDER BY hour",
    "moods": "SELECT mood, count(*) AS plays FROM this_year "
    "WHERE is_authentic AND mood IS NOT NULL GROUP BY mood ORDER BY plays DESC, mood",
}
_ONES = {
    "longest_streak": """
        SELECT count(*) AS days, min(local_date) AS first_day, max(local_date) AS last_day FROM (
            SELECT local_date, local_date - row_number() OVER (ORDER BY local_date)::INT AS run
            FROM (SELECT DISTINCT local_date FROM this_year)
        ) GROUP BY run ORDER BY days DESC, first_day LIMIT 1""",
    "top_day": f"SELECT local_date AS day, {_AMOUNTS} FROM this_year GROUP BY day "
    "ORDER BY plays DESC, day LIMIT 1",
    "first_song": "SELECT local_date AS day, title, artist FROM this_year "
    "ORDER BY played_at, title LIMIT 1",
    "last_song": "SELECT local_date AS day, title, artist FROM this_year "
    "ORDER BY played_at DESC, title LIMIT 1",
}


def find_year(places: Places, year: int | None = None, user: str | None = None) -> dict[str, Any]:
    """All figures of a year that `songlake year` shows; local dates, and plays that count.

    Args:
        places: where the tables are.
        year: which one; None for the latest with plays.
        user: whose; None for the one there is, else the one named in the settings.

    Returns:
        `new_songs` and `new_artists` are None where the history begins in that very year, and
        `before` (plays and minutes of the year before) where it begins after its first day.

    Raises:
        TableError: there is nothing to tell; the message says what there is instead.
    """
    lake.require(places, LISTENING_WITH_FEATURES, SONGS)
    name = whose(places, user)
    with lake.connect(places) as connection:
        _gather(connection, places, name)
        told = _years(connection)
        year = max(told) if year is None else year
        if year not in told:
            raise TableError(
                f"No plays of {name} in {year} count. Years with plays: "
                f"{', '.join(map(str, sorted(told)))}."
            )
        connection.execute(_YEAR.format(year=int(year)))
        [totals] = _rows(connection, _TOTALS)
        new = _rows(connection, _NEW, year=year)[0] if min(told) < year else {}
        [began] = _rows(connection, "SELECT min(local_date) AS day FROM heard")
        compared = year - 1 in told and began["day"] <= date(year - 1, 1, 1)
        return {
            "user": name,
            "year": year,
            **totals,
            "new_songs": new.get("new_songs"),
            "new_artists": new.get("new_artists"),
            "before": told[year - 1] if compared else None,
            **{name: _rows(connection, sql) for name, sql in _LISTS.items()},
            **{name: _rows(connection, sql)[0] for name, sql in _ONES.items()},
        }


def _gather(connection: duckdb.DuckDBPyConnection, places: Places, user: str) -> None:
    has_moods = lake.is_built(places, MOOD_CLUSTERS)
    clusters = f"SELECT song_id, mood FROM {MOOD_CLUSTERS.name}"
    sql = _HEARD.format(
        count_by=places.settings.statistics.count_by,
        authentic=", ".join(f"'{source}'" for source in AUTHENTIC_SOURCES),
        mood="mood" if has_moods else "NULL AS mood",
        moods=f"LEFT JOIN ({clusters}) USING (song_id)" if has_moods else "",
    )
    connection.execute(sql, {"user": user})


def _years(connection: duckdb.DuckDBPyConnection) -> dict[int, dict[str, Any]]:
    """Plays and minutes of each year with plays."""
    rows = _rows(connection, f"SELECT year, {_AMOUNTS} FROM heard GROUP BY year")
    return {int(row.pop("year")): row for row in rows}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> list[dict[str, Any]]:
    answer: pa.Table = connection.sql(sql, params=values or None).to_arrow_table()
    return list(answer.to_pylist())

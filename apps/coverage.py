"""What is known of the plays that each source tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table as Grid

from lib import lake
from lib.places import Places
from schemas.features import FEATURE_SOURCES
from schemas.gold import DATASET_SUMMARY
from schemas.silver import LISTENING_WITH_FEATURES

#: What is told of a user's plays, in words, with the name of its count.
_SHARES = {
    "count in statistics": "plays_that_count",
    "told by another too": "told_by_another_too",
    "found a song": "found_a_song",
    "features from Spotify": "spotify_features",
    "features measured": "measured_features",
    "features from Kaggle": "kaggle_features",
    "features made up": "synthetic_features",
    "no features": "no_features",
}


def coverage(places: Places) -> list[dict[str, Any]]:
    """Of each user and source that tells plays: how many, and how much is known of them.

    A play that two sources told counts for each, and once under `all`.
    """
    if not lake.is_built(places, LISTENING_WITH_FEATURES):
        return []
    features = [
        f"count(*) FILTER (feature_source = '{source}') AS {source}_features"
        for source in FEATURE_SOURCES
    ]
    return lake.rows(
        places,
        "SELECT user_id, teller AS source, count(*) AS plays, "
        "min(local_date) AS first, max(local_date) AS last, "
        "count(*) FILTER (counts) AS plays_that_count, "
        "count(*) FILTER (len(sources) > 1) AS told_by_another_too, "
        f"count(id_method) AS found_a_song, {', '.join(features)}, "
        "count(*) FILTER (feature_source IS NULL) AS no_features "
        "FROM (SELECT *, unnest(list_append(sources, 'all')) AS teller "
        "FROM silver.listening_with_features) "
        "GROUP BY user_id, teller ORDER BY user_id, teller",
    )


_FILLED = """
SELECT subject, item, sum(rows)::BIGINT AS rows FROM (
    SELECT CASE WHEN split_by = 'sources' THEN 'told' ELSE split_by END AS subject,
        unnest(string_split(item, ' + ')) AS item, rows
    FROM gold.dataset_summary
    WHERE (subject = 'songs' AND split_by IN ('source', 'sources'))
        OR (subject = 'recordings' AND split_by = 'feature_source'))
GROUP BY ALL ORDER BY rows DESC, item
"""


def filled_from(places: Places) -> list[str]:
    """Lines that say who tells the songs' facts, who fills in, and where features are from."""
    if not lake.is_built(places, DATASET_SUMMARY):
        return []
    found: dict[str, dict[str, int]] = {"source": {}, "told": {}, "feature_source": {}}
    for row in lake.rows(places, _FILLED):
        found[row["subject"]][row["item"]] = row["rows"]
    first, told, features = found.values()
    more = {name: rows for name in told if (rows := told[name] - first.get(name, 0)) > 0}
    lines = {
        f"Facts of {sum(first.values()):,} songs, who leads": first,
        "Filled in where these tell nothing": more,
        f"Features of {sum(features.values()):,} recordings": features,
    }
    return [
        f"{what}: {', '.join(f'{name} {rows:,}' for name, rows in counts.items())}"
        for what, counts in lines.items()
        if counts
    ]


def coverage_grid(user: str, told: Sequence[Mapping[str, Any]]) -> Grid:
    """A column for each source; `all` of them where there is more than one."""
    told = [of for of in told if of["source"] != "all" or len(told) > 2]
    made = Grid(title=f"Plays of {escape(user)}", title_justify="left", header_style="bold")
    made.add_column("told by", no_wrap=True)
    for of in told:
        made.add_column(of["source"].replace("_", " "), justify="right")
    made.add_row("plays", *[f"{of['plays']:,}" for of in told])
    for name in ("first", "last"):
        made.add_row(name, *[str(of[name]) for of in told])
    for words, name in _SHARES.items():
        made.add_row(words, *[percent(of[name], of["plays"]) for of in told])
    return made


def percent(part: int, whole: int) -> str:
    """A share in words that keep few from none and most from all."""
    if part in (0, whole):
        return "100 %" if part else "-"
    return f"{min(max(100 * part / whole, 0.1), 99.9):.1f} %"

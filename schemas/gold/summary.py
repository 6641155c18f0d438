"""Gold: counts and coverage of the lake."""

from __future__ import annotations

from schemas.table import Table

DATASET_SUMMARY = Table(
    name="gold.dataset_summary",
    about=(
        "Counts and coverage of the lake: how much came from where and how much of it is known. "
        "A play that two sources told counts once among plays, and once for each of the two."
    ),
    columns="""
    subject STRING NOT NULL COMMENT 'plays, plays told by <each source>, songs or recordings'
    split_by STRING NOT NULL COMMENT 'all, or a column: source (who leads), id_method (how found)…'
    item STRING NOT NULL COMMENT 'its value; none is NULL: no song found, no features, or it counts'
    rows BIGINT NOT NULL COMMENT 'how many'
    share DOUBLE NOT NULL COMMENT 'of all rows of the subject, 0-1'
    authentic_share DOUBLE COMMENT 'of these rows, with features not synthetic or absent, 0-1'
    """,
    key=("subject", "split_by", "item"),
)

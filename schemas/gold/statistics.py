"""Gold: what a person heard most, over nine ranges of days, and how much it was."""

from __future__ import annotations

from schemas.table import Rule, Table

#: this_… runs to the listener's last play and is held against as many days of the one before;
#: last_3_months and last_6_months end with the last play; the other last_… are whole ones.
RANGES = (
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "last_3_months",
    "last_6_months",
    "this_year",
    "last_year",
    "all_time",
)

_RANGE = """
    user_id STRING NOT NULL COMMENT 'the listener'
    range STRING NOT NULL COMMENT 'this_week, last_week, this_month, … all_time; see first_day'
    first_day DATE NOT NULL COMMENT 'local; ranges are told from the day of the last play, not now'
    last_day DATE NOT NULL COMMENT 'local; the range ends with it'
"""
_NO_BEFORE = "NULL where the history begins later"

LISTENING_STATS = Table(
    name="gold.listening_stats",
    about=(
        "An artist, song, album, genre or era (decade of release, where a source tells the date) "
        "among the most played of a range, and its change against the range before. Ranges: this "
        "week, month and year up to the day of the listener's last play, against as many days of "
        "the one before; the last whole week, month and year; the last 3 and 6 months up to that "
        "day; all time. A week starts on Monday."
    ),
    columns=f"""
    {_RANGE.strip()}
    kind STRING NOT NULL COMMENT 'artist, song, album, genre or era'
    rank INT NOT NULL COMMENT '1 is played most; equal plays are ordered by name'
    item_id STRING NOT NULL COMMENT 'song_id or recording_id (statistics.count_by), else its name'
    item STRING NOT NULL COMMENT 'its name, of a song as last told'
    artist STRING COMMENT 'of a song or an album, as told'
    plays BIGINT NOT NULL COMMENT 'plays that count; of a song with two genres, for each of them'
    minutes DOUBLE NOT NULL COMMENT 'minutes heard in them, where lengths are known'
    share DOUBLE NOT NULL COMMENT 'of all plays in the range, 0-1'
    plays_before BIGINT COMMENT 'in the range before; {_NO_BEFORE}'
    plays_change BIGINT COMMENT 'plays less plays_before'
    rank_before INT COMMENT 'in the range before; NULL where it was not played then'
    rank_change INT COMMENT 'places risen; below 0 fallen'
    first_heard DATE NOT NULL COMMENT 'local date of its first play ever'
    last_heard DATE NOT NULL COMMENT 'local date of its last play in the range'
    """,
    key=("user_id", "range", "kind", "rank"),
    rules=(Rule("share_in_range", "share BETWEEN 0 AND 1", "fail"),),
)

LISTENING_TOTALS = Table(
    name="gold.listening_totals",
    about="How much a listener heard in a range of gold.listening_stats, and in the range before.",
    columns=f"""
    {_RANGE.strip()}
    before_first_day DATE COMMENT 'the range before begins; {_NO_BEFORE}'
    before_last_day DATE COMMENT 'the range before ends'
    plays BIGINT NOT NULL COMMENT 'plays that count'
    plays_before BIGINT COMMENT 'in the range before'
    minutes DOUBLE NOT NULL COMMENT 'minutes heard, where lengths are known'
    minutes_before DOUBLE COMMENT 'in the range before'
    length_known_share DOUBLE COMMENT 'plays whose length is known, 0-1; NULL without plays'
    songs BIGINT NOT NULL COMMENT 'different songs'
    artists BIGINT NOT NULL COMMENT 'different artists'
    new_songs BIGINT COMMENT 'songs never heard before; NULL where the history begins in the range'
    new_artists BIGINT COMMENT 'artists never heard before; NULL as new_songs'
    days BIGINT NOT NULL COMMENT 'days with a play'
    longest_streak BIGINT NOT NULL COMMENT 'days in a row with a play, within the range'
    sessions BIGINT NOT NULL COMMENT 'sittings begun: after silence of statistics.session_gap_min'
    authentic_share DOUBLE COMMENT 'plays whose features are not synthetic or absent, 0-1'
    valence DOUBLE COMMENT 'mean over plays with authentic features, 0-1; NULL without any'
    energy DOUBLE COMMENT 'mean over plays with authentic features, 0-1; NULL without any'
    """,
    key=("user_id", "range"),
)

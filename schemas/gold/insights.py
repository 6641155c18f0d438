"""Gold: what changed and why, what comes next, what to play, and all of it in words."""

from __future__ import annotations

from schemas.table import Rule, Table

LISTENING_INSIGHTS = Table(
    name="gold.listening_insights",
    about=(
        "One insight with its figures and a sentence made of them. Diagnostic: what a change "
        "against the range before comes from. Predictive: the four weeks after the last play, or "
        "why none are told. Prescriptive: what to play for a mood at a part of the day. Cognitive: "
        "a range in a sentence or two. They describe listening, never health."
    ),
    columns="""
    user_id STRING NOT NULL COMMENT 'the listener'
    kind STRING NOT NULL COMMENT 'diagnostic, predictive, prescriptive or cognitive'
    subject STRING NOT NULL COMMENT 'artist, mood or hour; minutes, plays or valence; a mood; all'
    period STRING NOT NULL COMMENT 'a range as in gold.listening_stats; next_weeks; a part of day'
    rank INT NOT NULL COMMENT '1 matters most; of a forecast the week, 0 where none is told'
    item_id STRING COMMENT 'artist, mood, or hour 0-23; first day of 7; song_id'
    item STRING COMMENT 'the same for people'
    value DOUBLE COMMENT 'plays more or fewer; forecast of 7 days; times let play; plays'
    low DOUBLE COMMENT 'of a forecast: 8 of 10 backtests ended between low and high'
    high DOUBLE COMMENT 'see low'
    baseline DOUBLE COMMENT 'plays before; forecast by repeating the last week; times started'
    share DOUBLE COMMENT 'of a change: the part of the whole that this one is; above 1 outdoes it'
    error DOUBLE COMMENT 'root mean square error of the forecast on backtests, a week'
    baseline_error DOUBLE COMMENT 'the same of repeating the last week'
    sentence STRING NOT NULL COMMENT 'the insight in words'
    """,
    key=("user_id", "kind", "subject", "period", "rank"),
    rules=(Rule("interval_is_in_order", "coalesce(low <= high, true)", "fail"),),
)

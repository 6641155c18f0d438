"""Insights in plain words: exact figures, no praise, and nothing of health."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

Facts = Mapping[str, Any]

_RANGES = {
    "this_week": "This week",
    "last_week": "Last week",
    "this_month": "This month",
    "last_month": "Last month",
    "last_3_months": "In the last 3 months",
    "last_6_months": "In the last 6 months",
    "this_year": "This year",
    "last_year": "Last year",
    "all_time": "In all",
}
_PARTS = {
    "night": "at night",
    "morning": "in the morning",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
}


def summary(facts: Facts) -> str:
    """A range of gold.listening_totals, with its leading artist where one leads."""
    when = f"{_RANGES[facts['period']]} ({days(facts['first_day'], facts['last_day'])})"
    plays = int(facts["plays"])
    if not plays:
        return f"{when} nothing was played."
    songs, artists = _count(facts["songs"], "song"), _count(facts["artists"], "artist")
    heard = f"{when}: {_count(plays, 'play')} of {songs} by {artists}"
    if facts["length_known_share"] == 1:
        heard += f", {duration(facts['minutes'])} in all"
    # A lead of one play, or shared by two, is chance.
    if (facts["top_plays"] or 0) > max(1, facts["next_plays"] or 0):
        heard += f"; most played was {facts['top_artist']} with {int(facts['top_plays']):,}"
    more = _compared(facts)
    return f"{heard}. {more}" if more else f"{heard}."


def _compared(facts: Facts) -> str:
    """What is new, and how much more or less it is than before, where that is known."""
    told = []
    if facts["plays_before"] is not None:
        change = int(facts["plays"] - facts["plays_before"])
        before = days(facts["before_first_day"], facts["before_last_day"])
        side = f"{_more(change)} than" if change else "as many as"
        nothing = f"nothing was played from {before}"
        told.append(f"that is {side} from {before}" if facts["plays_before"] else nothing)
    if facts["new_songs"]:
        new = int(facts["new_songs"])
        told.append(f"{new:,} of the songs {'was' if new == 1 else 'were'} new")
    sentence = ", and ".join(told)
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else ""


def change(facts: Facts) -> str:
    """What an artist, a mood or an hour has to do with a change."""
    now, was = int(facts["baseline"] + facts["value"]), int(facts["baseline"])
    when = days(facts["first_day"], facts["last_day"])
    before = days(facts["before_first_day"], facts["before_last_day"])
    whole = {"mood": " of a known mood"}.get(facts["subject"], "")
    return (
        f"{facts['item']}: {_count(now, 'play')} from {when}, {was:,} from {before}. That is "
        f"{_more(now - was)}; all plays{whole}: {_more(int(facts['whole_change']))}."
    )


def suggestion(facts: Facts) -> str:
    """A song for a mood at a part of the day."""
    return (
        f"{facts['subject']} {_PARTS[facts['period']]}: {facts['item']}, which you let play "
        f"{int(facts['value']):,} of {_count(facts['baseline'], 'time')} then."
    )


def outlook(facts: Facts) -> str:
    """Seven days to come, or why they are not told."""
    what = {"minutes": "listening time", "plays": "plays", "valence": "valence"}[facts["subject"]]
    if facts["value"] is None:
        return f"No forecast of {what}: {facts['reason']}."
    say = _SAY[facts["subject"]]
    return (
        f"{facts['item']}: {what} about {say(facts['value'])}, in 8 of 10 backtests from "
        f"{say(facts['low'])} to {say(facts['high'])}. The last week over again would be "
        f"{say(facts['baseline'])}."
    )


_SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "cognitive": summary,
    "diagnostic": change,
    "prescriptive": suggestion,
    "predictive": outlook,
}


def with_sentences(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """For mapInPandas: fills in `sentence` from the `kind` and the facts of each row."""
    for batch in batches:
        rows = [_told(row) for row in batch.to_dict("records")]
        yield batch.assign(sentence=[_SENTENCES[row["kind"]](row) for row in rows])


def _told(row: Mapping[Any, Any]) -> Facts:
    """Nothing, which a DataFrame tells in several ways, is None."""
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def days(first: date, last: date) -> str:
    """`1 to 31 May 2024`, with the month and the year where they differ."""
    if first == last:
        return day(first)
    start = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start += f"{first: %B}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start} to {day(last)}"


def day(when: date) -> str:
    """`5 May 2024`."""
    return f"{when.day} {when:%B %Y}"


def duration(minutes: float) -> str:
    """`3 h 5 min`, or `45 min`."""
    hours, rest = divmod(round(minutes), 60)
    return f"{hours:,} h {rest} min" if hours else f"{rest} min"


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _rounded(plays: float) -> str:
    return f"{plays:,.0f}"


def _decimal(share: float) -> str:
    return f"{share:.2f}"


def _count(number: float, what: str) -> str:
    return f"{int(number):,} {what}{'' if number == 1 else 's'}"


def _more(number: int) -> str:
    return f"{abs(number):,} {'more' if number > 0 else 'fewer'}" if number else "no change"


_SAY: Mapping[str, Callable[[float], str]] = {
    "minutes": duration,
    "plays": _rounded,
    "valence": _decimal,
}

"""How a year in music looks on a terminal of 80 columns."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from rich.markup import escape
from rich.table import Table as Grid

from apps.coverage import percent
from apps.show import console
from lib.sentences import day, days, duration

_WIDTH = 78
_BAR = 40
_EIGHTHS = " ▁▂▃▄▅▆▇█"
#: What is known of some plays only, and the share of those.
_KNOWN = {
    "album": "album_known_share",
    "genre": "genre_known_share",
    "release date": "era_known_share",
    "mood, valence and energy (authentic features)": "authentic_share",
}
_LISTS = (
    (("Artists", "top_artists", ("artist",)), ("Songs", "top_songs", ("title", "artist"))),
    (("Albums", "top_albums", ("album", "artist")), ("Genres", "top_genres", ("genre",))),
)


def show_year(found: Mapping[str, Any]) -> None:
    """Prints the figures of `apps.year.find_year`."""
    console.print()
    console.print(f"[bold magenta]{found['year']} in music[/]  [dim]{escape(found['user'])}[/]")
    console.print()
    for line in _totals(found):
        console.print(line, soft_wrap=True)
    for pair in _LISTS:
        console.print()
        console.print(_two_lists(found, pair))
    console.print()
    console.print(_months(found))
    console.print()
    _show_hours(found)
    console.print()
    console.print(_facts(found))


def _amount(of: Mapping[str, Any], is_timed: bool = True) -> str:
    plays = f"{of['plays']:,} {'play' if of['plays'] == 1 else 'plays'}"
    return f"{plays}, {duration(of['minutes'])}" if is_timed and of["minutes"] else plays


def _totals(found: Mapping[str, Any]) -> list[str]:
    time = f"[bold]{found['minutes']:,.0f}[/] minutes ({duration(found['minutes'])}), "
    kinds = ("plays", "songs", "artists")
    counted = ", ".join(
        f"[bold]{found[name]:,}[/] {name if found[name] != 1 else name[:-1]}"
        for name in kinds
        if found[name]
    )
    lines = [(time if found["minutes"] else "") + counted]
    if found["minutes"] and found["length_known_share"] < 1:
        share = percent(round(found["length_known_share"] * found["plays"]), found["plays"])
        lines.append(f"[dim]Minutes are those of the {share} of plays whose length is known.[/]")
    if found["before"]:
        more = found["plays"] - found["before"]["plays"]
        side = "more than" if more > 0 else "fewer than" if more else "as many as"
        number = f"{abs(more):,} plays " if more else ""
        lines.append(f"{number}{side} in {found['year'] - 1} ({_amount(found['before'])})")
    if found["new_songs"] is not None:
        lines.append(
            f"Heard for the first time: {found['new_songs']:,} songs, "
            f"{found['new_artists']:,} artists"
        )
    return lines


def _two_lists(found: Mapping[str, Any], pair: Sequence[tuple[str, str, tuple[str, ...]]]) -> Grid:
    """Two lists of most played side by side; one alone where the other is empty."""
    lists = [(title, found[name], of) for title, name, of in pair if found[name]]
    made = Grid(box=None, padding=(0, 1, 0, 0), width=_WIDTH if lists else None, show_edge=False)
    for title, _, _ in lists:
        made.add_column("", justify="right", width=2, style="dim")
        made.add_column(title, ratio=1, no_wrap=True, overflow="ellipsis", header_style="bold cyan")
        made.add_column("plays", justify="right", width=6, header_style="dim")
    for number, rows in enumerate(zip_longest(*[rows for _, rows, _ in lists]), 1):
        cells: list[str] = []
        for row, (_, _, of) in zip(rows, lists, strict=True):
            cells += _cells(number, row, of) if row else ["", "", ""]
        made.add_row(*cells)
    return made


def _cells(number: int, row: Mapping[str, Any], of: tuple[str, ...]) -> list[str]:
    name, *artist = (escape(str(row[part])) for part in of)
    by = f" [dim]– {artist[0]}[/]" if artist else ""
    return [str(number), name + by, f"{row['plays']:,}"]


def _months(found: Mapping[str, Any]) -> Grid:
    """A bar a month, by minutes, or by plays where lengths are not known."""
    measure = "minutes" if found["minutes"] else "plays"
    most = max(month[measure] for month in found["months"])
    made = Grid(box=None, padding=(0, 1, 0, 0), show_header=False)
    made.add_column(style="dim", width=3)
    made.add_column(width=_BAR, no_wrap=True, style="magenta")
    made.add_column(justify="right", no_wrap=True)
    made.add_column(justify="right", no_wrap=True, style="dim")
    for month in found["months"]:
        length = round(_BAR * month[measure] / most)
        made.add_row(
            calendar.month_abbr[month["month"]],
            "█" * max(length, int(month["plays"] > 0)),
            f"{month['plays']:,} plays" if month["plays"] else "",
            duration(month["minutes"]) if month["minutes"] else "",
        )
    return made


def _show_hours(found: Mapping[str, Any]) -> None:
    plays = [hour["plays"] for hour in found["hours"]]
    most = max(plays)
    # A quiet hour is told from a silent one.
    marks = [_EIGHTHS[max(round(8 * n / most), int(n > 0))] * 3 for n in plays]
    console.print(f"[magenta]{''.join(marks)}[/]")
    console.print(f"[dim]{''.join(f'{hour:<9}' for hour in range(0, 24, 3))}[/]")
    console.print(f"[dim]hours of {found['time_zone']} (setting timezone)[/]")


def _facts(found: Mapping[str, Any]) -> Grid:
    made = Grid(box=None, padding=(0, 1, 0, 0), show_header=False, width=_WIDTH)
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    streak, top = found["longest_streak"], found["top_day"]
    number = f"{streak['days']:,} {'day' if streak['days'] == 1 else 'days'}"
    made.add_row("longest streak", f"{number}: {days(streak['first_day'], streak['last_day'])}")
    made.add_row("most played day", f"{day(top['day'])}: {_amount(top)}")
    for name in ("first_song", "last_song"):
        song = found[name]
        text = f"{song['title']} by {song['artist']}, {day(song['day'])}"
        made.add_row(name.replace("_", " "), escape(text))
    if found["moods"]:
        placed = sum(mood["plays"] for mood in found["moods"])
        moods = [f"{escape(m['mood'])} {percent(m['plays'], placed)}" for m in found["moods"]]
        made.add_row("moods", _in_lines(moods))
    if found["eras"]:
        dated = sum(era["plays"] for era in found["eras"])
        eras = [f"{era['era']} {percent(era['plays'], dated)}" for era in found["eras"]]
        made.add_row("released in the", _in_lines(eras))
    means = [f"{of} {found[of]:.2f}" for of in ("valence", "energy") if found[of] is not None]
    if means:
        made.add_row("on average", ", ".join(means))
    known = [
        f"{what} {percent(round(found[name] * found['plays']), found['plays'])}"
        for what, name in _KNOWN.items()
    ]
    made.add_row("known of plays", _in_lines(known))
    return made


def _in_lines(parts: Sequence[str]) -> str:
    """A few parts a line: none is broken before its percent sign."""
    return ",\n".join(", ".join(parts[at : at + 2]) for at in range(0, len(parts), 2))

"""The playlists of some listeners, from what they heard and what they are recommended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lib.camelot import CODES
from lib.computed_once import computed_once
from lib.flow import Steps, flow
from lib.heard import heard_songs
from lib.lift import path
from lib.sentences import times

LOVE, DISCOVERIES, LIFT = "More of what you love", "Discoveries", "Lift me"
#: Parts of the day, as `lib.local_time` tells them, in a day's order.
_PARTS = {
    "morning": "in the morning",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "night": "at night",
}
#: A mood or a part of the day with fewer songs makes no list.
_FEWEST = 5
#: Of a mood's list so much is what the listener knows, where there is enough of the rest.
_KNOWN_SHARE = 0.7
#: Songs that are let play so often are known well enough for a list.
_LEAST_PLAYED = 2
#: Plays at other hours that every song is taken to have: two nights do not make a night song.
_ELSEWHERE = 5
#: Songs of a path from one mood to another: an hour or so.
_LIFT_SONGS = 20

#: What `Playlists.facts` holds of each song.
FACTS = (
    *("song_id", "title", "artist", "track_id", "duration_ms"),
    *("mood", "valence", "energy", "code", "tempo"),
)
#: What is known of a song in a list that is being made.
_SONG = (*FACTS, "by", "reason")
_COLUMNS = (
    *("user_id", "playlist", "kind", "position", "song_id", "title", "artist", "track_id"),
    *("duration_ms", "camelot", "tempo", "valence", "energy", "reason"),
)


@dataclass(frozen=True)
class Playlists:
    """Makes the lists.

    Attributes:
        facts: a row a song, with the columns FACTS: `code` is a place in lib.camelot.CODES, -1
            where no key is known; mood, valence, energy and tempo are of authentic features.
        size: songs of a list at most.
        per_artist: of these by one artist at most.
        half_life_days: see `lib.heard.heard_songs`.
    """

    facts: pd.DataFrame
    size: int
    per_artist: int
    half_life_days: float

    def rows_of(self, plays: pd.DataFrame, recommended: pd.DataFrame) -> pd.DataFrame:
        """The lists of all listeners whose plays these are.

        Args:
            plays: all plays of some listeners, as `lib.heard.plays_of` tells them.
            recommended: their rows of gold.user_recommendations.

        Returns:
            Columns of gold.playlists.
        """
        heard = heard_songs(plays, self.half_life_days).merge(self._named, on="song_id")
        named = recommended.drop(columns=["title", "artist"]).merge(self._named, on="song_id")
        named = named.sort_values(["user_id", "kind", "rank"])
        then = {part: plays["is_let_play"] & (plays["part_of_day"] == part) for part in _PARTS}
        parts = (
            plays.assign(**then).groupby(["user_id", "song_id"], as_index=False)[[*_PARTS]].sum()
        )
        told = {str(user): of for user, of in named.groupby("user_id")}
        made = []
        by_user = heard.merge(parts, on=["user_id", "song_id"]).groupby("user_id")
        for user, known in by_user:
            offered = told.get(str(user), named.iloc[:0])
            made += [
                self._numbered(songs).assign(user_id=user, playlist=name, kind=kind)
                for name, kind, songs in self._lists(known, offered)
            ]
        if not made:
            return pd.DataFrame(columns=list(_COLUMNS))
        return pd.concat(made, ignore_index=True)[list(_COLUMNS)]

    @computed_once
    def _named(self) -> pd.DataFrame:
        """The facts, with one name for each artist, however it is written."""
        return self.facts.assign(by=self.facts["artist"].str.casefold())

    def _lists(
        self, heard: pd.DataFrame, offered: pd.DataFrame
    ) -> Iterator[tuple[str, str, pd.DataFrame]]:
        """Name, kind and songs of each list, in the order in which they are to be heard."""
        new = offered[offered["kind"] == "discovery"]
        known = heard[heard["is_liked"] & (heard["let_play"] >= _LEAST_PLAYED)]
        known = known.sort_values(["weight", "song_id"], ascending=[False, True])
        for name, kind in ((LOVE, "love"), (DISCOVERIES, "discovery")):
            songs = self._first(offered[offered["kind"] == kind])
            if len(songs):
                yield name, kind, _flowing(songs)
        for mood in sorted(set(known["mood"].dropna()) | set(new["mood"].dropna())):
            songs = self._of_mood(known[known["mood"] == mood], new[new["mood"] == mood])
            if len(songs) >= _FEWEST:
                yield mood, "mood", _flowing(songs)
        for part, when in _PARTS.items():
            songs = self._of_part(known, part, when)
            if len(songs) >= _FEWEST:
                yield part.capitalize(), "part_of_day", _flowing(songs)
        lift = self._lift(known, new)
        if len(lift) >= _FEWEST:
            yield LIFT, "lift", lift

    def _first(self, songs: pd.DataFrame, size: int | None = None) -> pd.DataFrame:
        """The first songs, with at most `per_artist` of one."""
        kept = songs[songs.groupby("by").cumcount() < self.per_artist]
        return kept.head(self.size if size is None else size)

    def _of_mood(self, known: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        """What is known best, then what is new, then the rest of what is known."""
        known, new = known.assign(reason=_played(known))[list(_SONG)], new[list(_SONG)]
        most = round(_KNOWN_SHARE * self.size)
        first = self._first(known, most)
        rest = known[~known["song_id"].isin(first["song_id"])]
        return self._first(pd.concat([first, new, rest]))

    def _of_part(self, known: pd.DataFrame, part: str, when: str) -> pd.DataFrame:
        """Songs that are played then, and more then than at other hours."""
        then, plays = known[part], known["let_play"]
        usual = then.sum() / max(1, plays.sum())
        at_home = np.round(then * (then / (plays + _ELSEWHERE)) / (usual or 1.0), 6)
        songs = known.assign(
            at_home=at_home,
            reason=[
                f"{int(n):,} of your {int(of):,} plays of it were {when}"
                for n, of in zip(then, plays, strict=True)
            ],
        )
        songs = songs[then >= _LEAST_PLAYED]
        return self._first(songs.sort_values(["at_home", "song_id"], ascending=[False, True]))

    def _lift(self, known: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        """From the lowest that they hear to the brightest, step by step."""
        known, new = known.assign(reason=_played(known))[list(_SONG)], new[list(_SONG)]
        songs = pd.concat([known.assign(is_new=0), new.assign(is_new=1)])
        songs = songs.dropna(subset=["valence", "energy"]).reset_index(drop=True)
        chosen = path(
            songs[["valence", "energy"]].to_numpy(),
            songs["by"].to_numpy(),
            songs["is_new"].to_numpy(),
            min(self.size, _LIFT_SONGS),
            self.per_artist,
        )
        told = songs.iloc[chosen]
        where = [
            f"valence {valence:.2f}, energy {energy:.2f}; {reason}"
            for valence, energy, reason in zip(
                told["valence"], told["energy"], told["reason"], strict=True
            )
        ]
        return told.assign(reason=where)

    def _numbered(self, songs: pd.DataFrame) -> pd.DataFrame:
        codes = np.array([*CODES, None], dtype=object)[songs["code"].to_numpy()]
        return songs.assign(camelot=codes, position=np.arange(1, len(songs) + 1, dtype=np.int32))


def _flowing(songs: pd.DataFrame) -> pd.DataFrame:
    steps = Steps(*(songs[name].to_numpy() for name in ("code", "tempo", "energy")))
    by = songs["by"].to_numpy()
    # An artist's two songs are better apart, however well they fit.
    return songs.iloc[flow(np.where(by[:, None] == by[None, :], 0.0, steps.fits()))]


def _played(songs: pd.DataFrame) -> list[str]:
    return [f"you played it {times(int(plays))}" for plays in songs["let_play"]]

"""What each of some listeners should hear next, of a whole catalogue.

Discoveries, songs that a listener never heard, have three grounds:

- sound: the songs nearest to each song that they like (gold.track_recommendations), not those near
  to a mean of it all: who loves both metal and lullabies would get what lies between. Closeness
  adds up over what they like, each song by the logarithm of its plays, recent ones counting more;
- artist: more by those that they hear;
- people: what the model that `songlake evaluate` measures tells from like histories.

The first two are content. Of two songs equally near, more popular ones come first: on a history
held out in time (7,000 plays) twice as many of the first 20 were then heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.heard import heard_songs
from lib.recommend.interactions import Weights
from lib.recommend.people import People
from lib.recommend.ranking import Columns
from lib.sentences import day, times
from lib.similar_lists import places

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

#: What an artist's being heard most counts for beside the nearest sound.
_ARTIST_SHARE = 0.3
#: What people count for beside content, of 1, where there are enough of them. On 2,000 listeners
#: with made-up tastes NDCG@10 was 0.005, 0.172, 0.213 and 0.219 with 0, 0.5, 0.7 and 0.8.
_PEOPLE_SHARE = 0.8
#: What a song that is not popular at all still counts for.
_UNPOPULAR = 0.1
#: Plays that make a song loved.
_LOVED = 3
_DECIMALS = 6
_GROUNDS = ("sound", "artist", "people")
_COLUMNS = (
    *("user_id", "kind", "rank", "song_id", "title", "artist"),
    *("score", "based_on", "reason"),
)


@dataclass(frozen=True)
class Catalogue:
    """All songs, in the order of their ids.

    Attributes:
        song_ids: sorted.
        titles: of each song.
        artists: first artist of each.
        popularity: 0-1.
        is_offered: whether it may be recommended; one that the listener excludes may not.
    """

    song_ids: pa.Array
    titles: pa.Array
    artists: pa.Array
    popularity: Floats
    is_offered: NDArray[np.bool_]

    def __len__(self) -> int:
        """Songs."""
        return len(self.song_ids)

    def artist_numbers(self) -> Rows:
        """A number for the artist of each song, however their name is written."""
        names = [name.casefold() for name in self.artists.to_pylist()]
        return np.unique(np.array(names, dtype=object), return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class NextSongs:
    """Finds what to hear next.

    Attributes:
        catalogue: all songs.
        artist_of: `Catalogue.artist_numbers`.
        near: songs × songs, CSR: how close the songs of its list are to each that was heard, 0-1.
        people: what was learned of other people; None where they are too few.
        k: songs of each kind at most.
        per_artist: of these by one artist at most.
        half_life_days: see `lib.heard.heard_songs`.
        unheard_days: a loved song comes back after so many.
    """

    catalogue: Catalogue
    artist_of: Rows
    near: Weights
    people: People | None
    k: int
    per_artist: int
    half_life_days: float
    unheard_days: int

    def rows_of(self, plays: pd.DataFrame) -> pd.DataFrame:
        """The recommendations of all listeners whose plays these are.

        Args:
            plays: all plays of some listeners, as `lib.heard.plays_of` tells them.

        Returns:
            Columns of gold.user_recommendations.
        """
        heard = heard_songs(plays, self.half_life_days)
        # By Arrow: a sorted search among Python's strings takes ten times as long.
        heard["song"] = pc.index_in(
            pa.array(heard["song_id"], pa.string()), value_set=self.catalogue.song_ids
        ).to_numpy(zero_copy_only=False)
        heard = heard.dropna(subset=["song"]).astype({"song": np.int64})
        users = [(str(user), of) for user, of in heard.groupby("user_id", sort=True)]
        told: list[tuple[Columns, Floats] | None] = [None] * len(users)
        if self.people:
            told[:] = self.people.offers([of["song"].to_numpy() for _, of in users], 5 * self.k)
        found = [
            made
            for (user, of), offered in zip(users, told, strict=True)
            for made in (self._loved(user, of), self._discoveries(user, of, offered))
            if len(made)
        ]
        nothing = pd.DataFrame(columns=list(_COLUMNS))
        return pd.concat(found, ignore_index=True) if found else nothing

    def _loved(self, user: str, heard: pd.DataFrame) -> pd.DataFrame:
        is_due = heard["is_liked"] & (heard["let_play"] >= _LOVED)
        due = heard[is_due & (heard["days_since"] >= self.unheard_days)]
        due = due[self.catalogue.is_offered[due["song"]]].reset_index(drop=True)
        songs = due["song"].to_numpy()
        love = np.log1p(due["let_play"].to_numpy(dtype=np.float64))
        chosen = self._first(songs, _of_largest(love))
        told = due.iloc[chosen]
        reasons = [
            f"you played it {times(plays)}, last on {day(last)}"
            for plays, last in zip(told["let_play"], told["last_heard"], strict=True)
        ]
        based_on = np.full(len(chosen), "plays", dtype=object)
        return self._rows(user, "love", songs[chosen], _of_largest(love)[chosen], based_on, reasons)

    def _discoveries(
        self, user: str, heard: pd.DataFrame, offered: tuple[Columns, Floats] | None
    ) -> pd.DataFrame:
        liked = heard[heard["is_liked"] & (heard["weight"] > 0)]
        if not len(liked):
            return pd.DataFrame()
        songs, liking = liked["song"].to_numpy(), np.log1p(liked["weight"].to_numpy())
        near = self.near[songs]
        grounds = self._grounds(near, songs, liking, offered)
        grounds[:, heard["song"]] = 0
        scores = _of_largest(grounds.sum(axis=0))
        candidates = np.flatnonzero(scores)
        chosen = candidates[self._first(candidates, scores[candidates])]
        based_on = np.array(_GROUNDS, dtype=object)[grounds[:, chosen].argmax(axis=0)]
        because = np.asarray(near[:, chosen].multiply(liking[:, None]).tocsc().argmax(axis=0))
        plays = np.zeros(self.artist_of.max() + 1, dtype=np.int64)
        np.add.at(plays, self.artist_of[heard["song"]], heard["let_play"])
        reasons = [
            self._reason(name, song, liked, like, plays)
            for name, song, like in zip(based_on, chosen, because.ravel(), strict=True)
        ]
        return self._rows(user, "discovery", chosen, scores[chosen], based_on, reasons)

    def _grounds(
        self, near: Weights, songs: Rows, liking: Floats, offered: tuple[Columns, Floats] | None
    ) -> Floats:
        """What each of _GROUNDS (rows) says for each song of the catalogue."""
        popularity = _UNPOPULAR + self.catalogue.popularity
        fans = np.zeros(self.artist_of.max() + 1)
        np.add.at(fans, self.artist_of[songs], liking)
        grounds = np.zeros((len(_GROUNDS), len(self.catalogue)))
        grounds[0] = _of_largest(near.T @ liking) * popularity
        grounds[1] = _ARTIST_SHARE * _of_largest(fans)[self.artist_of] * popularity
        if offered is not None:
            grounds[:2] *= (1 - _PEOPLE_SHARE) / (grounds[:2].sum(axis=0).max() or 1.0)
            grounds[2, offered[0]] = _PEOPLE_SHARE * _of_largest(offered[1])
        grounds[:, ~self.catalogue.is_offered] = 0
        return grounds

    def _reason(self, based_on: str, song: int, liked: pd.DataFrame, like: int, plays: Rows) -> str:
        if based_on == "people" and self.people:
            return self.people.reason(song)
        if based_on == "artist":
            heard = times(int(plays[self.artist_of[song]]))
            return f"by {self.catalogue.artists[int(song)]}, whom you played {heard}"
        near = liked.iloc[like]
        title, artist = (
            names[int(near["song"])].as_py()
            for names in (self.catalogue.titles, self.catalogue.artists)
        )
        return f"like “{title}” by {artist}, which you played {times(int(near['let_play']))}"

    def _first(self, songs: Rows, scores: Floats) -> Rows:
        """Places of the first k, with at most `per_artist` of one; of equal ones by song id."""
        order = np.lexsort((songs, -scores))
        artists = self.artist_of[songs[order]]
        by_artist = np.argsort(artists, kind="stable")
        nth = np.empty(len(order), dtype=np.int64)
        nth[by_artist] = places(artists[by_artist])
        return np.asarray(order[nth < self.per_artist][: self.k])

    def _rows(
        self, user: str, kind: str, songs: Rows, scores: Floats, based_on: object, reasons: object
    ) -> pd.DataFrame:
        these = pa.array(songs, pa.int64())
        return pd.DataFrame(
            {
                "user_id": user,
                "kind": kind,
                "rank": np.arange(1, len(songs) + 1, dtype=np.int32),
                "song_id": self.catalogue.song_ids.take(these).to_pandas(),
                "title": self.catalogue.titles.take(these).to_pandas(),
                "artist": self.catalogue.artists.take(these).to_pandas(),
                "score": scores,
                "based_on": based_on,
                "reason": reasons,
            }
        )


def _of_largest(values: Floats) -> Floats:
    """Each value over the largest, rounded: so compared, the same on every machine."""
    largest = values.max(initial=0.0)
    return np.round(np.maximum(values, 0) / (largest or 1.0), _DECIMALS)

"""What is asked for: heard songs, what failed before, and nothing that nobody heard."""

from __future__ import annotations

from pathlib import Path

from toy_jobs import pour, row, toy_places

from lib.collect.journal import Entry, Journal
from lib.collect.told import told_by
from lib.collect.wanted import Wanted, wanted
from schemas.landing import (
    AOTY_ALBUMS,
    LASTFM_API_PLAYS,
    LASTFM_API_TRACKS,
    SPOTIFY_API_TRACKS,
)
from schemas.silver import PLAYS, SONGS

ID = "4uLU6hMCjMI75M1A2tKUQC"


def test_heard_songs_come_first_and_unheard_ones_of_kaggle_not_at_all(tmp_path: Path) -> None:
    places = toy_places(tmp_path)
    known = [
        {"song_id": "a", "artist": "Ann", "title": "Once", "sources": ["plays"]},
        {"song_id": "b", "artist": "Bo", "title": "Twice", "sources": ["kaggle_tracks", "plays"],
         "track_id": ID, "album_name": "Both"},
        {"song_id": "c", "artist": "Cy", "title": "Never", "sources": ["kaggle_tracks"]},
        {"song_id": "d", "artist": "Dee", "title": "Saved", "sources": ["library_items"]},
    ]  # fmt: skip
    pour(places.path(SONGS), SONGS, *[row(SONGS, **song) for song in known])
    plays = [row(PLAYS, play_id=str(n), song_id=song) for n, song in enumerate("abb")]
    pour(places.path(PLAYS), PLAYS, *plays)
    journal = Journal(tmp_path / "journal.sqlite")
    found = wanted(places, journal)
    journal.close()
    assert found.songs == [("Bo", "Twice"), ("Ann", "Once"), ("Dee", "Saved")]
    assert found.searches == [("Ann", "Once"), ("Dee", "Saved")]
    assert found.albums == [("Bo", "Both")]
    assert found.ids_of == {("bo", "twice"): ID}


def test_a_song_that_was_fetched_with_and_without_an_id_is_asked_for_by_its_id(
    tmp_path: Path,
) -> None:
    places, journal = toy_places(tmp_path), Journal(tmp_path / "journal.sqlite")
    told = {"artist": {"#text": "Bo"}, "name": "twice", "album": {"#text": ""}}
    journal.keep(LASTFM_API_PLAYS, [Entry("1", {}, body=told)], "me")
    pour(places.path(SONGS), SONGS, row(SONGS, artist="Bo", title="Twice", track_id=ID,
                                        sources=["plays"]))  # fmt: skip
    pour(places.path(PLAYS), PLAYS)
    found = wanted(places, journal)
    journal.close()
    assert (found.songs, found.searches) == ([("Bo", "twice")], [])


def test_what_failed_is_wanted_again(tmp_path: Path) -> None:
    places, journal = toy_places(tmp_path), Journal(tmp_path / "journal.sqlite")
    for kind, key in (
        (SPOTIFY_API_TRACKS, ID), (SPOTIFY_API_TRACKS, "ann::once"),
        (LASTFM_API_TRACKS, "bo::twice: more"), (AOTY_ALBUMS, "cy::an album"),
    ):  # fmt: skip
        journal.keep(kind, [Entry(key, {}, "failed", reason="500")])
    found = wanted(places, journal)
    journal.close()
    assert found == Wanted(
        [ID], [("ann", "once")], [("bo", "twice: more")], [("cy", "an album")]
    )  # fmt: skip


def test_who_told_of_a_song_is_known_by_its_id_or_its_names(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    for kind, key, state in (
        (SPOTIFY_API_TRACKS, ID, "complete"), (LASTFM_API_TRACKS, "bo::twice", "complete"),
        (SPOTIFY_API_TRACKS, "ann::once", "complete"), (LASTFM_API_TRACKS, "ann::once", "absent"),
        (LASTFM_API_TRACKS, "cy::thrice", "complete"), (SPOTIFY_API_TRACKS, "dee::no", "failed"),
    ):  # fmt: skip
        journal.keep(kind, [Entry(key, {}, state, {} if state == "complete" else None)])
    songs = [("Bo", "Twice"), ("Ann", "Once"), ("Cy", "Thrice"), ("Dee", "No"), ("Eve", "None")]
    told = told_by(journal, Wanted(songs=songs, ids_of={("bo", "twice"): ID}))
    journal.close()
    assert told == {
        "Spotify and Last.fm": 1, "Spotify alone": 1, "Last.fm alone": 1, "neither": 2
    }  # fmt: skip

from __future__ import annotations

from random import Random
from statistics import correlation, mean

import pytest

from lib.demo_catalogue import GENRES, Track, make_tracks


@pytest.fixture(scope="module")
def tracks() -> list[Track]:
    return make_tracks(Random(7), 3000)


def feature(tracks: list[Track], name: str) -> list[float]:
    return [float(getattr(track.sound, name)) for track in tracks]


@pytest.mark.parametrize("count", [1, 11, 12, 300])
def test_count_is_shared_evenly_among_the_genres(count: int) -> None:
    genres = [track.genres[0] for track in make_tracks(Random(1), count)]
    sizes = {genres.count(genre.name) for genre in GENRES}
    assert len(genres) == count
    assert max(sizes) - min(sizes) <= 1


def test_features_are_in_range(tracks: list[Track]) -> None:
    shares = ("danceability", "energy", "speechiness", "acousticness", "liveness", "valence")
    for track in tracks:
        sound = track.sound
        assert all(0 <= getattr(sound, name) <= 1 for name in (*shares, "instrumentalness"))
        assert -50 < sound.loudness < 0
        assert sound.key in range(12)
        assert sound.mode in (0, 1)
        assert sound.tempo == 0 or 55 < sound.tempo < 220
        assert sound.time_signature in ((1, 3, 4, 5) if sound.tempo else (0,))
        assert 0 <= track.popularity <= 100
        assert 45_000 <= track.duration_ms < 900_000


@pytest.mark.parametrize(
    ("one", "other", "real"),
    [  # measured on the same twelve genres of the Kaggle file
        ("energy", "loudness", 0.81),
        ("energy", "acousticness", -0.83),
        ("loudness", "acousticness", -0.69),
        ("danceability", "valence", 0.47),
        ("energy", "valence", 0.32),
        ("danceability", "energy", 0.37),
        ("instrumentalness", "loudness", -0.51),
        ("instrumentalness", "valence", -0.37),
        ("energy", "tempo", 0.28),
    ],
)
@pytest.mark.parametrize(("count", "within"), [(3000, 0.15), (300, 0.25)])
def test_correlations_are_near_the_real_ones(
    count: int, within: float, one: str, other: str, real: float
) -> None:
    tracks = make_tracks(Random(7), count)
    ours = correlation(feature(tracks, one), feature(tracks, other))
    assert ours == pytest.approx(real, abs=within)
    assert ours * real > 0


def test_genres_sound_like_themselves(tracks: list[Track]) -> None:
    def centre(genre: str, name: str) -> float:
        return mean(feature([track for track in tracks if track.genres[0] == genre], name))

    assert centre("metal", "energy") > 0.8 > 0.3 > centre("ambient", "energy")
    assert centre("drum-and-bass", "tempo") > 160 > 130 > centre("house", "tempo") > 115
    assert centre("classical", "acousticness") > 0.8 > 0.2 > centre("house", "acousticness")
    assert centre("disco", "valence") > centre("ambient", "valence") + 0.3
    assert centre("acoustic", "mode") > centre("drum-and-bass", "mode") + 0.2
    assert centre("ambient", "instrumentalness") > 0.4 > 0.05 > centre("pop", "instrumentalness")


def test_keys_follow_the_genre(tracks: list[Track]) -> None:
    def share(genre: str, key: int) -> float:
        return mean(track.sound.key == key for track in tracks if track.genres[0] == genre)

    assert share("acoustic", 2) > share("jazz", 2)  # D suits a guitar
    assert share("jazz", 8) > share("acoustic", 8)  # A flat suits horns


def test_artists_keep_a_style_and_a_single_bears_its_name(tracks: list[Track]) -> None:
    albums = [(track.artists.split(";")[0], track.album_name) for track in tracks]
    singles = [
        track for track, album in zip(tracks, albums, strict=True) if albums.count(album) < 2
    ]
    assert mean(track.album_name == track.track_name for track in singles) > 0.8
    first = {album[0]: track for album, track in zip(albums, tracks, strict=True)}
    others = [
        (track.sound.valence, first[artist].sound.valence)
        for (artist, _), track in zip(albums, tracks, strict=True)
        if track.genres[0] == "pop" and track is not first[artist]
    ]
    assert correlation(*zip(*others, strict=True)) > 0.15

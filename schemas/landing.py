"""The landing area: input files as they came, one folder per kind of file.

A landed file lies at `landing/<kind>/user=<user>/<first 16 hex digits of its sha256>-<name>`
(without the `user=` level for kinds that belong to nobody), so landing the same bytes twice
changes nothing, and the set of file names says what has been landed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Landing:
    """One kind of input file.

    Attributes:
        kind: folder name under `landing/`.
        about: what such a file is, for people.
        format: how a reader opens it: `json` (one document), `jsonl` (one a line), `csv` or `xml`
            (by its path: documents that are read in pieces).
        personal: whether such a file belongs to one listener.
    """

    kind: str
    about: str
    format: str
    personal: bool = True

    @property
    def name(self) -> str:
        """The name in lineage and flags, e.g. `landing.kaggle`."""
        return f"landing.{self.kind}"


SPOTIFY_EXTENDED = Landing(
    "spotify_extended", "Spotify extended streaming history (JSON; audio and video)", "json"
)
SPOTIFY_BASIC = Landing("spotify_basic", "Spotify account data: StreamingHistory (JSON)", "json")
SPOTIFY_LIBRARY = Landing(
    "spotify_library", "Spotify account data: library and playlists (JSON)", "json"
)
KAGGLE = Landing("kaggle", "Kaggle Spotify Tracks Dataset (CSV)", "csv", personal=False)

LASTFM = Landing("lastfm", "Last.fm scrobbles (CSV of any common exporter)", "csv")
LISTENBRAINZ = Landing("listenbrainz", "ListenBrainz listens (JSON Lines)", "jsonl")
LISTENBRAINZ_ARRAY = Landing(
    "listenbrainz_array", "ListenBrainz listens of an older export (a JSON array)", "json"
)

REKORDBOX = Landing("rekordbox", "Rekordbox collection (XML)", "xml")

KINDS: tuple[Landing, ...] = (
    SPOTIFY_EXTENDED,
    SPOTIFY_BASIC,
    SPOTIFY_LIBRARY,
    LASTFM,
    LISTENBRAINZ,
    LISTENBRAINZ_ARRAY,
    KAGGLE,
    REKORDBOX,
)

# What is landed of files that stay where they are: one JSON object a line, see lib/audio/lines.py.
AUDIO_FILES = Landing(
    "audio_files",
    "audio files (wav, flac, mp3, ogg, m4a, stem.mp4, ...) and manifests of them (CSV)",
    "jsonl",
    personal=False,
)

SEPARATIONS = Landing(
    "separations",
    "what `songlake separate` was asked for: a file, an engine and how many stems",
    "jsonl",
    personal=False,
)

REFERENCES: tuple[Landing, ...] = (AUDIO_FILES, SEPARATIONS)
"""Kinds whose landed lines tell of files that are not copied."""

# What `songlake collect` fetched: one JSON object a line, {"asked", "at", "state", "body"}: what a
# service was asked for, when, whether it told it, and what it told, as it came.
SPOTIFY_API_PLAYS = Landing("spotify_api_plays", "Spotify's API: recently played", "jsonl")
SPOTIFY_API_LIBRARY = Landing("spotify_api_library", "Spotify's API: saved and top tracks", "jsonl")
SPOTIFY_API_TRACKS = Landing(
    "spotify_api_tracks", "Spotify's API: tracks by id or name", "jsonl", personal=False
)
SPOTIFY_API_ARTISTS = Landing(
    "spotify_api_artists", "Spotify's API: artists", "jsonl", personal=False
)
SPOTIFY_API_FEATURES = Landing(
    "spotify_api_features", "Spotify's API: audio features", "jsonl", personal=False
)
LASTFM_API_PLAYS = Landing("lastfm_api_plays", "Last.fm's API: scrobbles", "jsonl")
LASTFM_API_TRACKS = Landing("lastfm_api_tracks", "Last.fm's API: tracks", "jsonl", personal=False)
AOTY_ALBUMS = Landing(
    "aoty_albums", "Album of the Year: what albums' pages tell", "jsonl", personal=False
)

FETCHED: tuple[Landing, ...] = (
    SPOTIFY_API_PLAYS,
    SPOTIFY_API_LIBRARY,
    SPOTIFY_API_TRACKS,
    SPOTIFY_API_ARTISTS,
    SPOTIFY_API_FEATURES,
    LASTFM_API_PLAYS,
    LASTFM_API_TRACKS,
    AOTY_ALBUMS,
)
"""Kinds that are fetched, not ingested."""

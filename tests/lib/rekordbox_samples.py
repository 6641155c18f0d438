"""Small Rekordbox collections, written by the standard library."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

TRACK = {
    "TrackID": "1", "Name": "Title", "Artist": "Artist", "Album": "", "Genre": "House",
    "Size": "100", "TotalTime": "200", "Year": "0", "AverageBpm": "124.00",
    "DateAdded": "2022-04-09", "PlayCount": "0", "Rating": "204", "Tonality": "8A",
    "Location": "file://localhost/C:/Music/Title.mp3",
}  # fmt: skip
"""A track; tests write what is told otherwise: TRACK | {…}. Its `TEMPO` and `POSITION_MARK` are
lists of attributes."""


def collection(
    *tracks: Mapping[str, Any],
    playlists: Mapping[str, Sequence[str]] = {},
    key_type: str = "0",
) -> bytes:
    """A collection with these tracks, and playlists (`Folder/Name`) of their keys."""
    root = ET.Element("DJ_PLAYLISTS", Version="1.0.0")
    ET.SubElement(root, "PRODUCT", Name="rekordbox", Version="6.6.2", Company="AlphaTheta")
    held = ET.SubElement(root, "COLLECTION", Entries=str(len(tracks)))
    for track in tracks:
        told = {name: value for name, value in track.items() if isinstance(value, str)}
        element = ET.SubElement(held, "TRACK", told)
        for name in ("TEMPO", "POSITION_MARK"):
            for inner in track.get(name, []):
                ET.SubElement(element, name, inner)
    top = ET.SubElement(ET.SubElement(root, "PLAYLISTS"), "NODE", Type="0", Name="ROOT")
    for path, keys in playlists.items():
        *folders, name = path.split("/")
        node = top
        for folder in folders:
            node = ET.SubElement(node, "NODE", Type="0", Name=folder)
        node = ET.SubElement(node, "NODE", Type="1", Name=name, KeyType=key_type)
        for key in keys:
            ET.SubElement(node, "TRACK", Key=key)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)

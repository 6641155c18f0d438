"""Whose export a file is part of, as the small files say that lie beside the plays."""

from __future__ import annotations

USER_FILES = ("user.json", "identity.json", "userdata.json")
"""Names (in lower case) of the files that tell the user's name; a later one is preferred."""

_FIELDS = ("username", "user_name", "displayName")


def account_name(content: object) -> str | None:
    """The user's name in a parsed file of this kind.

    Spotify's Userdata.json and ListenBrainz' user.json have `username`, Spotify's Identity.json
    has `displayName`.
    """
    if not isinstance(content, dict):
        return None
    for field in _FIELDS:
        name = content.get(field)
        if isinstance(name, str) and name.strip():
            return name.strip()
    return None

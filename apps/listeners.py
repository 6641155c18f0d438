"""Whose plays a command tells of."""

from __future__ import annotations

from lib import lake
from lib.errors import TableError
from lib.places import Places
from schemas.silver import LISTENING_WITH_FEATURES


def whose(places: Places, user: str | None) -> str:
    """The one who is named, else the only one there is, else the one of the settings.

    Raises:
        TableError: there are no plays of them; the message says whose there are.
    """
    lake.require(places, LISTENING_WITH_FEATURES)
    names = [
        row["user_id"]
        for row in lake.rows(
            places,
            f"SELECT DISTINCT user_id FROM {LISTENING_WITH_FEATURES.name} WHERE counts ORDER BY 1",
        )
    ]
    if not names:
        raise TableError("There are no plays that count: `songlake status` says what there is.")
    for name in (user,) if user else (*(names if len(names) == 1 else ()), places.settings.user):
        if name in names:
            return str(name)
    some = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
    asked = f"There are no plays of {user}" if user else "There are plays of several people"
    raise TableError(f"{asked}: say --user NAME, one of {some}")

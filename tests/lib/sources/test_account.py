from __future__ import annotations

import pytest

from lib.sources.account import account_name


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ({"username": "anna", "email": "x"}, "anna"),
        ({"displayName": " Anna B. "}, "Anna B."),
        ({"username": None, "displayName": "Anna"}, "Anna"),
        ({"user_id": 1, "username": "anna"}, "anna"),
        ({"user_name": "anna"}, "anna"),
        ({"username": 5}, None),
        ({"username": ""}, None),
        (["anna"], None),
    ],
)
def test_the_account_tells_the_user(content: object, name: str | None) -> None:
    assert account_name(content) == name

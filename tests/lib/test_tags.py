"""The vocabulary of tags holds together."""

from __future__ import annotations

from collections import Counter

from lib.tags import GENRES, MOODS, SAME_GENRE


def test_a_tag_has_one_meaning() -> None:
    assert set(SAME_GENRE.values()) <= GENRES, "other spellings lead to genres"
    assert not set(SAME_GENRE) & GENRES
    tags = Counter(tag for tags in MOODS.values() for tag in tags)
    assert tags.most_common(1)[0][1] == 1
    assert not set(tags) & GENRES


def test_tags_are_written_as_they_are_compared() -> None:
    everything = [*GENRES, *SAME_GENRE, *(tag for tags in MOODS.values() for tag in tags)]
    assert all(tag == " ".join(tag.lower().split()) and tag for tag in everything)

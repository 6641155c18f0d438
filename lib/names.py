"""What a name means: artists in any order, the song's title, and the version that a title tells.

Plain Python on one name at a time, so that a rule can be read and tried without Spark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lib.versions import credits, guests, other_song, same_remix, version
from lib.writers import COMPOSERS, RENAMED

#: Letters that Unicode does not decompose, and how they are spelt without their stroke.
_SPELT_OUT = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "ё": "е",
    }
)
#: How people write words in short.
_SHORTHAND = {"n": "and", "u": "you", "luv": "love"}
_APOSTROPHES = "'`’‘´ʼ＇"


@dataclass(frozen=True)
class Name:
    """What an artist and a title tell.

    Attributes:
        artists: the normalised artists, sorted, each once.
        lead: the one that is told first.
        title: the normalised title of the song, without what tells a version of it.
        short: `title` without brackets of which nothing is known: they may hold a subtitle.
        told: the normalised title with its version, so that it is the recording's.
        version: in a word what the title says the recording is; `original` where it says nothing.
    """

    artists: tuple[str, ...]
    lead: str
    title: str
    short: str
    told: str
    version: str

    @property
    def key(self) -> str:
        """The name key: `artist & artist::title`."""
        return f"{' & '.join(self.artists)}::{self.title}"


# ------------------------------------------------------------------------------ normal form


def normalised(text: str) -> str:
    """Text in one spelling: lower case, no accents on Latin and Greek letters, single blanks.

    Other scripts keep their marks: a Japanese voicing mark or a Cyrillic breve makes another
    letter. A text of signs alone (the band "!!!") stays as it is, without blanks.
    """
    low = _lower(text)
    if "$" in low or "!" in low:
        low = _BANG.sub("i", _DOLLAR.sub("s", low))
    if _APOSTROPHE.search(low):
        low = _APOSTROPHE.sub("", _DROPPED_G.sub("g", low))
    low = low.replace("&", " and ").replace("+", " and ")
    words = (_NO_WORDS.sub(" ", low) if low.isascii() else _words_only(low)).split()
    if not _SHORTHAND.keys().isdisjoint(words):
        words = [_SHORTHAND.get(word, word) for word in words]
    return " ".join(words) or "".join(unicodedata.normalize("NFKC", text).casefold().split())


_DOLLAR = re.compile(r"(?<=\w)\$(?=\w)|(?<!\w)\$(?=[a-z])|(?<=[a-z])\$")
_BANG = re.compile(r"(?<=[a-z])!(?=[a-z])")
_DROPPED_G = re.compile(rf"(?<=[a-z]in)[{_APOSTROPHES}](?!\w)")
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
_NO_WORDS = re.compile("[^0-9a-z]+")


def _lower(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():  # what most names are; the rest takes three times as long
        return text.lower()
    return _unaccented(unicodedata.normalize("NFKC", text).casefold().translate(_SPELT_OUT))


def _words_only(low: str) -> str:
    return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in low)


def _unaccented(low: str) -> str:
    if low.isascii():
        return low
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFD", low):
        if unicodedata.combining(char):
            if base and (base.isascii() or "GREEK" in unicodedata.name(base, "")):
                continue
        else:
            base = char
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


# ---------------------------------------------------------------------------------- artists

_ARTIST_BREAKS = re.compile(
    r"\s*[;,|]\s*|\s+[x×/]\s+|\s+(?:e|y|et|und|vs\.?|feat\.?|ft\.?|featuring|with)\s+"
)
_ORCHESTRA = re.compile(
    r"\s+(?:y su|and his|and her|& his|& her|et son|und sein|e sua)(?: gran)?"
    r" (?:orquesta|orchestra|band|orchestre|orchester|conjunto|trio|quarteto|cuarteto|quintet[ot]?|"
    r"sexteto|ensemble)(?: tipica)?(?!\w)"
)
_ARTICLE = re.compile(r"^(?:the|an?|el|la|los|las|le|les|der|die|das) (?=\w)")
_GUESTS = re.compile(r"\s*[(\[]\s*(?:feat|ft|featuring|with)\b[^)\]]*[)\]]")


def artists(text: str) -> list[str]:
    """The artists that a text lists, normalised, in its order.

    `;`, `,`, `&`, "and", "x", "vs.", "feat." and "with" part them. A band whose own name has such
    a sign ("Earth, Wind & Fire") is parted in the same way wherever it is told, so it still meets
    itself. Whose orchestra plays ("y su orquesta") is not told apart. A composer counts for nothing
    beside those who perform the work.
    """
    low = _ORCHESTRA.sub("", _GUESTS.sub("", _plain(text)))
    listed = _ARTIST_BREAKS.split(low.strip())
    parts = [_bare(part) for one in listed for part in normalised(one).split(" and ")]
    named = [part for part in parts if part] or [normalised(text)]
    return [one for one in named if one not in COMPOSERS] or named


def _bare(text: str) -> str:
    bare = _ARTICLE.sub("", text).removeprefix("and ").removesuffix(" trio").strip()
    return RENAMED.get(bare, bare)


# ----------------------------------------------------------------------------------- titles

#: A part of a title in brackets, or after a dash that stands beside a blank.
_BRACKET = re.compile(r"\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]]*)\]|【([^】]*)】)")
_DASH = re.compile(r"\s+[-–—~]+\s*|\s*[-–—~]+\s+|\s*[–—]\s*|\s+//\s+")
_PIECES = re.compile(r"\s*[;/|]\s*")
#: A version told without bracket or dash, and one between dashes that touch it.
_TRAILING = re.compile(
    r"\s+(unplugged|radio edit|acoustic version|live version|remastered|version ?\d{4})$|"
    r"\s*-(tv[^-]*)-$"
)
#: A subtitle as Japanese titles have it.
_TILDES = re.compile(r"(?<=\w)\s*~\s*([^~]+?)\s*~?$")
_FEATURING = re.compile(r"\s+(?:feat|ft|featuring)\b\.?\s+(.*)$")
_STRAIGHT_QUOTES = str.maketrans("’‘“”″", '\'\'"""')
_PART = re.compile(r"\b(?:parts?|pts?)\.? ?(\d+|i{1,3}v?|iv|v|vi{1,3}|one|two|three|four)\b")
_NUMBERS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7",
            "viii": "8", "one": "1", "two": "2", "three": "3", "four": "4"}  # fmt: skip
#: Titles without any of these have no part to look at.
_MAY_HAVE_PARTS = re.compile(
    r"[(\[【\-–—~/]|\b(?:f(?:ea)?t|featuring|unplugged|edit|version|remast)"
)


def names(artists_: Collection[str], titles: Iterable[str]) -> list[Name]:
    """Reads many artists and titles as told, each text of artists once."""
    listed = {text: artists(text) for text in set(artists_)}
    return [_name(listed[text], title) for text, title in zip(artists_, titles, strict=True)]


def name(artist: str, title: str) -> Name:
    """Reads an artist and a title as told."""
    return _name(artists(artist), title)


def _name(listed: list[str], title: str) -> Name:
    told = _title(title)
    low = _plain(title)
    if not _MAY_HAVE_PARTS.search(low):
        return Name(tuple(sorted(set(listed))), listed[0], told, told, told, "original")
    read = _Reading(set(listed))
    title_ = _title(read.song(low))
    short = _title(read.short) or title_
    return Name(tuple(sorted(read.artists)), listed[0], title_, short, told, read.version)


class _Reading:
    """One title being read: whom and which version its parts have told so far."""

    def __init__(self, artists_: set[str]) -> None:
        self.artists = artists_
        self.short = ""
        self._versions: list[str] = []
        self._others: list[str] = []

    @property
    def version(self) -> str:
        told = [
            word for word in (*self._others, *self._versions) if word not in ("part", "original")
        ]
        return told[0] if told else "original"

    def song(self, low: str) -> str:
        """A title without what tells a version of the song; as it is where nothing is left."""
        if not _DASH.search(low):
            low = _TRAILING.sub(r" (\1)", _TILDES.sub(r" (\1)", low))
        first, *suffixes = _DASH.split(_BRACKET.sub(self._bracket, low))
        first = _FEATURING.sub(self._featuring, first)
        kept = [first]
        for suffix in suffixes:
            # What follows "Live" is where, when, or on which record.
            after_live = "live" in self._versions and other_song(suffix) is None
            if left := self._rest(suffix):
                kept += [] if after_live else [left]
        if not normalised(first):
            self._versions.clear()
            return low
        if not self._others:
            self.short = _BRACKET.sub("", " - ".join(kept))
        return " - ".join(kept)

    def _bracket(self, match: re.Match[str]) -> str:
        left = self._rest("".join(filter(None, match.groups())), may_list_artists=True)
        return f" ({left})" if left else ""

    def _featuring(self, match: re.Match[str]) -> str:
        self.artists.update(artists(match.group(1)))
        return ""

    def _rest(self, part: str, may_list_artists: bool = False) -> str:
        """What a part leaves of itself; after a dash, artists are those who made a remix."""
        part = _FEATURING.sub(self._featuring, part.strip(" .-–~"))
        if credits(part) or (" / " not in part and ";" not in part and self._guests(part)):
            return ""
        left = [
            piece
            for piece in _PIECES.split(part)
            if piece and not self._told(piece, may_list_artists)
        ]
        return "; ".join(map(same_remix, left))

    def _guests(self, part: str) -> bool:
        named = guests(part)
        self.artists.update(artists(named) if named else [])
        return bool(named)

    def _told(self, piece: str, may_list_artists: bool) -> bool:
        """Whether a piece tells a version or whom; remembers what it tells."""
        if self._guests(piece):
            return True
        word, other = version(piece), other_song(piece)
        if word is not None:
            self._versions.append(word)
            return True
        if other is not None:
            self._others.append(other)
            return False
        named = set(artists(piece))
        if not may_list_artists:
            return len(named) > 1 and named == self.artists
        return named <= self.artists or (len(named) > 1 and bool(named & self.artists))


def _plain(text: str) -> str:
    """Lower case without accents, with straight quotes."""
    low = _lower(text)
    return low if low.isascii() else low.translate(_STRAIGHT_QUOTES)


def _title(text: str) -> str:
    plain = _PART.sub(lambda m: f"part {_NUMBERS.get(m.group(1), m.group(1))}", text.casefold())
    return _ARTICLE.sub("", normalised(plain))

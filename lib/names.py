"""What a name means: artists in any order, the song's title, and the version that a title tells.

Plain Python on one name at a time, so that a rule can be read and tried without Spark.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Letters that Unicode does not decompose, and how they are spelt without their stroke.
_SPELT_OUT = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"}
)
_APOSTROPHES = "'`’‘´ʼ＇"


@dataclass(frozen=True)
class Name:
    """What an artist and a title tell.

    Attributes:
        artists: the normalised artists, sorted, each once.
        lead: the one that is told first.
        title: the normalised title of the song, without what tells a version of it.
        told: the normalised title with its version, so that it is the recording's.
        version: in a word what the title says the recording is; `original` where it says nothing.
    """

    artists: tuple[str, ...]
    lead: str
    title: str
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
    low = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT_OUT)
    low = _unaccented(low)
    low = re.sub(r"(?<=\w)\$(?=\w)|(?<!\w)\$(?=[a-z])|(?<=[a-z])\$", "s", low)
    low = re.sub(r"(?<=[a-z])!(?=[a-z])", "i", low)
    low = re.sub(rf"(?<=[a-z]in)[{_APOSTROPHES}](?!\w)", "g", low)
    low = re.sub(f"[{_APOSTROPHES}]", "", low)
    low = re.sub(r"\s*[&+]\s*", " and ", low)
    words = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in low).split()
    return " ".join("and" if word == "n" else word for word in words) or "".join(low.split())


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
    r"\s*[;,|]\s*|\s+[x×/]\s+|\s+(?:vs\.?|feat\.?|ft\.?|featuring|with)\s+", re.IGNORECASE
)
_ORCHESTRA = re.compile(
    r"(?:^| )(?:y su (?:gran )?orquesta(?: tipica)?|(?:his|her|their) (?:orchestra|band)|"
    r"et son orchestre|und sein orchester|e sua orquestra)$"
)
_GUESTS = re.compile(r"\s*[(\[]\s*(?:feat|ft|featuring|with)\b[^)\]]*[)\]]", re.IGNORECASE)


def artists(text: str) -> list[str]:
    """The artists that a text lists, normalised, in its order.

    `;`, `,`, `&`, "and", "x", "vs.", "feat." and "with" part them. A band whose own name has such
    a sign ("Earth, Wind & Fire") is parted in the same way wherever it is told, so it still meets
    itself. Whose orchestra plays ("y su orquesta") is not told apart.
    """
    listed = _ARTIST_BREAKS.split(_GUESTS.sub("", text.strip()))
    parts = [_bare(part) for one in listed for part in normalised(one).split(" and ")]
    return [part for part in parts if part] or [normalised(text)]


def _bare(text: str) -> str:
    return _ORCHESTRA.sub("", text).removeprefix("the ").removeprefix("and ").strip()


# ----------------------------------------------------------------------------------- titles

#: A part of a title in brackets, or after a dash that stands between blanks.
_BRACKET = re.compile(r"\s*(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]]*)\]|【([^】]*)】)")
_DASH = re.compile(r"\s+[-–—~]+\s+|\s*[–—]\s+|\s+//\s+")
_PIECES = re.compile(r"\s*;\s*|\s+/\s+")
#: A version told without bracket or dash, and one between dashes that touch it.
_TRAILING = re.compile(
    r"\s+(unplugged|radio edit|acoustic version|live version|remastered)$|\s*-(tv[^-]*)-$"
)
_FEATURING = re.compile(r"\s+(?:feat|ft|featuring)\b\.?\s+.*$", re.IGNORECASE)

#: Words that make a part of a title name another song, whatever else it says.
_OTHER_SONG = re.compile(
    r"remix|\brmx|\bre-?work|bootleg|\bvip\b|\bdubs?\b|\bflip\b|mash-?up|medley|reprise|interlude|"
    r"instrumental|karaoke|\bcovers?\b|tribute|rendition|in the style of|made famous|"
    r"sped.?up|slowed|nightcore|\b8d\b|lo-?fi|\bpiano\b|orchest|symphon|\bguitar\b|\bcello\b|"
    r"strings?\b|music box|\barr\.|arrange|a ?cappella|hardstyle|backing track|\binterpret|"
    r"\b(?:spanish|english|french|german|italian|japanese|korean|chinese|portuguese|hindi|tamil|"
    r"telugu|malayalam|kannada|español|espanol|inglés|ingles|deutsch|français)\b|\b(?:fe)?male\b"
)
#: Guests' names and a film's may hold such a word.
_CREDIT = re.compile(
    r"^(?:feat|ft|featuring)\b|^from (?:the )?[\"'“]|"
    r"^with (?!or\b|you\b|me\b|a\b|my\b|your\b|no\b|out\b|love\b|us\b|it\b|each\b)"
)
_YEAR = r"(?:\d{4}|'\d\d|\d\d)"
_EDITION = r"(?:version|versión|versão|ver\.?|edit|mix|mixx|take|edition|recording)"
_LENGTHS = (
    r"radio|single|album|original|extended|long|short|full|full[ -]length|edited|edit|clean|"
    r"explicit|dirty|cd|lp|ep|vinyl|video|music video|movie|film|tv|tv size|soundtrack|studio|"
    r'main|new|alternate|alternative|alt\.?|\d+ ?(?:"|inch|\'\')|re-?recorded|taylor\'s|original '
    r"studio|original single|original album|original radio|radio single|uk|us|stereo|mono|demo"
)

#: What a part of a title may say of a version, by the word for that version; the first one that
#: is found names it.
_VERSIONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("live", re.compile(
        r"\blive\b(?! (?:your|my|our|to|for(?!um)|it|forever|and let|life|without|like|while|"
        r"this|is|a little|or|free|now\b))|\b(?:ao|en|in|dal) vivo\b|^vivo\b|\ben (?:directo|"
        r"concierto)\b|^directo\b|^(?:in )?concert\b|\bin concert\b|\blive[ -]?session|"
        r"\bspotify singles\b|\baudiotree\b|\brecorded (?:live )?at\b|\bライブ|\bliveaufnahme|"
        r"\bконцерт|\bradio performance\b"
    )),
    ("acoustic", re.compile(
        r"\bacoustic\b|\bac[uú]stic[oa]\b|\bakustik|\bunplugged\b|^stripped(?: down)?$|"
        r"\bstripped version\b"
    )),
    ("demo", re.compile(rf"\bdemo(?: {_EDITION})?(?: {_YEAR})?$|^outtake$|"
                        rf"^(?:alternate |alternative )?take(?: \d+)?$")),
    ("remaster", re.compile(r"\bre-?master|\bremast|修復版|\bdigitally\b")),
    ("radio edit", re.compile(
        rf"^(?:{_YEAR} )?(?:radio|single|short|edited|clean|video|uk|us)(?: {_EDITION})+$|"
        rf"^(?:original )?(?:radio|single) {_EDITION}(?: {_YEAR})?$|^edit$|^clean$|^radio$"
    )),
    ("extended", re.compile(rf"^(?:extended|long|full|full[ -]length|\d+ ?(?:\"|inch))"
                            rf"(?: (?:single|extended))?(?: {_EDITION})?$")),
    ("mono", re.compile(rf"^(?:{_YEAR} )?(?:in )?mono(?: {_EDITION})?(?: {_YEAR})?$|/ ?mono$")),
    ("stereo", re.compile(rf"^(?:{_YEAR} )?(?:in )?stereo(?: {_EDITION})?(?: {_YEAR})?$")),
    ("deluxe", re.compile(
        r"\bdeluxe\b|^expanded\b|\banniversary (?:edition|version)\b|^b[oô]nus(?: track)?\b|"
        r"\bbonus track\b|\bspecial edition\b"
    )),
    ("original", re.compile(
        rf"^(?:{_LENGTHS}) {_EDITION}$|^original$|^explicit$|^mixed$|^mix cut$|^studio$|"
        rf"^{_YEAR}$|^{_YEAR} {_EDITION}$|^music ver\b|^{_EDITION} {_YEAR}$|^title track$|^tv size$|"
        r"^(?:album|cd|lp|studio|movie|film|soundtrack|main) (?:version|ver\.?|mix|edit)$|"
        r"^(?:asot|abgt|tritonia) ?\d+|^loopable\b|^no fade\b|"
        r"^(?:official )?(?:music |lyrics? )?(?:video|audio|visualizer)$|^lyrics?$|^hd$|"
        r"^original .*(?:soundtrack|score|cast|recording)\b|\bmotion picture\b|^theme song$|"
        r"^(?:love )?theme from\b|主題曲|主题曲|插曲|片尾曲|片頭曲|片头曲|^из (?:т/с|к/ф)|"
        r"^from (?!me\b|you\b|now\b|here\b|a\b|my\b|the (?:start|bottom|inside|heart|ashes))|"
        r"\bparticipa[cç](?:ão|ao|ión|ion)\b|^part\. esp|^prod\b|^produced by\b|^de la pel[ií]cula\b|^banda sonora\b"
    )),
)  # fmt: skip
#: What a part of a title that stays in it says of the recording.
_OTHERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("karaoke", re.compile(r"karaoke|backing track")),
    ("instrumental", re.compile(r"instrumental")),
    ("cover", re.compile(r"\bcovers?\b|tribute|made famous|in the style of")),
    ("sped up", re.compile(r"sped.?up|nightcore")),
    ("slowed", re.compile(r"slowed")),
    ("remix", re.compile(r"remix|rmx|bootleg|\bvip\b|\bdub\b|\bflip\b|re-?work|\bmix\b|\bedit\b")),
    ("reprise", re.compile(r"reprise")),
)
_STRAIGHT_QUOTES = str.maketrans("’‘“”″", '\'\'"""')
_PART = re.compile(r"\b(?:parts?|pts?)\.? ?(\d+|i{1,3}v?|iv|v|vi{1,3}|one|two|three|four)\b")
_NUMBERS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7",
            "viii": "8", "one": "1", "two": "2", "three": "3", "four": "4"}  # fmt: skip


def name(artist: str, title: str) -> Name:
    """Reads an artist and a title as told."""
    listed = artists(artist)
    song, version = _song(title, set(listed))
    return Name(tuple(sorted(set(listed))), listed[0], _title(song), _title(title), version)


def _song(title: str, artists_: set[str]) -> tuple[str, str]:
    """A title without what tells a version of the song, and the word for that version."""
    low = title.casefold().translate(_STRAIGHT_QUOTES)
    versions: list[str] = []
    other: list[str] = []

    def rest(part: str) -> str:
        """What a part of the title leaves of itself."""
        left = []
        for piece in _PIECES.split(part):
            named = set(artists(piece))
            is_credit = named <= artists_ or (len(named) > 1 and bool(named & artists_))
            version = "original" if is_credit else _version(piece)
            (left if version is None else versions).append(version or piece)
        other.extend(left)
        return "; ".join(left)

    def bracket(match: re.Match[str]) -> str:
        left = rest("".join(filter(None, match.groups())))
        return f" ({left})" if left else ""

    first, *suffixes = _DASH.split(_BRACKET.sub(bracket, _TRAILING.sub(r" (\1)", low)))
    kept = [first, *filter(None, map(rest, suffixes))]
    song = _FEATURING.sub("", " - ".join(kept)).strip()
    if not first.strip() or not normalised(song):
        return low, "original"
    words = [word for word, pattern in _OTHERS if any(map(pattern.search, other))]
    words += [word for word, _ in _VERSIONS if word in versions]
    return song, (words + ["original"])[0]


def _version(part: str) -> str | None:
    """The word for the version that a part of a title tells of; None where it tells of none."""
    part = part.strip().rstrip(".")
    if _CREDIT.search(part):
        return "original"
    if _OTHER_SONG.search(part):
        return None
    return next((word for word, pattern in _VERSIONS if pattern.search(part)), None)


def _title(text: str) -> str:
    plain = _PART.sub(lambda m: f"part {_NUMBERS.get(m.group(1), m.group(1))}", text.casefold())
    return normalised(plain).removeprefix("the ")

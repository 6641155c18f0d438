"""The words by which titles tell a version: tables to read, and to add a word of a language to.

A *part* of a title is what stands in brackets or after a dash. It either tells a version of the
same song (live, remaster), makes the title another song's (remix, karaoke), credits somebody
(feat.), or is none of these and belongs to the title. The words are regular expressions, compared
with whole words of the part in lower case without accents.
"""

from __future__ import annotations

import re

#: A part that holds one of these tells a version, however it goes on: "Live at Wembley, 1986".
HELD: dict[str, str] = {
    "live": (
        # English; "Live Your Life" and the like are titles
        "live(?! (?:your|my|our|to|for(?!um)|it|forever|and let|life|without|like|while|this|is|"
        "a little|or|free|now|again|a lie|and die|the life)(?!\\w))|live-?session|in concert|"
        "recorded (live )?(at|in|for)|radio performance|concert version|"
        # what is recorded for a show or a session
        "spotify singles|spotify session|bbc (radio [1-6] )?session|audiotree|a colors show|"
        "like a version|the first take|tiny desk|the afrs shows|"
        # Portuguese, Spanish, Italian, French
        "ao vivo|en vivo|in vivo|dal vivo|vivo en|en directo|directo|en concierto|en concert|"
        "en public|"
        # German, Turkish, Polish, Russian, Japanese, Korean
        "liveaufnahme|liveversion|konzert|canli|na zywo|концерт\\w*|живой звук|ライブ|ライヴ|라이브"
    ),
    "acoustic": (
        "acoustic|unplugged|stripped( down)?|acustic[oa]|acoustique|akustik|akustisk|akoestisch|"
        "акустик\\w*|акустическ\\w*|アコースティック|어쿠스틱"
    ),
    "a cappella": "a ?cap+el+a",
    "remaster": (
        "re-?master\\w*|remast|rem\\.|digital master|remasteri[sz]\\w*|rimasterizza\\w*|"
        "remasterisee?|ремастер\\w*|リマスター|修復版|리마스터"
    ),
    "deluxe": (
        "deluxe|expanded|bonus( track)?|anniversary (edition|version|mix)|special edition|"
        "faixa bonus|ボーナストラック"
    ),
}

#: A part of these words alone, with NEUTRAL ones, tells a version: "Original Single Version 1967".
ALONE: dict[str, str] = {
    "live": "vivo|concert|konser",
    "demo": "demo|outtake|take|early|rehearsal|rough|maqueta|демо|デモ",
    "radio edit": "radio|single|short|edited|re-?edit|clean|edit|cut|video|kurzversion|シングル",
    "extended": (
        "extended|long|full|length|spontaneous|12 ?(inch|'')|longue|larga|estendida|extendida|maxi"
    ),
    "mixed": "mixed|mix cut",
    "mono": "mono",
    "stereo": "stereo|estereo",
    "original": (
        "original|originale|originalversion|explicit|dirty|album|cd|lp|ep|vinyl|studio|main|"
        "7 ?(inch|'')|new|nueva|nova|alternate|alternative|alt|re-?recorded|re-?recording|remake|"
        "regrabado|alternativ[ae]?|uncut|uncensored|no fade|loopable|loopable with no fade|"
        "loopable background|"
        "movie|film|tv|size|tvサイズ|soundtrack|score|title track|theme song|official|audio|"
        "lyrics?|"
        "music video|visualizer|hd|hq|uk|us|usa|int'l|international|non-album|non-session|"
        "cover art|arcade|"
        "taylor's|bonus|duet|dueto|duo|version orchestrale|с оркестром|オリジナル"
    ),
}

#: Words that tell nothing by themselves, but stand beside those above.
NEUTRAL = (
    "version|versions|ver|v|versao|versione|versi|fassung|verze|versie|edit|edition|mix|mixx|take|"
    "recording|track|release|rip|master|the|a|in|of|for|de|da|del|with|and|no|nr|wersja|версия|"
    "ヴァージョン|バージョン|버전|版"
)

#: Words that make a part name another song, whatever else it says.
OTHER: dict[str, str] = {
    "karaoke": (
        "karaoke|backing track|playback|sing-?along|カラオケ|караоке|минус(овка)?|伴奏|노래방"
    ),
    "instrumental": (
        "instrumental\\w*|strumentale|inst|without (words|vocals)|no vocals?|инструментал\\w*|"
        "インストゥルメンタル|インスト|純音樂|纯音乐|인스트루멘탈"
    ),
    "cover": (
        "covers?|tribute|rendition|in the style of|made famous|originally performed|セルフカバー"
    ),
    "sped up": "sped.?up|speed.?up|speed version|nightcore",
    "slowed": "slowed\\w*|slow|reverb|daycore",
    "remix": (
        "remix\\w*|re-?mix|rmx|re-?work\\w*|bootleg|vip|dubs?|dubmix|flip|mash-?up|refix|"
        "re-?lift|re-?rub|re-?amp|re-?interpret\\w*|rebuild|redux|8d|lo-?fi|hardstyle|megamix|"
        "ремикс|リミックス|리믹스|混音"
    ),
    "reprise": "reprise|interlude|medley|vinheta|snippet|skit|excerpts?|intro|outro|попурри",
    # Another way to play it, which may have no words
    "arrangement": (
        "piano|guitar|cello|violin|flute|sax\\w*|harp|ukulele|music box|strings|orchestra|"
        "orchestral|orchestre|symphon\\w*|arr|arranged|arrangement|re-?arrange\\w*|"
        "vocals?|voice|female|male|without dialogue|ピアノ|피아노|钢琴|鋼琴"
    ),
    # Another language
    "translation": (
        "(in )?(spanish|english|french|german|italian|japanese|korean|chinese|mandarin|cantonese|"
        "portuguese|russian|hindi|tamil|telugu|malayalam|kannada|bengali|punjabi|turkish|arabic|"
        "spanglish|espanol|ingles|deutsche?|francais|italiano|portugues|portunhol|frances|korean)|"
        "英語|日本語|國語|国语|國|粵語|粤语|英文|中文|한국어|일본어"
    ),
    "part": (
        "(parts?|pts?|teil|parte|vol|volume|chapter|act|no|movement|variation)\\.? ?"
        "(\\d+|[ivx]+|one|two)"
    ),
}

#: How a part begins that names guests.
GUESTS = (
    "feat|ft|featuring|duet with|duo with|en duo avec|a duo con|a dueto con|dueto con|"
    "part\\. esp|participacao( especial)?|participacion( especial)?|"
    "with(?! (or|you|me|a|my|your|no|out|love|us|it|each|every|strings|lyrics|vocals|words)(?!\\w))"
)

#: What a part says of a film, a show or a writer: the song is the same one without it.
CREDIT = (
    "^(music |song |songs |theme |love theme |title song |main theme |banda sonora )?from "
    "(?!me |you |now |here |a |my |the (start|bottom|inside|heart|ashes|top|beginning))|"
    "^[\"']+from |^as heard in|^main title theme|"
    "^(de la|da) (pelicula|serie|novela|trilha)|^aus [\"']|^из (т/с|к/ф)|^из |"
    "^banda sonora|^trilha sonora|^original .*(soundtrack|score|cast|recording)|motion picture|"
    "original (series|cast|score|television)|^(produced|prod|adapted|written|composed)( by)?\\b|"
    "^(電影|电影|電視劇|电视剧|劇集|動畫|动画)|主題曲|主题曲|插曲|"
    "片尾曲|片頭曲|片头曲|主題歌|テーマ|^(asot|abgt|tritonia) ?\\d|"
    "^film( artist)?\\b|official .*(song|anthem)|soundtrack version$"
)


_NUMBER = r"\d+(?:st|nd|rd|th|er|d)?"
_YEAR = re.compile(r"(?:19|20)\d\d|'\d\d")
#: "Salsa Version", "Versión 25 años": whatever it is, it is the artist's own.
_SOME_VERSION = re.compile(
    r"(?:(?<![a-z])|(?<=-))(?:version\d*|ver\.?|versao|fassung|edition|ヴァージョン|バージョン)$|版$|"
    r"^(?:version|versao|versi)\b"
)


def _held(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


_HELD = [(word, _held(words)) for word, words in HELD.items()]
_ALONE = [(word, _held(words)) for word, words in ALONE.items()]
_OTHER = [(word, _held(words)) for word, words in OTHER.items()]
_ANY_OTHER = _held("|".join(OTHER.values()))
#: Other ways to play a song count for nothing beside "live" and "acoustic".
_STRONG_OTHER = _held("|".join(told for word, told in OTHER.items() if word != "arrangement"))


def _made_of(*words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<!\w)(?:{'|'.join(words)}|{_NUMBER}|'\d\d)(?!\w)|\W)+")


_ALL_ALONE = _made_of(*ALONE.values(), NEUTRAL)
_ALL_KNOWN = _made_of(*HELD.values(), *ALONE.values(), NEUTRAL)
_A_REMIX = _held(OTHER["remix"] + "|mixx?|edit")
_GUESTS = re.compile(rf"^(?:{GUESTS})(?!\w)\.?:?\s*")
_QUOTED = re.compile(r"[\"'“”《「『][^\"“”》」』]*[\"'“”》」』]")
_CREDIT = re.compile(CREDIT)
#: The old tapes balanced anew: the word remix means no other song here.
_STEREO_REMIX = re.compile(r"(?:\d{4} )?(stereo|mono) re-?mix(?: \d{4})?")
_LENGTHS = _held("radio|single|extended|full|length|long|short|original|album|version|ver|the|club")
_MIX = _held("mixx?|rmx|re-?mix|edit")


def guests(part: str) -> str | None:
    """The guests whom a part of a title credits, as it lists them; None where it credits none."""
    match = _GUESTS.match(part)
    return part[match.end() :] if match and not _A_REMIX.search(part) else None


def credits(part: str) -> bool:
    """Whether a part tells the film, the show or the maker of a song, and nothing besides."""
    return bool(_CREDIT.search(part)) and not _STRONG_OTHER.search(_QUOTED.sub("", part))


def version(part: str) -> str | None:
    """The word for the version that a part of a title tells of; None where it tells of none."""
    part = part.strip(" .")
    if credits(part):
        return "original"
    if balance := _STEREO_REMIX.fullmatch(part):
        return balance.group(1)
    # "Tim Deluxe Radio Mix" is by Tim Deluxe.
    held = [] if _MIX.search(part) and not _ALL_KNOWN.fullmatch(part) else _HELD
    for word, pattern in held:
        if pattern.search(part):
            other = _STRONG_OTHER if word in ("live", "acoustic") else _ANY_OTHER
            return None if other.search(part) else word
    if _ANY_OTHER.search(part):
        return None
    if _ALL_ALONE.fullmatch(part):
        alone = next((word for word, pattern in _ALONE if pattern.search(part)), None)
        return alone or ("original" if _YEAR.search(part) or _SOME_VERSION.search(part) else None)
    return "original" if _SOME_VERSION.search(part) else None


def other_song(part: str) -> str | None:
    """The word for what makes a part of a title another song's; None where nothing does."""
    if _STEREO_REMIX.fullmatch(part.strip()):
        return None
    word = next((word for word, pattern in _OTHER if pattern.search(part)), None)
    return word or ("remix" if _A_REMIX.search(part) else None)


def same_remix(part: str) -> str:
    """A part that names a remix without its length: "X Extended Mix" and "X Remix" are one."""
    if not _A_REMIX.search(part):
        return part
    words = [word for word in part.split() if not _LENGTHS.fullmatch(word)]
    bare = " ".join(word for word in words if not _MIX.fullmatch(word))
    return f"{bare} remix" if bare else part

"""What listeners' tags mean: which are genres, and which moods. A small written vocabulary.

Anybody may tag anything on Last.fm: years, places, "seen live". What is not listed here stays a
tag. A genre has one name, however it is spelt; a mood is a group of words for about the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column, functions as F


def _words(listed: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in listed.split(","))


GENRES: frozenset[str] = frozenset(
    _words("""
acid house, acid jazz, acoustic, afrobeat, alternative, alternative metal, alternative rock,
ambient, americana, art pop, art rock, avant-garde, ballad, baroque pop, bebop, big band,
black metal, bluegrass, blues, blues rock, bossa nova, breakbeat, breakcore, britpop, cabaret,
celtic, chamber pop, chanson, chillwave, chiptune, choral, classic rock, classical, cloud rap,
contemporary classical, country, country rock, dance, dancehall, dance-pop, dark ambient,
dark wave, death metal, deathcore, deep house, disco, doom metal, downtempo, dream pop, drone,
drum and bass, dub, dub techno, dubstep, easy listening, ebm, electro, electronic, electropop,
emo, ethereal, eurodance, experimental, field recordings, flamenco, folk, folk metal, folk punk,
folk rock, folktronica, freak folk, free jazz, french house, funk, fusion, future bass, g-funk,
gangsta rap, garage, garage rock, glam rock, glitch, gospel, gothic, gothic metal, gothic rock,
grime, grindcore, grunge, hard bop, hard rock, hardcore, hardcore punk, hardstyle,
heavy metal, hip-hop, house, idm, indie, indie folk, indie pop, indie rock, industrial,
industrial metal, instrumental, italo disco, j-pop, j-rock, jazz, jazz fusion, jazz rap,
jungle, k-pop, krautrock, latin, latin pop, lo-fi, math rock, mathcore, medieval, melodic death
metal, melodic hardcore, metal, metalcore, minimal, minimal techno, mpb, neoclassical, neofolk,
neo-soul, new age, new wave, noise, noise pop, noise rock, nu jazz, nu metal, opera, orchestral,
phonk, piano, pop, pop punk, pop rock, post-hardcore, post-metal, post-punk, post-rock,
power metal, power pop, progressive house, progressive metal, progressive rock,
progressive trance, psychedelic, psychedelic rock, psytrance, punk, punk rock, r&b, ragtime, rap,
reggae, reggaeton, rock, rock and roll, rockabilly, roots reggae, salsa, samba, screamo, shoegaze,
singer-songwriter, ska, ska punk, slowcore, sludge metal, smooth jazz, soft rock, soul, soundtrack,
southern rock, space rock, spoken word, stoner rock, surf rock, swing, symphonic metal,
synthpop, synthwave, tango, tech house, techno, thrash metal, trance, trap, trip-hop, tropical
house, turntablism, uk garage, vaporwave, witch house, world
""")
)

#: Other spellings of genres.
SAME_GENRE: Mapping[str, str] = {
    "alt rock": "alternative rock", "alt-rock": "alternative rock", "avantgarde": "avant-garde",
    "chill-out": "downtempo", "chillhop": "lo-fi", "dance pop": "dance-pop",
    "darkwave": "dark wave", "dnb": "drum and bass", "drum n bass": "drum and bass",
    "drum'n'bass": "drum and bass", "edm": "electronic", "electro pop": "electropop",
    "electronica": "electronic", "goth": "gothic", "hip hop": "hip-hop", "hiphop": "hip-hop",
    "indie-pop": "indie pop", "indie-rock": "indie rock", "instrumental hip hop": "hip-hop",
    "jpop": "j-pop", "jrock": "j-rock", "kpop": "k-pop", "lofi": "lo-fi", "lo fi": "lo-fi",
    "neo soul": "neo-soul", "nu-metal": "nu metal", "numetal": "nu metal",
    "post hardcore": "post-hardcore", "post punk": "post-punk", "post rock": "post-rock",
    "postrock": "post-rock", "prog": "progressive rock", "prog rock": "progressive rock",
    "progressive": "progressive rock", "progressive-rock": "progressive rock",
    "psychedelia": "psychedelic", "rnb": "r&b", "rhythm and blues": "r&b",
    "rock n roll": "rock and roll", "rock'n'roll": "rock and roll",
    "singer songwriter": "singer-songwriter", "synth pop": "synthpop", "synth-pop": "synthpop",
    "soundtracks": "soundtrack", "ost": "soundtrack", "score": "soundtrack",
    "trip hop": "trip-hop", "triphop": "trip-hop", "world music": "world",
}  # fmt: skip

MOODS: Mapping[str, tuple[str, ...]] = {
    "calm": _words("calm, calming, chill, chillout, chill out, dreamy, easy, gentle, mellow, "
                   "peaceful, quiet, relax, relaxed, relaxing, serene, sleep, smooth, soft, "
                   "soothing, tranquil"),
    "happy": _words("cheerful, feel good, feel good music, feelgood, fun, good mood, happy, "
                    "joyful, joyous, playful, positive, sunny, sweet, upbeat, uplifting"),
    "sad": _words("bittersweet, depressing, depressive, heartbreak, heartbreaking, lonely, "
                  "melancholic, melancholy, mournful, sad, sadness, sombre, somber, tearjerker, "
                  "wistful"),
    "angry": _words("aggressive, anger, angry, angst, angsty, brutal, fierce, rage, raw, violent"),
    "energetic": _words("anthemic, driving, energetic, energy, epic, fast, intense, lively, "
                        "power, powerful, pump up, rousing, workout"),
    "party": _words("club, danceable, dancefloor, groovy, party, party music, summer hits"),
    "romantic": _words("intimate, love, love song, love songs, passionate, romance, romantic, "
                       "sensual, sexy, sultry, tender"),
    "dark": _words("atmospheric dark, bleak, creepy, dark, eerie, gloomy, haunting, ominous, "
                   "sinister, spooky"),
    "nostalgic": _words("childhood, memories, nostalgia, nostalgic"),
}  # fmt: skip
"""Mood to the tags that stand for it."""


def tidy(told: Column) -> Column:
    """Tags or genres (an array, NULL for none) as a service tells them: lower case, each once."""
    lower = F.transform(told, lambda tag: F.lower(F.trim(tag)))
    return F.array_distinct(F.coalesce(lower, F.array().cast("array<string>")))


def genres_in(tags: Column) -> Column:
    """Those of some tags (lower case, an array) that are genres, by their one name, in order."""
    names = {tag: tag for tag in GENRES} | dict(SAME_GENRE)
    return _named(tags, names)


def moods_in(tags: Column) -> Column:
    """The moods that some tags (lower case, an array) stand for, in the tags' order."""
    return _named(tags, {tag: mood for mood, tags_ in MOODS.items() for tag in tags_})


def _named(tags: Column, names: Mapping[str, str]) -> Column:
    meant = F.create_map(*[F.lit(word) for pair in sorted(names.items()) for word in pair])
    known = F.filter(tags, lambda tag: F.map_contains_key(meant, tag))
    return F.array_distinct(F.transform(known, lambda tag: F.element_at(meant, tag)))

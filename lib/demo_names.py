"""Names for the demo, which read like music and belong to nobody."""

# ruff: noqa: SIM905 - word lists read better as text than as a column of literals

from __future__ import annotations

from collections.abc import Collection
from random import Random

_FIRST = (
    "Alma Bastian Celeste Dorian Elif Fenna Greta Hollis Imre Juno Kasimir Liesl Maren Nadia "
    "Orla Pim Quilla Rosalind Søren Tamsin Ulla Vesna Wilhelmina Xanthe Yusra Zoë Anaïs Théo"
).split()
_LAST = (
    "Ashgrove Brandvold Castellane Drummore Eskeland Farrowby Gallimard Hartwhistle Ibarrola "
    "Jernigan Kestrelmann Lindqvarn Marlowski Nightsong Okonjo Pettersby Quennell Rosendahl "
    "Silberling Thistlewood Underhay Varga-Moss Wexcombe Yarrowick Zielonka Núñez-Farr"
).split()
_ADJECTIVE = (
    "Amber Borrowed Crooked Distant Electric Faded Gentle Hollow Infinite Jagged Kindled Lucid "
    "Marble Northern Open Paper Quiet Restless Silver Tidal Unwritten Velvet Wandering Yellow"
).split()
_NOUN = (
    "Anchor Bonfire Canyon Doorway Engine Feather Garden Harbour Island Junction Kite Lantern "
    "Mirror Needle Orchard Postcard Quill River Signal Telegram Umbrella Valley Window Winter"
).split()
_VERB = "Carry Chase Count Follow Forget Hold Keep Leave Light Outrun Paint Remember Wake".split()
_PLACE = "Málaga Tromsø Ghent Trieste Leith Porto Uppsala Galway Kraków Bremen Split Cádiz".split()
_SOUND = "Kolt Vexa Nima Droma Lume Ozka Tarn Rive Sola Zeph Myra Plex Halo Quor".split()
_TITLES = (
    *("{adjective} {noun}", "{noun} & {noun2}", "{verb} the {noun}", "The {noun}s") * 6,
    *("{verb} Me", "{adjective}", "{noun} in {place}", "Don't {verb} the {noun}") * 5,
    *(
        "The {noun} Song",
        "Last {noun} to {place}",
        "{verb}, {verb}, {verb}",
        "{adjective} Like the {noun}",
    )
    * 4,
    '{verb} Me (From "The {adjective} {noun}")',
    '"{adjective}"',
    "{adjective} \\ {noun}",
)
_FORMS = "Nocturne Prelude Étude Waltz Sonata Impromptu Elegy".split()
_KEYS = "C D-Flat D E-Flat E F F-Sharp G A-Flat A B-Flat B".split()

SHOWS = ("The Second Cup", "Rooms with Echo", "Small Engines, Long Roads")


def artist_name(rng: Random, acts: str, taken: Collection[str]) -> str:
    """Draws a name not yet taken; `acts` is `band`, `singer`, `producer` or `ensemble`."""
    name = _act(rng, acts)
    while name in taken:
        name = f"{rng.choice(_FIRST)} {rng.choice(_FIRST)} {rng.choice(_LAST)}"
    return name


def _act(rng: Random, acts: str) -> str:
    person = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    noun, sound = rng.choice(_NOUN), rng.choice(_SOUND)
    if acts == "band":
        return rng.choice((f"The {rng.choice(_ADJECTIVE)} {noun}s", f"{sound} {noun}", person))
    if acts == "producer":
        return rng.choice((f"{sound}{rng.choice(_SOUND).lower()}", f"DJ {sound} {noun}", person))
    if acts == "ensemble":
        group = rng.choice(("Trio", "Quartet", "Chamber Players"))
        return rng.choice((person, f"{rng.choice(_LAST)} {group}"))
    return person


def title(rng: Random) -> str:
    """Draws a title for an album or a track."""
    noun, noun2 = rng.sample(_NOUN, 2)
    return rng.choice(_TITLES).format(
        adjective=rng.choice(_ADJECTIVE),
        noun=noun,
        noun2=noun2,
        verb=rng.choice(_VERB),
        place=rng.choice(_PLACE),
    )


def track_title(rng: Random, guests: Collection[str], live: bool) -> str:
    """Draws a track's title with the additions that catalogues carry."""
    name = title(rng)
    if guests and rng.random() < 0.4:
        name += f" (feat. {' & '.join(guests)})"
    if live:
        name += f" - Live in {rng.choice(_PLACE)}"
    elif rng.random() < 0.02:
        name += f" - Remastered {rng.randint(2005, 2022)}"
    return name


def classical_title(rng: Random, key: int, mode: int) -> str:
    """Draws a title such as `Nocturne No. 3 in E-Flat Minor`, true to the track's key."""
    scale = "Major" if mode else "Minor"
    return f"{rng.choice(_FORMS)} No. {rng.randint(1, 24)} in {_KEYS[key]} {scale}"


def episode_name(rng: Random, number: int) -> str:
    """Draws the name of a podcast's episode."""
    return f"#{number}: {title(rng)}"

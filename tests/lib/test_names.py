from __future__ import annotations

import pytest
from hypothesis import example, given, strategies as st

from lib.names import artists, name, normalised
from lib.versions import other_song, version

#: Letters, accents, other scripts and the signs that titles are written with.
text = st.text("aeiouklmnrstxÉßøñ 0129жёйナガ한愛&+'’.,-–~()[]/;!$", min_size=1, max_size=30)
artist_names = st.lists(
    st.sampled_from(["Björk", "The Roots", "Кино", "坂本龍一", "Jay-Z", "AC/DC", "P!nk"]),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "means"),
    [
        ("Beyoncé", "beyonce"),
        ("  Don’t   STOP! ", "dont stop"),
        ("Rock & Roll", "rock and roll"),
        ("Rock 'n' Roll", "rock and roll"),
        ("Rockin' Around", "rocking around"),
        ("Ke$ha", "kesha"),
        ("P!nk", "pink"),
        ("Straße", "strasse"),
        ("Smørrebrød", "smorrebrod"),
        ("Звёзды", "звезды"),
        ("Мой", "мой"),
        ("ガンダム", "ガンダム"),
        ("ﾊﾟﾝﾀﾞ", "パンダ"),
        ("!!!", "!!!"),
        ("U Luv Me", "you love me"),
    ],
)
def test_one_spelling(told: str, means: str) -> None:
    assert normalised(told) == means


def test_marks_of_other_scripts_make_other_letters() -> None:
    assert normalised("ガラス") != normalised("カラス")
    assert normalised("й") != normalised("и")


@given(text)
def test_normalised_is_idempotent(told: str) -> None:
    assert normalised(normalised(told)) == normalised(told)


@pytest.mark.parametrize(
    ("told", "listed"),
    [
        ("Earth, Wind & Fire", ["earth", "wind", "fire"]),
        ("Zedd;Foxes", ["zedd", "foxes"]),
        ("Jorge e Mateus", ["jorge", "mateus"]),
        ("The Beatles", ["beatles"]),
        ("Los Apson", ["apson"]),
        ("Drake feat. Rihanna", ["drake", "rihanna"]),
        ("Skrillex vs. Diplo", ["skrillex", "diplo"]),
        ("Aníbal Troilo y su orquesta", ["anibal troilo"]),
        ("Nat King Cole Trio", ["nat king cole"]),
        ("Johann Sebastian Bach;Glenn Gould", ["glenn gould"]),
        ("Johann Sebastian Bach", ["johann sebastian bach"]),
        ("Jhay Cortez", ["jhayco"]),
        ("The The", ["the"]),
        ("!!!", ["!!!"]),
    ],
)
def test_artists(told: str, listed: list[str]) -> None:
    assert artists(told) == listed


@given(artist_names, st.sampled_from([";", ", ", " & ", " and ", " x "]), st.randoms())
def test_neither_order_nor_separator_of_artists_matters(
    listed: list[str], separator: str, random: object
) -> None:
    shuffled = sorted(listed, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert name(separator.join(shuffled), "Song").key == name(";".join(listed), "Song").key


@pytest.mark.parametrize(
    ("suffix", "told"),
    [
        (" - Remastered 2011", "remaster"),
        (" - 2011 Remaster", "remaster"),
        (" (Remasterizado)", "remaster"),
        (" - リマスター", "remaster"),
        (" - Live", "live"),
        (" - Live at Yankee Stadium, Bronx, NY - June 1990", "live"),
        (" (Ao Vivo)", "live"),
        (" - En Vivo En El Gran Rex / 2015", "live"),
        (" -Live-", "live"),
        (" - A COLORS SHOW", "live"),
        (" - Acústico", "acoustic"),
        (" (MTV Unplugged)", "acoustic"),
        (" - Radio Edit", "radio edit"),
        (" - Single Version / Mono", "radio edit"),
        (" - Mono Version", "mono"),
        (" - Stereo", "stereo"),
        (" (Deluxe Edition)", "deluxe"),
        (" - Bonus Track", "deluxe"),
        (" - Extended Mix", "extended"),
        (" - 12'' Version", "extended"),
        (" [Mixed]", "mixed"),
        (" - Demo", "demo"),
        (" - Original Mix", "original"),
        (" (Taylor’s Version)", "original"),
        (" - Re-Recorded", "original"),
        (" (中吉 ver.)", "original"),
        (" - Versión Salsa", "original"),
        (" - From “Deadpool” / Soundtrack Version", "original"),
        (' ("From Thithikkudhe")', "original"),
        (" - 電視劇《浮生六劫》主題曲", "original"),
        (' (из к/ф "Высота")', "original"),
    ],
)
def test_versions_of_one_song(suffix: str, told: str) -> None:
    recording, song = name("Someone", "Title" + suffix), name("Someone", "Title")
    assert recording.key == song.key
    assert recording.version == told
    assert recording.told != song.told


@pytest.mark.parametrize(
    ("suffix", "told"),
    [
        (" - Remix", "remix"),
        (" - Kaskade Remix", "remix"),
        (" - T-Mass & LZRD Remix", "remix"),
        (" - Tim Deluxe Radio Mix", "remix"),
        (" - Aaron Smith Live Bass Mix", "remix"),
        (" - VIP Mix", "remix"),
        (" - Someone vs Another", "original"),
        (" - Dub Version", "remix"),
        (" - Instrumental", "instrumental"),
        (" - Acoustic Instrumental", "instrumental"),
        (" (Karaoke Version)", "karaoke"),
        (" (オリジナル・カラオケ)", "karaoke"),
        (" (Made Famous by ABBA)", "cover"),
        (" - Sped Up", "sped up"),
        (" - Slowed + Reverb", "slowed"),
        (" - Reprise", "reprise"),
        (" - Japanese Version", "translation"),
        (" - Female Version", "arrangement"),
        (", Pt. 2", "original"),
        (" II", "original"),
        (" / Another Title", "original"),
    ],
)
def test_what_makes_another_song(suffix: str, told: str) -> None:
    other = name("Someone", "Title" + suffix)
    assert other.key != name("Someone", "Title").key
    assert other.version == told


def test_lengths_of_one_remix_are_one_song() -> None:
    assert name("A", "B - X Extended Mix").title == name("A", "B (X Radio Edit)").title
    assert name("A", "B - X Remix").title != name("A", "B - Y Remix").title


def test_parts_are_counted_in_one_way() -> None:
    assert (
        name("A", "B, Pt. II").title
        == name("A", "B (Part 2)").title
        == name("A", "B part two").title
    )


@pytest.mark.parametrize(
    "title",
    ["Title (feat. Guest & Other)", "Title feat. Guest, Other", "Title [with Guest & Other]"],
)
def test_guests_in_a_title_are_artists(title: str) -> None:
    read = name("Lead", title)
    assert read.key == name("Lead;Other;Guest", "Title").key
    assert read.lead == "lead"


def test_artists_that_a_title_repeats_say_nothing() -> None:
    assert name("A;B", "Title (A x B)").key == name("A;B", "Title").key


def test_only_a_version_as_title_is_the_title() -> None:
    assert name("A", "(Live)").title == "live"
    assert name("A", "Live Forever").title == "live forever"


def test_an_unknown_bracket_stays_but_may_be_left_out() -> None:
    read = name("The Platters", "Only You (And You Alone)")
    assert (read.title, read.short) == ("only you and you alone", "only you")
    assert name("A", "B (C Remix)").short == "b c remix"


@given(text, text)
@example("'", "’")
def test_no_key_is_empty(artist: str, title: str) -> None:
    read = name(artist if artist.strip() else "a", title if title.strip() else "a")
    assert all(read.artists)
    assert read.title
    assert read.short
    assert read.lead in read.artists


@given(
    st.text("abcdeklmnors жйガ愛", min_size=3, max_size=12).map(str.strip).filter(bool),
    st.sampled_from([" - Live", " - Remastered 2009", " (Deluxe)", " [Mono]", " - Radio Edit"]),
)
def test_a_version_never_changes_the_key(title: str, suffix: str) -> None:
    assert name("Artist", title + suffix).key == name("Artist", title).key


def test_a_part_is_not_both_a_version_and_another_song() -> None:
    for part in ("live", "radio edit", "remastered 2009", "original mix", "acoustic version"):
        assert version(part) is not None
    for part in ("remix", "karaoke version", "instrumental", "x club mix", "part 2"):
        assert version(part) is None
        assert other_song(part) is not None

"""Laws of matching: what must hold for any two names, however hostile."""

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from holdfast.model.party import Name, NameKind, Party
from holdfast.screen.judgement import judge
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener, compare
from holdfast.store.memory import MemoryWatchlist
from holdfast.text.name import MOST_WORDS, Family
from holdfast.text.reading import parse

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = st.sampled_from(list(Family))
WORDS = st.sampled_from(
    ["Jamal", "Mustafa", "Kecheng", "Yin", "José", "Müller", "Ivanova", "Grigoriyevich", "O'Brien", "al-Tikriti", "abd", "Rahman", "Абрамов", "Сергей", "محمد", "حسن", "永信", "王", "김", "ხობი", "Shipping", "Trading", "Holding", "Limited", "GmbH", "OOO", "Gazprom", "NIOEC", "National", "Iranian", "Oil", "Engineering", "3", "VII", "Technology", "Technologies", "International", "Bank", "de", "la", "J", "K"]
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ANYTHING = st.text(max_size=40)
PERSON = st.lists(
    st.sampled_from(
        [
            "Jamal",
            "Mustafa",
            "Kecheng",
            "José",
            "Müller",
            "Ivanova",
            "Grigory",
            "Baraka",
            "Tikriti",
            "Łukasz",
            "Çelik",
        ]
    ),
    min_size=2,
    max_size=4,
    unique=True,
)


def score(one: str, other: str, family: Family = Family.PERSON) -> float:
    return judge(parse(one, family), parse(other, family)).score


@given(NAMES | ANYTHING, NAMES | ANYTHING, FAMILIES)
@example("0", "\U00022b5e0", Family.PERSON)
@example("HO", "ხობი", Family.PERSON)
@settings(max_examples=200, deadline=None)
def test_it_does_not_matter_which_name_is_listed(one: str, other: str, family: Family) -> None:
    """Comparing is symmetric, and a score lies between 0 and 1, for any two texts."""
    there, back = score(one, other, family), score(other, one, family)
    assert there == pytest.approx(back, abs=1e-9)
    assert 0.0 <= there <= 1.0


@given(NAMES, FAMILIES)
@settings(max_examples=80, deadline=None)
def test_a_name_is_itself(name: str, family: Family) -> None:
    """Any name with words compared with itself, in capitals or not, is as good as identical."""
    assert score(name, name, family) >= 0.98
    assert score(name, name.upper(), family) >= 0.95


@given(PERSON, st.sampled_from([",", ".", "-", "  ", " \u200b", "\u00a0"]))
@settings(max_examples=60, deadline=None)
def test_signs_and_accents_say_nothing(words: list[str], sign: str) -> None:
    """Accents left out and other signs between the words leave a person's name what it is."""
    name = " ".join(words)
    plain = name.translate(str.maketrans("éüŁÇ", "eulc"))
    assert score(name, plain) >= 0.98
    assert score(name, f"{sign} ".join(words)) >= 0.98


@given(PERSON, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_hardly_matters_in_names_of_persons(words: list[str], dice: object) -> None:
    """Family names come first or last; the order costs next to nothing."""
    turned = list(words)
    dice.shuffle(turned)  # type: ignore[attr-defined]  # Hypothesis' Random
    assert score(" ".join(words), " ".join(turned)) >= 0.98


@given(st.lists(NAMES, min_size=1, max_size=4), NAMES, NAMES)
@settings(max_examples=15, deadline=None)
def test_another_alias_never_lowers_a_score(
    tmp_path_factory: pytest.TempPathFactory, aliases: list[str], added: str, asked: str
) -> None:
    """A party that gets one more name is found at least as well by any query."""
    best = []
    for names in (aliases, [*aliases, added]):
        party = Party("private:1", "Company", tuple(Name(text, NameKind.ALIAS) for text in names))
        folder: Path = tmp_path_factory.mktemp("derived")
        screener = Screener.open(MemoryWatchlist.of((party,), folder=folder))
        hits = screener.screen(Query("q", asked, "Company"), min_score=0.3)
        best.append(hits[0].score if hits else 0.0)
    assert best[1] >= best[0]


@pytest.mark.parametrize(
    ("disguised", "name"),
    [
        ("Integrity Tесhnоlogy", "Integrity Technology"),  # Cyrillic е, с, о
        ("Yin Kеchеng", "Yin Kecheng"),
        ("Y\u200bin\u202e Kecheng", "Yin Kecheng"),
        ("Ｙｉｎ Ｋｅｃｈｅｎｇ", "Yin Kecheng"),
        ("Yın Kecheng", "Yin Kecheng"),
    ],
)
def test_disguises_are_seen_through(disguised: str, name: str) -> None:
    """Look-alike letters, invisible and direction characters and wide forms change nothing."""
    assert compare(disguised, name, "Person")[0] >= 0.98


@pytest.mark.parametrize("piece", ["a ", "z", "王", "محمد ", "a-", "1 ", "(a ", "of ", "co ltd ", "abd al-"])
@pytest.mark.parametrize("family", list(Family))
def test_endless_names_are_read_to_a_bound(piece: str, family: Family) -> None:
    """Ten thousand letters become no more words than a name has, so comparing them cannot grow without bound."""
    endless = piece * (10_000 // len(piece))
    assert len(parse(endless, family).tokens) <= MOST_WORDS
    assert 0.0 <= score(endless, "Yin Kecheng", family) <= 1.0
    assert 0.0 <= score(endless, endless[1:], family) <= 1.0


@given(PERSON, st.sampled_from(["Zarbin", "Quvex", "Ostrander"]))
def test_the_longer_of_two_names_that_differ_alike_is_surer(words: list[str], more: str) -> None:
    """A legal form left out costs more where less agrees, so that two pairs seldom share a score."""
    short, long = " ".join(words), " ".join([*words, more])
    short_score, _ = compare(f"{short} LLC", short, "Company")
    long_score, _ = compare(f"{long} LLC", long, "Company")
    assert short_score < long_score < 1.0

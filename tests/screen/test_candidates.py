"""The cheap proof that a name is on no list loses nothing that a close comparison would find."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.model.party import Name, Party
from holdfast.screen.judgement import judge
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener
from holdfast.screen.validation import rewriting
from holdfast.sources.dossier import read_dossier
from holdfast.store.memory import MemoryWatchlist
from holdfast.text.name import family_of
from holdfast.text.reading import readings

OWN = (
    ("Person", "KALEEM, Musa"), ("Person", "LEON ALVARADO, Samuel"), ("Person", "Hernandez Lechuga, Lucio"),
    ("Person", "Mahmood, Bashir Ud Din"), ("Person", "Petrova, Olga Nikolaevna"), ("Person", "AL-TIKRITI, Jamal Mustafa"),
    ("Organization", "FARS NEWS AGENCY"), ("Company", "KHAZAR STEEL CO."), ("Company", "JINSONG JOINT BANK"),
    ("Company", "ELLISSA GROUP CONGO"), ("Company", "Kovrov Mechanical Plant PJSC"), ("Company", "MDS Import Export"),
    ("Company", "Swiss International Real Estate Portfolio AG"), ("Organization", "Helpers of Islam"),
    ("Vessel", "Ondara Leigh"), ("Company", "Oil Gas Consulting - Victoria Holding, Ltd."),
)  # fmt: skip
LEAST = 0.82
SLIPS = (
    rewriting.swap_letters, rewriting.leave_letter_out, rewriting.double_letter, rewriting.change_vowel,
    rewriting.drop_accents, rewriting.join_words, rewriting.turn_order, rewriting.lower, rewriting.drop_form,
)  # fmt: skip


@pytest.fixture(scope="module")
def parties() -> tuple[Party, ...]:
    own = tuple(Party(f"private:{place}", kind, (Name(name),)) for place, (kind, name) in enumerate(OWN))
    return (*read_dossier().parties, *own)


@pytest.fixture(scope="module")
def screener(parties: tuple[Party, ...], tmp_path_factory: pytest.TempPathFactory) -> Screener:
    return Screener.open(MemoryWatchlist.of(parties, folder=tmp_path_factory.mktemp("derived")))


def judged(asked: str, name: str, schema: str) -> float:
    """The score of the closest comparison."""
    family = family_of(schema)
    if family is None:
        return 0.0
    pairs = ((one, other) for one in readings(asked, family) for other in readings(name, family))
    return max((judge(one, other).score for one, other in pairs), default=0.0)


@pytest.mark.parametrize("written", ["Musa KAEEM", "FARS NEVS AGENCY", "KHAZAR STEL CO.", "Sauel LEON ALVARADO",
    "JINSONG JOENT BANK", "ELLISSA GROUP COONGO", "Kovrov Mechanical Pant", "MDS Imort Export", "H. of Islam"])  # fmt: skip
def test_one_slip_in_any_word_is_found(screener: Screener, written: str) -> None:
    """A slip in a name or in a word of business, also in a part of a phrase, hides nobody whom it still resembles."""
    best = max(judged(written, name, schema) for schema, name in OWN)
    assert best >= LEAST
    assert screener.screen(Query("q", written), min_score=LEAST)


def test_what_is_judged_alike_is_found(screener: Screener, parties: tuple[Party, ...]) -> None:
    """Every name of every party, written with one slip: whatever a close comparison puts at the threshold is found."""
    dice = random.Random(5)
    missed, asked = [], 0
    for party in parties:
        for name in party.names:
            for slip in SLIPS:
                written = slip(name.text, dice)
                if not written or judged(written, name.text, party.type) < LEAST:
                    continue
                asked += 1
                hits = screener.screen(Query("q", written, party.type), top=100, min_score=LEAST)
                if not any(party.id in {hit.party, *hit.same_as} for hit in hits):
                    missed.append((written, name.text))
    assert asked > 200
    assert len(missed) <= 0.01 * asked, missed


WORDS = st.sampled_from(
    [
        "musa",
        "kaleem",
        "samuel",
        "leon",
        "alvarado",
        "olga",
        "petrova",
        "fars",
        "news",
        "agency",
        "khazar",
        "steel",
        "bank",
        "joint",
        "group",
        "trading",
        "company",
        "ltd",
        "petr",
        "7",
        "seven",
        "al",
        "mustafa",
        "jamal",
        "j.",
        "congo",
        "islam",
        "ondara",
        "leigh",
        "zhou",
        "shuai",
        "technology",
        "sichuan",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS, min_size=1, max_size=5), st.sampled_from(["Person", "Company", "Vessel"]))
def test_the_proof_agrees_with_comparing_everything(
    screener: Screener, parties: tuple[Party, ...], chosen: list[str], schema: str
) -> None:
    """Names made of listed words: the parties shown are those that a comparison with every listed name would show."""
    written = " ".join(chosen)
    family = family_of(schema)
    same = [party for party in parties if family_of(party.type) is family]
    expected = {
        party.id for party in same if max(judged(written, name.text, schema) for name in party.names) >= LEAST
    }
    hits = screener.screen(Query("q", written, schema), top=1000, min_score=LEAST)
    shown = {hit.party for hit in hits} | {twin for hit in hits for twin in hit.same_as}
    assert expected <= shown


@pytest.mark.parametrize("hostile", ["", " ", "a", "\u200b\u202e", "x" * 10_000, "al " * 3000, "(" * 5000,
    "mohammed " * 500, "\ud800", "1" * 9000, "ab" * 20, "é" * 3000, "а" * 39 + "b"])  # fmt: skip
def test_hostile_names_are_answered(screener: Screener, hostile: str) -> None:
    """Nothing that can be typed breaks the look-up, alone or beside an ordinary name in the same block."""
    queries = [Query("1", hostile), Query("2", "Musa Kaleem", "Person")]
    answers = {query.id: hits for query, hits in screener.screen_many(queries)}
    assert answers["2"]
    assert screener.screen(queries[0]) == answers["1"]

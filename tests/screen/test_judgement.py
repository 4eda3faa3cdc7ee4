"""Two names get a score that does not depend on how they happen to be written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.screen.judgement import judge
from holdfast.text.name import Family
from holdfast.text.reading import parse

PERSON = st.lists(
    st.sampled_from(
        ["Jamal", "Mustafa", "Yin", "Kecheng", "José", "Müller", "Ivanova", "O'Brien", "al-Tikriti"]
    ),
    min_size=2,
    max_size=4,
    unique=True,
)


def score(one: str, other: str, family: Family = Family.PERSON) -> float:
    return judge(parse(one, family), parse(other, family)).score


@given(PERSON)
@settings(max_examples=60, deadline=None)
def test_case_and_order_hardly_matter(words: list[str]) -> None:
    """The same words in capitals score 1, and in another order nearly so."""
    name = " ".join(words)
    assert score(name, name.upper()) == pytest.approx(1.0)
    assert score(name, " ".join(reversed(words))) >= 0.98


@given(PERSON, PERSON)
@settings(max_examples=60, deadline=None)
def test_symmetric(one: list[str], other: list[str]) -> None:
    """Which of the two names is the listed one does not change the score."""
    assert score(" ".join(one), " ".join(other)) == pytest.approx(score(" ".join(other), " ".join(one)))


@pytest.mark.parametrize(
    ("alike", "unlike", "family"),
    [
        (("Jon Smith", "John Smith"), ("Jon Smith", "John Baker"), Family.PERSON),
        (("Jamal al-Tikriti", "Jamal Mustafa al-Tikriti"), ("Jamal Sultan al-Tikriti", "Jamal Mustafa al-Tikriti"), Family.PERSON),
        (("Acme Shipping Ltd", "ACME SHIPPING LIMITED"), ("Acme Shipping Ltd", "Delta Shipping Ltd"), Family.ORGANISATION),
        (("Leasing 3 GmbH", "Leasing 3 GmbH"), ("Leasing 3 GmbH", "Leasing 6 GmbH"), Family.ORGANISATION),
    ],
)  # fmt: skip
def test_what_tells_apart_tells_apart(
    alike: tuple[str, str], unlike: tuple[str, str], family: Family
) -> None:
    """A variant scores clearly above a contradiction."""
    assert score(*alike, family) > score(*unlike, family) + 0.1

"""The grammar of remarks: nothing is lost, whatever is printed."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.sources.dates import read_span
from holdfast.sources.remarks import Remarks, read_remarks, split_items

WORDS = st.text(alphabet=st.sampled_from("abcXYZ019 ().'-,/"), min_size=1, max_size=14)
LABELS = st.sampled_from(
    [
        "Passport",
        "alt. Passport",
        "Website",
        "Linked To:",
        "a.k.a. 'N'",
        "a.k.a. '",
        "Zzz",
        "Tax ID No.",
        "POB",
        "Digital Currency Address - XBT",
        "Vessel Registration Identification IMO",
        "Legal Entity Number",
        "son of",
    ]
)
REMARKS = st.lists(st.tuples(LABELS, WORDS).map(" ".join), min_size=1, max_size=6).map("; ".join)


def _kept(remarks: Remarks) -> str:
    identifiers = [f"{i.label} {i.value} {i.country} {i.note}" for i in remarks.identifiers]
    others = [a.text for a in remarks.aliases] + [d.text for d in remarks.dates]
    features = [f"{f.label} {f.value}" for f in remarks.features]
    relations = [f"{r.target_name} {r.note}" for r in remarks.relations]
    return " ".join([*identifiers, *others, *features, *relations, *remarks.leftovers])


@settings(max_examples=200)
@given(REMARKS)
def test_every_word_is_parsed_or_left_over(text: str) -> None:
    """Each word of arbitrary remarks stands in what was read or in the leftovers; only label words may go."""
    kept = set(re.findall(r"\w+", _kept(read_remarks(text)).lower()))
    labels = {"a", "k", "alt", "linked", "to", "of", "digital", "currency", "address"}
    assert set(re.findall(r"\w+", text.lower())) - labels <= kept


@settings(max_examples=200)
@given(st.text(max_size=80))
def test_items_joined_again_are_the_text(text: str) -> None:
    """Splitting loses nothing but blanks and the semicolons between items."""
    bare = re.sub(r"[\s;]", "", text)
    assert re.sub(r"[\s;]", "", "".join(split_items(text))) == bare


@settings(max_examples=200)
@given(st.text(max_size=30))
def test_any_text_is_a_span_or_none(text: str) -> None:
    """A printed date never raises, and a span never ends before it starts."""
    span = read_span(text)
    assert span is None or span.low <= span.high

"""Regular expressions that make a backtracking matcher run for hours, over the texts that make it do so.

A test that hangs is the failure; no time is asserted.
"""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.hunt.modifiers import RuleError
from holdfast.hunt.pack import Pack, compile_pack
from holdfast.hunt.parse import RuleSet, parse_rule

CATASTROPHIC = {
    r"(a+)+$": True,
    r"(a|a)*b": False,
    r"(a*)*b": False,
    r"(.*a){30}b": False,
    r"(x+x+)+y": False,
    r"(a?){60}a{60}": True,
    r"(?:a|aa|aaa|b)*?c$": False,
    r"(?:.*?,){50}P": False,
    r"\w*\w*\w*\w*\w*!": False,
    r".*.*.*.*=.*": False,
    r"^.*(ab|ba)*.{200}c.{200}$": False,
    r"[a-z]{500,1000}[0-9]{500,1000}x": False,
    r"^(([a-z])+.)+[A-Z]([a-z])+$": False,
}
"""Each with whether it is true of a long run of a."""
REFUSED = [
    r"(a)\1+b",
    r"(?=a+)b",
    r"(((a{1,30}){1,30}){1,30})b",
    r"(.{0,500}a){5}",
    r"(?<!a)b",
    "a" * 3 + "{1,99999}",
]
"""Those whose time or size no automaton bounds."""


def pack(*expressions: str) -> Pack:
    """A rule for each."""
    found = RuleSet()
    for number, expression in enumerate(expressions):
        detection: dict[str, Any] = {"s": {"A|re": expression}, "condition": "s"}
        document = {
            "title": "t",
            "id": str(number),
            "logsource": {"category": "test"},
            "detection": detection,
        }
        found.rules.append(parse_rule(document, "t.yml", {}))
    return compile_pack(found)


@pytest.mark.parametrize("text", ["a" * 1_000_000, "a" * 1_000_000 + "\n", "," * 100_000])
def test_they_are_answered_all_at_once(text: str) -> None:
    """In one pass over a million characters."""
    answered = pack(*CATASTROPHIC).matchers["A"].ask(text)
    if text.startswith("a"):
        assert {*CATASTROPHIC.values()} == {True, False}
        names = [*CATASTROPHIC]
        assert {names[atom] for atom in answered} == {name for name in names if CATASTROPHIC[name]}


@pytest.mark.parametrize("expression", REFUSED)
def test_what_cannot_be_bounded_does_not_load(expression: str) -> None:
    """With the reason."""
    with pytest.raises(RuleError, match="cannot be run in linear time"):
        pack(expression)


PIECES = st.recursive(
    st.sampled_from(["a", "b", ".", r"\w", "[ab]", "^", "$"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("(?:{0[0]}|{0[1]})".format),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "*?", "{2,9}", "{30}"])).map(
            "(?:{0[0]}){0[1]}".format
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=40)
@given(st.lists(PIECES, min_size=1, max_size=4))
def test_nested_repetition_of_any_kind_ends(expressions: list[str]) -> None:
    """Whatever is nested in whatever: refused, or answered."""
    loaded = []
    for expression in expressions:
        try:
            pack(expression)
        except RuleError:
            continue
        loaded.append(expression)
    if loaded:
        matcher = pack(*loaded).matchers["A"]
        for text in ("a" * 20_000, "ab" * 10_000 + "c", ""):
            assert set(matcher.ask(text)) <= set(range(len(loaded)))

"""What ignoring case means, over letters whose cases are odd; and the parts of keywords that are looked for first."""

import fnmatch

from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.hunt.keywords import CUT, LONGEST, cut
from holdfast.hunt.matcher import build
from holdfast.hunt.pattern import Pattern, parse_pattern
from holdfast.hunt.rule import Atom

LETTERS = st.text(
    "kKsSiIaA\N{KELVIN SIGN}\N{LATIN SMALL LETTER LONG S}İıßẞäÄΣςσ\N{ANGSTROM SIGN}-1", max_size=6
)
PATTERNS = st.text("kKsSiIaAſİıäÄΣ1?*", min_size=1, max_size=5)


def says(pattern: Pattern, value: str) -> bool:
    """The wildcards by the standard library, character by character."""
    text = "".join(token if isinstance(token, str) else "*?"[token] for token in pattern.tokens)
    if not pattern.cased:
        text, value = text.lower(), value.lower()
    return fnmatch.fnmatchcase(value, text)


@given(st.lists(st.tuples(PATTERNS, st.booleans()), min_size=1, max_size=4), st.lists(LETTERS, max_size=8))
@example([("K", False), ("ſ", False), ("k?", False)], ["\N{KELVIN SIGN}", "s", "S\N{KELVIN SIGN}s"])
def test_case_is_ignored_by_unicode_and_kept_where_it_is_asked_for(
    texts: list[tuple[str, bool]], values: list[str]
) -> None:
    """Patterns that ignore case compare lower case with lower case; the others compare what is written."""
    patterns = [Pattern(parse_pattern(text).tokens, cased).contained() for text, cased in texts]
    matcher = build([(number, Atom("A", "text", (pattern,))) for number, pattern in enumerate(patterns)])
    for value in filter(None, values):
        wanted = {number for number, pattern in enumerate(patterns) if says(pattern, value)}
        assert set(matcher.ask(value)) == wanted, value
    assert [set(one) for one in matcher.answers(values)] == [set(matcher.ask(value)) for value in values]


@given(st.text(min_size=1, max_size=40))
def test_a_core_is_a_part_of_its_keyword(piece: str) -> None:
    """So whatever holds the keyword holds the core."""
    core = cut(piece)
    assert core in piece
    assert min(len(piece), CUT) <= len(core) <= max(LONGEST, min(len(piece), CUT))

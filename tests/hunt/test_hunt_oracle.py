"""The evaluation against an oracle: pySigma reads the rule, and its tree is asked of one event at a time, plainly.

pySigma (LGPL) is a dependency of the tests alone. It shares no code with Holdfast, which parses rules itself and asks
all of them of many events at once.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule
from sigma.types import (
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaString,
    SpecialChars,
)

from holdfast.hunt.evaluate import Evaluator
from holdfast.hunt.pack import compile_pack
from holdfast.hunt.parse import RuleSet, parse_rule
from holdfast.records.logs.block import Record, gather
from holdfast.records.logs.sorting import Sorter

Event = Mapping[str, Any]
FIELDS = ["A", "B", "Image"]
ABSENT = object()


# The oracle --------------------------------------------------------------------------------------------------------


def holds(tree: Any, event: Event) -> bool:
    """Two-valued: what is asked of an absent field is false."""
    match tree:
        case ConditionAND():
            return all(holds(one, event) for one in tree.args)
        case ConditionOR():
            return any(holds(one, event) for one in tree.args)
        case ConditionNOT():
            return not holds(tree.args[0], event)
        case ConditionFieldEqualsValueExpression():
            return asks(tree.value, event.get(tree.field, ABSENT), event, present=tree.field in event)
        case ConditionValueExpression():
            whole = "\n".join(text(value) for value in event.values() if value is not None)
            return re.search(expression(as_string(tree.value)), whole, re.IGNORECASE | re.DOTALL) is not None
    raise AssertionError(tree)


def as_string(value: Any) -> SigmaString:
    """A keyword; not by way of its text, which has lost the escapes."""
    return value if isinstance(value, SigmaString) else SigmaString(str(value))


def asks(value: Any, found: Any, event: Event, *, present: bool) -> bool:
    if isinstance(value, SigmaExists):
        return present == value.exists
    if isinstance(value, SigmaExpansion):
        return any(asks(one, found, event, present=present) for one in value.values)
    if isinstance(value, SigmaNull):
        return found in (ABSENT, None, "") if not isinstance(found, list) else not found
    if found is ABSENT or found is None:
        return False
    if isinstance(found, list):
        return any(asks(value, one, event, present=True) for one in found)
    return fits(value, text(found), event)


def fits(value: Any, found: str, event: Event) -> bool:
    match value:
        case SigmaCasedString():
            return re.fullmatch(expression(value), found, re.DOTALL) is not None
        case SigmaString():
            return re.fullmatch(expression(value), found, re.IGNORECASE | re.DOTALL) is not None
        case SigmaBool():
            return found.lower() == str(value.boolean).lower()
        case SigmaNumber():
            return found == str(value.number)
        case SigmaRegularExpression():
            flags = 0
            for flag in value.flags:
                flags |= value.sigma_to_python_flags[flag]
            return re.search(str(value.regexp.to_plain()), found, flags) is not None
        case SigmaCIDRExpression():
            try:
                return ipaddress.ip_address(found) in value.network
            except ValueError:
                return False
        case SigmaCompareExpression():
            return compares(found, value.op.name, float(value.number.number))
        case SigmaFieldReference():
            return refers(value, found, event.get(value.field, ABSENT))
    raise AssertionError(value)


def expression(value: SigmaString) -> str:
    wild = {SpecialChars.WILDCARD_MULTI: ".*", SpecialChars.WILDCARD_SINGLE: "."}
    return "".join(re.escape(part) if isinstance(part, str) else wild[part] for part in value.s)  # type: ignore[index]  # no placeholders here


def compares(found: str, operator: str, bound: float) -> bool:
    try:
        number = float(found)
    except ValueError:
        return False
    return {"LT": number < bound, "LTE": number <= bound, "GT": number > bound, "GTE": number >= bound}[
        operator
    ]


def refers(value: SigmaFieldReference, found: str, other: Any) -> bool:
    if other is ABSENT or other is None:
        return False
    if isinstance(other, list):
        return any(refers(value, found, one) for one in other)
    left, right = found.lower(), text(other).lower()
    if value.starts_with:
        return left.startswith(right)
    return left.endswith(right) if value.ends_with else left == right


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# Rules and events --------------------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.text("aAbBä\\*?-/ .", min_size=1, max_size=5),
    st.sampled_from([r"C:\a\b.exe", r"a\*b", r"\\a", "-a b", "/a-b", "a\nb", "1", "0", "true", "10", "-", "%a%", "YWI=", "a b"]),
)  # fmt: skip
EXPRESSIONS = st.sampled_from(
    ["a+b", "^A", "b\\.", "[ab]{2}", "a.b", "(a|B)\\b", "\\\\a", "^$", "\\d+", "^b"]
)
NETWORKS = st.sampled_from(["10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32", "10.1.2.3/32"])
ADDRESSES = st.sampled_from(["10.1.2.3", "11.0.0.1", "192.168.1.77", "2001:db8::1", "fe80::1", "a"])
LINES: list[tuple[str, st.SearchStrategy[Any]]] = [
    ("", st.one_of(TEXTS, st.integers(0, 10), st.none(), st.booleans())),
    ("contains", TEXTS),
    ("startswith", TEXTS),
    ("endswith", TEXTS),
    ("contains|all", TEXTS),
    ("cased", TEXTS),
    ("contains|cased", TEXTS),
    ("windash|contains", TEXTS),
    ("contains|all|windash", TEXTS),
    ("base64", st.text("ab ", min_size=1, max_size=3)),
    ("base64offset|contains", st.text("ab ", min_size=1, max_size=3)),
    ("wide|base64offset|contains", st.text("ab ", min_size=1, max_size=3)),
    ("re", EXPRESSIONS),
    ("re|i", EXPRESSIONS),
    ("re|s", EXPRESSIONS),
    ("re|m", EXPRESSIONS),
    ("cidr", NETWORKS),
    ("lt", st.integers(-2, 11)),
    ("gte", st.integers(-2, 11)),
    ("gt", st.integers(-2, 11)),
    ("lte", st.integers(-2, 11)),
    ("fieldref", st.sampled_from(FIELDS)),
    ("fieldref|startswith", st.sampled_from(FIELDS)),
    ("fieldref|endswith", st.sampled_from(FIELDS)),
    ("exists", st.booleans()),
    ("neq", TEXTS),
]
SINGLE = {"exists"}
CONDITIONS = st.sampled_from([
    "s0", "not s0", "s0 and not s1", "s0 or s1", "1 of s*", "all of s*", "all of them", "1 of them", "not 1 of s*",
    "not (s0 and s1)", "s0 and (s1 or not s0)", "not all of s*", "not s0 and not s1",
])  # fmt: skip


@st.composite
def lines(draw: st.DrawFn) -> dict[str, Any]:
    """A selection: one to three lines, all of which must hold."""
    selection = {}
    for _ in range(draw(st.integers(1, 3))):
        modifiers, values = draw(st.sampled_from(LINES))
        value = draw(values)
        if modifiers not in SINGLE and (draw(st.booleans()) or "all" in modifiers):
            value = draw(st.lists(values, min_size=2, max_size=3))
        name = draw(st.sampled_from(FIELDS))
        selection[f"{name}|{modifiers}" if modifiers else name] = value
    return selection


SELECTIONS = st.one_of(lines(), lines(), st.lists(lines(), min_size=1, max_size=2))
RULES = st.builds(
    lambda one, other, condition: {"s0": one, "s1": other, "condition": condition},
    SELECTIONS,
    SELECTIONS,
    CONDITIONS,
)
VALUES = st.one_of(
    TEXTS, st.none(), st.just(""), st.integers(-1, 11), st.booleans(), ADDRESSES, st.lists(TEXTS, min_size=1, max_size=2)
)  # fmt: skip
EVENTS = st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES), min_size=1, max_size=8)


def evaluated(detections: list[dict[str, Any]], events: list[dict[str, Any]]) -> list[list[int]]:
    """Positions of the events that each rule matches, by Holdfast: all rules over all events at once."""
    source = {"category": "test"}
    found = RuleSet()
    for number, detection in enumerate(detections):
        document = {"title": "t", "id": str(number), "logsource": source, "detection": detection}
        found.rules.append(parse_rule(yaml.safe_load(yaml.safe_dump(document)), "t.yml", {}))
    evaluator = Evaluator(compile_pack(found))
    sorter = Sorter()
    rows = [
        Record(*sorter.sort({"logsource": source, **event}), number, None)
        for number, event in enumerate(events)
    ]
    places: list[list[int]] = [[] for _ in detections]
    for blocks in gather([("x", rows)]):
        for block in blocks:
            for hit in evaluator.hits(block):
                places[int(hit.rule.id)].extend(int(block.origin(place).record or 0) for place in hit.places)
    return [sorted(one) for one in places]


def expected(detection: dict[str, Any], events: list[dict[str, Any]]) -> list[int] | None:
    """The same by pySigma; ``None`` where it refuses the rule."""
    document = {"title": "t", "logsource": {"category": "test"}, "detection": detection}
    try:
        trees = [one.parsed for one in SigmaRule.from_dict(document).detection.parsed_condition]
    except SigmaError:
        return None
    return [place for place, event in enumerate(events) if any(holds(tree, event) for tree in trees)]


@settings(max_examples=150)
@given(st.lists(RULES, min_size=1, max_size=5), EVENTS)
@example([{"s0": {"A": "x"}, "s1": {"B|contains": "y"}, "condition": "s0 and not s1"}], [{"A": "x"}])
@example(
    [{"s0": {"A": None}, "s1": {"B": ""}, "condition": "s0 or s1"}], [{}, {"A": ""}, {"A": "-", "B": ""}]
)
def test_as_pysigma_reads_it(rules: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
    """Random rules over random events match exactly what pySigma's reading of the rule says of each event alone."""
    pairs = [(rule, wanted) for rule in rules if (wanted := expected(rule, events)) is not None]
    found = evaluated([rule for rule, _ in pairs], events)
    assert found == [wanted for _, wanted in pairs]


@settings(max_examples=40)
@given(st.lists(st.text("abAB \\", min_size=3, max_size=6), min_size=1, max_size=3), EVENTS, st.booleans())
@example(["\\" * 3], [{"A": "C:\\a\\b.exe"}, {"A": "\\" * 2 + "a"}], False)
def test_keywords_as_pysigma_reads_them(
    words: list[str], events: list[dict[str, Any]], everything: bool
) -> None:
    """A search that names no field looks at every value of the event."""
    detection = {"s0": {"|all": words} if everything else words, "condition": "s0"}
    wanted = expected(detection, events)
    if wanted is not None:
        named = [{**event, "logsource": {"category": "test"}} for event in events]
        assert evaluated([detection], events) == [expected(detection, named)]

"""All questions about one field, answered for one value at a time and remembered.

Texts are put to Hyperscan, all patterns of all rules in one pass. Whole values are looked up in a table. The rest
(networks, numbers, parts of a time) are functions. Answers are kept by value, since logs repeat themselves.

*Case.* A pattern that ignores case is true of a value if it stands in the value in lower case, by Unicode's rules.
Hyperscan ignores the case of ASCII letters alone, so a value of ASCII is scanned as it is. Any other is scanned twice:
in lower case for the patterns that ignore case, and as it is for those that do not.
https://intel.github.io/hyperscan/dev-reference/
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from holdfast.hunt.pattern import MANY
from holdfast.hunt.regex import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from holdfast.hunt.pattern import Pattern
    from holdfast.hunt.rule import Atom
    from holdfast.model.event import Value

REMEMBERED = 16 << 20
"""Bytes of the values of a field whose answers are kept, roughly."""
ENTRY = 256
"""Bytes that remembering an answer takes besides the value."""
REMEMBERED_LENGTH = 4096
"""Characters of a value above which its answer is not kept."""
LARGEST_PROGRAM = 3000
"""Instructions of an RE2 program above which an expression is not given to Hyperscan, whose compiler may be slow."""

Atoms = tuple[int, ...]
Expression = tuple[str, int]
"""An expression and its flags of Hyperscan."""


@dataclass(slots=True)
class Scanner:
    """A Hyperscan database, and which atoms each of its patterns answers."""

    atoms: list[Atoms]
    """By number of the pattern; those that ignore case come first."""
    caseless: int
    """How many patterns ignore case."""
    blob: bytes | memoryview
    """The serialised database."""
    _database: Any = None

    def scan(self, value: str) -> Iterable[int]:
        """Atoms with a pattern in the value; one may come more than once."""
        found = self._numbers(value)
        if not value.isascii():
            found = [number for number in found if number >= self.caseless]
            found += [number for number in self._numbers(value.lower()) if number < self.caseless]
        atoms = self.atoms
        return [atom for number in found for atom in atoms[number]]

    def _numbers(self, text: str) -> list[int]:
        """Patterns that stand in the text."""
        if self._database is None:
            self._database = _load(self.blob)
        found: list[int] = []
        self._database.scan(text.encode("utf-8", "replace"), match_event_handler=_note, context=found.append)
        return found


def _note(number: int, _start: int, _end: int, _flags: int, note: Callable[[int], None]) -> None:
    note(number)


def _load(blob: bytes | memoryview) -> Any:
    import hyperscan

    database = hyperscan.loadb(bytes(blob), hyperscan.HS_MODE_BLOCK)
    database.scratch = hyperscan.Scratch(database)
    return database


@dataclass(slots=True)
class Matcher:
    """The questions about one field."""

    exact: dict[str, Atoms] = field(default_factory=dict)
    """Atoms by whole value in lower case."""
    exact_cased: dict[str, Atoms] = field(default_factory=dict)
    anything: Atoms = ()
    """Atoms true for any text."""
    null: Atoms = ()
    """Atoms true for null, the empty text and an absent field."""
    exists: Atoms = ()
    """Atoms true whenever the field is there."""
    scanner: Scanner | None = None
    """All patterns and expressions."""
    tests: list[tuple[int, Callable[[str], bool]]] = field(default_factory=list)
    """Atoms that are functions of the text."""
    expressions: list[tuple[int, str, str]] = field(default_factory=list)
    """Atoms with an expression that Hyperscan does not take, or that must be asked of the empty text."""
    longest: int = 0
    """Characters of the longest whole value that is asked for."""
    _answers: dict[Value, Atoms] = field(default_factory=dict)
    _size: int = 0

    def answers(self, values: Sequence[Value]) -> list[Atoms]:
        """For each value the atoms that are true of it."""
        known = list(map(self._answers.get, values))
        return [self.ask(values[place]) if answer is None else answer for place, answer in enumerate(known)]

    def ask(self, value: Value) -> Atoms:
        """The atoms that are true of the value."""
        answer = self._answers.get(value)
        if answer is None:
            answer = self._ask(value)
            size = size_of(value)
            if size <= REMEMBERED_LENGTH:
                if self._size + size + ENTRY > REMEMBERED:
                    self.forget()
                self._size += size + ENTRY
                self._answers[value] = answer
        return answer

    def forget(self) -> None:
        """Let go of the answers."""
        self._answers.clear()
        self._size = 0

    def _ask(self, value: Value) -> Atoms:
        if value is None:
            return self.exists + self.null
        if isinstance(value, tuple):
            return tuple({atom for one in value for atom in self._ask(one)} | set(self.exists))
        found = [*self.exists, *self.anything]
        if not value:
            found += self.null
        if len(value) <= self.longest:
            found += self.exact.get(value.lower(), ())
            found += self.exact_cased.get(value, ())
        if self.scanner is not None and value:
            found += self.scanner.scan(value)
        for atom, test in self.tests:
            if test(value):
                found.append(atom)
        for atom, expression, flags in self.expressions:
            if (flags[:1] != "E" or not value) and compiled(expression, flags.removeprefix("E")).search(
                value
            ):
                found.append(atom)
        return tuple(set(found))


def size_of(value: Value) -> int:
    """Characters of a value."""
    if isinstance(value, tuple):
        return sum(map(len, value))
    return 0 if value is None else len(value)


def build(atoms: Sequence[tuple[int, Atom]]) -> Matcher:
    """The matcher of all atoms of one field; compiles their patterns."""
    matcher = Matcher()
    exact: dict[str, list[int]] = {}
    exact_cased: dict[str, list[int]] = {}
    caseless: dict[Expression, list[int]] = {}
    cased: dict[Expression, list[int]] = {}
    for number, atom in atoms:
        if atom.operation == "text":
            for pattern in atom.arguments:
                _place(matcher, number, pattern, (exact, exact_cased), (caseless, cased))
        elif atom.operation == "regex":
            for expression, flags in atom.arguments:
                _place_expression(matcher, number, expression, flags, cased)
        elif atom.operation == "null":
            matcher.null += (number,)
        elif atom.operation == "exists":
            matcher.exists += (number,)
    matcher.exact = {text: tuple(numbers) for text, numbers in exact.items()}
    matcher.exact_cased = {text: tuple(numbers) for text, numbers in exact_cased.items()}
    matcher.longest = max(map(len, (*exact, *exact_cased)), default=0)
    matcher.scanner = _scanner(matcher, caseless, cased)
    add_tests(matcher, atoms)
    return matcher


def add_tests(matcher: Matcher, atoms: Iterable[tuple[int, Atom]]) -> None:
    """Give the matcher the questions that are functions; they are made anew when a pack is loaded."""
    for number, atom in atoms:
        make = _TESTS.get(atom.operation)
        if make is not None:
            matcher.tests.append((number, make(*atom.arguments)))


def _place(
    matcher: Matcher,
    number: int,
    pattern: Pattern,
    exact: tuple[dict[str, list[int]], dict[str, list[int]]],
    scanned: tuple[dict[Expression, list[int]], dict[Expression, list[int]]],
) -> None:
    literal = pattern.literal
    if literal is not None:
        exact[pattern.cased].setdefault(literal if pattern.cased else literal.lower(), []).append(number)
    elif pattern.tokens and all(token == MANY for token in pattern.tokens):
        matcher.anything += (number,)
    else:
        scanned[pattern.cased].setdefault((pattern.expression(), _flags(pattern)), []).append(number)


def _flags(pattern: Pattern) -> int:
    import hyperscan

    bits = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_DOTALL
    if pattern.wide:
        bits |= hyperscan.HS_FLAG_UTF8
    elif not pattern.cased:
        bits |= hyperscan.HS_FLAG_CASELESS
    return int(bits)


def _place_expression(
    matcher: Matcher, number: int, expression: str, flags: str, cased: dict[Expression, list[int]]
) -> None:
    import hyperscan

    program = compiled(expression, flags)
    if program.search(""):
        matcher.expressions.append((number, expression, "E" + flags))
    if program.programsize > LARGEST_PROGRAM:
        matcher.expressions.append((number, expression, flags))
        return
    bits = hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_ALLOWEMPTY
    bits |= hyperscan.HS_FLAG_CASELESS if "i" in flags else 0
    bits |= hyperscan.HS_FLAG_MULTILINE if "m" in flags else 0
    bits |= hyperscan.HS_FLAG_DOTALL if "s" in flags else 0
    cased.setdefault((expression, int(bits)), []).append(number)


def _scanner(
    matcher: Matcher, caseless: dict[Expression, list[int]], cased: dict[Expression, list[int]]
) -> Scanner | None:
    """The patterns compiled; expressions that Hyperscan refuses go to RE2."""
    keys = [*caseless, *cased]
    blob = _compile(keys) if keys else None
    if keys and blob is None:
        for key in [key for key in cased if _compile([key]) is None]:
            flags = _letters(key[1])
            matcher.expressions.extend((number, key[0], flags) for number in cased.pop(key))
        keys = [*caseless, *cased]
        blob = _compile(keys) if keys else None
    if blob is None:
        return None
    return Scanner([tuple(numbers) for numbers in (*caseless.values(), *cased.values())], len(caseless), blob)


def _letters(flags: int) -> str:
    """The flags of an expression as Sigma writes them."""
    import hyperscan

    return "".join(
        letter
        for letter, bit in (
            ("i", hyperscan.HS_FLAG_CASELESS),
            ("m", hyperscan.HS_FLAG_MULTILINE),
            ("s", hyperscan.HS_FLAG_DOTALL),
        )
        if flags & bit
    )


def _compile(keys: Sequence[Expression]) -> bytes | None:
    import hyperscan

    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    try:
        database.compile(
            expressions=[expression.encode() for expression, _ in keys],
            ids=list(range(len(keys))),
            elements=len(keys),
            flags=[flags for _, flags in keys],
        )
    except hyperscan.error:
        return None
    return bytes(hyperscan.dumpb(database))


def _in_networks(*networks: str) -> Callable[[str], bool]:
    parsed = [ipaddress.ip_network(network) for network in networks]

    def test(text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in parsed)

    return test


@lru_cache(maxsize=65536)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped if mapped is not None else address


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "lt": lambda left, right: left < right,
    "lte": lambda left, right: left <= right,
    "gt": lambda left, right: left > right,
    "gte": lambda left, right: left >= right,
    "eq": lambda left, right: left == right,
}


def number_of(text: str) -> float | None:
    """The number that a text is, in decimal or as ``0x`` hexadecimal."""
    try:
        return float(int(text, 16)) if text[:2].lower() == "0x" else float(text)
    except (ValueError, OverflowError):
        return None


def _compares(comparison: str, bound: float) -> Callable[[str], bool]:
    compare = _COMPARE[comparison]

    def test(text: str) -> bool:
        number = number_of(text)
        return number is not None and compare(number, bound)

    return test


def _part_compares(part: str, comparison: str, bound: float) -> Callable[[str], bool]:
    compare = _COMPARE[comparison]

    def test(text: str) -> bool:
        try:
            moment = datetime.fromisoformat(text.strip().replace(" UTC", "Z"))
        except ValueError:
            return False
        value = moment.isocalendar().week if part == "week" else getattr(moment, part)
        return compare(float(value), bound)

    return test


_TESTS: dict[str, Callable[..., Callable[[str], bool]]] = {
    "cidr": _in_networks,
    "number": _compares,
    "part": _part_compares,
}

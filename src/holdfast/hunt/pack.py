"""Rules compiled for matching, and kept on disk so that the next run starts at once.

A pack is a function of its rule files alone: the atoms of all rules, each question once; for each field the matcher
of its atoms; for each rule its tree over numbers of atoms. On disk it is one JSON file and one file of Hyperscan
databases, which are loaded when their field is first asked for.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import orjson

from holdfast.hunt.logsource import demands
from holdfast.hunt.matcher import Matcher, Scanner, add_tests, build
from holdfast.hunt.pattern import Pattern, literal_pattern
from holdfast.hunt.rule import Atom, Correlation, LogSource, Rule, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from holdfast.hunt.parse import Filter, RuleSet

FORMAT = 7
"""Raised whenever what is stored, or what it means, changes."""


@dataclass(slots=True)
class Pack:
    """Compiled rules."""

    rules: list[Rule]
    """Each with its tree over numbers of :attr:`atoms`."""
    atoms: Sequence[Atom]
    matchers: dict[str, Matcher]
    """By field."""
    correlations: list[Correlation] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    """What of the files did not load, as :meth:`holdfast.model.status.Problem.to_dict` gives it."""
    digest: str = ""
    """Names the rules: the same for the same rules."""


def compile_pack(found: RuleSet) -> Pack:
    """Compile rules; a set of three thousand takes some ten seconds, nearly all of it in Hyperscan."""
    numbers: dict[Atom, int] = {}
    rules = [_numbered(rule, found.filters, numbers) for rule in found.rules]
    atoms = list(numbers)
    by_field: dict[str, list[tuple[int, Atom]]] = {}
    for number, atom in enumerate(atoms):
        by_field.setdefault(atom.field, []).append((number, atom))
    matchers = {name: build(questions) for name, questions in by_field.items()}
    return Pack(rules, atoms, matchers, found.correlations, digest=_digest(rules, atoms))


def _digest(rules: Sequence[Rule], atoms: Sequence[Atom]) -> str:
    content = orjson.dumps([[(rule.id, rule.tree) for rule in rules], [_stored_atom(atom) for atom in atoms]])
    return hashlib.sha256(content).hexdigest()[:16]


def _numbered(rule: Rule, filters: Sequence[Filter], numbers: dict[Atom, int]) -> Rule:
    parts = [rule.tree]
    for name, values in demands(rule.source).items():
        parts.append(Atom(name, "text", tuple(literal_pattern(value) for value in values)))
    for one in filters:
        named = {rule.id, rule.name, "any"} & set(one.rules)
        if named and (one.source == rule.source or one.source == LogSource()):
            parts.append(one.tree)
    tree = parts[0] if len(parts) == 1 else ("and", parts)
    return Rule(**{**_shallow(rule), "tree": _with_numbers(tree, numbers)})


def _shallow(rule: Rule) -> dict[str, Any]:
    return {name: getattr(rule, name) for name in Rule.__dataclass_fields__}


def _with_numbers(tree: Tree, numbers: dict[Atom, int]) -> Tree:
    if isinstance(tree, Atom):
        return numbers.setdefault(tree, len(numbers))
    operator, inner = tree
    if operator == "not":
        return ("not", _with_numbers(inner, numbers))
    return (operator, [_with_numbers(one, numbers) for one in inner])


# On disk ---------------------------------------------------------------------------------------------------------


def key_of(files: Iterable[str], extra: str = "") -> str:
    """Names the files by path, size and time of change, which is quick to ask; plus whatever else matters."""
    from importlib.metadata import version

    parts = [f"{FORMAT} {version('hyperscan')} {extra}"]
    for file in files:
        status = os.stat(file)  # noqa: PTH116 - of thousands of files, and a path object each costs more than the question
        parts.append(f"{file} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def kept(folder: Path, key: str, make: Callable[[], Pack]) -> Pack:
    """The pack of that key from the folder, or made now and put there.

    A folder that cannot be written costs only time.
    """
    place = folder / key
    if (place / "pack.json").exists():
        pack = _load(place)
        if pack is not None:
            return pack
    pack = make()
    try:
        _save(pack, place)
    except OSError:
        return pack
    return pack


def _save(pack: Pack, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    databases = bytearray()
    content = {
        "rules": [_stored_rule(rule) for rule in pack.rules],
        "atoms": [_stored_atom(atom) for atom in pack.atoms],
        "matchers": {name: _stored_matcher(matcher, databases) for name, matcher in pack.matchers.items()},
        "correlations": [asdict(correlation) for correlation in pack.correlations],
        "problems": pack.problems,
        "digest": pack.digest,
        "size": len(databases),
    }
    beside = Path(tempfile.mkdtemp(dir=place.parent, prefix=".new-"))
    (beside / "databases.hs").write_bytes(databases)
    (beside / "pack.json").write_bytes(orjson.dumps(content))
    try:
        beside.replace(place)
    except OSError:  # another run was faster, or an unreadable one is in the way
        import shutil

        shutil.rmtree(place, ignore_errors=True)
        beside.replace(place)


def _load(place: Path) -> Pack | None:
    """The stored pack, or ``None`` when it is damaged."""
    try:
        content = orjson.loads((place / "pack.json").read_bytes())
        databases = memoryview((place / "databases.hs").read_bytes())
        if len(databases) != content["size"]:
            return None
        atoms = StoredAtoms(content["atoms"])
        return Pack(
            [_rule(stored) for stored in content["rules"]],
            atoms,
            _matchers(content["matchers"], atoms, databases),
            [_correlation(stored) for stored in content["correlations"]],
            content["problems"],
            content["digest"],
        )
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None


_RULE_PARTS = tuple(name for name in Rule.__dataclass_fields__ if name != "source")
_TUPLES = tuple(_RULE_PARTS.index(name) for name in ("tags", "references", "falsepositives", "notes"))


def _stored_rule(rule: Rule) -> list[Any]:
    source = rule.source
    return [source.product, source.category, source.service, *(getattr(rule, name) for name in _RULE_PARTS)]


def _rule(stored: list[Any]) -> Rule:
    product, category, service, identity, title, level, *parts = stored
    for place in _TUPLES:
        parts[place - 3] = tuple(parts[place - 3])
    return Rule(identity, title, level, LogSource(product, category, service), *parts)


def _correlation(stored: dict[str, Any]) -> Correlation:
    stored = dict(stored)
    for name in ("rules", "group_by", "fields", "tags"):
        stored[name] = tuple(stored[name])
    stored["conditions"] = tuple((name, bound) for name, bound in stored["conditions"])
    stored["aliases"] = tuple(
        (alias, tuple((rule, column) for rule, column in pairs)) for alias, pairs in stored["aliases"]
    )
    return Correlation(**stored)


def _stored_atom(atom: Atom) -> list[str]:
    """Its arguments as JSON within JSON, since few are ever looked at."""
    arguments = (
        [[list(one.tokens), one.cased] for one in atom.arguments]
        if atom.operation == "text"
        else list(atom.arguments)
    )
    return [atom.field, atom.operation, orjson.dumps(arguments).decode()]


class StoredAtoms(Sequence[Atom]):
    """Atoms as they were stored, each made when it is first asked for."""

    def __init__(self, stored: list[list[str]]) -> None:
        self._stored = stored
        self._made: dict[int, Atom] = {}

    def __len__(self) -> int:
        return len(self._stored)

    @overload
    def __getitem__(self, number: int) -> Atom: ...
    @overload
    def __getitem__(self, number: slice) -> list[Atom]: ...
    def __getitem__(self, number: int | slice) -> Atom | list[Atom]:
        """One atom, or several."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        atom = self._made.get(number)
        if atom is None:
            name, operation, arguments = self._stored[number]
            atom = self._made[number] = _atom(name, operation, orjson.loads(arguments))
        return atom

    def functions(self) -> Iterator[tuple[int, Atom]]:
        """Those that are functions of the value, with their numbers."""
        for number, (_, operation, _) in enumerate(self._stored):
            if operation in {"cidr", "number", "part"}:
                yield number, self[number]


def _atom(name: str, operation: str, arguments: list[Any]) -> Atom:
    if operation == "text":
        return Atom(name, operation, tuple(Pattern(tuple(tokens), cased) for tokens, cased in arguments))
    if operation == "regex":
        return Atom(name, operation, tuple((expression, flags) for expression, flags in arguments))
    return Atom(name, operation, tuple(arguments))


def _stored_matcher(matcher: Matcher, databases: bytearray) -> dict[str, Any]:
    stored: dict[str, Any] = {
        name: getattr(matcher, name)
        for name in ("exact", "exact_cased", "anything", "null", "exists", "expressions", "longest")
        if getattr(matcher, name)
    }
    scanner = matcher.scanner
    if scanner is not None:
        stored["scanner"] = [*_placed(scanner.blob, databases), scanner.atoms, scanner.caseless]
    return stored


def _placed(blob: bytes | memoryview, databases: bytearray) -> list[int]:
    """Put a database among the others; where it starts and how long it is."""
    start = len(databases)
    databases += blob
    return [start, len(blob)]


def _matchers(
    stored: dict[str, dict[str, Any]], atoms: StoredAtoms, databases: memoryview
) -> dict[str, Matcher]:
    matchers = {name: _matcher(one, databases) for name, one in stored.items()}
    for number, atom in atoms.functions():
        add_tests(matchers[atom.field], [(number, atom)])
    return matchers


def _matcher(stored: dict[str, Any], databases: memoryview) -> Matcher:
    scanner = None
    if "scanner" in stored:
        start, length, answered, caseless = stored["scanner"]
        scanner = Scanner(answered, caseless, databases[start : start + length])
    return Matcher(
        stored.get("exact", {}),
        stored.get("exact_cased", {}),
        tuple(stored.get("anything", ())),
        tuple(stored.get("null", ())),
        tuple(stored.get("exists", ())),
        scanner,
        expressions=[
            (number, expression, flags) for number, expression, flags in stored.get("expressions", ())
        ],
        longest=stored.get("longest", 0),
    )

"""Modifiers of Sigma: ``Field|modifier|modifier: values`` to atoms.

https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-appendix-modifiers.md (2.1.0)
"""

from __future__ import annotations

import base64
import ipaddress
from typing import TYPE_CHECKING, Any

from holdfast.hunt.pattern import Pattern, literal_pattern, parse_pattern
from holdfast.hunt.regex import check_expression
from holdfast.hunt.rule import Atom, Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class RuleError(Exception):
    """A rule cannot be understood; the message says why, the caller knows which rule."""


Placeholders = dict[str, tuple[str, ...]]
"""Values by the name of a placeholder, for ``expand``."""

_ENCODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "wide": lambda text: text.decode().encode("utf-16-le"),
    "utf16le": lambda text: text.decode().encode("utf-16-le"),
    "utf16be": lambda text: text.decode().encode("utf-16-be"),
    "utf16": lambda text: b"\xff\xfe" + text.decode().encode("utf-16-le"),
}
_COMPARISONS = {"lt", "lte", "gt", "gte"}
_PARTS = {"minute", "hour", "day", "week", "month", "year"}
_REGEX_FLAGS = {"i", "m", "s", "ignorecase", "multiline", "dotall"}
_POSITIONS: Mapping[str, Callable[[Pattern], Pattern]] = {
    "contains": Pattern.contained,
    "startswith": Pattern.starting,
    "endswith": Pattern.ending,
}
KNOWN = (
    {*_ENCODINGS, *_COMPARISONS, *_PARTS, *_REGEX_FLAGS, *_POSITIONS}
    | {"all", "base64", "base64offset", "windash", "re", "cidr", "cased", "exists", "expand", "fieldref", "neq"}
)  # fmt: skip


def item(key: str, value: Any, placeholders: Placeholders, notes: list[str]) -> Tree:
    """The condition of one line of a detection: a field with its modifiers, and its value or values."""
    name, *modifiers = str(key).split("|")
    unknown = [modifier for modifier in modifiers if modifier not in KNOWN]
    if unknown:
        raise RuleError(f"modifier {unknown[0]!r} is unknown")
    values = list(value) if isinstance(value, list) else [value]
    if not values:
        raise RuleError(f"field {key!r} has an empty list of values")
    if any(isinstance(one, dict | list) for one in values):
        raise RuleError(f"field {key!r} has a nested value")
    keyword = not name
    if "expand" in modifiers:
        values = _expand(values, placeholders, notes)
        if not values:
            return ("or", [])
    trees = _trees(name, [m for m in modifiers if m not in {"all", "neq", "expand"}], values, keyword=keyword)
    if "all" in modifiers:
        tree: Tree = ("and", trees)
    else:
        tree = _joined(trees)
    return ("not", tree) if "neq" in modifiers else tree


def _joined(trees: Sequence[Tree]) -> Tree:
    """Alternatives, with those that ask the same field the same way made one atom."""
    merged: dict[tuple[str, str], list[Any]] = {}
    rest: list[Tree] = []
    for tree in trees:
        if isinstance(tree, Atom) and tree.operation in {"text", "cidr", "regex"}:
            merged.setdefault((tree.field, tree.operation), []).extend(tree.arguments)
        else:
            rest.append(tree)
    atoms = [
        Atom(field, operation, tuple(dict.fromkeys(args))) for (field, operation), args in merged.items()
    ]
    every = [*atoms, *rest]
    return every[0] if len(every) == 1 else ("or", every)


def _expand(values: list[Any], placeholders: Placeholders, notes: list[str]) -> list[Any]:
    """Values with ``%name%`` replaced by each value of the placeholder; without any, the value is left out."""
    import re

    expanded: list[Any] = []
    for value in values:
        names = re.findall(r"%([^%\s]+)%", str(value))
        texts = [str(value)]
        for name in names:
            known = placeholders.get(name, ())
            if not known:
                notes.append(
                    f"the placeholder %{name}% has no values; give them with --placeholder {name}=VALUE"
                )
            texts = [text.replace(f"%{name}%", one) for text in texts for one in known]
        expanded.extend(texts)
    return expanded


def _trees(name: str, modifiers: list[str], values: list[Any], *, keyword: bool) -> list[Tree]:
    if "exists" in modifiers:
        return [_exists(name, value) for value in values]
    if "re" in modifiers:
        return [_regex(name, modifiers, value) for value in values]
    if "cidr" in modifiers:
        return [Atom(name, "cidr", (_network(value),)) for value in values]
    if "fieldref" in modifiers:
        how = next((modifier for modifier in modifiers if modifier in _POSITIONS), "equals")
        cased = "cased" if "cased" in modifiers else ""
        return [Atom(name, "reference", (str(value), how, cased)) for value in values]
    part = next((modifier for modifier in modifiers if modifier in _PARTS), None)
    comparison = next((modifier for modifier in modifiers if modifier in _COMPARISONS), None)
    if part is not None:
        return [Atom(name, "part", (part, comparison or "eq", _number(value))) for value in values]
    if comparison is not None:
        return [Atom(name, "number", (comparison, _number(value))) for value in values]
    return [tree for value in values for tree in _texts(name, modifiers, value, keyword=keyword)]


def _texts(name: str, modifiers: list[str], value: Any, *, keyword: bool) -> list[Tree]:
    if value is None:
        return [Atom(name, "null", ())]
    patterns = [parse_pattern(as_sigma(value))]
    encoded = str(value).encode()
    for modifier in modifiers:
        if modifier in _ENCODINGS:
            encoded = _ENCODINGS[modifier](encoded)
        elif modifier == "base64":
            patterns = [literal_pattern(base64.b64encode(encoded).decode())]
        elif modifier == "base64offset":
            patterns = [literal_pattern(text) for text in _base64_offsets(encoded)]
        elif modifier == "windash":
            patterns = [pattern.dashed() for pattern in patterns]
        elif modifier in _POSITIONS:
            patterns = [_POSITIONS[modifier](pattern) for pattern in patterns]
    if "cased" in modifiers:
        patterns = [Pattern(pattern.tokens, cased=True) for pattern in patterns]
    if keyword:
        patterns = [pattern.contained() for pattern in patterns]
    return [Atom(name, "text", (pattern,)) for pattern in patterns]


def as_sigma(value: Any) -> str:
    """A YAML value as Sigma writes it: booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _base64_offsets(content: bytes) -> list[str]:
    """What of the content's Base64 is the same wherever the content starts: three texts, one a shift."""
    starts, ends = (0, 2, 3), (None, -3, -2)
    return [
        base64.b64encode(b" " * shift + content)[starts[shift] : ends[(len(content) + shift) % 3]].decode()
        for shift in range(3)
    ]


def _exists(name: str, value: Any) -> Tree:
    if isinstance(value, str) and value.lower() in {"true", "yes", "false", "no"}:
        value = value.lower() in {"true", "yes"}
    if not isinstance(value, bool):
        raise RuleError(f"exists of {name!r} is neither true nor false")
    atom = Atom(name, "exists", ())
    return atom if value else ("not", atom)


def _regex(name: str, modifiers: list[str], value: Any) -> Tree:
    flags = "".join(
        sorted(
            {
                modifier[0] if modifier != "dotall" else "s"
                for modifier in modifiers
                if modifier in _REGEX_FLAGS
            }
        )
    )
    expression = str(value)
    reason = check_expression(expression, flags)
    if reason:
        raise RuleError(f"regular expression {expression!r} {reason}")
    return Atom(name, "regex", ((expression, flags),))


def _network(value: Any) -> str:
    try:
        return str(ipaddress.ip_network(str(value), strict=False))
    except ValueError as error:
        raise RuleError(f"{value!r} is not a network in CIDR notation") from error


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise RuleError(f"{value!r} is not a number") from error

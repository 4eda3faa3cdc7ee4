"""The condition line of a rule: ``selection and not 1 of filter_*``.

https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md#condition
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from holdfast.hunt.modifiers import RuleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.hunt.rule import Tree

_TOKEN = re.compile(r"\s*(?:(\()|(\))|([^\s()]+))")
_QUANTITIES = {"all", "any"}
_DEEPEST = 200


def parse_condition(text: str, selections: Mapping[str, Tree]) -> Tree:
    """The tree of a condition over named selections."""
    if "|" in text:
        raise RuleError(
            "the condition has an aggregation after '|', which Sigma replaced by correlation rules"
        )
    return _Parser(_tokens(text), selections).whole()


def _tokens(text: str) -> list[str]:
    tokens = []
    place = 0
    stripped = text.rstrip()
    while place < len(stripped):
        found = _TOKEN.match(stripped, place)
        if found is None:  # pragma: no cover - the pattern takes any character
            raise RuleError(f"the condition cannot be read at {stripped[place:]!r}")
        tokens.append(found.group().strip())
        place = found.end()
    return tokens


class _Parser:
    """Recursive descent: ``or`` binds weakest, then ``and``, then ``not``."""

    def __init__(self, tokens: list[str], selections: Mapping[str, Tree]) -> None:
        self._tokens = tokens
        self._selections = selections
        self._place = 0
        self._depth = 0

    def whole(self) -> Tree:
        tree = self._either()
        if self._place < len(self._tokens):
            raise RuleError(f"the condition goes on unexpectedly with {self._tokens[self._place]!r}")
        return tree

    def _peek(self) -> str:
        return self._tokens[self._place].lower() if self._place < len(self._tokens) else ""

    def _take(self) -> str:
        if self._place >= len(self._tokens):
            raise RuleError("the condition ends too early")
        self._place += 1
        return self._tokens[self._place - 1]

    def _either(self) -> Tree:
        trees = [self._both()]
        while self._peek() == "or":
            self._take()
            trees.append(self._both())
        return trees[0] if len(trees) == 1 else ("or", trees)

    def _both(self) -> Tree:
        trees = [self._single()]
        while self._peek() == "and":
            self._take()
            trees.append(self._single())
        return trees[0] if len(trees) == 1 else ("and", trees)

    def _single(self) -> Tree:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RuleError("the condition is nested too deeply")
        try:
            return self._inner()
        finally:
            self._depth -= 1

    def _inner(self) -> Tree:
        if self._peek() == "not":
            self._take()
            return ("not", self._single())
        word = self._take()
        if word == "(":
            tree = self._either()
            if self._take() != ")":
                raise RuleError("the condition lacks a closing parenthesis")
            return tree
        if self._peek() == "of" and (word.isdigit() or word.lower() in _QUANTITIES):
            self._take()
            return self._quantity(word.lower(), self._take())
        if word not in self._selections:
            raise RuleError(f"the condition names {word!r}, which the detection does not define")
        return self._selections[word]

    def _quantity(self, quantity: str, names: str) -> Tree:
        if names.lower() == "them":
            chosen = [tree for name, tree in self._selections.items() if not name.startswith("_")]
        else:
            chosen = [tree for name, tree in self._selections.items() if fnmatchcase(name, names)]
        if not chosen:
            raise RuleError(f"the condition asks for {names!r}, and no selection has such a name")
        if quantity == "all":
            return ("and", chosen)
        if quantity in {"1", "any"}:
            return ("or", chosen)
        return at_least(int(quantity), chosen)


def at_least(count: int, trees: list[Tree]) -> Tree:
    """True where ``count`` of the trees are: the combinations of that many."""
    from itertools import combinations
    from math import comb

    if count > len(trees) or comb(len(trees), count) > 1000:
        raise RuleError(f"the condition asks for {count} of {len(trees)} selections")
    return ("or", [("and", list(chosen)) for chosen in combinations(trees, count)])

"""Text patterns of Sigma: literal text, wildcards and interchangeable dashes, as tokens.

Wildcards and escapes follow the specification: ``*`` any text, ``?`` one character, a backslash takes the meaning from
a following wildcard or backslash and is a plain backslash before anything else.
https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md#wildcards
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MANY: Final = 0
"""Token of ``*``."""
ONE: Final = 1
"""Token of ``?``."""
DASH: Final = 2
"""Token of a command line dash under ``windash``."""

DASHES = "-/\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}"
"""Characters that Windows programs take for each other before an option."""

_SPECIAL = {"*": MANY, "?": ONE}
_OPTION_DASH = re.compile(r"\B[-/]\b")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text pattern over the whole of a value."""

    tokens: tuple[str | int, ...]
    """Literal texts, and :data:`MANY`, :data:`ONE`, :data:`DASH`."""
    cased: bool = False

    @property
    def literal(self) -> str | None:
        """The text when there is nothing but text."""
        if not self.tokens:
            return ""
        first = self.tokens[0]
        return first if len(self.tokens) == 1 and isinstance(first, str) else None

    @property
    def weight(self) -> int:
        """Characters that must be there: the longer, the rarer the pattern matches."""
        return sum(len(token) if isinstance(token, str) else 0 for token in self.tokens)

    def contained(self) -> Pattern:
        """The pattern anywhere in a value."""
        return self.starting().ending()

    def starting(self) -> Pattern:
        """The pattern at the start of a value."""
        return self if self.tokens[-1:] == (MANY,) else Pattern((*self.tokens, MANY), self.cased)

    def ending(self) -> Pattern:
        """The pattern at the end of a value."""
        return self if self.tokens[:1] == (MANY,) else Pattern((MANY, *self.tokens), self.cased)

    def dashed(self) -> Pattern:
        """With every dash that opens an option interchangeable with the others."""
        tokens: list[str | int] = []
        for token in self.tokens:
            if not isinstance(token, str):
                tokens.append(token)
                continue
            pieces = _OPTION_DASH.split(token)
            for number, piece in enumerate(pieces):
                if number:
                    tokens.append(DASH)
                if piece:
                    tokens.append(piece)
        return Pattern(tuple(tokens), self.cased)

    @property
    def wide(self) -> bool:
        """Whether the pattern has to be matched by characters rather than by bytes."""
        return any(
            token in {ONE, DASH} or (isinstance(token, str) and not token.isascii()) for token in self.tokens
        )

    def expression(self) -> str:
        """As a regular expression in the common subset of Hyperscan and RE2; dot matches line ends.

        Where case is ignored and the pattern is :attr:`wide`, each ASCII letter stands in both cases: the flag would
        ignore the case of other letters too. Any other pattern that ignores case is in lower case and needs the flag.
        """
        tokens = list(self.tokens)
        open_start = tokens[:1] == [MANY]
        open_end = tokens[-1:] == [MANY] and len(tokens) > 1
        inner = tokens[open_start : len(tokens) - open_end]
        letter = quote if self.cased or not self.wide else quote_both_cases
        body = "".join(_expression(token, self.cased, letter) for token in inner)
        start = "" if open_start else r"\A"
        end = "" if open_end else r"\z"
        return start + body + end


def parse_pattern(text: str) -> Pattern:
    """The pattern of a Sigma value."""
    tokens: list[str | int] = []
    literal: list[str] = []
    escaped = False
    for char in text:
        if escaped:
            literal.append(char if char in _SPECIAL or char == "\\" else "\\" + char)
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in _SPECIAL:
            if literal:
                tokens.append("".join(literal))
                literal = []
            if tokens[-1:] != [MANY] or char != "*":
                tokens.append(_SPECIAL[char])
        else:
            literal.append(char)
    if escaped:
        literal.append("\\")
    if literal:
        tokens.append("".join(literal))
    return Pattern(tuple(tokens))


def literal_pattern(text: str) -> Pattern:
    """The pattern of exactly this text."""
    return Pattern((text,) if text else ())


def _expression(token: str | int, cased: bool, write: Callable[[str], str]) -> str:
    if token == MANY:
        return ".*"
    if token == ONE:
        return "."
    if token == DASH:
        return f"(?:{'|'.join(quote(dash) for dash in DASHES)})"
    text = str(token)
    return write(text if cased else text.lower())


def quote(text: str) -> str:
    """Text as an expression that matches exactly it."""
    return "".join(char if char.isascii() and char.isalnum() else f"\\x{{{ord(char):x}}}" for char in text)


def quote_both_cases(text: str) -> str:
    """Text in lower case as an expression that matches it with its ASCII letters in either case."""
    return "".join(
        f"[{char}{char.upper()}]" if char.isascii() and char.isalpha() else quote(char) for char in text
    )

"""A saved configuration or output, made ready for many checks: each line once, found again by its first word.

Three shapes of configuration are read: indented (IOS, IOS XE, IOS XR, NX-OS, ASA), ``config`` and ``edit`` nesting
(FortiOS) and ``set`` lines or braces (Junos, PAN-OS). One pass, linear in the text.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.device import DeviceText

_FLAT = frozenset({"log", "output"})
_BRACES = frozenset({"junos", "panos"})


@dataclass(frozen=True, slots=True)
class Line:
    """One statement."""

    number: int
    """Line of the file, from 1."""
    text: str
    """Without indentation; ``set`` form for Junos, with its section in front for FortiOS."""
    section: str = ""
    """The statement it stands below, nearest first."""
    indent: int = 0

    @property
    def words(self) -> list[str]:
        """The words of the statement."""
        return self.text.split()


class Config:
    """The lines of one text, in order and by first word."""

    def __init__(self, source: DeviceText) -> None:
        self.source = source
        self.platform = source.platform
        self.lines: list[Line] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        _READERS.get(self.platform, _read_indented)(self, source)

    def add(self, line: Line) -> None:
        """Take one more line."""
        word = line.text.split(" ", 1)[0]
        if word == "no":
            word = " ".join(line.text.split(None, 2)[:2])
        self._by_word[word].append(len(self.lines))
        self.lines.append(line)

    def starting(self, *words: str) -> Iterator[Line]:
        """Lines whose first word (``no`` with the second) is one of these, by word and then in order."""
        for word in words:
            for position in self._by_word.get(word, ()):
                yield self.lines[position]

    def under(self, head: Line) -> Iterator[Line]:
        """The lines below a head, to any depth."""
        position = self._position(head)
        for line in self.lines[position + 1 :]:
            if line.indent <= head.indent:
                return
            yield line

    def has(self, *statements: str) -> bool:
        """Whether one of the statements stands in the text, as a whole line or as the beginning of one."""
        for statement in statements:
            first = statement.split(" ", 1)[0]
            key = " ".join(statement.split(None, 2)[:2]) if first == "no" else first
            if any(
                line.text == statement or line.text.startswith(statement + " ") for line in self.starting(key)
            ):
                return True
        return False

    def _position(self, line: Line) -> int:
        word = line.text.split(" ", 1)[0]
        for position in self._by_word.get(word, ()):
            if self.lines[position] is line:
                return position
        return 0


def _read_indented(config: Config, source: DeviceText) -> None:
    heads: list[Line] = []
    first = source.first_line
    for offset, raw in enumerate(source.lines):
        text = raw.strip()
        if not text or text[0] == "!":
            continue
        indent = len(raw) - len(raw.lstrip())
        while heads and heads[-1].indent >= indent:
            heads.pop()
        line = Line(first + offset, text, heads[-1].text if heads else "", indent)
        config.add(line)
        heads.append(line)


def _read_flat(config: Config, source: DeviceText) -> None:
    first = source.first_line
    for offset, raw in enumerate(source.lines):
        text = raw.strip()
        if text:
            config.add(Line(first + offset, text))


def _read_nested(config: Config, source: DeviceText) -> None:
    """FortiOS: ``config a``, ``edit b``, ``set c d``, ``next``, ``end``."""
    stack: list[str] = []
    for offset, raw in enumerate(source.lines):
        text = raw.strip()
        word = text.split(" ", 1)[0]
        if word in {"config", "edit"}:
            stack.append(text.split(" ", 1)[1].strip('"') if " " in text else "")
            config.add(Line(source.first_line + offset, text, "/".join(stack[:-1]), len(stack)))
        elif word in {"next", "end"}:
            if stack:
                stack.pop()
        elif text:
            config.add(Line(source.first_line + offset, text, "/".join(stack), len(stack) + 1))


def _read_braces(config: Config, source: DeviceText) -> None:
    """Junos and PAN-OS: ``set`` lines as they are, braces turned into them."""
    path: list[str] = []
    for offset, raw in enumerate(source.lines):
        text = raw.strip()
        number = source.first_line + offset
        if not text or text[0] == "#":
            continue
        if text.startswith(("set ", "delete ", "deactivate ")):
            config.add(Line(number, text))
        elif text.endswith("{"):
            path.append(text[:-1].strip())
            config.add(Line(number, "set " + " ".join(path)))
        elif text.startswith("}"):
            if path:
                path.pop()
        elif text.endswith(";"):
            config.add(Line(number, " ".join(("set", *path, text[:-1].strip()))))
        else:
            config.add(Line(number, text))


_READERS = {
    "fortios": _read_nested,
    **dict.fromkeys(_FLAT, _read_flat),
    **dict.fromkeys(_BRACES, _read_braces),
}

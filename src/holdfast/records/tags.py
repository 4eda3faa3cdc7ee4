"""The tag table of SWIFT FIN (``data/fin.toml``), looked up by tag."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Tag:
    """How one tag is read."""

    form: str
    """``lines``, ``numbered``, ``bic``, ``location``, ``account``, ``name``, ``text``, or ``unscreened``."""
    role: str = ""
    width: int = 35
    why: str = ""


@dataclass(frozen=True, slots=True)
class FinTable:
    """The whole table."""

    parties: dict[str, tuple[str, dict[str, str]]]
    """Number, role, and the options that it reads otherwise."""
    options: dict[str, str]
    exact: dict[str, Tag]
    """Tags that are no parties."""
    codewords: dict[str, dict[str, str]]
    numbered: dict[str, str]
    header: dict[str, str]
    """Tags of blocks 3 and of acknowledgements that are not screened, and why."""
    transactions: dict[str, str]

    def tag(self, tag: str) -> Tag:
        """How the tag is read; one that the table does not know is free text."""
        if tag in self.exact:
            return self.exact[tag]
        number, option = tag[:2], tag[2:] or "none"
        if number in self.parties:
            role, own = self.parties[number]
            form = own.get(option) or self.options.get(option)
            if form is not None:
                return Tag(form, role)
            return Tag("text", role)
        return Tag("text", "narrative", 50)


@cache
def fin_table() -> FinTable:
    """The table that ships with the package."""
    text = (resources.files("holdfast.records") / "data" / "fin.toml").read_text(encoding="utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    exact: dict[str, Tag] = {}
    for line in data["account"]:
        exact.update(dict.fromkeys(line["tags"], Tag("account", line["role"])))
    for line in data["text"]:
        exact.update(dict.fromkeys(line["tags"], Tag("text", line["role"], line["width"])))
    for line in data["unscreened"]:
        exact.update(dict.fromkeys(line["tags"], Tag("unscreened", why=line["why"])))
    return FinTable(
        parties={line["number"]: (line["role"], line.get("options", {})) for line in data["party"]},
        options=data["options"],
        exact=exact,
        codewords=data["codewords"],
        numbered=data["numbered"],
        header=data["header"],
        transactions=data["transactions"],
    )

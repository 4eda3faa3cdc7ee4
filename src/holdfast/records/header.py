"""What the headers of tables have in common: columns are called as fields are, as the user's mapping says, or by a word in common use."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.model.errors import InputError, UsageError
from holdfast.model.origin import Origin
from holdfast.text.fold import without_accents

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_SIGNS = re.compile(r"[\W_]+")


class Header:
    """The header of one kind of table, under a mapping from fields to columns."""

    def __init__(self, mapping: Mapping[str, str], fields: Collection[str], shown: str, example: str) -> None:
        """Raises :class:`UsageError` when the mapping names no field; ``shown`` are fields to tell then."""
        unknown = sorted(set(mapping) - set(fields))
        if unknown:
            raise UsageError(
                f"the mapping names no field {', '.join(map(repr, unknown))}",
                why=f"fields are {shown}",
                advice=f"Write FIELD=COLUMN, for instance {example}",
            )
        self.mapping = dict(mapping)

    def check_mapping(self, columns: Collection[str], name: str) -> None:
        """Raise :class:`InputError` when the mapping names a column that is not there."""
        present = {column.strip().casefold() for column in columns}
        for wanted, column in self.mapping.items():
            if column.strip().casefold() not in present:
                raise InputError(
                    f"has no column {column!r}, which the mapping gives for {wanted!r}",
                    origin=Origin(name),
                    why=f"its columns are {', '.join(columns) or 'none'}",
                )

    def say_what_words_took(self, found: Mapping[str, str]) -> str:
        """A sentence on the fields that are taken from a column by a word; empty when there is none."""
        by_word = [
            f"{wanted} from {column.strip()!r}"
            for wanted, column in found.items()
            if wanted not in self.mapping and fold_column(column) != fold_column(wanted)
        ]
        return f"takes {', '.join(by_word)}; --map FIELD=COLUMN says otherwise" if by_word else ""


@cache
def read_words(name: str) -> dict[str, list[str]]:
    """The words in common use for each field, from ``data/{name}.toml``."""
    return tomllib.loads((files("holdfast.records") / "data" / f"{name}.toml").read_text("utf-8"))


def fold_column(column: str) -> str:
    """What a column is called: small letters, no accents, one blank for every run of signs, but a word for percent."""
    plain = without_accents(column.casefold().replace("%", " percent "))
    return _SIGNS.sub(" ", plain).strip()

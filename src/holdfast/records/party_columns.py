"""Which column of a table of parties holds which field: by its own name, by the user's mapping, or by a word in common use.

The words stand in ``data/party_columns.toml``. What is taken by a word is told, since a word may mean something else.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.model.errors import InputError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.party import IDENTIFIER_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

NAME_PARTS = ("given_name", "family_name")
"""Columns that together are the name, where no column is."""
FIELDS = (
    "id", "name", "type", "birth_date", "country", "address", "identifiers", "aliases", *NAME_PARTS,
)  # fmt: skip
"""Columns that are understood; a mapping names them."""
_OTHERS = ("id", "type", "birth_date", "country", "address", "aliases")
_SIGNS = re.compile(r"[\W_]+")


class PartyColumns:
    """The header of one table of parties."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        """Raises :class:`UsageError` when the mapping names no field."""
        unknown = sorted(set(mapping) - set(FIELDS) - IDENTIFIER_TYPES)
        if unknown:
            raise UsageError(
                f"the mapping names no field {', '.join(map(repr, unknown))}",
                why=f"fields are {', '.join(FIELDS)}",
                advice="Write FIELD=COLUMN, for instance name=Customer",
            )
        self._mapping = mapping

    def fits(self, columns: Collection[str]) -> bool:
        """Whether there is a name, and enough else that this is no row of data in which a word like Company stands."""
        present = {column.casefold() for column in columns}
        if any(self._mapping.get(key, key).casefold() in present for key in ("name", "properties")):
            return True
        found = self.find(columns)
        return self._has_name(found) and len(found) > 1

    def check(self, columns: Collection[str], name: str) -> None:
        """Raise :class:`InputError` when the mapping names a column that is not there, or nothing holds the name."""
        seen = ", ".join(columns)
        if not columns:
            raise InputError(
                "is empty", origin=Origin(name), advice="Check the export, or that this is the file you meant"
            )
        present = {column.casefold() for column in columns}
        for wanted, column in self._mapping.items():
            if column.casefold() not in present:
                raise InputError(
                    f"has no column {column!r}, which the mapping gives for {wanted!r}",
                    origin=Origin(name),
                    why=f"its columns are {seen}",
                )
        if "properties" not in present and not self._has_name(self.find(columns)):
            raise InputError(
                "has no column 'name'",
                origin=Origin(name),
                why=f"its columns are {seen}",
                advice="Say which column holds the name: --map name=COLUMN",
            )

    def find(self, columns: Collection[str]) -> dict[str, str]:
        """The column, in small letters, of each field that the table has."""
        present = {column.casefold().strip() for column in columns}
        found = {
            wanted: column
            for wanted in (*FIELDS, *self._mapping)
            if (column := self._mapping.get(wanted, wanted).casefold()) in present
        }
        folded: dict[str, str] = {}
        for column in columns:
            folded.setdefault(fold_column(column), column.casefold().strip())
        taken = set(found.values())

        def by_words(wanted: str, key: str = "") -> str:
            words = (folded[word] for word in _words()[key or wanted] if word in folded)
            return next((column for column in words if column not in taken), "")

        if parts := self._parts(found, by_words):
            found |= parts
            taken.update(parts.values())
        for wanted in ("name", *_OTHERS):
            column = "" if wanted in found else by_words(wanted)
            if not column and wanted == "name" and not found.keys() & {"name", *NAME_PARTS}:
                column = by_words("name", "name_alone")
            if column:
                found[wanted] = column
                taken.add(column)
        return found

    def told(self, columns: Collection[str]) -> str:
        """A sentence on what is taken by a word; empty when there is nothing of it."""
        printed = {column.casefold().strip(): column.strip() for column in columns}
        by_word = [
            f"{wanted} from {printed[column]!r}"
            for wanted, column in self.find(columns).items()
            if wanted not in self._mapping and fold_column(column) != fold_column(wanted)
        ]
        return f"takes {', '.join(by_word)}; --map FIELD=COLUMN says otherwise" if by_word else ""

    def _parts(self, found: Mapping[str, str], by_words: Callable[[str], str]) -> dict[str, str]:
        """The columns of given and family name, where both are there: ``Nombre`` by itself is the whole name.

        Where ``name`` is the family name (``Vorname;Name``), the given name stays beside it.
        """
        parts = {part: found.get(part) or by_words(part) for part in NAME_PARTS}
        if parts["given_name"] and parts["family_name"] not in {"", parts["given_name"]}:
            return parts
        return {"given_name": parts["given_name"]} if "name" in found and parts["given_name"] else {}

    @staticmethod
    def _has_name(found: Mapping[str, str]) -> bool:
        return "name" in found or "family_name" in found


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads((files("holdfast.records") / "data" / "party_columns.toml").read_text("utf-8"))


def fold_column(column: str) -> str:
    """What a column is called: small letters, no accents, one blank for every run of signs, but a word for percent."""
    plain = unicodedata.normalize("NFKD", column.casefold().replace("ß", "ss").replace("%", " percent "))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _SIGNS.sub(" ", letters).strip()

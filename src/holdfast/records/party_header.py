"""Which column of a table of parties holds which field: by its own name, by the user's mapping, or by a word in common use.

The words stand in ``data/party_header.toml``. What is taken by a word is told, since a word may mean something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.party import IDENTIFIER_TYPES
from holdfast.records.header import Header, fold_column, read_words

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

NAME_PARTS = ("given_name", "family_name")
"""Columns that together are the name, where no column is."""
FIELDS = (
    "id", "name", "type", "birth_date", "country", "address", "identifiers", "aliases", *NAME_PARTS,
)  # fmt: skip
"""Columns that are understood; a mapping names them."""
_OTHERS = ("id", "type", "birth_date", "country", "address", "aliases")


class PartyHeader(Header):
    """The header of one table of parties."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        """Raises :class:`UsageError` when the mapping names no field."""
        super().__init__(mapping, {*FIELDS, *IDENTIFIER_TYPES}, ", ".join(FIELDS), "name=Customer")

    def fits(self, columns: Collection[str]) -> bool:
        """Whether there is a name, and enough else that this is no row of data in which a word like Company stands."""
        present = {column.casefold() for column in columns}
        if any(self.mapping.get(key, key).casefold() in present for key in ("name", "properties")):
            return True
        found = self.find(columns)
        return self._has_name(found) and len(found) > 1

    def check(self, columns: Collection[str], name: str) -> None:
        """Raise :class:`InputError` when the mapping names a column that is not there, or nothing holds the name."""
        if not columns:
            raise InputError(
                "is empty", origin=Origin(name), advice="Check the export, or that this is the file you meant"
            )
        self.check_mapping(columns, name)
        present = {column.casefold() for column in columns}
        if "properties" not in present and not self._has_name(self.find(columns)):
            raise InputError(
                "has no column 'name'",
                origin=Origin(name),
                why=f"its columns are {', '.join(columns)}",
                advice="Say which column holds the name: --map name=COLUMN",
            )

    def find(self, columns: Collection[str]) -> dict[str, str]:
        """The column, in small letters, of each field that the table has."""
        present = {column.casefold().strip() for column in columns}
        found = {
            wanted: column
            for wanted in (*FIELDS, *self.mapping)
            if (column := self.mapping.get(wanted, wanted).casefold()) in present
        }
        folded: dict[str, str] = {}
        for column in columns:
            folded.setdefault(fold_column(column), column.casefold().strip())
        taken = set(found.values())

        def by_words(wanted: str, key: str = "") -> str:
            words = (folded[word] for word in read_words("party_header")[key or wanted] if word in folded)
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
        printed = {column.casefold().strip(): column for column in columns}
        return self.say_what_words_took(
            {wanted: printed[found] for wanted, found in self.find(columns).items()}
        )

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

"""Which column of a table of holdings holds which field: by its own name, by the user's mapping, or by a word in common use.

The words stand in ``data/holding_header.toml``. What is taken by a word, and what is not read at all, is told.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from holdfast.inputs.table import Row
from holdfast.model.origin import Origin
from holdfast.records.header import Header, fold_column, read_words
from holdfast.records.holdings import COLUMNS, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from holdfast.model.status import Problems

FIELDS = (*COLUMNS, *(name.replace("owner", "owned") for name in COLUMNS if name.startswith("owner_")))
"""Columns that are understood; a mapping names them."""
BANDS = frozenset({"percent_least", "percent_most"})
"""Columns that together say a share."""
NO_SHARES = "has no column of shares, so every stake counts as of unknown size; --map percent=COLUMN names it"
_TOLD = 8
"""Columns that are not read and named; the rest are counted."""


class HoldingHeader(Header):
    """The header of a table of holdings."""

    def __init__(self, mapping: Mapping[str, str] | None = None) -> None:
        """Raises :class:`UsageError` when the mapping names no field."""
        super().__init__(mapping or {}, FIELDS, ", ".join(FIELDS), "owner=Shareholder")

    def fits(self, columns: Collection[str]) -> bool:
        """Whether they name who owns and who is owned."""
        return set(REQUIRED) <= self.find(columns).keys()

    def find(self, columns: Collection[str]) -> dict[str, str]:
        """The column, as printed, of each field that the table has."""
        return _find(tuple(columns), tuple(sorted(self.mapping.items())))

    def rename(self, columns: Collection[str]) -> list[str]:
        """The columns by the fields that they hold; one that is called like a field and is not it stands in brackets."""
        fields = {column: wanted for wanted, column in self.find(columns).items()}
        return [
            fields.get(column) or (f"({column})" if column in fields.values() else column)
            for column in columns
        ]

    def read(self, rows: Iterable[Row], name: str, problems: Problems) -> Iterator[Row]:
        """The rows with fields for columns; what is taken by a word is told with the first."""
        columns: tuple[str, ...] = ()
        renamed: list[str] = []
        shares = False
        for row in rows:
            if not columns:
                self.tell(row.cells, name, problems)
            if columns != tuple(row.cells):  # each JSON object has keys of its own
                columns = tuple(row.cells)
                renamed = self.rename(columns)
                shares = shares or not BANDS.isdisjoint(renamed) or "percent" in renamed
            cells = dict(zip(renamed, row.cells.values(), strict=True))
            if "percent" not in cells and not BANDS.isdisjoint(cells):
                cells["percent"] = _band(cells.get("percent_least", ""), cells.get("percent_most", ""))
            yield Row(row.origin, cells)
        if columns and not shares:
            problems.add(NO_SHARES, Origin(name), lost=False)

    def tell(self, columns: Collection[str], name: str, problems: Problems) -> None:
        """Say which columns are taken by a word, and which are not read."""
        found = self.find(columns)
        if says := self.say_what_words_took(found):
            problems.add(says, Origin(name), lost=False)
        unread = [column.strip() for column in columns if column not in found.values() and column.strip()]
        if unread:
            problems.add(f"does not read the columns {_list(unread)}", Origin(name), lost=False)


def _band(least: str, most: str) -> str:
    """The share between two bounds, either of which may be empty."""
    low, high = least.strip(), most.strip()
    if low and high:
        return f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else ""


@lru_cache(maxsize=64)
def _find(columns: tuple[str, ...], mapping: tuple[tuple[str, str], ...]) -> dict[str, str]:
    asked = dict(mapping)
    printed: dict[str, str] = {}
    folded: dict[str, str] = {}
    for column in columns:
        printed.setdefault(column.strip().casefold(), column)
        folded.setdefault(fold_column(column), column)
    found: dict[str, str] = {}
    for wanted in FIELDS:
        named = asked.get(wanted)
        own = printed.get(named.strip().casefold()) if named else folded.get(fold_column(wanted))
        if own is not None:
            found[wanted] = own
    for side in REQUIRED:
        if side not in found and f"{side}_name" in found:
            found[side] = found.pop(f"{side}_name")
    for wanted, words in read_words("holding_header").items():
        if wanted not in found:
            taken = set(found.values())
            free = [folded[word] for word in words if word in folded and folded[word] not in taken]
            if free:
                found[wanted] = free[0]
    return found


def _list(columns: list[str]) -> str:
    more = f" and {len(columns) - _TOLD:,} more" if len(columns) > _TOLD else ""
    return ", ".join(columns[:_TOLD]) + more

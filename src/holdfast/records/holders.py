"""The parties of a large register as columns, made into objects when they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, MutableMapping, ValuesView
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.model.holding import Holder
from holdfast.model.party import Identifier
from holdfast.model.stakes import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from holdfast.model.names import NameBook

TRUSTS = frozenset({"trust", "arrangement"})
"""Types of a party that are an arrangement without a share register."""
EACH = 1 << 14
"""Parties made into objects together when all are asked for."""
TEXTS = ("name", "type", "country", "birth_date", "record")
"""Columns of text; one that is nowhere said is left out. ``record`` is that of the origin."""


class Holders(MutableMapping[str, Holder]):
    """Parties by id.

    ``columns`` has a row a party, in their order:

    ``number``       the number of the party's id in the book of names
    ``file, place``  where it stands, as :class:`~holdfast.model.stakes.Stakes` has it; file -1 for nowhere
    ``trust``        whether the register calls it a trust
    ``identifiers``  ``TYPE:VALUE`` separated by ``;``
    ``numbers``      or the same as JSON, each ``[type, value, country, label]``

    and those of :data:`TEXTS`.
    """

    def __init__(self, names: NameBook, files: list[str], columns: pa.Table) -> None:
        self._names = names
        self._files = files
        self.columns = columns.combine_chunks()
        self._more: dict[str, Holder] = {}

    @classmethod
    def of(cls, holders: Iterable[Holder], names: NameBook, files: list[str]) -> Holders:
        """These as columns; ``files`` grows by those of their origins."""
        found = list(holders)
        origins = [holder.origin for holder in found]
        known: dict[str, int] = {}
        for number, file in enumerate(files):
            known.setdefault(file, number)
        for origin in filter(None, origins):
            if origin.file not in known:
                known[origin.file] = len(files)
                files.append(origin.file)
        lists: dict[str, pa.Array] = {
            "number": pa.array([names.give(holder.id) for holder in found], pa.int32()),
            "file": pa.array([known[origin.file] if origin else -1 for origin in origins], pa.int16()),
            "place": pa.array([(origin.line or 0) if origin else 0 for origin in origins], pa.int64()),
            "record": pa.array([origin.record if origin else None for origin in origins], pa.large_string()),
            "trust": pa.array([holder.trust for holder in found], pa.bool_()),
            "name": pa.array(
                [holder.name if holder.name != holder.id else None for holder in found], pa.large_string()
            ),
        }
        for column in ("type", "country", "birth_date"):
            lists[column] = pa.array([getattr(holder, column) or None for holder in found], pa.large_string())
        lists["numbers"] = pa.array(
            [_json(holder.identifiers) if holder.identifiers else None for holder in found], pa.large_string()
        )
        kept = {
            name: column for name, column in lists.items() if column.null_count < len(column) or not found
        }
        return cls(names, files, pa.table(kept))

    def __len__(self) -> int:
        return len(self.columns) + len(self._more)

    def __iter__(self) -> Iterator[str]:
        yield from (self._names[number] for number in self._numbers.tolist())
        yield from self._more

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name in self._more or self._place(name) >= 0)

    def __getitem__(self, name: str) -> Holder:
        if name in self._more:
            return self._more[name]
        place = self._place(name)
        if place < 0:
            raise KeyError(name)
        return self._holder(name, self._cells(place))

    def __setitem__(self, name: str, holder: Holder) -> None:
        self._more[name] = holder

    def __delitem__(self, name: str) -> None:
        del self._more[name]

    def values(self) -> ValuesView[Holder]:
        """Every party, without looking each up by its name."""
        return _Values(self)

    def each(self) -> Iterator[Holder]:
        """The same, one after the other."""
        for begin in range(0, len(self.columns), EACH):
            columns = {
                name: column.slice(begin, EACH).to_pylist()
                for name, column in zip(self.columns.column_names, self.columns.columns, strict=True)
            }
            for at, number in enumerate(columns["number"]):
                name = self._names[number]
                cells = {column: values[at] for column, values in columns.items()}
                yield self._more.get(name) or self._holder(name, cells)
        known = {name for name in self._more if self._place(name) >= 0} if self._more else set()
        yield from (holder for name, holder in self._more.items() if name not in known)

    def likely(self, keys: Collection[str]) -> Iterator[Holder]:
        """Parties whose name may have one of these keys: words in lower case without accents and punctuation.

        That takes the same letters and digits in whatever order; names with letters beyond ASCII are all likely.
        """
        wanted = np.array([letters_of(key) for key in keys if key.isascii()], np.uint64)
        book = self._names.flat()
        likely = _likely(book.offsets, book.content, wanted)[self._numbers]
        if "name" in self.columns.column_names and len(self.columns):
            _, offsets, content = self.columns["name"].combine_chunks().cast(pa.large_string()).buffers()
            places = np.frombuffer(offsets, np.int64)[: len(self.columns) + 1]
            named = _likely(places, np.frombuffer(content or b"", np.uint8), wanted)
            likely = np.where(np.diff(places) > 0, named, likely)
        for place in np.flatnonzero(likely).tolist():
            yield self._holder(self._names[int(self._numbers[place])], self._cells(place))
        yield from self._more.values()

    @property
    def has_more(self) -> bool:
        """Whether parties were added that stand in no column."""
        return bool(self._more)

    def labels(self) -> Mapping[str, str]:
        """What to call the parties whose id is not their name."""
        return _Labels(self)

    def trusts(self) -> frozenset[str]:
        """Ids of those that the register calls a trust."""
        found = np.zeros(len(self.columns), np.bool_)
        if "trust" in self.columns.column_names:
            found |= self.columns["trust"].to_numpy()
        elif "type" in self.columns.column_names:
            words = pc.utf8_lower(self.columns["type"])
            found |= pc.fill_null(pc.is_in(words, pa.array(sorted(TRUSTS), words.type)), False).to_numpy()
        named = [self._names[number] for number in self._numbers[found].tolist()]
        return frozenset([*named, *(name for name, holder in self._more.items() if holder.trust)])

    @cached_property
    def _numbers(self) -> npt.NDArray[np.int32]:
        numbers: npt.NDArray[np.int32] = self.columns["number"].to_numpy()
        return numbers

    @cached_property
    def _places(self) -> npt.NDArray[np.int32]:
        """Place of each party by its number; -1 for those of whom nothing is known."""
        found = np.full(len(self._names), -1, np.int32)
        found[self._numbers] = np.arange(self._numbers.size, dtype=np.int32)
        return found

    def _place(self, name: str) -> int:
        number = self._names.find(name)
        return int(self._places[number]) if number is not None and number < self._places.size else -1

    def _cells(self, place: int) -> dict[str, Any]:
        return {name: self.columns[name][place].as_py() for name in self.columns.column_names}

    def _holder(self, name: str, cells: Mapping[str, Any]) -> Holder:
        kind = cells.get("type") or ""
        numbers = cells.get("numbers")
        return Holder(
            id=name,
            name=cells.get("name") or name,
            type=kind,
            identifiers=tuple(Identifier(*item) for item in orjson.loads(numbers))
            if numbers
            else identifiers_of(cells.get("identifiers") or ""),
            country=cells.get("country") or "",
            birth_date=cells.get("birth_date") or "",
            trust=cells["trust"] if "trust" in cells else kind.lower() in TRUSTS,
            origin=place_of(self._files[cells["file"]], cells["place"], cells.get("record"))
            if cells["file"] >= 0
            else None,
        )


class _Values(ValuesView[Holder]):
    """The parties in their order."""

    _mapping: Holders

    def __iter__(self) -> Iterator[Holder]:
        return self._mapping.each()


class _Labels(Mapping[str, str]):
    """Names of the parties whose id is not their name."""

    def __init__(self, holders: Holders) -> None:
        self._holders = holders

    def __getitem__(self, name: str) -> str:
        label = self._holders[name].name
        if label == name:
            raise KeyError(name)
        return label

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._holders if self._holders[name].name != name)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _weights() -> npt.NDArray[np.uint64]:
    """A number for each letter and digit, whatever its case; 0 for other signs."""
    found = np.zeros(256, np.uint64)
    drawn = np.random.default_rng(0).integers(1, 2**63, 256, np.uint64)
    for byte in range(128):
        if chr(byte).isalnum() or chr(byte) == "_":
            found[byte] = drawn[ord(chr(byte).lower())]
    return found


WEIGHTS = _weights()
AT_ONCE = 1 << 20
"""Names summed at a time."""


def letters_of(text: str) -> int:
    """The sum of the weights of an ASCII text, modulo 2**64."""
    return int(sum(WEIGHTS[list(text.encode())].tolist()) % 2**64)


def _likely(
    offsets: npt.NDArray[np.int64], content: npt.NDArray[np.uint8], wanted: npt.NDArray[np.uint64]
) -> npt.NDArray[np.bool_]:
    """Which of these texts have a wanted sum, or are not ASCII."""
    found = np.zeros(offsets.size - 1, np.bool_)
    for first in range(0, found.size, AT_ONCE):
        places = offsets[first : first + AT_ONCE + 1]
        part = content[places[0] : places[-1]]
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(WEIGHTS[part], dtype=np.uint64)])
        beyond = np.concatenate([np.zeros(1, np.int64), np.cumsum(part > 127)])
        places = places - places[0]
        found[first : first + AT_ONCE] = np.isin(sums[places[1:]] - sums[places[:-1]], wanted) | (
            beyond[places[1:]] > beyond[places[:-1]]
        )
    return found


def _json(identifiers: Iterable[Identifier]) -> str:
    return orjson.dumps([[item.type, item.value, item.country, item.label] for item in identifiers]).decode()


def identifiers_of(text: str) -> tuple[Identifier, ...]:
    """``TYPE:VALUE`` separated by ``;``."""
    pairs = (item.strip().partition(":") for item in text.split(";") if item.strip())
    return tuple(
        Identifier(kind.strip().lower(), value.strip()) if colon else Identifier("other", kind)
        for kind, colon, value in pairs
    )

"""Reads what :mod:`holdfast.screen.build` laid out; everything is mapped, nothing is loaded before it is needed."""

from __future__ import annotations

import mmap
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from holdfast.screen.keys import hashed
from holdfast.text.lexicon import Kind
from holdfast.text.name import Family, ParsedName, Token

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]

_KEPT = 40_000
"""Parsed listed names that are kept."""


class Lists:
    """Numbered lists of numbers."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts = np.load(folder / f"{name}_starts.npy", mmap_mode="r")
        self._items = np.load(folder / f"{name}.npy", mmap_mode="r") if len(self._starts) > 1 else None

    def __getitem__(self, number: int) -> Numbers:
        if self._items is None:
            return np.zeros(0, dtype=np.uint32)
        found: Numbers = np.asarray(self._items[self._starts[number] : self._starts[number + 1]])
        return found


class Texts:
    """Numbered texts."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts = np.load(folder / f"{name}_starts.npy", mmap_mode="r")
        with (folder / f"{name}.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._bytes[int(self._starts[number]) : int(self._starts[number + 1])]


class Index:
    """One edition, laid out for screening."""

    def __init__(self, folder: Path) -> None:
        self.about: dict[str, Any] = orjson.loads((folder / "about.json").read_bytes())
        self.party_of = np.load(folder / "entry_party.npy", mmap_mode="r")
        self.name_of = np.load(folder / "entry_name.npy", mmap_mode="r")
        self.flags_of = np.load(folder / "entry_flags.npy", mmap_mode="r")
        self.total_of = np.load(folder / "entry_total.npy", mmap_mode="r")
        self.family_of = np.asarray(self.flags_of) >> 4
        self.open_type = (np.asarray(self.flags_of) & 2) != 0
        self.postings = Lists(folder, "postings")
        self._entry_tokens = Lists(folder, "entry_tokens")
        self._forms = Texts(folder, "forms")
        self._tokens = Texts(folder, "tokens")
        self._surfaces = Texts(folder, "surfaces")
        self._parties = Texts(folder, "parties")
        self._hashes = np.load(folder / "key_hashes.npy", mmap_mode="r")
        self._keys = Lists(folder, "keys")
        self._known_tokens: dict[int, Token] = {}
        self._known_names: dict[int, ParsedName] = {}

    def __len__(self) -> int:
        return len(self.party_of)

    def under(self, keys: Iterable[str]) -> list[Numbers]:
        """What is filed under each key that is there."""
        wanted = np.fromiter((hashed(key) for key in keys), dtype=np.uint64)
        if not len(self._hashes) or not len(wanted):
            return []
        places = np.searchsorted(self._hashes, wanted)
        places[places == len(self._hashes)] = 0
        return [self._keys[int(place)] for place in places[self._hashes[places] == wanted]]

    def surface(self, number: int) -> str:
        """The text of a filed word."""
        return self._surfaces[number].decode()

    def party(self, number: int) -> dict[str, Any]:
        """What is shown of a party."""
        found: dict[str, Any] = orjson.loads(self._parties[number])
        return found

    def name(self, entry: int) -> ParsedName:
        """The listed name of an entry, ready to be compared."""
        known = self._known_names.get(entry)
        if known is None:
            if len(self._known_names) >= _KEPT:
                self._known_names.clear()
            tokens = tuple(self._token(int(number)) for number in self._entry_tokens[entry])
            forms = self._forms[entry].decode()
            family = Family(int(self.family_of[entry]))
            known = ParsedName(family, tokens, tuple(forms.split(",")) if forms else (), "")
            self._known_names[entry] = known
        return known

    def _token(self, number: int) -> Token:
        token = self._known_tokens.get(number)
        if token is None:
            text, kind, concept, native, script = orjson.loads(self._tokens[number])
            token = self._known_tokens[number] = Token(text, Kind(kind), concept, native, script)
        return token

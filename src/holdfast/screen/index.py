"""Reads what :mod:`holdfast.screen.build` laid out; everything is mapped, little is loaded before it is needed."""

from __future__ import annotations

import mmap
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from holdfast.screen.keys import all_hashed, hashed
from holdfast.screen.spellings import bag
from holdfast.text.lexicon import Kind
from holdfast.text.name import Family, ParsedName, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]
    Rows = NDArray[np.int64]

_KEPT = 8_000
"""Parsed listed names that are kept."""
_NO_SURFACE = np.zeros(0, dtype=np.int32)

_LENGTHS = [
    tuple(place for place in range(bits.bit_length()) if bits >> place & 1) for bits in range(1 << 11)
]
"""The places of the bits of a number."""


class Lists:
    """Numbered lists of numbers."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts = _mapped(folder / f"{name}_starts.npy")
        self._items = _mapped(folder / f"{name}.npy") if len(self._starts) > 1 else np.zeros(0, np.uint32)

    def __getitem__(self, number: int) -> Numbers:
        found: Numbers = self._items[self._starts[number] : self._starts[number + 1]]
        return found

    def gather(self, numbers: NDArray[Any]) -> tuple[Rows, Rows]:
        """The items of several lists one after the other, and how many each has."""
        starts = self._starts[numbers].astype(np.int64)
        counts = self._starts[numbers + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + counts, counts)
        return self._items[places].astype(np.int64), counts


class Texts:
    """Numbered texts."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts = _mapped(folder / f"{name}_starts.npy")
        with (folder / f"{name}.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._bytes[int(self._starts[number]) : int(self._starts[number + 1])]


class Side(IntEnum):
    """How a word is spelled: as written, free of romanisation habits, as it sounds."""

    WRITTEN = 0
    PLAIN = 1
    HEARD = 2


class Index:
    """One edition, laid out for screening.

    A *surface* is what a word is filed under (:func:`holdfast.screen.keys.surface`), or two neighbouring words
    together; a *form* is a way to spell one.
    """

    def __init__(self, folder: Path) -> None:
        self.about: dict[str, Any] = orjson.loads((folder / "about.json").read_bytes())
        self.party_of = _mapped(folder / "entry_party.npy")
        self.name_of = _mapped(folder / "entry_name.npy")
        self.total_of = _mapped(folder / "entry_total.npy")
        flags = _mapped(folder / "entry_flags.npy")
        self.family_of = flags >> 4
        self.open_type = (flags & 2) != 0
        self._entry_tokens = Lists(folder, "entry_tokens")
        self._forms = Texts(folder, "forms")
        self._tokens = Texts(folder, "tokens")
        self._parties = Texts(folder, "parties")
        self._hashes = _mapped(folder / "key_hashes.npy")
        self._keys = Lists(folder, "keys")
        self._known_tokens: dict[int, Token] = {}
        self._known_names: dict[int, ParsedName] = {}
        firsts = _texts(folder / "run_firsts.txt")
        self._runs = dict(zip(firsts, _mapped(folder / "run_lengths.npy").tolist(), strict=True))
        self._read_words(folder)

    def _read_words(self, folder: Path) -> None:
        self.postings = Lists(folder, "postings")
        self.entry_surfaces = Lists(folder, "entry_surfaces")
        self.surface_weights = _mapped(folder / "surface_weights.npy")
        self.spelled = [
            np.array(_texts(folder / f"word_{side.name.lower()}.txt"), dtype=object) for side in Side
        ]
        """Each form, by :class:`Side`."""
        surfaces = self.spelled[Side.WRITTEN][: self.about["surfaces"]].tolist()
        self.numbers: dict[str, int] = {text: number for number, text in enumerate(surfaces)}
        """Surface by text."""
        self.foreign = _mapped(folder / "word_foreign.npy")
        self.stands_for = _mapped(folder / "word_surface.npy")
        """The surface of each form, and then of each pair of words."""
        self._bags = _mapped(folder / "word_bags.npy")
        self._lengths = _mapped(folder / "word_lengths.npy")
        self._near_hashes = _mapped(folder / "near_hashes.npy")
        self._near = Lists(folder, "near")

    def __len__(self) -> int:
        return len(self.party_of)

    def under(self, keys: Iterable[str]) -> list[Numbers]:
        """What is filed under each key that is there."""
        wanted = np.fromiter((hashed(key) for key in keys), dtype=np.uint64)
        return [self._keys[place] for place in _places(self._hashes, wanted).tolist() if place >= 0]

    def filed(self, keys: Sequence[str]) -> list[list[int]]:
        """The same for many keys at once, one list for each."""
        places = _places(self._hashes, all_hashed(keys)).tolist()
        return [self._keys[place].tolist() if place >= 0 else [] for place in places]

    def run_lengths(self, word: str) -> tuple[int, ...]:
        """How many words the listed names have that begin with this one, as they stand in running text."""
        bits = self._runs.get(word, 0)
        return _LENGTHS[bits] if bits else ()

    def near_under(self, rows: Rows, hashes: NDArray[np.uint64]) -> tuple[Rows, Rows]:
        """Pairs of a row and a form that is filed under one of its hashes."""
        places = _places(self._near_hashes, hashes)
        there = places >= 0
        forms, counts = self._near.gather(places[there])
        return np.repeat(rows[there], counts), forms

    def may_be_alike(
        self, side: Side, own: Sequence[str], rows: Rows, forms: Rows, least: float
    ) -> tuple[Rows, Rows]:
        """The pairs of a word and a form that may be alike by at least that, going by their letters alone, each once."""
        bags = np.fromiter(map(bag, own), np.uint64, len(own))[rows]
        lengths = np.fromiter(map(len, own), np.uint16, len(own))[rows]
        listed = self._bags[side][forms]
        edits = np.maximum(np.bitwise_count(bags & ~listed), np.bitwise_count(listed & ~bags))
        close = edits <= np.float32(1.0 - least) * np.maximum(lengths, self._lengths[side][forms])
        pairs = np.sort(rows[close] << 32 | forms[close])
        if len(pairs):
            pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])]
        return pairs >> 32, pairs & 0xFFFFFFFF

    def lengths(self, side: Side, forms: Rows) -> NDArray[np.uint16]:
        """How many letters forms have."""
        found: NDArray[np.uint16] = self._lengths[side][forms]
        return found

    def beginning(self, letter: str) -> NDArray[np.int32]:
        """Surfaces that begin with a letter."""
        forms = [place for place, text in enumerate(self.spelled[Side.WRITTEN]) if text.startswith(letter)]
        return np.unique(self.stands_for[forms]).astype(np.int32)

    def entries(self, bits: int) -> Rows:
        """The entries whose bits are set."""
        packed = np.frombuffer(bits.to_bytes((len(self) + 7) // 8, "little"), dtype=np.uint8)
        used = np.flatnonzero(packed)
        rows, places = np.nonzero(np.unpackbits(packed[used, None], axis=1, bitorder="little"))
        return used[rows] * 8 + places

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


def as_bits(places: NDArray[Any], size: int) -> int:
    """A set of places as one number, a bit each."""
    marks = np.zeros(size, dtype=bool)
    marks[places] = True
    return int.from_bytes(np.packbits(marks, bitorder="little").tobytes(), "little")


def _texts(path: Path) -> list[str]:
    content = path.read_text("ascii")
    return content.split("\n") if content else []


def _mapped(path: Path) -> NDArray[Any]:
    """The array of a file, mapped; as a plain array, whose slices cost less than those of a ``memmap``."""
    return np.asarray(np.load(path, mmap_mode="r")).view(np.ndarray)


def _places(known: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> Rows:
    """Where each hash stands in the sorted ones, -1 where it does not."""
    if not len(known) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.searchsorted(known, wanted)
    places[places == len(known)] = 0
    return np.where(known[places] == wanted, places, -1)

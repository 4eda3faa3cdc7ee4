"""Reads what :mod:`holdfast.screen.build` laid out; everything is mapped, little is loaded before it is needed."""

from __future__ import annotations

import mmap
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from holdfast.screen.kernels.edits import Spelled
from holdfast.screen.kernels.filing import Filed
from holdfast.screen.kernels.nearness import WAYS, Listed
from holdfast.screen.kernels.reach import Names
from holdfast.screen.keys import all_hashed, hashed
from holdfast.text.lexicon import Kind
from holdfast.text.name import Family, ParsedName, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Numbers = NDArray[np.uint32]
    Rows = NDArray[np.int64]

_MARKS = (1 << 21) - 1
"""The bits by which a hash has its mark."""
_KEPT = 8_000
"""Parsed listed names that are kept."""
_NO_SURFACE = np.zeros(0, dtype=np.int32)


class Lists:
    """Numbered lists of numbers."""

    def __init__(self, folder: Path, name: str) -> None:
        self._starts = _mapped(folder / f"{name}_starts.npy")
        self._items = _mapped(folder / f"{name}.npy") if len(self._starts) > 1 else np.zeros(0, np.uint32)

    def __getitem__(self, number: int) -> Numbers:
        found: Numbers = self._items[self._starts[number] : self._starts[number + 1]]
        return found


class Texts:
    """Numbered texts; of those that are ``seldom`` read no pages are kept, of which a read takes in sixteen at a time."""

    def __init__(self, folder: Path, name: str, *, seldom: bool = False) -> None:
        self._starts = _mapped(folder / f"{name}_starts.npy")
        with (folder / f"{name}.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._drop = getattr(mmap, "MADV_DONTNEED", None) if seldom else None

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> bytes:
        found = self._bytes[int(self._starts[number]) : int(self._starts[number + 1])]
        if self._drop is not None:
            self._bytes.madvise(self._drop)
        return found


class Index:
    """One edition, laid out for screening.

    A *surface* is what a word is filed under (:func:`holdfast.screen.keys.surface`), or two neighbouring words
    together; a *form* is a way to spell one.
    """

    def __init__(self, folder: Path) -> None:
        self.about: dict[str, Any] = orjson.loads((folder / "about.json").read_bytes())
        self.party_of = _mapped(folder / "entry_party.npy")
        self.name_of = _mapped(folder / "entry_name.npy")
        flags = _mapped(folder / "entry_flags.npy")
        self.family_of = (flags >> 4).astype(np.uint8)
        self.open_type = (flags & 2) != 0
        self.names = Names(
            postings_starts=_mapped(folder / "postings_starts.npy"),
            postings=_mapped(folder / "postings.npy"),
            starts=_mapped(folder / "entry_surfaces_starts.npy"),
            surfaces=_mapped(folder / "entry_surfaces.npy"),
            weights=_mapped(folder / "surface_weights.npy"),
            totals=_mapped(folder / "entry_total.npy"),
            families=self.family_of,
            open=self.open_type,
        )
        """Of each entry and surface what the search for candidates needs."""
        self._entry_tokens = Lists(folder, "entry_tokens")
        self._forms = Texts(folder, "forms")
        self._tokens = Texts(folder, "tokens")
        self._parties = Texts(folder, "parties", seldom=True)
        self._hashes = _mapped(folder / "key_hashes.npy")
        self._seen = _marks(self._hashes)
        self._keys = Lists(folder, "keys")
        self._known_tokens: dict[int, Token] = {}
        self._known_names: dict[int, ParsedName] = {}
        self._folder = folder
        self._read_words(folder)

    def _read_words(self, folder: Path) -> None:
        surfaces = _texts(folder / "surfaces.txt")
        self.numbers: dict[str, int] = {text: number for number, text in enumerate(surfaces)}
        """Surface by text."""
        self.listed = Listed(
            Spelled(_mapped(folder / "word_letters_starts.npy"), _mapped(folder / "word_letters.npy")),
            bags=_mapped(folder / "word_bags.npy"),
            foreign=_mapped(folder / "word_foreign.npy"),
            surfaces=_mapped(folder / "word_surface.npy"),
        )
        """The forms of the surfaces, and after them pairs of words and acronyms, which have none."""
        self.filed_words = Filed(
            *(_mapped(folder / f"near{part}.npy") for part in ("_buckets", "_hashes", "_starts", ""))
        )
        """The forms by the keys that nearby words share."""

    def __len__(self) -> int:
        return len(self.party_of)

    def under(self, keys: Iterable[str]) -> list[Numbers]:
        """What is filed under each key that is there."""
        wanted = [hash_ for key in keys if self._may_be(hash_ := hashed(key))]
        places = _places(self._hashes, np.array(wanted, dtype=np.uint64)).tolist() if wanted else []
        return [self._keys[place] for place in places if place >= 0]

    def filed(self, keys: Sequence[str]) -> list[list[int]]:
        """The same for many keys at once, one list for each."""
        hashes = all_hashed(keys)
        if not any(map(self._may_be, hashes.tolist())):
            return [[] for _ in keys]
        places = _places(self._hashes, hashes).tolist()
        return [self._keys[place].tolist() if place >= 0 else [] for place in places]

    def _may_be(self, hash_: int) -> int:
        """Whether a hash ends like one that is there: most keys are not there, and that is seen at once."""
        place = hash_ & _MARKS
        return self._seen[place >> 3] >> (place & 7) & 1

    def run_lengths(self, word: str) -> tuple[int, ...]:
        """How many words the listed names have that begin with this one, as they stand in running text."""
        return self._runs.get(word, ())

    @cached_property
    def _runs(self) -> dict[str, tuple[int, ...]]:
        """Only running text asks for them."""
        firsts = _texts(self._folder / "run_firsts.txt")
        lengths = _mapped(self._folder / "run_lengths.npy").tolist()
        of_bits = {bits: _lengths(bits) for bits in set(lengths)}
        return {first: of_bits[bits] for first, bits in zip(firsts, lengths, strict=True)}

    def beginning(self, letter: str) -> NDArray[np.int32]:
        """Surfaces that begin with a letter."""
        starts, letters = self.listed.spelled
        begin, end = starts[:-1:WAYS], starts[1::WAYS]
        forms = np.flatnonzero(end > begin)
        forms = forms[letters[begin[forms]] == ord(letter)]
        return np.unique(self.listed.surfaces[forms]).astype(np.int32)

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


def _texts(path: Path) -> list[str]:
    content = path.read_text("ascii")
    return content.split("\n") if content else []


def _mapped(path: Path) -> NDArray[Any]:
    """The array of a file, mapped; as a plain array, whose slices cost less than those of a ``memmap``."""
    return np.asarray(np.load(path, mmap_mode="r")).view(np.ndarray)


def _lengths(bits: int) -> tuple[int, ...]:
    """The places of the bits of a number."""
    return tuple(place for place in range(bits.bit_length()) if bits >> place & 1)


def _marks(known: NDArray[np.uint64]) -> bytes:
    """A bit for each way in which a hash may end, set where one does."""
    marks = np.zeros(_MARKS + 1, dtype=np.bool_)
    marks[known & np.uint64(_MARKS)] = True
    return np.packbits(marks, bitorder="little").tobytes()


def _places(known: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> Rows:
    """Where each hash stands in the sorted ones, -1 where it does not."""
    if not len(known) or not len(wanted):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.searchsorted(known, wanted)
    places[places == len(known)] = 0
    return np.where(known[places] == wanted, places, -1)

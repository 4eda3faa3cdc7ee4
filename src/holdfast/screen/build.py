"""Lays a watchlist out for screening: one folder of arrays that every worker maps into memory.

Built once an edition, beside its place, and then renamed, so that nobody ever sees half of it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from holdfast.model.collector import uncollected
from holdfast.model.effect import effect_on
from holdfast.model.party import Strength
from holdfast.screen.abbreviation import speaks
from holdfast.screen.kernels.filing import (
    ACRONYM,
    BUCKETS,
    EASTERN,
    JOINED,
    MOST_KEYS,
    listed_keys,
    whole_keys,
)
from holdfast.screen.keys import IGNORED, MEANING, acronyms, hashed, joins, running_key, surface, whole_key
from holdfast.screen.neighbours import LOOSE
from holdfast.screen.spellings import second_halves, spell, spelled
from holdfast.text.adjective import places_of
from holdfast.text.fold import words
from holdfast.text.identifiers import COMMON_HOSTS, comparable, host
from holdfast.text.lexicon import Kind, business
from holdfast.text.name import Family, ParsedName, family_of
from holdfast.text.rarity import weight
from holdfast.text.reading import readings
from holdfast.text.sound import eastern_spelling, plain_spellings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from holdfast.model.party import Identifier, Party
    from holdfast.model.watchlist import Watchlist
    from holdfast.screen.kernels.edits import Spelled
    from holdfast.text.name import Token

LAYOUT = "screen-11"
"""Begins the name of the folder; the number grows when its layout changes."""
LONGEST_RUN = 30
"""Words of the longest name that is looked for in running text: a bit each, and one for no word."""
SHORTEST_MISSPELT = 4
"""Letters from which an unknown word may be a misspelt word of business."""
SHORTEST_JOINED = 5
"""Letters of two listed words that a query may write as one."""


@dataclass(slots=True)
class _Surface:
    """A word, or two together, with what it weighs at most and the entries that have it."""

    weight: float = 0.0
    loose: bool = False
    """Whether it may be spelled otherwise."""
    foreign: bool = False
    """Whether it is listed in another script than Latin."""
    entries: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Layout:
    """What is collected before it becomes arrays."""

    parties: list[bytes] = field(default_factory=list)
    tokens: dict[Token, int] = field(default_factory=dict)
    surfaces: dict[str, _Surface] = field(default_factory=dict)
    joined: dict[str, _Surface] = field(default_factory=dict)
    acronyms: dict[str, _Surface] = field(default_factory=dict)
    """Names of organisations by the first letters of their words."""
    runs: dict[str, int] = field(default_factory=dict)
    """By its first word the numbers of words that names have, one bit each."""
    keys: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    entries: list[tuple[int, int, int, float]] = field(default_factory=list)
    entry_tokens: list[list[int]] = field(default_factory=list)
    entry_forms: list[tuple[str, ...]] = field(default_factory=list)


def ensure_index(watchlist: Watchlist) -> Path:
    """The folder of the index, built now when it is not there."""
    place = watchlist.derived(f"{LAYOUT}-{_rules()}")
    if (place / "ready").exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        with uncollected():
            _write(watchlist, working)
        try:
            working.rename(place)
        except OSError:
            if not (place / "ready").exists():
                raise
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return place


@cache
def _rules() -> str:
    """A digest of how names are read and filed: an index of other rules, of an older version, is laid out anew."""
    digest = blake2b(digest_size=6)
    text = files("holdfast.text")
    screen = files("holdfast.screen")
    for folder in (text, text.joinpath("data"), screen, screen.joinpath("kernels")):
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if file.is_file() and file.name.endswith((".py", ".csv")):
                digest.update(file.read_bytes())
    return digest.hexdigest()


def _write(watchlist: Watchlist, folder: Path) -> None:
    layout = _Layout()
    for number, party in enumerate(watchlist.parties()):
        _add_party(layout, number, party)
    _save_entries(layout, folder)
    _save_words(layout, folder)
    _save_texts(folder, "parties", layout.parties)
    (folder / "run_firsts.txt").write_text("\n".join(layout.runs), "ascii")
    np.save(folder / "run_lengths.npy", np.array(list(layout.runs.values()), dtype=np.uint32))
    hashes = np.fromiter(sorted(layout.keys), dtype=np.uint64, count=len(layout.keys))
    np.save(folder / "key_hashes.npy", hashes)
    _save_lists(folder, "keys", [sorted(layout.keys[int(key)]) for key in hashes])
    about = {
        "edition": watchlist.edition,
        "published": watchlist.published,
        "sources": list(watchlist.sources),
        "surfaces": len(layout.surfaces),
    }
    (folder / "about.json").write_bytes(orjson.dumps(about))
    with (folder / "ready").open("wb") as mark:
        os.fsync(mark.fileno())


def _add_party(layout: _Layout, number: int, party: Party) -> None:
    family = family_of(party.type)
    for place, name in enumerate(party.names):
        flags = (1 if name.strength is Strength.WEAK else 0) | (2 if family is None else 0)
        for reading in readings(name.text, family if family is not None else Family.ORGANISATION):
            if reading.doubted:  # lists spell their legal forms right
                continue
            _add_entry(layout, number, place, flags, reading)
        entry = len(layout.entries) - 1
        texts = {name.text, name.as_listed}
        for text in texts:
            layout.keys[hashed(whole_key(text))].add(entry)
            _file_run(layout, tuple(word.text for word in words(text)), entry)
    for place, identifier in enumerate(party.identifiers):
        for key in identifier_keys(identifier):
            layout.keys[hashed(key)].add(number << 8 | min(place, 255))
    layout.parties.append(orjson.dumps(_summary(party)))


def _add_entry(layout: _Layout, number: int, place: int, flags: int, reading: ParsedName) -> None:
    entry = len(layout.entries)
    useful = [token for token in reading.tokens if token.kind not in IGNORED] or list(reading.tokens)
    total = sum({surface(token): weight(token) for token in useful}.values())
    layout.entries.append((number, place, flags | int(reading.family) << 4, total))
    layout.entry_tokens.append(
        [layout.tokens.setdefault(token, len(layout.tokens)) for token in reading.tokens]
    )
    layout.entry_forms.append(reading.forms)
    for token in useful:
        filed = layout.surfaces.setdefault(surface(token), _Surface())
        filed.weight = max(filed.weight, weight(token))
        filed.loose |= token.kind in LOOSE and token.kind not in MEANING and len(token.text) > 1
        filed.foreign |= token.script != "latin"
        filed.entries.append(entry)
    for text, heavy in joins(reading.tokens):
        pair = layout.joined.setdefault(text, _Surface())
        pair.weight = max(pair.weight, heavy)
        pair.entries.append(entry)
    if reading.family is not Family.PERSON:
        for text in acronyms([token for token in reading.tokens if speaks(token)], reading.forms):
            short = layout.acronyms.setdefault(text, _Surface())
            short.weight = max(short.weight, total)
            short.entries.append(entry)
    _file_run(layout, tuple(token.text for token in reading.tokens), entry)


def _file_run(layout: _Layout, texts: tuple[str, ...], entry: int) -> None:
    if 0 < len(texts) <= LONGEST_RUN and sum(map(len, texts)) >= 4:
        layout.keys[hashed(running_key(texts))].add(entry)
        layout.runs[texts[0]] = layout.runs.get(texts[0], 0) | 1 << len(texts)


def identifier_keys(identifier: Identifier) -> Iterator[str]:
    """The keys under which an identifier is filed."""
    value = comparable(identifier.type, identifier.value)
    if not value:
        return
    if identifier.type == "website" and value in COMMON_HOSTS:
        return
    yield f"i:{identifier.type}:{value}"
    if identifier.type == "ticker" and "@" in value:
        yield f"i:ticker:{value.partition('@')[0]}"
    if identifier.type == "email":
        domain = host(value)
        if domain and domain not in COMMON_HOSTS:
            yield f"i:website:{domain}"
    if identifier.type == "bic" and len(value) == 11:
        yield f"i:bic:{value[:8]}"
    if identifier.type not in {"website", "email", "wallet", "ticker", "phone"} and len(value) >= 6:
        yield f"i::{value}"


def _summary(party: Party) -> dict[str, Any]:
    births = [(day.low, day.high) for day in party.dates if day.kind == "birth"]
    return {
        "id": party.id,
        "type": party.type,
        "names": [(name.as_listed, name.strength.value, name.kind.value) for name in party.names],
        "identifiers": [(item.type, item.value, item.country, item.label) for item in party.identifiers],
        "births": births,
        "countries": party.countries,
        "addresses": [address.text or address.city for address in party.addresses][:10],
        "lists": tuple(dict.fromkeys([party.source, *(item.list for item in party.designations)])),
        "programmes": party.programmes,
        "effect": str(effect_on(party)),
        "genders": [item.value for item in party.features if item.type == "gender"],
        "same_as": [relation.target for relation in party.relations if relation.kind == "same-as"],
    }


def _save_entries(layout: _Layout, folder: Path) -> None:
    entries = layout.entries
    np.save(folder / "entry_party.npy", np.array([entry[0] for entry in entries], dtype=np.uint32))
    np.save(folder / "entry_name.npy", np.array([entry[1] for entry in entries], dtype=np.uint16))
    np.save(folder / "entry_flags.npy", np.array([entry[2] for entry in entries], dtype=np.uint8))
    np.save(folder / "entry_total.npy", np.array([entry[3] for entry in entries], dtype=np.float32))
    _save_lists(folder, "entry_tokens", layout.entry_tokens)
    tokens = [orjson.dumps([t.text, int(t.kind), t.concept, t.native, t.script]) for t in layout.tokens]
    _save_texts(folder, "tokens", tokens)
    _save_texts(folder, "forms", [",".join(forms).encode() for forms in layout.entry_forms])


def _save_words(layout: _Layout, folder: Path) -> None:
    """What words are filed under, and everything that a word of a query is compared with.

    Words are numbered by their letters, so that those that are looked at together lie together.
    """
    layout.surfaces = dict(sorted(layout.surfaces.items()))
    filed = [*layout.surfaces.values(), *layout.joined.values(), *layout.acronyms.values()]
    postings = [sorted(set(item.entries)) for item in filed]
    _save_lists(folder, "postings", postings)
    _save_lists(folder, "entry_surfaces", _turned(postings, len(layout.entries)))
    np.save(folder / "surface_weights.npy", np.array([item.weight for item in filed], dtype=np.float32))
    other = _other_forms(layout)
    texts = [*layout.surfaces, *(text for text, _ in other)]
    count = len(layout.surfaces)
    stands_for = [*range(count), *(number for _, number in other), *range(count, len(filed))]
    np.save(folder / "word_surface.npy", np.array(stands_for, dtype=np.int64))
    surfaces = list(layout.surfaces.values())
    foreign = [surfaces[number].foreign for number in stands_for[: len(texts)]]
    np.save(folder / "word_foreign.npy", np.array(foreign, dtype=bool))
    spellings = spell(texts)
    _save_spellings(folder, (spellings.written, spellings.plain, spellings.heard))
    np.save(folder / "word_bags.npy", np.ascontiguousarray(spellings.bags.T))
    (folder / "surfaces.txt").write_text("\n".join(layout.surfaces), "ascii")
    loose = [number for number, item in enumerate(surfaces) if item.loose]
    _save_near(layout, folder, texts, np.array([*loose, *range(count, len(texts))], dtype=np.int64))


def _save_spellings(folder: Path, ways: tuple[Spelled, ...]) -> None:
    """The letters of each word in all its spellings, one after the other."""
    texts = [words.letters.tobytes() for words in ways]
    starts = np.stack([words.starts for words in ways], axis=1).tolist()
    letters = [
        text[begin:end]
        for first, last in pairwise(starts)
        for text, begin, end in zip(texts, first, last, strict=True)
    ]
    lengths = np.fromiter(map(len, letters), dtype=np.int64, count=len(letters))
    np.save(folder / "word_letters_starts.npy", np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32))
    np.save(folder / "word_letters.npy", np.frombuffer(b"".join(letters), dtype=np.uint8))


def _turned(postings: list[list[int]], entries: int) -> list[list[int]]:
    """The surfaces of each entry."""
    found: list[list[int]] = [[] for _ in range(entries)]
    for number, own in enumerate(postings):
        for entry in own:
            found[entry].append(number)
    return found


def _other_forms(layout: _Layout) -> list[tuple[str, int]]:
    """Other ways to write what is filed: words with a meaning, parts of phrases, halves of compounds, places of adjectives."""
    numbers = {text: number for number, text in enumerate(layout.surfaces)}
    found = [
        (text, numbers[f"~{entry.concept}"])
        for text, entry in business().single_words().items()
        if len(text) >= SHORTEST_MISSPELT and f"~{entry.concept}" in numbers
    ]
    for token in layout.tokens:
        number = numbers.get(surface(token))
        if number is not None and token.kind in MEANING and token.kind is not Kind.NUMBER:
            parts = [part for part in words(token.native) if len(part.text) >= SHORTEST_MISSPELT]
            texts = {token.text, *(part.text for part in parts)}
            found += [(text, number) for text in sorted(texts) if len(text) > 1]
    found += [
        (rest, number)
        for (text, item), number in zip(layout.surfaces.items(), numbers.values(), strict=True)
        if item.loose
        for rest in (*second_halves(text), *places_of(text))
    ]
    return list(dict.fromkeys(found))


def _save_near(layout: _Layout, folder: Path, texts: list[str], loose: NDArray[np.int64]) -> None:
    """The keys under which nearby words meet."""
    size = 64 * len(loose) + MOST_KEYS
    spellings = spell([texts[number] for number in loose])
    room = np.empty(MOST_KEYS, dtype=np.uint64), np.empty(MOST_KEYS, dtype=np.int8)
    while True:
        hashes, forms = np.empty(size, dtype=np.uint64), np.empty(size, dtype=np.int64)
        count = listed_keys(spellings, loose, room, hashes, forms)
        if count >= 0:
            break
        size *= 2
    joined = {place: text for place, text in enumerate(layout.joined) if len(text) >= SHORTEST_JOINED}
    eastern = {place: key for place, text in joined.items() if (key := eastern_spelling(text))}
    all_hashes, all_forms = [hashes[:count]], [forms[:count]]
    for use, start, places, short in (
        (JOINED, len(texts), joined, plain_spellings(list(joined.values()))),
        (EASTERN, len(texts), eastern, list(eastern.values())),
        (ACRONYM, len(texts) + len(layout.joined), range(len(layout.acronyms)), list(layout.acronyms)),
    ):
        own = np.empty(len(short), dtype=np.uint64)
        whole_keys(spelled(short), use, own)
        all_hashes.append(own)
        all_forms.append(np.fromiter(places, dtype=np.int64, count=len(own)) + start)
    _save_keys(folder, np.concatenate(all_forms), np.concatenate(all_hashes))


def _save_keys(folder: Path, forms: NDArray[np.int64], hashes: NDArray[np.uint64]) -> None:
    order = np.lexsort((forms, hashes))
    hashes, forms = hashes[order], forms[order]
    fresh = np.ones(len(hashes), dtype=bool)
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (forms[1:] != forms[:-1])
    hashes, forms = hashes[fresh], forms[fresh]
    distinct, starts = np.unique(hashes, return_index=True)
    np.save(folder / "near_hashes.npy", distinct)
    bits = np.arange((1 << BUCKETS) + 1, dtype=np.uint64)[:-1] << np.uint64(64 - BUCKETS)
    buckets = np.append(np.searchsorted(distinct, bits), len(distinct))
    np.save(folder / "near_buckets.npy", buckets.astype(np.uint32))
    np.save(folder / "near_starts.npy", np.append(starts, len(forms)).astype(np.uint32))
    np.save(folder / "near.npy", forms.astype(np.uint32))


def _save_lists(folder: Path, name: str, lists: list[list[int]]) -> None:
    lengths = np.fromiter((len(items) for items in lists), dtype=np.int64, count=len(lists))
    np.save(folder / f"{name}_starts.npy", np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32))
    flat = np.fromiter((item for items in lists for item in items), dtype=np.uint32, count=int(lengths.sum()))
    np.save(folder / f"{name}.npy", flat)


def _save_texts(folder: Path, name: str, texts: list[bytes]) -> None:
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    np.save(folder / f"{name}_starts.npy", np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32))
    (folder / f"{name}.bin").write_bytes(b"".join(texts) or b"\0")

"""Lays a watchlist out for screening: one folder of arrays that every worker maps into memory.

Built once an edition, beside its place, and then renamed, so that nobody ever sees half of it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from holdfast.model.effect import effect_on
from holdfast.model.party import Strength
from holdfast.screen.keys import IGNORED, hashed, joins, loose_keys, running_key, surface, whole_key
from holdfast.text.fold import words
from holdfast.text.identifiers import COMMON_HOSTS, comparable, host
from holdfast.text.name import Family, ParsedName, family_of, readings
from holdfast.text.rarity import weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.party import Identifier, Party
    from holdfast.model.watchlist import Watchlist
    from holdfast.text.name import Token

LAYOUT = "screen-3"
"""Name of the folder; the number grows when its layout or what is filed under which key changes."""
LONGEST_RUN = 10
"""Words of a name that is looked for in running text."""


@dataclass(slots=True)
class _Layout:
    """What is collected before it becomes arrays."""

    parties: list[bytes] = field(default_factory=list)
    tokens: dict[Token, int] = field(default_factory=dict)
    surfaces: dict[str, int] = field(default_factory=dict)
    postings: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    entries: list[tuple[int, int, int, float]] = field(default_factory=list)
    entry_tokens: list[list[int]] = field(default_factory=list)
    entry_forms: list[tuple[str, ...]] = field(default_factory=list)


def ensure_index(watchlist: Watchlist) -> Path:
    """The folder of the index, built now when it is not there."""
    place = watchlist.derived(LAYOUT)
    if (place / "ready").exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        _write(watchlist, working)
        try:
            working.rename(place)
        except OSError:
            if not (place / "ready").exists():
                raise
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return place


def _write(watchlist: Watchlist, folder: Path) -> None:
    layout = _Layout()
    for number, party in enumerate(watchlist.parties()):
        _add_party(layout, number, party)
    _save_entries(layout, folder)
    _save_texts(folder, "surfaces", [text.encode() for text in layout.surfaces])
    _save_texts(folder, "parties", layout.parties)
    _save_lists(folder, "postings", [sorted(set(layout.postings[n])) for n in range(len(layout.surfaces))])
    hashes = np.fromiter(sorted(layout.keys), dtype=np.uint64, count=len(layout.keys))
    np.save(folder / "key_hashes.npy", hashes)
    _save_lists(folder, "keys", [sorted(layout.keys[int(key)]) for key in hashes])
    about = {
        "edition": watchlist.edition,
        "published": watchlist.published,
        "sources": list(watchlist.sources),
    }
    (folder / "about.json").write_bytes(orjson.dumps(about))
    with (folder / "ready").open("wb") as mark:
        os.fsync(mark.fileno())


def _add_party(layout: _Layout, number: int, party: Party) -> None:
    family = family_of(party.type)
    for place, name in enumerate(party.names):
        flags = (1 if name.strength is Strength.WEAK else 0) | (2 if family is None else 0)
        for reading in readings(name.text, family if family is not None else Family.ORGANISATION):
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
    total = sum(weight(token) for token in reading.tokens)
    layout.entries.append((number, place, flags | int(reading.family) << 4, total))
    layout.entry_tokens.append(
        [layout.tokens.setdefault(token, len(layout.tokens)) for token in reading.tokens]
    )
    layout.entry_forms.append(reading.forms)
    useful = [token for token in reading.tokens if token.kind not in IGNORED] or list(reading.tokens)
    for token in useful:
        text = surface(token)
        known = text in layout.surfaces
        layout.postings[_surface(layout, text)].append(entry)
        if not known and not text.startswith("~"):
            for key in loose_keys(text):
                layout.keys[hashed(key)].add(layout.surfaces[text])
    for joined, _ in joins(reading.tokens):
        layout.postings[_surface(layout, f"+{joined}")].append(entry)
    bare = tuple(token.text for token in reading.tokens)
    _file_run(layout, bare, entry)


def _surface(layout: _Layout, text: str) -> int:
    number = layout.surfaces.get(text)
    if number is None:
        number = layout.surfaces[text] = len(layout.surfaces)
        layout.keys[hashed(f"x:{text}")].add(number)
    return number


def _file_run(layout: _Layout, texts: tuple[str, ...], entry: int) -> None:
    if 0 < len(texts) <= LONGEST_RUN and sum(map(len, texts)) >= 4:
        layout.keys[hashed(running_key(texts))].add(entry)
        layout.keys[hashed(f"f:{texts[0]}")].add(len(texts))


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


def _save_lists(folder: Path, name: str, lists: list[list[int]]) -> None:
    lengths = np.fromiter((len(items) for items in lists), dtype=np.int64, count=len(lists))
    np.save(folder / f"{name}_starts.npy", np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32))
    flat = np.fromiter((item for items in lists for item in items), dtype=np.uint32, count=int(lengths.sum()))
    np.save(folder / f"{name}.npy", flat)


def _save_texts(folder: Path, name: str, texts: list[bytes]) -> None:
    lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
    np.save(folder / f"{name}_starts.npy", np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32))
    (folder / f"{name}.bin").write_bytes(b"".join(texts) or b"\0")

"""Embargoed places in payment messages: country codes, towns, and names in running text, in many languages.

Which places a firm acts on, and what follows, is policy (``data/payments.toml``); how they are written is a table
(``data/places.csv``). A name counts less the less it is meant as a place: a street called Cuba Street, a town Havana in
Illinois, a firm in Omaha with Cuba in its name are seen and shown, but hold nothing.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_WORDS_BEFORE = 4
"""Words before a place name that may make it something else."""
_ASCII_WORD = re.compile(r"\w+")
_EASTERN = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class Place:
    """A country or region, and what the policy does about it."""

    key: str
    name: str
    countries: tuple[str, ...]
    """ISO 3166-1 alpha-2 codes with which a name of it agrees; any other country of the party disproves it."""
    grade: str
    """``embargo`` or ``review``; both hold."""
    advice: str
    """``block``, ``reject`` or ``hold``."""
    says: str
    basis: str
    source: str
    evidence: str
    """Grade of the legal fact: P, S, D or R."""
    currencies: tuple[str, ...] = ()
    unless_after: tuple[str, ...] = ()
    unless_before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceName:
    """One spelling."""

    place: str
    use: str
    """``any``, ``text``, ``address``: where it counts."""
    words: tuple[str, ...]
    text: str
    as_written: bool = False
    """Whether it only counts with its accents: without them it is another word (``Irã``, the name Ira)."""


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place found in a text."""

    place: Place
    start: int
    end: int
    quote: str
    says: str
    counts: bool
    """Whether it holds the payment; a street name or a homonym is only shown."""


@dataclass(frozen=True, slots=True)
class Streets:
    """Words beside the name of a place that make it the name of a street."""

    before: frozenset[str]
    before_in_address: frozenset[str]
    """Also before it, where an address is expected: elsewhere they mean other things (``shipped via``)."""
    after: frozenset[str]
    links: frozenset[str]
    """What may stand between a word before and the name: ``boulevard de``."""

    @classmethod
    def of(cls, data: Mapping[str, Iterable[str]]) -> Streets:
        """From a policy file."""
        before, in_address, after, links = (
            frozenset(map(_plain, data[f"street_{part}"]))
            for part in ("before", "in_address", "after", "links")
        )
        return cls(before, before | in_address, after, links)

    def made_by(self, before: list[str], after: list[str], *, in_address: bool) -> bool:
        """Whether the words beside a name make it a street."""
        end = len(before)
        while end and before[end - 1] in self.links:
            end -= 1
        if after and after[0] in self.after:
            return True
        kinds = self.before_in_address if in_address else self.before
        if not end or before[end - 1] not in kinds:
            return False
        # Where the word may also end a street's name (Zand Boulevard, Shiraz), it begins one only after a number or with a link.
        ends_one = before[end - 1] in self.after and end == len(before) and end > 1
        return not ends_one or before[end - 2].isdecimal()


class Gazetteer:
    """Finds the places of a policy in texts."""

    def __init__(self, places: Iterable[Place], streets: Streets) -> None:
        self._places = {place.key: place for place in places}
        self._streets = streets
        self._codes = {
            code: place
            for place in self._places.values()
            for code in place.countries
            if len(place.countries) == 1
        }
        self._currencies = {code: place for place in self._places.values() for code in place.currencies}
        self._by_word: dict[str, list[PlaceName]] = {}
        self._eastern: list[PlaceName] = []
        for name in place_names():
            if name.place not in self._places:
                continue
            if _EASTERN.search(name.text):
                self._eastern.append(name)
            else:
                self._by_word.setdefault(name.words[0], []).append(name)

    def country(self, code: str) -> Place | None:
        """The place that a country code names."""
        return self._codes.get(code)

    def currency(self, code: str) -> Place | None:
        """The place whose money it is."""
        return self._currencies.get(code)

    def find(self, text: str, use: str, countries: frozenset[str] = frozenset()) -> Iterator[PlaceHit]:
        """Places named in a text.

        ``use`` is ``name`` (of a party), ``text`` or ``address``; ``countries`` are those that the party is known to
        be in. Each place is given once, where it counts if it counts anywhere.
        """
        if text.isascii() and self._by_word.keys().isdisjoint(
            _ASCII_WORD.findall(text.lower().replace("'", ""))
        ):
            return
        words = _split(text)
        best: dict[str, PlaceHit] = {}
        for hit in self._matches(text, words, use, countries):
            known = best.get(hit.place.key)
            if known is None or (hit.counts and not known.counts):
                best[hit.place.key] = hit
            elif (
                not known.counts and use == "address" and hit.start >= known.end and hit.quote != known.quote
            ):
                # A town and its country say it together, whatever country code stands beside them.
                quote = f"{known.quote} {hit.quote}"
                says = f"{known.quote!r} and {hit.quote!r} both name {hit.place.name}"
                best[hit.place.key] = PlaceHit(hit.place, known.start, hit.end, quote, says, counts=True)
        yield from best.values()

    def _matches(
        self, text: str, words: list[tuple[str, int, int]], use: str, countries: frozenset[str]
    ) -> Iterator[PlaceHit]:
        for index, (word, start, _) in enumerate(words):
            for name in self._by_word.get(word, ()):
                stop = index + len(name.words)
                if tuple(part for part, _, _ in words[index:stop]) != name.words:
                    continue
                if name.as_written and text[start : words[stop - 1][2]].lower() != name.text.lower():
                    continue
                place = self._places[name.place]
                before = [part for part, _, _ in words[max(0, index - _WORDS_BEFORE) : index]]
                after = [part for part, _, _ in words[stop : stop + 2]]
                why_not = self._disproof(place, name, use, countries, (before, after))
                yield self._hit(place, text, start, words[stop - 1][2], why_not)
        if not text.isascii():
            for name in self._eastern:
                start = text.find(name.text)
                if start >= 0:
                    place = self._places[name.place]
                    why_not = self._disproof(place, name, use, countries, ([], []))
                    yield self._hit(place, text, start, start + len(name.text), why_not)

    def _disproof(
        self,
        place: Place,
        name: PlaceName,
        use: str,
        countries: frozenset[str],
        around: tuple[list[str], list[str]],
    ) -> str:
        """Why the words do not mean the place; empty when they do."""
        before, after = around
        if countries and countries.isdisjoint(place.countries):
            return f"but the party is in {', '.join(sorted(countries))}"
        if self._streets.made_by(before, after, in_address=use != "text"):
            return "as the name of a street"
        if _any_of(place.unless_after, after, 0) or _any_of(place.unless_before, before, len(before)):
            return "as part of another name"
        if name.use == "address" and use != "address":
            return "where no place is meant"
        if name.use == "text" and use == "name":
            return "as part of a party's name"
        return ""

    def _hit(self, place: Place, text: str, start: int, end: int, why_not: str) -> PlaceHit:
        quote = text[start:end]
        says = f"{quote!r} names {place.name}" + (f", {why_not}" if why_not else "")
        return PlaceHit(place, start, end, quote, says, not why_not)


def _any_of(phrases: tuple[str, ...], words: list[str], end: int) -> bool:
    """Whether the words begin (or, with an end, end) with one of the phrases."""
    for phrase in phrases:
        parts = _plain(phrase).split()
        window = words[-len(parts) :] if end else words[: len(parts)]
        if window == parts:
            return True
    return False


def _split(text: str) -> list[tuple[str, int, int]]:
    return [(_plain(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


@lru_cache(maxsize=1 << 14)
def _plain(word: str) -> str:
    """Lower case, without apostrophes and accents of Latin letters."""
    word = word.lower().replace("'", "").replace("’", "")
    if word.isascii():
        return word
    folded = unicodedata.normalize("NFKD", word.replace("ı", "i").replace("ł", "l").replace("ø", "o"))
    plain = "".join(char for char in folded if unicodedata.category(char) != "Mn")
    return unicodedata.normalize("NFC", plain)


@cache
def place_names() -> tuple[PlaceName, ...]:
    """Every spelling of the table."""
    content = files("holdfast.screen").joinpath("data/places.csv").read_text(encoding="utf-8")
    lines = [line for line in content.splitlines() if not line.startswith("#")]
    return tuple(
        PlaceName(
            row["place"],
            row["use"],
            tuple(word for word, _, _ in _split(text)),
            text.removeprefix("="),
            text.startswith("="),
        )
        for row in csv.DictReader(lines)
        for text in row["names"].split("|")
    )


def read_places(entries: Iterable[Mapping[str, object]]) -> tuple[Place, ...]:
    """The places of a policy file."""
    return tuple(Place(**{key: _frozen(value) for key, value in entry.items()}) for entry in entries)  # type: ignore[arg-type]  # TOML values; a wrong one raises


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value

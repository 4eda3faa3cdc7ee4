"""Screens parties against one edition of the watchlist: by name in any script, and by identifier.

Identifiers override names. A name's score comes from the closest listed name; birth date and country confirm or
contradict it. The same code answers one query and a million.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from holdfast.model.collector import uncollected
from holdfast.screen.build import ensure_index
from holdfast.screen.candidates import Candidates
from holdfast.screen.explanation import explain
from holdfast.screen.identity import by_identifier
from holdfast.screen.index import Index
from holdfast.screen.judgement import Judgement, judge
from holdfast.screen.keys import running_key, sorted_key
from holdfast.screen.ofac_search import OfacSearch
from holdfast.screen.policy import Policy, policy
from holdfast.screen.qualifiers import needed, qualify
from holdfast.screen.query import DIGITS, Hit, Query, TextHit, Why
from holdfast.screen.running import find_in_text
from holdfast.text.fold import words
from holdfast.text.loops.kernel import tells_of_compiling
from holdfast.text.name import Family, family_of
from holdfast.text.rarity import weight
from holdfast.text.reading import readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from holdfast.model.watchlist import Watchlist
    from holdfast.text.name import ParsedName

OTHER_TYPE = 0.72
"""Factor when a person is asked for and a body or ship is listed, or the reverse (FAQ 5, step 2: no valid match)."""
TELLS_ENOUGH = 1.4
"""What the words of a weak alias must weigh together to identify by themselves."""
SAME_WORDS = 0.985
"""Score of a listed name whose words stand in an order, or are divided, as no reading of a name expects."""
CUT_ASKED = 0.6
"""Share of a score that is asked of the words of a name that may be cut off, as the candidates know of no cut."""
ROUNDED = 1e-6
"""What the rounding of a score may add to it, generously."""
KEPT_PARTIES = 2048
BLOCK = 1024
"""Queries that are read and looked up together."""
MOST_AS_OFAC = 500
"""Parties shown at most under the scores of OFAC's search."""


@dataclass(slots=True)
class _Match:
    """The best that is known of one listed party."""

    score: float
    entry: int
    judgement: Judgement | None
    asked: str
    reasons: tuple[Why, ...] = ()


class _Asked(NamedTuple):
    """One name of a query, read in every way that its type allows."""

    text: str
    families: tuple[Family, ...]
    readings: tuple[ParsedName, ...]
    keys: tuple[str, str]
    """Of the same words in any order, and with or without blanks."""

    @classmethod
    def of(cls, text: str, families: tuple[Family, ...]) -> _Asked:
        found = readings(text, families[0])
        for family in families[1:]:
            found += readings(text, family)
        texts = [word.text for word in words(text)]
        return cls(text, families, found, (sorted_key(texts), running_key(texts)))


class Screener:
    """One edition under one policy; keeps what it looked up, so one is made and used for many queries."""

    def __init__(self, watchlist: Watchlist, policy_: Policy | None = None) -> None:
        self.policy = policy_ or policy("default")
        self.edition = watchlist.edition
        self._index = Index(ensure_index(watchlist))
        self._candidates = Candidates(self._index)
        self._ofac: OfacSearch | None = None
        self._party = lru_cache(maxsize=KEPT_PARTIES)(self._index.party)

    @classmethod
    def open(cls, watchlist: Watchlist, policy: Policy | None = None) -> Screener:
        """A screener; the first one of an edition lays its index out, which takes some seconds."""
        return cls(watchlist, policy)

    def warm_up(self, compiling: Callable[[], None]) -> None:
        """Load the compiled loops; ``compiling`` is called if they are not, which the first time of an installation takes seconds."""
        with tells_of_compiling(compiling):
            self.screen(Query("", "Nobody In Particular"))

    def screen(self, query: Query, *, top: int = 10, min_score: float | None = None) -> list[Hit]:
        """Listed parties that the query may be, best first: at most ``top``, from ``min_score`` on.

        Without ``min_score`` the policy says what is shown. Hits of the policy come with ``hit`` set.
        """
        ((_, hits),) = self.screen_many((query,), top=top, min_score=min_score)
        return hits

    def screen_many(
        self, queries: Iterable[Query], *, top: int = 10, min_score: float | None = None
    ) -> Iterator[tuple[Query, list[Hit]]]:
        """Each query with its hits, in the order in which they come; :data:`BLOCK` of them are read at once."""
        least = self.policy.shown if min_score is None else min_score
        for block in _blocks(queries):
            with uncollected():
                hits = self._screen_block(block, least, top)
            yield from zip(block, hits, strict=True)

    def _screen_block(self, block: list[Query], least: float, top: int) -> list[list[Hit]]:
        """The hits of some queries, each from ``least`` on."""
        asked = [self._ask(query) for query in block]
        same = iter(self._index.filed([key for own in asked for one in own for key in one.keys]))
        enough = [needed(least, query) for query in block]
        wanted = [
            (reading, CUT_ASKED * score if reading.cut else score)
            for own, score in zip(asked, enough, strict=True)
            for one in own
            for reading in one.readings
        ]
        near = iter(self._candidates.find(wanted))
        found: list[list[Hit]] = []
        for query, own, worth in zip(block, asked, enough, strict=True):
            matches: dict[int, _Match] = {}
            identified = list(by_identifier(self._index, query))
            # A name confirms an identifier, however little it is alike.
            asks = 0.0 if identified else worth - ROUNDED
            for one in own:
                if entries := [*next(same), *next(same)]:
                    self._match_exactly(one, entries, matches, asks)
                for reading in one.readings:
                    for entry in next(near):
                        self._consider(reading, entry, one.text, 1.0, matches, asks)
            if self.policy.scoring == "ofac-search":
                self._match_as_ofac(query, least, matches)
            for number, score, text, reason in identified:
                _note(matches, number, score, text, reason)
            likely = {number: match for number, match in matches.items() if match.score >= worth - ROUNDED}
            found.append(self._shown(query, likely, least, top) if likely else [])
        return found

    def _shown(self, query: Query, matches: dict[int, _Match], least: float, top: int) -> list[Hit]:
        """The hits among what may reach ``least``."""
        found = [self._hit(query, number, match) for number, match in matches.items()]
        wanted = [hit for hit in found if hit.score >= least and self._listed(hit)]
        wanted.sort(key=lambda hit: (-hit.score, hit.party))
        return _without_twins(wanted)[:top]

    def _ask(self, query: Query) -> list[_Asked]:
        """The names of a query, read; none where OFAC's search compares them as they stand."""
        if self.policy.scoring == "ofac-search":
            return []
        family = family_of(query.type)
        families = (family,) if family is not None else _ANY if query.type in {"", "Thing"} else _BODIES
        return [_Asked.of(name, families) for name in (query.name, *query.aliases) if name.strip()]

    def find(self, text: str) -> list[TextHit]:
        """Listed names and identifiers that stand in running text, in the order of their places."""
        found = find_in_text(self._index, text, self._text_hit)
        by_place: dict[tuple[int, int], list[Hit]] = {}
        for item in found:
            by_place.setdefault((item.start, item.end), []).append(item.hit)
        kept = {place: _without_twins(hits) for place, hits in by_place.items()}
        return [item for item in found if item.hit in kept[item.start, item.end]]

    def _match_as_ofac(self, query: Query, least: float, matches: dict[int, _Match]) -> None:
        """The scores of OFAC's search, on the names as listed."""
        if self._ofac is None:
            self._ofac = OfacSearch([self._listed_name(entry) for entry in range(len(self._index))])
        scores = self._ofac.scores(query.name)
        for number in scores.argsort(kind="stable")[::-1]:
            score, party = float(scores[number]), int(self._index.party_of[number])
            if score < least or len(matches) > MOST_AS_OFAC:
                break
            if party not in matches:
                says = f"OFAC's search shows {100 * score:.0f} for “{query.name}”"
                matches[party] = _Match(
                    score, int(number), None, query.name, (Why("ofac-search", round(score, 4), says),)
                )

    def _listed_name(self, entry: int) -> str:
        party = self._index.party(int(self._index.party_of[entry]))
        listed: str = party["names"][int(self._index.name_of[entry])][0]
        return listed

    def _match_exactly(
        self, asked: _Asked, entries: list[int], matches: dict[int, _Match], least: float
    ) -> None:
        """Names that are the same but for order, case, signs and blanks, of whatever type."""
        for entry in entries:
            family = Family(int(self._index.family_of[entry]))
            fits = family in asked.families or bool(self._index.open_type[entry])
            factor = 1.0 if fits else OTHER_TYPE
            for reading in readings(asked.text, family)[:1]:
                self._consider(reading, entry, asked.text, factor, matches, least)
            self._consider_same(entry, asked.text, factor, matches)

    def _consider_same(self, entry: int, asked: str, factor: float, matches: dict[int, _Match]) -> None:
        """The same words, however a reading of them in this order or with these blanks would fare."""
        party = int(self._index.party_of[entry])
        score = SAME_WORDS * factor
        if party not in matches or matches[party].score < score:
            says = f"“{asked}” has the words of the listed name “{self._listed_name(entry)}”, in another order or otherwise divided"
            reasons = (Why("name", SAME_WORDS, says), *((_OTHER_TYPE,) if factor < 1.0 else ()))
            matches[party] = _Match(score, entry, None, asked, reasons)

    def _consider(
        self,
        reading: ParsedName,
        entry: int,
        asked: str,
        factor: float,
        matches: dict[int, _Match],
        least: float,
    ) -> None:
        """Keep the entry if it is the best yet of its party; what is below ``least`` is not looked at closely."""
        listed = self._index.name(entry)
        if listed.family is not reading.family:
            listed_reading = readings(asked, listed.family)
            if not listed_reading:
                return
            reading = listed_reading[0]
        judgement = judge(reading, listed, least)
        score = judgement.score * factor
        party = int(self._index.party_of[entry])
        known = matches.get(party)
        if known is None or score > known.score or (score == known.score and entry < known.entry):
            reasons = (_OTHER_TYPE,) if factor < 1.0 else ()
            matches[party] = _Match(score, entry, judgement, asked, reasons)

    def _hit(self, query: Query, number: int, match: _Match) -> Hit:
        party = self._party(number)
        place = int(self._index.name_of[match.entry]) if match.entry >= 0 else 0
        listed, strength, _ = party["names"][place]
        reasons = list(match.reasons)
        if match.judgement is not None:
            reasons += explain(match.judgement, match.asked, listed)
        score = match.score
        if self.policy.scoring == "holdfast":  # OFAC's search scores the name only (FAQ 251)
            score, more = qualify(score, query, party)
            reasons += more
        identified = any(reason.feature == "identifier" for reason in match.reasons)
        weak = strength == "weak" and not identified
        return Hit(
            query=query,
            party=party["id"],
            listed_name=listed,
            score=round(score, DIGITS),
            hit=self._decide(score, weak, match, reasons),
            why=tuple(reasons),
            lists=tuple(party["lists"]),
            programmes=tuple(party["programmes"]),
            effect=party["effect"],
            strength="weak" if weak else "strong",
            same_as=tuple(party["same_as"]),
        )

    def _decide(self, score: float, weak: bool, match: _Match, reasons: list[Why]) -> bool:
        """Whether it is a hit; a weak alias that does not count says so among the reasons."""
        if round(score, DIGITS) < self.policy.threshold:
            return False
        if not weak or self.policy.weak == "hit":
            return True
        if self.policy.weak == "distinctive" and match.entry >= 0:
            told = sum(weight(token) for token in self._index.name(match.entry).tokens)
            if told >= TELLS_ENOUGH:
                return True
        says = "a weak alias alone: corroboration, no hit under this policy (OFAC FAQs 122-125)"
        reasons.append(Why("weak alias", 0.0, says))
        return False

    def _listed(self, hit: Hit) -> bool:
        return not self.policy.lists or any(name in self.policy.lists for name in hit.lists)

    def _text_hit(self, quote: str, number: int, entry: int, reason: Why | None) -> Hit | None:
        query = Query("", quote)
        if reason is not None:
            return self._hit(query, number, _Match(0.99, -1, None, quote, (reason,)))
        reading = readings(quote, self._index.name(entry).family)
        if not reading:
            return None
        judgement = judge(reading[0], self._index.name(entry))
        hit = self._hit(query, number, _Match(judgement.score, entry, judgement, quote))
        return hit if self._listed(hit) else None


def _note(matches: dict[int, _Match], number: int, score: float, asked: str, reason: Why) -> None:
    """That an identifier of a party is equal, which a name that is alike confirms."""
    known = matches.get(number)
    if known is None:
        matches[number] = _Match(score, -1, None, asked, (reason,))
    else:
        known.reasons = (reason, *known.reasons)
        more, less = max(known.score, score), min(known.score, score)
        known.score = more + (1.0 - more) * 0.5 * less


def _without_twins(hits: list[Hit]) -> list[Hit]:
    """Without an entry that says of itself that it is another one (the dossier's), where that one stands beside it."""
    counts = {hit.party: hit.hit for hit in hits}
    return [hit for hit in hits if not any(counts.get(twin, -1) >= hit.hit for twin in hit.same_as)]


_OTHER_TYPE = Why(
    "type", OTHER_TYPE - 1.0, "the types differ (person, organisation, vessel): no valid match by itself"
)
_ANY = (Family.PERSON, Family.ORGANISATION, Family.VESSEL)
_BODIES = (Family.ORGANISATION, Family.PERSON)


def compare(one: str, other: str, schema: str = "") -> tuple[float, tuple[Why, ...]]:
    """Two names by themselves: score and reasons. Without a type, the reading that fits best."""
    family = family_of(schema)
    best: Judgement | None = None
    for chosen in (family,) if family is not None else _ANY:
        for first in readings(one, chosen):
            for second in readings(other, chosen):
                judgement = judge(first, second)
                if best is None or judgement.score > best.score:
                    best = judgement
    if best is None:
        return 0.0, (Why("name", 0.0, "one of the names has no letters or digits"),)
    return round(best.score, DIGITS), explain(best, one, other)


def _blocks(queries: Iterable[Query]) -> Iterator[list[Query]]:
    waiting = iter(queries)
    while block := list(islice(waiting, BLOCK)):
        yield block

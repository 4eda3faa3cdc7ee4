"""What is known of the exporters while their datagrams are read: templates, sequence, sampling, sets that wait.

Routers repeat their templates every few minutes, so a capture begins with data that nobody can read yet. Such sets wait
until the template comes, up to a bound; what never gets one is counted and reported.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from holdfast.records.exports.datagram import OPTIONS, TEMPLATES, read_header, read_sets
from holdfast.records.exports.template import BOOTED, RATE, V5, BrokenSetError, read_templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.records.exports.datagram import Datagram, Header
    from holdfast.records.exports.template import Template

WAITING = 32 << 20
"""Bytes of sets without a template that are held back, over all exporters."""
REMEMBERED = 4096
"""Datagrams of an exporter among which a duplicate is recognised."""
_JUMP = 1 << 20
"""A sequence that moves further than this was started anew."""


Key = tuple[str, int, int]
"""Address of the exporter, version and observation domain."""


class Piece(NamedTuple):
    """Rows of one set, cut by its template."""

    template: Template
    rows: bytes
    total: int
    """How many rows."""
    header: Header
    number: int
    """Of the datagram."""
    booted: float | None
    """When the exporter started, in seconds since 1970, where its options or its header say so."""


@dataclass(slots=True)
class Domain:
    """One exporter's one observation domain."""

    templates: dict[int, Template] = field(default_factory=dict)
    waiting: dict[int, list[tuple[bytes, Header, int]]] = field(default_factory=dict)
    recent: OrderedDict[bytes, None] = field(default_factory=OrderedDict)
    expected: int | None = None
    """Sequence number of the next datagram, where it can be told."""
    after_late: int | None = None
    """The number after that of a datagram that came late."""
    uptime: float = -1.0
    """Of the last datagram in order, in seconds."""
    booted: float | None = None
    rates: Counter[int] = field(default_factory=Counter)
    """Announced sampling, one in so many packets, and how often."""


class Session:
    """The exporters of one file; ``counts`` is what its status says of it.

    ``known`` are those of the captures before it: a capture that is cut every hour has the templates of all hours.
    """

    def __init__(self, known: dict[Key, Domain]) -> None:
        self.counts: Counter[str] = Counter()
        self._known = known
        self._domains: dict[Key, Domain] = {}
        self._held = 0

    def read(self, datagram: Datagram) -> Iterator[Piece | str]:
        """The flows of one datagram, and a sentence for each thing in it that could not be read."""
        try:
            header = read_header(datagram.payload)
        except BrokenSetError as error:
            self.counts["undecoded"] += 1
            yield f"{error}; skipped"
            return
        key = (datagram.exporter, header.version, header.domain)
        domain = self._domains.get(key)
        if domain is None:
            domain = self._domains[key] = self._known.setdefault(key, Domain())
        if self._repeats(domain, datagram.payload):
            self.counts["duplicate_datagrams"] += 1
            return
        self.counts["datagrams"] += 1
        if header.rate > 1:
            domain.rates[header.rate] += 1
        records: int | None = 0
        try:
            for number, body in read_sets(datagram.payload, header.version):
                for piece in self._read_set(domain, number, body, (header, datagram.number)):
                    yield piece
                    if piece.__class__ is str:
                        records = None
                if records is not None:
                    records = None if number in domain.waiting else records + _count(domain, number, body)
        except BrokenSetError as error:
            self.counts["undecoded"] += 1
            records = None
            yield f"{error}; the sets before were read"
        self._follow(domain, header, records)

    def repairs(self) -> Iterator[str]:
        """Sentences about what came twice or in another order, and cost nothing."""
        for name, says in _REPAIRS.items():
            if self.counts[name]:
                yield f"{says}: {self.counts[name]:,}"

    def finish(self) -> Iterator[str]:
        """Sentences about what never got a template, and what the sequence says never arrived."""
        for name in _MISSING.values():
            if self.counts[name]:
                what = name.removeprefix("missing_")
                yield f"{what} that are missing in the sequence, lost on the way to this file: {self.counts[name]:,}"
        for key, domain in self._domains.items():
            for template, sets in sorted(domain.waiting.items()):
                self.counts["without_template"] += len(sets)
                says = f"sets whose template {template} ({_whose(key)}) never came: {len(sets)}"
                yield f"{says}; not read, add the capture or the file that has it"
            domain.waiting.clear()

    def notes(self) -> Iterator[str]:
        """Sentences about sampling."""
        for key, domain in self._domains.items():
            for rate in sorted(domain.rates):
                yield f"{_whose(key)} samples one packet in {rate:,}: bytes and packets are those of the sample"

    def _read_set(
        self, domain: Domain, number: int, body: bytes, place: tuple[Header, int]
    ) -> Iterator[Piece | str]:
        header, datagram = place
        version = header.version
        try:
            if number in {TEMPLATES.get(version), OPTIONS.get(version)}:
                for template in read_templates(body, version, options=number == OPTIONS[version]):
                    yield from self._learn(domain, template)
            elif version == 5:
                yield from self._cut(domain, V5, body, place)
            elif number in domain.templates:
                yield from self._cut(domain, domain.templates[number], body, place)
            elif number < 256:
                self.counts["undecoded"] += 1
                yield f"set {number} is of no known kind; skipped"
            else:
                yield from self._hold(domain, number, body, (header, datagram))
        except BrokenSetError as error:
            self.counts["undecoded"] += 1
            yield f"{error}; the rest of the set is skipped"

    def _learn(self, domain: Domain, template: Template) -> Iterator[Piece | str]:
        if not template.fields:  # taken back; 2 and 3 take back all of a kind (RFC 7011, 8.1)
            everything = template.id in {2, 3}
            for known in list(domain.templates.values()):
                if known.id == template.id or (everything and known.options == template.options):
                    del domain.templates[known.id]
                    self.counts["templates_withdrawn"] += 1
            return
        known_before = domain.templates.get(template.id)
        if known_before != template:
            self.counts["templates" if known_before is None else "templates_changed"] += 1
            domain.templates[template.id] = template
        for body, header, number in domain.waiting.pop(template.id, ()):
            self._held -= len(body)
            self.counts["read_late"] += 1
            try:
                yield from self._cut(domain, template, body, (header, number))
            except BrokenSetError as error:
                self.counts["undecoded"] += 1
                yield f"{error}; the rest of the set is skipped"

    def _hold(self, domain: Domain, number: int, body: bytes, place: tuple[Header, int]) -> Iterator[str]:
        if self._held + len(body) > WAITING:
            self.counts["undecoded"] += 1
            yield f"a set of template {number} came before its template, and too many wait already; skipped"
            return
        self._held += len(body)
        domain.waiting.setdefault(number, []).append((body, *place))

    def _cut(
        self, domain: Domain, template: Template, body: bytes, place: tuple[Header, int]
    ) -> tuple[Piece, ...]:
        header, number = place
        rows, count = template.rows(body)
        if template.options:
            self.counts["options"] += count
            self._note_options(domain, template, rows)
            return ()
        booted = header.exported - header.uptime if header.uptime >= 0 else domain.booted
        if template.tells_rate:
            self._note_options(domain, template, rows[: template.width])
        if count and template.places:
            return (Piece(template, rows, count, header, number, booted),)
        return ()

    def _note_options(self, domain: Domain, template: Template, rows: bytes) -> None:
        for start in range(0, len(rows), template.width or 1):
            values = {
                number: int.from_bytes(rows[start + place : start + place + length], "big")
                for (enterprise, number), (place, length) in template.places.items()
                if not enterprise
            }
            if BOOTED in values:
                domain.booted = values[BOOTED] / 1000
            one, random, interval, space, size, population = (values.get(number, 0) for number in RATE)
            rate = one or random or ((interval + space) // interval if interval else 0)
            rate = rate or (population // size if size else 0)
            if rate > 1:
                domain.rates[rate] += 1

    def _repeats(self, domain: Domain, payload: bytes) -> bool:
        """Whether the same bytes came shortly before: two copies of one datagram."""
        digest = blake2b(payload, digest_size=16).digest()
        if digest in domain.recent:
            return True
        domain.recent[digest] = None
        if len(domain.recent) > REMEMBERED:
            domain.recent.popitem(last=False)
        return False

    def _follow(self, domain: Domain, header: Header, records: int | None) -> None:
        """Keep account of the sequence: v9 counts datagrams, v5 flows, IPFIX data records."""
        step = {5: header.announced, 9: 1, 10: records}[header.version]
        after = None if step is None else (header.sequence + step) % _NUMBERS
        if domain.expected is not None and not self._restarted(domain, header, step or 1):
            missing = _MISSING[header.version]
            late = (domain.expected - header.sequence) % _NUMBERS
            if 0 < late < _JUMP:
                self.counts["reordered_datagrams"] += 1
                self.counts[missing] = max(self.counts[missing] - (step or 0), 0)
                domain.after_late = after
                return
            self.counts[missing] += (header.sequence - domain.expected) % _NUMBERS
        domain.expected, domain.after_late, domain.uptime = after, None, header.uptime

    def _restarted(self, domain: Domain, header: Header, step: int) -> bool:
        """Whether the exporter counts anew: its clock went back, or it goes on from far behind or far ahead."""
        ahead = (header.sequence - (domain.expected or 0)) % _NUMBERS
        behind = _NUMBERS - ahead
        again = header.uptime < domain.uptime - _SETBACK
        followed = behind > _LATEST * step and domain.after_late == header.sequence
        if again or followed or min(ahead, behind) >= _JUMP:
            self.counts["restarts"] += 1
            return True
        return False


def _whose(key: Key) -> str:
    exporter, _, number = key
    return f"exporter {exporter}, domain {number}" if exporter else f"domain {number}"


_NUMBERS = 1 << 32
"""Sequence numbers before they start again."""
_SETBACK = 60.0
"""Seconds by which the uptime of a late datagram may lie back; more, and the exporter was started anew."""
_LATEST = 100
"""Datagrams by which one may come late; two in a row from further back are a new count."""
_REPAIRS = {
    "duplicate_datagrams": "datagrams that came twice, counted once",
    "reordered_datagrams": "datagrams that came later than their number",
    "restarts": "exporters that counted anew",
}
_MISSING = {5: "missing_flows", 9: "missing_datagrams", 10: "missing_records"}
"""What a gap in the sequence counts, by version."""


def _count(domain: Domain, number: int, body: bytes) -> int:
    """Data records of a set that was read, as IPFIX counts them."""
    template = domain.templates.get(number)
    if template is None:
        return 0
    return template.rows(body)[1] if template.varies else len(body) // template.shortest

"""Collects touches of listed addresses, names and hashes: one per source, destination and indicator."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.address_index import AddressIndex
from holdfast.flows.finding import Sample, TrafficFinding
from holdfast.flows.inside import Place
from holdfast.flows.name_index import NameIndex
from holdfast.flows.timing import ORDER, Timing, Window, window_of
from holdfast.flows.weigh import weigh
from holdfast.text.addresses import pack, show_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from holdfast.flows.inside import Inside
    from holdfast.flows.policy import Policy
    from holdfast.model.indicator import Indicator
    from holdfast.model.traffic import TrafficBatch

SAMPLES, SHARED_SAMPLES = 20, 5000
"""Flows of each timing that a touch keeps in full; and of an address that many lines share, where each may be another line."""


@dataclass(slots=True)
class Touch:
    """What is known so far of one source, one destination and one indicator value."""

    source: str
    destination: str
    indicators: tuple[Indicator, ...]
    """Those of the same type and value, from several lists or with several windows."""
    side: str
    """``destination`` or ``source``: which end is the listed one; ``name`` for what is no address."""
    how: str
    """``flow``, ``dns``, ``tls``, ``http``, ``certificate``, ``file``, ``answer``."""
    file: str
    windows: tuple[Window, ...]
    """When each of the indicators was the actor's."""
    flows: int = 0
    first: float = float("inf")
    last: float = float("-inf")
    timings: Counter[Timing] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    """Flows by hour, counted from 1970-01-01 UTC."""
    ports: Counter[int] = field(default_factory=Counter)
    protos: set[int] = field(default_factory=set)
    payload: int = 0
    """Bytes of both sides."""
    answered: bool | None = None
    """Whether the other side ever sent something; unknown without such columns."""
    server: str = ""
    keep: int = SAMPLES
    samples: list[Sample] = field(default_factory=list)

    @property
    def timing(self) -> Timing:
        """The best of all flows."""
        return next(timing for timing in ORDER if self.timings[timing])


class Touches:
    """Fed with batches, asked for findings at the end."""

    def __init__(self, indicators: Iterable[Indicator], policy: Policy, inside: Inside | None = None) -> None:
        held = list(indicators)
        self._inside = inside
        self.addresses = AddressIndex(held)
        self.names = NameIndex(held)
        self._policy = policy
        self._touches: dict[tuple[str, str, str, str], Touch] = {}
        self._listing: dict[str, list[tuple[Indicator, ...]]] = {}
        """By address: what lists it, in groups of one value."""
        self._windows: dict[Indicator, Window] = {}
        self._seen: set[tuple[Any, ...]] = set()
        self.duplicates = 0
        """Hits that came twice in every respect, from duplicate exports; counted once."""

    def add(self, batch: TrafficBatch) -> None:
        """Look through one batch."""
        if batch.kind == "flows":
            self._add_flows(batch)
        else:
            self._add_names(batch)

    def findings(self) -> Iterator[TrafficFinding]:
        """What was touched, by source and destination."""
        for key in sorted(self._touches):
            yield self._finding(self._touches[key])

    def note(
        self,
        ends: tuple[str, str],
        indicators: Sequence[Indicator],
        side: str,
        times: tuple[float, float, int],
        day: str,
    ) -> None:
        """Count several flows at once, of which only the first time, the last and their number are known."""
        first, last, flows = times
        for group in _by_value(indicators):
            touch = self._touch(ends, group, side, "dns" if side == "name" else "flow", day)
            touch.flows += flows
            touch.first, touch.last = min(touch.first, first), max(touch.last, last)
            touch.hours[int(first // 3600)] += flows
            touch.timings[min(self._best(touch, first), self._best(touch, last), key=ORDER.index)] += flows

    def _add_flows(self, batch: TrafficBatch) -> None:
        rows = batch.rows
        for side in ("dst", "src"):
            places = self._find(rows, side)
            if len(places):
                self._note_flows(batch.file, rows.take(pa.array(places)), side)

    def _find(self, rows: pa.RecordBatch, side: str) -> np.ndarray:
        narrow = rows.column(side)
        values = (pc.fill_null(narrow, 0) if narrow.null_count else narrow).to_numpy(zero_copy_only=False)
        return np.concatenate(
            (self.addresses.find(values), self.addresses.find_wide(rows.column(side + "6")))
        )

    def _note_flows(self, file: str, rows: pa.RecordBatch, side: str) -> None:
        for values in zip(*(_values(rows.column(name)) for name in _FLOW_COLUMNS), strict=True):
            record, ts, _, src, src6, sport, dst, dst6, dport, proto, sent, got, packets = values
            # The record is not part of it: the same flow may come from two routers or in two files.
            identity = (side, *values[1:9], sent)
            if identity in self._seen:
                self.duplicates += 1
                continue
            self._seen.add(identity)
            ends = _shown(src, src6), _shown(dst, dst6)
            listed = ends[side == "dst"]
            groups = self._listing.get(listed)
            if groups is None:
                packed = _address(dst, dst6) if side == "dst" else _address(src, src6)
                groups = self._listing[listed] = _by_value(self.addresses.covering(packed))
            sample = Sample(ts, sport, dport, proto, record)
            answered = None if packets is None and got is None else bool(packets or got)
            for group in groups:
                touch = self._touch(ends, group, "destination" if side == "dst" else "source", "flow", file)
                self._count(touch, sample, (sent or 0) + (got or 0), answered)

    def _add_names(self, batch: TrafficBatch) -> None:
        rows = batch.rows
        hosts = pc.replace_substring_regex(rows.column("name"), r":\d+$", "")
        certified = pc.struct_field(
            pc.extract_regex(rows.column("subject"), r"(?i)(?:^|[,/ ])CN=(?:\*\.)?(?P<name>[^,/]+)"), "name"
        )
        found: list[tuple[int, str, tuple[Indicator, ...], str]] = []
        for column in (hosts, certified):
            for place, domain in self.names.find_domains(column):
                found.append(
                    (place, column[place].as_py().lower().rstrip("."), tuple(self.names.domains[domain]), "")
                )
        for place, page in self.names.find_pages(hosts, rows.column("url")):
            found.append((place, page, tuple(self.names.pages[page]), ""))
        for place, digest in self.names.find_hashes(rows.column("hashes")):
            found.append((place, digest, tuple(self.names.hashes[digest]), ""))
        found += self._answers(rows)
        for place, destination, indicators, how in dict.fromkeys(found):
            row = rows.slice(place, 1).to_pylist()[0]
            identity = (
                row["what"],
                row["src"],
                row["src6"],
                destination,
                row["ts"],
                row["sport"],
                indicators[0].value,
            )
            if identity in self._seen:
                self.duplicates += 1
                continue
            self._seen.add(identity)
            for group in _by_value(indicators):
                source = _shown(row["src"], row["src6"])
                touch = self._touch((source, destination), group, "name", how or row["what"], batch.file)
                touch.server = touch.server or _shown(row["dst"], row["dst6"])
                self._count(
                    touch, Sample(row["ts"], row["sport"], row["dport"], None, row["record"]), 0, None
                )

    def _answers(self, rows: pa.RecordBatch) -> list[tuple[int, str, tuple[Indicator, ...], str]]:
        """Names that resolved to a listed address."""
        column = rows.column("answers")
        if not len(self.addresses) or column.null_count == len(column):
            return []
        found = []
        for place, text in zip(
            pc.list_parent_indices(column).to_pylist(), pc.list_flatten(column).to_pylist(), strict=True
        ):
            packed = pack(text) if text and text[-1:].isalnum() else None
            covering = self.addresses.covering(packed) if packed else ()
            if covering:
                name = (rows.column("name")[place].as_py() or text).lower().rstrip(".")
                found.append((place, name, covering, "answer"))
        return found

    def _touch(
        self, ends: tuple[str, str], indicators: tuple[Indicator, ...], side: str, how: str, file: str
    ) -> Touch:
        key = (*ends, indicators[0].type, indicators[0].value)
        touch = self._touches.get(key)
        if touch is None:
            windows = tuple(dict.fromkeys(self._window(indicator) for indicator in indicators))
            touch = self._touches[key] = Touch(*ends, indicators, side, how, file, windows)
            if self._inside and self._inside.place(ends[side == "source"]) is Place.SHARED:
                touch.keep = SHARED_SAMPLES
        return touch

    def _count(self, touch: Touch, sample: Sample, payload: int, answered: bool | None) -> None:
        ts = sample.ts
        touch.flows += 1
        touch.first = min(touch.first, ts)
        touch.last = max(touch.last, ts)
        touch.hours[int(ts // 3600)] += 1
        timing = self._best(touch, ts)
        touch.timings[timing] = count = touch.timings[timing] + 1
        if (port := _port(touch, sample)) is not None:
            touch.ports[port] += 1
        if sample.proto is not None:
            touch.protos.add(sample.proto)
        touch.payload += payload
        if answered is not None:
            touch.answered = answered or bool(touch.answered)
        if count <= touch.keep:
            touch.samples.append(sample._replace(timing=timing.value))

    def _best(self, touch: Touch, ts: float) -> Timing:
        if len(touch.windows) == 1:
            return touch.windows[0].timing(ts, self._policy)
        found = {window.timing(ts, self._policy) for window in touch.windows}
        return next(timing for timing in ORDER if timing in found)

    def _window(self, indicator: Indicator) -> Window:
        window = self._windows.get(indicator)
        if window is None:
            window = self._windows[indicator] = window_of(indicator)
        return window

    def _finding(self, touch: Touch) -> TrafficFinding:
        score, why = weigh(touch, self._policy)
        first = touch.indicators[0]
        return TrafficFinding(
            kind="indicator",
            source=touch.source,
            destination=touch.destination,
            score=score,
            why=why,
            first_seen=touch.first,
            last_seen=touch.last,
            flows=touch.flows,
            indicator=first.value,
            details={
                "indicator_type": first.type,
                "timing": touch.timing.value,
                "timings": {timing.value: touch.timings[timing] for timing in ORDER if touch.timings[timing]},
                "listed": touch.side,
                "listed_from": min(
                    (item.first_seen for item in touch.indicators if item.first_seen), default=""
                ),
                "listed_until": max(
                    (item.last_seen for item in touch.indicators if item.last_seen), default=""
                ),
                "how": touch.how,
                "ports": sorted(touch.ports),
                "bytes": touch.payload,
                "server": touch.server,
                "actor": next((item.actor for item in touch.indicators if item.actor), ""),
                "role": next((item.role for item in touch.indicators if item.role), ""),
                "lists": sorted({item.source for item in touch.indicators if item.source}),
                "file": touch.file,
                "record": touch.samples[0].record if touch.samples else None,
            },
            samples=tuple(sorted(touch.samples, key=lambda sample: (sample.ts, sample.sport or 0))),
            hours=tuple(sorted(touch.hours.items())),
        )


_FLOW_COLUMNS = (
    "record", "ts", "duration", "src", "src6", "sport", "dst", "dst6", "dport", "proto", "orig_bytes", "resp_bytes",
    "resp_pkts",
)  # fmt: skip


def _values(column: pa.Array) -> list[Any]:
    """As Python's own, ten times faster where nothing is null, or all."""
    if column.null_count == len(column):
        return [None] * len(column)
    plain = not column.null_count and pa.types.is_primitive(column.type)
    return list(column.to_numpy(zero_copy_only=False).tolist() if plain else column.to_pylist())


def _port(touch: Touch, sample: Sample) -> int | None:
    """The port of the service: of an answer that is exported as a flow of its own, the source's."""
    if touch.side == "source" and sample.sport in {item.port for item in touch.indicators} - {None}:
        return sample.sport
    return sample.dport


def _by_value(indicators: Iterable[Indicator]) -> list[tuple[Indicator, ...]]:
    """The indicators in groups of one type and value."""
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for indicator in indicators:
        groups.setdefault((indicator.type, indicator.value), []).append(indicator)
    return [tuple(group) for group in groups.values()]


def _address(narrow: int | None, wide: bytes | None) -> bytes:
    return narrow.to_bytes(4, "big") if narrow is not None else wide or b""


@lru_cache(1 << 16)
def _shown(narrow: int | None, wide: bytes | None) -> str:
    packed = _address(narrow, wide)
    return show_address(packed) if packed else ""

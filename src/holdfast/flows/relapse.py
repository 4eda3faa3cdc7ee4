"""Cleaned devices: which are seen with the actor again, which stayed clean, which were not seen at all.

Three different things. A subscriber that is not in the records proves nothing, so it is never called clean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.flows.contact import ACCUSING, read_contacts
from holdfast.flows.finding import show_time
from holdfast.flows.inside import Place
from holdfast.text.addresses import halves, network, pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from holdfast.flows.contact import Contact
    from holdfast.flows.finding import TrafficFinding
    from holdfast.flows.inside import Inside
    from holdfast.model.cleaned import Cleaned
    from holdfast.model.traffic import TrafficBatch

RHYTHM = ("beacon",)
"""Kinds that are worth a look at a cleaned device, and are no relapse by themselves."""


class State(StrEnum):
    """What became of a cleaned device."""

    RELAPSED = "relapsed"
    CLEAN = "clean"
    NOT_SEEN = "not_seen"


ORDER = tuple(State)


@dataclass(frozen=True, slots=True)
class Fate:
    """One cleaned subscriber, after the cleaning."""

    cleaned: Cleaned
    state: State
    seen: int
    """Rows of the records, after the cleaning, in which its address stands."""
    contacts: tuple[Contact, ...]
    """What makes it a relapse, strongest first."""
    says: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        """One line of output, in the fields of ``flows``."""
        findings = [contact.finding for contact in self.contacts]
        first = min((finding.first_seen for finding in findings), default=None)
        last = max((finding.last_seen for finding in findings), default=None)
        return {
            "kind": "watch",
            "state": self.state.value,
            "source": self.cleaned.source,
            "destination": "; ".join(dict.fromkeys(contact.controller for contact in self.contacts)),
            "score": round(max((finding.score for finding in findings), default=0.0), 4),
            "why": [{"feature": self.state.value, "says": text} for text in self.says],
            "first_seen": show_time(first) if first is not None else "",
            "last_seen": show_time(last) if last is not None else "",
            "flows": sum(finding.flows for finding in findings),
            "indicator": "; ".join(dict.fromkeys(f.indicator for f in findings if f.indicator)),
            "cleaned_at": show_time(self.cleaned.cleaned_at),
            "case": self.cleaned.case,
            "rows_seen": self.seen,
        }


class _Ranges:
    """Ranges of numbers that do not overlap, each of one entry of the list."""

    def __init__(self, ranges: Iterable[tuple[int, int, int]]) -> None:
        ordered = sorted(ranges)
        self.firsts = np.array([first for first, _, _ in ordered], np.uint64)
        self.lasts = np.array([last for _, last, _ in ordered], np.uint64)
        self.places = np.array([place for _, _, place in ordered], np.int64)

    def find(self, values: np.ndarray) -> np.ndarray:
        """The entry of each number, -1 where it has none."""
        if not len(self.firsts):
            return np.full(len(values), -1)
        nearest = np.searchsorted(self.firsts, values, side="right") - 1
        inside = (nearest >= 0) & (values <= self.lasts[np.maximum(nearest, 0)])
        return np.where(inside, self.places[np.maximum(nearest, 0)], -1)


class _Lookup:
    """From addresses to entries of the list: IPv4, whole IPv6 prefixes up to /64, and single IPv6 addresses."""

    def __init__(self, cleaned: Sequence[Cleaned]) -> None:
        narrow, wide = [], []
        self.single: dict[bytes, int] = {}
        for place, item in enumerate(cleaned):
            version, first, last = network(item.source) or (0, 0, 0)
            if version == 4:
                narrow.append((first, last, place))
            elif first == last:
                self.single[first.to_bytes(16, "big")] = place
            else:
                wide.append((first >> 64, last >> 64, place))
        self.narrow, self.wide = _Ranges(narrow), _Ranges(wide)
        self.singles = pa.array(list(self.single), pa.binary(16))
        self.places = np.array(list(self.single.values()), np.int64)

    def find(self, rows: pa.RecordBatch, side: str) -> np.ndarray:
        """The entry of each row's source or destination, -1 where it has none."""
        column = rows.column(side)
        found = self.narrow.find(pc.fill_null(column, 0).to_numpy(zero_copy_only=False).astype(np.uint64))
        found[column.is_null().to_numpy(zero_copy_only=False)] = -1
        column = rows.column(side + "6")
        if column.null_count < len(column) and (len(self.single) or len(self.wide.firsts)):
            highs, _ = halves(pc.fill_null(column, bytes(16)))
            six = self.wide.find(highs)
            at = pc.index_in(column, value_set=self.singles, skip_nulls=True)
            exact = at.is_valid().to_numpy(zero_copy_only=False)
            six[exact] = self.places[pc.fill_null(at, 0).to_numpy(zero_copy_only=False)[exact]]
            present = column.is_valid().to_numpy(zero_copy_only=False)
            found[present] = six[present]
        return found

    def place(self, address: str) -> int:
        """The entry of one address, -1 when it has none."""
        packed = pack(address) or b""
        if len(packed) == 4:
            return int(self.narrow.find(np.array([int.from_bytes(packed, "big")], np.uint64))[0])
        if packed in self.single:
            return self.single[packed]
        return (
            int(self.wide.find(np.array([int.from_bytes(packed[:8], "big")], np.uint64))[0]) if packed else -1
        )


@dataclass(slots=True)
class Watch:
    """Fed with batches; leaves of each the rows of cleaned addresses after their cleaning, and counts them."""

    cleaned: Sequence[Cleaned]
    seen: np.ndarray = field(init=False)
    last: float = -math.inf
    """Latest time in the records, of anybody."""
    _lookup: _Lookup = field(init=False)
    _since: np.ndarray = field(init=False)
    _until: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self._lookup = _Lookup(self.cleaned)
        self._since = np.array([item.cleaned_at for item in self.cleaned])
        self._until = np.array([item.until for item in self.cleaned])
        self.seen = np.zeros(len(self.cleaned), np.int64)

    def narrow(self, batch: TrafficBatch) -> TrafficBatch:
        """The rows that count."""
        rows = batch.rows
        times = rows.column("ts").to_numpy(zero_copy_only=False)
        if len(times):
            self.last = max(self.last, float(times.max()))
        keep = np.zeros(len(rows), bool)
        for side in ("src", "dst"):
            who = self._lookup.find(rows, side)
            hits = np.flatnonzero(who >= 0)
            who = who[hits]
            after = (times[hits] >= self._since[who]) & (times[hits] < self._until[who])
            keep[hits[after]] = True
            np.add.at(self.seen, who[after], 1)
        return replace(batch, rows=rows.filter(pa.array(keep)))

    def fates(self, findings: Iterable[TrafficFinding], inside: Inside) -> Iterator[Fate]:
        """What became of each, relapses first, then as the list has them; ``findings`` are those of what was left."""
        of: dict[int, list[Contact]] = {}
        for contact in read_contacts(findings, inside):
            of.setdefault(self._lookup.place(contact.subscriber), []).append(contact)
        fates = [
            self._fate(item, int(self.seen[place]), of.get(place, []))
            for place, item in enumerate(self.cleaned)
        ]
        yield from sorted(fates, key=lambda fate: ORDER.index(fate.state))

    def _fate(self, item: Cleaned, seen: int, contacts: list[Contact]) -> Fate:
        again = [contact for contact in contacts if contact.counts and contact.finding.kind in ACCUSING]
        again.sort(key=lambda contact: -contact.finding.score)
        if again:
            reasons = [why.says for contact in again for why in contact.finding.why]
            if again[0].place is Place.SHARED:
                reasons.append(
                    "many share this address: source port and second tell whether it was this line"
                )
            return Fate(item, State.RELAPSED, seen, tuple(again), tuple(reasons))
        if not seen:
            return Fate(item, State.NOT_SEEN, 0, (), (self._unseen(item),))
        says = [f"in {seen:,} rows after the cleaning, and none with the actor"]
        used = {contact.controller for contact in contacts if not contact.live}
        says += [f"touched {name}, which was the actor's only at another time" for name in sorted(used)]
        kept = {contact.controller for contact in contacts if contact.finding.kind in RHYTHM}
        says += [f"keeps a rhythm with {name}: worth a look, no relapse by itself" for name in sorted(kept)]
        return Fate(item, State.CLEAN, seen, (), tuple(says))

    def _unseen(self, item: Cleaned) -> str:
        if self.last < item.cleaned_at:
            reach = f"to {show_time(self.last)}" if math.isfinite(self.last) else "nowhere"
            return f"the records reach {reach}, before the cleaning: nothing can be said"
        return f"in no row after the cleaning, in records that reach to {show_time(self.last)}: off, or with another address"

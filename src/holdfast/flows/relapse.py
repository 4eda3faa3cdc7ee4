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
from holdfast.text.addresses import pack

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


@dataclass(slots=True)
class _Side:
    """Cleaned addresses of one family, to be looked up in a column."""

    values: pa.Array
    places: np.ndarray
    """Of each value in the list of cleaned."""


@dataclass(slots=True)
class Watch:
    """Fed with batches; leaves of each the rows of cleaned addresses after their cleaning, and counts them."""

    cleaned: Sequence[Cleaned]
    seen: np.ndarray = field(init=False)
    last: float = -math.inf
    """Latest time in the records, of anybody."""
    _narrow: _Side = field(init=False)
    _wide: _Side = field(init=False)
    _since: np.ndarray = field(init=False)
    _until: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        packed = [pack(item.source) or b"" for item in self.cleaned]
        four = [place for place, value in enumerate(packed) if len(value) == 4]
        six = [place for place, value in enumerate(packed) if len(value) == 16]
        numbers = [int.from_bytes(packed[place], "big") for place in four]
        self._narrow = _Side(pa.array(numbers, pa.uint32()), np.array(four, np.int64))
        self._wide = _Side(pa.array([packed[place] for place in six], pa.binary(16)), np.array(six, np.int64))
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
        for name, side in (
            ("src", self._narrow),
            ("dst", self._narrow),
            ("src6", self._wide),
            ("dst6", self._wide),
        ):
            if not len(side.values):
                continue
            found = pc.index_in(rows.column(name), value_set=side.values, skip_nulls=True)
            hits = np.flatnonzero(found.is_valid().to_numpy(zero_copy_only=False))
            who = side.places[found.take(pa.array(hits)).to_numpy(zero_copy_only=False)]
            after = (times[hits] >= self._since[who]) & (times[hits] < self._until[who])
            keep[hits[after]] = True
            np.add.at(self.seen, who[after], 1)
        return replace(batch, rows=rows.filter(pa.array(keep)))

    def fates(self, findings: Iterable[TrafficFinding], inside: Inside) -> Iterator[Fate]:
        """What became of each, relapses first, then as the list has them; ``findings`` are those of what was left."""
        by_source: dict[str, list[Contact]] = {}
        for contact in read_contacts(findings, inside):
            by_source.setdefault(contact.subscriber, []).append(contact)
        fates = [
            self._fate(item, int(self.seen[place]), by_source.get(item.source, []))
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

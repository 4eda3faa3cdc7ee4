"""One verdict of several statements: who decides when sources differ.

The vendor (or the description, where it corrects the record) decides when it speaks of the release. A second-hand
catalogue decides what the vendor leaves open, and never clears what the vendor calls open by mere omission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from holdfast.devices.reading import Exposure, Grade, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.model.vulnerability import Statement


class Source(NamedTuple):
    """One statement's part in a verdict."""

    name: str
    date: str
    exposure: Exposure
    says: str

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"source": self.name, "date": self.date, "verdict": self.exposure.value, "says": self.says}


class Decision(NamedTuple):
    """The verdict on one release for one CVE."""

    exposure: Exposure
    because: str
    sources: tuple[Source, ...]
    """All that spoke, the deciding one first."""


Spoken = tuple["Statement", Reading]


def merge(spoken: Sequence[Spoken]) -> Decision:
    """The verdict; ``spoken`` holds at least one statement."""
    if len(spoken) == 1:
        statement, reading = spoken[0]
        because = f"{statement.source}{_dated(statement.date)}: {reading.says}"
        return Decision(reading.exposure, because, (_source(spoken[0]),))
    primary = [pair for pair in spoken if pair[0].primary]
    second = [pair for pair in spoken if not pair[0].primary]
    chosen, note = _choose(primary, second)
    exposure, deciding = chosen
    name = deciding[0].source
    because = f"{name}{_dated(deciding[0].date)}: {deciding[1].says}{note}"
    ordered = [deciding, *(pair for pair in spoken if pair is not deciding)]
    return Decision(exposure, because, tuple(_source(pair) for pair in ordered))


def _dated(date: str) -> str:
    return f" of {date}" if date else ""


def _source(pair: Spoken) -> Source:
    statement, reading = pair
    return Source(statement.source, statement.date, reading.exposure, reading.says)


def _choose(primary: list[Spoken], second: list[Spoken]) -> tuple[tuple[Exposure, Spoken], str]:
    said = [pair for pair in primary if pair[1].grade is Grade.SAID]
    if said:
        verdicts = {pair[1].exposure for pair in said}
        if len(verdicts) > 1:
            against = next(pair for pair in said if pair[1].exposure is not said[0][1].exposure)
            return (Exposure.REVIEW, said[0]), f"; but {against[0].source}: {against[1].says}"
        return (said[0][1].exposure, said[0]), ""
    said_second = [pair for pair in second if pair[1].grade is Grade.SAID]
    inferred = [pair for pair in primary if pair[1].grade is Grade.INFERRED]
    if inferred:
        contrary = next(
            (pair for pair in said_second if pair[1].exposure is not inferred[0][1].exposure), None
        )
        if contrary is not None and inferred[0][1].exposure is not Exposure.REVIEW:
            return (Exposure.REVIEW, inferred[0]), f"; but {contrary[0].source}: {contrary[1].says}"
        return (inferred[0][1].exposure, inferred[0]), ""
    if said_second:
        verdicts = {pair[1].exposure for pair in said_second}
        exposure = said_second[0][1].exposure if len(verdicts) == 1 else Exposure.REVIEW
        note = f" ({primary[0][0].source}: {primary[0][1].says})" if primary else ""
        return (exposure, said_second[0]), note
    return _choose_open(primary, second)


def _choose_open(primary: list[Spoken], second: list[Spoken]) -> tuple[tuple[Exposure, Spoken], str]:
    """Nobody speaks of the release outright."""
    gap = next((pair for pair in primary if pair[1].grade is Grade.GAP), None)
    if gap and second:
        note = "; no other source names a fix in that train either, and the next fixed train is later"
        return (Exposure.AFFECTED, gap), note
    if primary:
        return (Exposure.REVIEW, primary[0]), ""
    inferred = [pair for pair in second if pair[1].grade is Grade.INFERRED]
    if inferred and len({pair[1].exposure for pair in inferred}) == 1:
        return (inferred[0][1].exposure, inferred[0]), ""
    return (Exposure.REVIEW, second[0]), ""

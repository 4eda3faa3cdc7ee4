"""A statement made ready for comparison: its releases parsed once, by the scheme of one family."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.devices.releases.release import ANY_LINE
from holdfast.model.vulnerability import Anchor, Claim, Shape, Statement

if TYPE_CHECKING:
    from holdfast.devices.families import Family
    from holdfast.devices.releases.release import Release

_TRAIN_ONLY = re.compile(r"\.[xX*]$")


@dataclass(frozen=True, slots=True)
class Span:
    """A range of releases."""

    affected: bool
    low: Release | None
    """Inclusive; ``None`` for the beginning."""
    highs: tuple[Release, ...]
    """Ascending; empty for no end."""
    inclusive: bool
    anchor: Anchor
    train_only: bool
    """The lower end names a train, not a release: what lies below it is not spoken of."""

    @property
    def high(self) -> Release | None:
        """The last upper end."""
        return self.highs[-1] if self.highs else None


@dataclass(slots=True)
class Listed:
    """The releases of one train that a statement lists as affected."""

    last: Release
    newest_stem: tuple[int, ...]


@dataclass(slots=True)
class Compiled:
    """One statement in one family's terms."""

    statement: Statement
    exact: dict[tuple[str, tuple[int, ...]], bool] = field(default_factory=dict)
    """Line and key of a listed release, to whether it is affected."""
    clear: list[Release] = field(default_factory=list)
    """Releases listed as unaffected."""
    trains: dict[tuple[str, tuple[int, ...]], Listed] = field(default_factory=dict)
    """What is listed in a line and train."""
    newest_train: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The newest train with a listed release, by line."""
    spans: list[Span] = field(default_factory=list)
    whole: list[tuple[str, tuple[int, ...], bool]] = field(default_factory=list)
    """Line and beginning of a key that make a train, and whether it is affected."""
    every: bool | None = None
    """Whether every release is affected or unaffected; ``None`` when not said."""
    unread: int = 0
    """Claims that name a release which the scheme does not know."""

    @property
    def enumerates(self) -> bool:
        """Whether it is a closed list of affected releases without ranges."""
        return bool(self.trains) and not any(span.affected for span in self.spans)


def compile_statement(statement: Statement, family: Family) -> Compiled:
    """Parse every claim; one that cannot be parsed is counted, never guessed."""
    compiled = Compiled(statement)
    for claim in statement.claims:
        _ADD[claim.shape](compiled, claim, family)
    if statement.default == "affected" and not statement.claims:
        compiled.every = True
    return compiled


def _add_release(compiled: Compiled, claim: Claim, family: Family) -> None:
    release = family.parse(claim.low)
    if release is None or release.engineering:
        compiled.unread += 1
        return
    compiled.exact[release.line, release.key] = claim.affected
    if not claim.affected:
        compiled.clear.append(release)
        return
    place = (release.line, release.train)
    known = compiled.trains.get(place)
    if known is None:
        compiled.trains[place] = Listed(release, release.stem or release.key)
    else:
        known.newest_stem = max(known.newest_stem, release.stem or release.key)
        if release.key > known.last.key:
            known.last = release
    newest = compiled.newest_train.get(release.line)
    if newest is None or release.train > newest:
        compiled.newest_train[release.line] = release.train


def _add_range(compiled: Compiled, claim: Claim, family: Family) -> None:
    train_only = bool(_TRAIN_ONLY.search(claim.low))
    low = family.parse(_TRAIN_ONLY.sub("", claim.low)) if claim.low not in {"", "0"} else None
    highs = [family.parse(text) for text in claim.highs]
    if any(high is None or high.engineering for high in highs) or (
        claim.low not in {"", "0"} and low is None
    ):
        compiled.unread += 1
        return
    ends = tuple(sorted((high for high in highs if high is not None), key=lambda high: high.key))
    compiled.spans.append(Span(claim.affected, low, ends, claim.inclusive, claim.anchor, train_only))


def _add_train(compiled: Compiled, claim: Claim, family: Family) -> None:
    release = family.parse(claim.low)
    if release is None:
        compiled.unread += 1
        return
    compiled.whole.append((release.line, release.key[: claim.low.count(".") + 1], claim.affected))


def _add_all(compiled: Compiled, claim: Claim, _family: Family) -> None:
    compiled.every = claim.affected


def _add_nothing(_compiled: Compiled, _claim: Claim, _family: Family) -> None:
    pass


_ADD = {
    Shape.RELEASE: _add_release,
    Shape.RANGE: _add_range,
    Shape.TRAIN: _add_train,
    Shape.ALL: _add_all,
    Shape.NONE: _add_nothing,
}


def comparable(one: Release, other: Release) -> bool:
    """Whether two releases are of one line, so that their order means something."""
    return one.line == other.line or ANY_LINE in {one.line, other.line}

"""What one statement says of one release, and how firmly.

A closed list is the hard case. A release on it is affected. A release that is not on it is *fixed* only when it comes
after everything listed in its train; an unlisted release before that is *review*, because publishers leave out releases
that exist (OASIS: "not named" means "no information", https://github.com/oasis-tcs/csaf/issues/850).
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from holdfast.devices.compiled import comparable
from holdfast.devices.releases.release import ANY_LINE
from holdfast.model.vulnerability import Anchor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from holdfast.devices.compiled import Compiled, Span
    from holdfast.devices.releases.release import Release


class Exposure(StrEnum):
    """Verdict words of the contract."""

    AFFECTED = "affected"
    NOT_AFFECTED = "not_affected"
    REVIEW = "review"


class Grade(StrEnum):
    """How a statement comes to its verdict."""

    SAID = "said"
    """It names the release, or a range whose ends decide."""
    INFERRED = "inferred"
    """It follows from what the statement leaves out."""
    GAP = "gap"
    """The release's train lies between trains that have bounds, and has none."""
    SILENT = "silent"
    """The statement does not speak of this release."""


class Reading(NamedTuple):
    """The verdict of one statement."""

    exposure: Exposure
    grade: Grade
    says: str
    """A clause: what the statement holds and how the release stands to it."""


def read(compiled: Compiled, release: Release, fixes: Sequence[Release]) -> Reading:
    """What the statement says of the release; ``fixes`` are first fixed releases that any source names."""
    if release.engineering:
        return Reading(
            Exposure.REVIEW, Grade.SILENT, f"{release.text} is an engineering build without a release number"
        )
    if release.doubt:
        return _read_doubtful(compiled, release, fixes)
    named = compiled.exact.get((release.line, release.key))
    if named is not None:
        word = "affected" if named else "not affected"
        return Reading(_exposure(named), Grade.SAID, f"{release.text} is listed as {word}")
    for line, beginning, affected in compiled.whole:
        if line in {release.line, ANY_LINE} and release.key[: len(beginning)] == beginning:
            train = ".".join(map(str, beginning))
            word = "affected" if affected else "not affected"
            return Reading(_exposure(affected), Grade.SAID, f"every release of {train} is listed as {word}")
    spans = [span for span in compiled.spans if not span.highs or comparable(span.highs[-1], release)]
    if spans or compiled.clear:
        cleared = _cleared(compiled, spans, release)
        if cleared is not None:
            return cleared
    affected_spans = [span for span in spans if span.affected]
    if affected_spans:
        return _read_spans(compiled, affected_spans, release, fixes)
    if compiled.trains:
        return _read_list(compiled, release, fixes)
    if compiled.every is not None:
        return Reading(_exposure(compiled.every), Grade.SAID, "every release is named")
    return Reading(Exposure.REVIEW, Grade.SILENT, "names the product but no release that can be compared")


def _exposure(affected: bool) -> Exposure:
    return Exposure.AFFECTED if affected else Exposure.NOT_AFFECTED


def _read_doubtful(compiled: Compiled, release: Release, fixes: Sequence[Release]) -> Reading:
    plain = read(compiled, replace(release, doubt=""), fixes)
    other = read(compiled, replace(release, doubt="", line="FIPS"), fixes)
    if plain.exposure is other.exposure or other.grade is Grade.SILENT:
        return plain
    return Reading(Exposure.REVIEW, Grade.SAID, f"{release.doubt}; the two editions have different bounds")


def _cleared(compiled: Compiled, spans: list[Span], release: Release) -> Reading | None:
    """Whether the statement says outright that the release is unaffected."""
    for span in spans:
        if not span.affected and _covered(span, spans, release) is True:
            start = span.low.text if span.low else "the beginning"
            return Reading(
                Exposure.NOT_AFFECTED,
                Grade.SAID,
                f"{start} and later of its train are listed as not affected",
            )
    if not compiled.trains and not any(span.affected for span in spans):
        return None
    for clear in compiled.clear:
        # A maintenance release .0 named as unaffected stands for its train; any release, for what follows in its train.
        if clear.line != release.line or clear.key > release.key or clear.key[:2] != release.key[:2]:
            continue
        held = any(_covered(span, spans, release) for span in spans if span.affected)
        if not held and not _listed_after(compiled, release):
            says = f"an earlier release of {_train(release)} is listed as not affected"
            return Reading(Exposure.NOT_AFFECTED, Grade.SAID, says)
    return None


def _listed_after(compiled: Compiled, release: Release) -> bool:
    listed = compiled.trains.get((release.line, release.train))
    return listed is not None and listed.last.key > release.key


def _train(release: Release) -> str:
    return ".".join(map(str, release.train)) + (
        f" {release.line}" if release.line not in {"", ANY_LINE} else ""
    )


def _below(span: Span, release: Release) -> bool:
    """Whether the release comes before the upper end, over all branches the fix came to."""
    if not span.highs:
        return True
    last = span.highs[-1]
    if span.inclusive:
        return release.key <= last.key
    for high in span.highs[:-1]:
        branch = high.branch or high.train
        if (release.branch or release.train)[: len(branch)] == branch and release.key >= high.key:
            return False
    return release.key < last.key


def _covered(span: Span, spans: Sequence[Span], release: Release) -> bool | None:
    """Whether the span holds the release; ``None`` when its train lies in a gap between anchored bounds."""
    if span.low is not None and comparable(span.low, release) and release.key < span.low.key:
        return False
    if span.anchor is Anchor.LITERAL or not span.highs:
        if span.train_only and span.low is not None and release.train[:1] != span.low.train[:1]:
            return False
        return _below(span, release)
    high = span.highs[-1]
    if span.anchor is Anchor.MAJOR and release.key[0] != high.key[0]:
        return False
    peers = [
        other.highs[-1]
        for other in spans
        if other.affected is span.affected
        and other.anchor is span.anchor
        and other.highs
        and (span.anchor is not Anchor.MAJOR or other.highs[-1].key[0] == high.key[0])
    ]
    if any(peer.train == release.train for peer in peers):
        return high.train == release.train and _below_peers(peers, span, release)
    if release.train < min(peer.train for peer in peers):
        return True
    if release.train > max(peer.train for peer in peers):
        return False
    return None if release.train < high.train else False


def _below_peers(peers: Sequence[Release], span: Span, release: Release) -> bool:
    """Among several bounds in one train (22.4R1.2, 22.4R2.4), each ends its own branch."""
    own = sorted(peer.key for peer in peers if peer.train == release.train)
    if len(own) < 2:
        return _below(span, release)
    for key in own:
        if release.key[:4] == key[:4]:
            return release.key <= key if span.inclusive else release.key < key
    return release.key < own[-1]


def _read_spans(compiled: Compiled, spans: list[Span], release: Release, fixes: Sequence[Release]) -> Reading:
    covering = [(span, _covered(span, spans, release)) for span in spans]
    holding = [span for span, covered in covering if covered]
    if holding:
        return _read_covered(holding, spans, release)
    fixed = [
        high
        for span in spans
        for high in span.highs
        if high.train == release.train
        and (release.key > high.key if span.inclusive else release.key >= high.key)
    ]
    if fixed:
        last = max(fixed, key=lambda high: high.key)
        return Reading(
            Exposure.NOT_AFFECTED,
            Grade.SAID,
            f"{release.text} comes at or after the end of the range of its train, {last.text}",
        )
    if any(covered is None for _, covered in covering):
        return Reading(
            Exposure.REVIEW,
            Grade.GAP,
            f"train {_train(release)} has no bound, older trains and newer trains have",
        )
    return _outside(compiled, spans, release, fixes)


def _read_covered(holding: list[Span], spans: list[Span], release: Release) -> Reading:
    span = min(holding, key=lambda item: item.highs[-1].key if item.highs else (1 << 30,))
    end = ", ".join(high.text for high in span.highs) or "every later release"
    start = f"from {span.low.text} " if span.low else ""
    word = "up to" if span.inclusive else "before"
    says = f"{release.text} lies in the affected range {start}{word} {end}"
    contradicts = [
        other
        for other in spans
        if other.low is None
        and other.highs
        and other not in holding
        and other.highs[-1].train == release.train
        and not _below(other, release)
    ]
    if contradicts and all(item.low is None for item in holding):
        other_end = contradicts[0].highs[-1].text
        return Reading(
            Exposure.REVIEW,
            Grade.SAID,
            f"{says}, but is past the bound of its own train, {other_end}: which channel it belongs to decides",
        )
    if release.hotfix and not span.inclusive and all(release.branch != high.branch for high in span.highs):
        return Reading(
            Exposure.REVIEW,
            Grade.SAID,
            f"{says}, but is a hotfix of an older maintenance release, which may carry the fix",
        )
    high = span.high
    uncoded = release.line == ANY_LINE and high is not None and high.line != ANY_LINE
    if uncoded and high is not None and high.train == release.train:
        return Reading(
            Exposure.REVIEW, Grade.SAID, f"{says}, but its model code is not shown, so its build is unknown"
        )
    grade = Grade.INFERRED if span.anchor is Anchor.MAJOR else Grade.SAID
    return Reading(Exposure.AFFECTED, grade, says)


def _outside(compiled: Compiled, spans: list[Span], release: Release, fixes: Sequence[Release]) -> Reading:
    """Outside every range and in no train that a range ends in."""
    if compiled.statement.default == "unaffected":
        return Reading(
            Exposure.NOT_AFFECTED,
            Grade.SAID,
            f"{release.text} is in none of the ranges; the rest is unaffected",
        )
    ends = [span.highs[-1] if span.highs else None for span in spans]
    if all(end is not None and release.train > end.train for end in ends):
        return Reading(
            Exposure.NOT_AFFECTED,
            Grade.INFERRED,
            f"train {_train(release)} is newer than every affected range",
        )
    lows = [span.low for span in spans]
    firm_lows = [
        low for low, span in zip(lows, spans, strict=True) if low is not None and not span.train_only
    ]
    if len(firm_lows) == len(spans) and all(release.key < low.key for low in firm_lows):
        return Reading(
            Exposure.NOT_AFFECTED, Grade.INFERRED, f"{release.text} is older than the first affected release"
        )
    if any(low is not None and low.train == release.train for low in lows):
        return Reading(
            Exposure.NOT_AFFECTED, Grade.INFERRED, f"{release.text} is outside the range of its train"
        )
    fix = _fix_of_train(release, fixes)
    if fix is not None and release.key >= fix.key:
        return Reading(
            Exposure.NOT_AFFECTED,
            Grade.SAID,
            f"{release.text} is at or after the fix of its train, {fix.text}",
        )
    return Reading(Exposure.REVIEW, Grade.SILENT, f"train {_train(release)} is not named")


def _fix_of_train(release: Release, fixes: Sequence[Release]) -> Release | None:
    own = [fix for fix in fixes if fix.line == release.line and fix.train == release.train]
    return min(own, key=lambda fix: fix.key) if own else None


def _read_list(compiled: Compiled, release: Release, fixes: Sequence[Release]) -> Reading:
    newest = compiled.newest_train.get(release.line)
    if newest is None:
        return Reading(
            Exposure.NOT_AFFECTED,
            Grade.INFERRED,
            f"no release of its line ({_train(release)}) is among those listed",
        )
    fix = _fix_of_train(release, fixes)
    if fix is not None and release.key >= fix.key and not release.special:
        return Reading(
            Exposure.NOT_AFFECTED,
            Grade.SAID,
            f"{release.text} is at or after the fix of its train, {fix.text}",
        )
    listed = compiled.trains.get((release.line, release.train))
    if listed is None:
        if release.train > newest:
            return Reading(
                Exposure.NOT_AFFECTED,
                Grade.INFERRED,
                f"train {_train(release)} is newer than every listed one",
            )
        if compiled.statement.default == "unaffected":
            return Reading(
                Exposure.NOT_AFFECTED, Grade.INFERRED, f"{release.text} is not listed; the rest is unaffected"
            )
        return Reading(
            Exposure.REVIEW,
            Grade.SILENT,
            f"no release of train {_train(release)} is listed, newer trains are",
        )
    return _read_in_listed_train(compiled, listed.last, listed.newest_stem, release, fix)


def _read_in_listed_train(
    compiled: Compiled, last: Release, newest_stem: tuple[int, ...], release: Release, fix: Release | None
) -> Reading:
    stem = release.stem or release.key
    if release.special and stem <= newest_stem:
        return Reading(
            Exposure.REVIEW,
            Grade.SILENT,
            f"{release.text} is a special build and not listed; others of its number are",
        )
    if release.key < last.key:
        if compiled.statement.default == "unaffected":
            return Reading(
                Exposure.NOT_AFFECTED, Grade.INFERRED, f"{release.text} is not listed; the rest is unaffected"
            )
        return Reading(
            Exposure.REVIEW,
            Grade.SILENT,
            f"{release.text} is not listed, but later releases of its train are (up to {last.text})",
        )
    if release.stem and release.stem == last.stem and fix is None:
        return Reading(
            Exposure.REVIEW,
            Grade.SILENT,
            f"{release.text} rebuilds the last listed release {last.text}, and no source names a fix in its train",
        )
    return Reading(
        Exposure.NOT_AFFECTED,
        Grade.INFERRED,
        f"{release.text} is not listed and comes after the last listed release, {last.text}",
    )

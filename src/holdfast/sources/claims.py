"""Version entries of vulnerability records, whatever the publisher made of the fields, as claims.

The CVE format (https://cveproject.github.io/cve-schema/schema/docs/) has ``version``, ``lessThan``, ``lessThanOrEqual``
and ``changes``; publishers put prose into ``version``, two branches into ``lessThan``, the same release at both ends,
or ``unspecified`` at the lower end. What each means was measured over 3,103 records; see
``docs/explanation/devices.md``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from holdfast.model.vulnerability import Anchor, Claim, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NOTHING = {"", "n/a", "na", "unspecified", "unknown", "-", "none", "not specified", "next of", "custom"}
_EVERYTHING = {"all", "*", "all versions", "any", "0 and later"}
_RELEASE = r"[vVhH]?\d[\w.()+\-]*(?:\s*(?:Patch|MR|GA|build|Build|Update|SP|HF|Hotfix)[\s-]?\d*)*"
_BOTH = re.compile(
    rf"(?:from\s+|versions?\s+|>=\s*)?({_RELEASE})\s*(?:through|to|–|until|up to(?: and including)?|\s-\s|,\s*<=|\|\s*<=)"
    rf"\s*(?:version\s+)?({_RELEASE})",
    re.IGNORECASE,
)
_BOTH_BEFORE = re.compile(
    rf"(?:from\s+|>=\s*)?({_RELEASE})\s*(?:,|\||and|to)?\s*(?:<(?!=)|before|prior to)\s*(?:version\s+)?({_RELEASE})",
    re.IGNORECASE,
)
_BELOW = re.compile(
    rf"^\s*(?:<(?!=)|before|prior to|earlier than|lower than)\s*(?:version\s+)?({_RELEASE})", re.IGNORECASE
)
_UP_TO = re.compile(
    rf"^\s*(?:<=|up to|through|until)\s*(?:and including\s+)?(?:version\s+)?({_RELEASE})", re.IGNORECASE
)
_AND_EARLIER = re.compile(
    rf"({_RELEASE})\s*(?:and|or|&|,)\s*(?:all\s+)?(?:earlier|below|older|prior|previous|lower|under|before)\b",
    re.IGNORECASE,
)
_AND_LATER = re.compile(
    rf"(?:>=\s*)?({_RELEASE})\s*(?:and|or)\s*(?:later|above|newer|higher)\b", re.IGNORECASE
)
_AT_LEAST = re.compile(rf"^\s*>=\s*({_RELEASE})\s*$")
_WHOLE = re.compile(
    r"^\s*/?\s*[vV]?(\d+(?:\.\d+)*)\s*(?:\.[xX*]+|\*|\s+all versions|\.x\s+versions?)\s*$", re.IGNORECASE
)
_BRANCH = re.compile(
    rf"(?:[A-Za-z][\w ()]*?\s)?(\d+(?:\.\d+)*)(?:\.[xX])+\s*:\s*({_RELEASE})\s*(?:and|or)\s*(?:below|earlier|prior)",
    re.IGNORECASE,
)
"""``ArubaOS 10.4.x.x: 10.4.0.2 and below``."""
_MANY = re.compile(r"\d\s*[,;]\s*(?:[A-Z]\w*\s+)?(?:version\s+)?\d+\.\d.*\b(?:through|to|below|earlier)\b")
_CLAUSE = re.compile(r"\s*[,;]\s*|\s+and\s+(?=(?:version\s+|[A-Z]\w*\s+)?\d)")
_RANGE_END = re.compile(r"\s*,\s*")
_LEADING = re.compile(r"^\s*(?:versions?|firmware|release|ver\.?)\s+(?=[vV]?\d)", re.IGNORECASE)
_WILD = re.compile(r"\.?[xX*]+$")


def read_entries(versions: object) -> tuple[Claim, ...]:
    """The claims of a ``versions`` list; entries that are not objects are left out."""
    if not isinstance(versions, list):
        return ()
    entries = [entry for entry in versions if isinstance(entry, dict)]
    claims = [claim for entry in entries for claim in _read_entry(entry)]
    return tuple(_anchored(claims))


def read_prose(text: str, *, affected: bool = True) -> tuple[Claim, ...]:
    """Releases, ranges in words, trains, everything or nothing; clauses are separated by commas or semicolons."""
    clauses = [clause for clause in _CLAUSE.split(text) if clause.strip()] if _MANY.search(text) else [text]
    return tuple(_read_clause(clause, affected) for clause in clauses) or (Claim(Shape.NONE, affected),)


def _read_clause(text: str, affected: bool) -> Claim:
    plain = _LEADING.sub("", text.strip().replace("\\", ""))
    lowered = plain.lower()
    if lowered in _NOTHING:
        return Claim(Shape.NONE, affected)
    if lowered in _EVERYTHING:
        return Claim(Shape.ALL, affected)
    if branch := _BRANCH.match(plain):
        return Claim(Shape.RANGE, affected, branch[1], (_tidy(branch[2]),), inclusive=True)
    if whole := _WHOLE.match(plain):
        return Claim(Shape.TRAIN, affected, whole[1])
    if both := _BOTH.search(plain):
        return Claim(Shape.RANGE, affected, _tidy(both[1]), (_tidy(both[2]),), inclusive=True)
    if both := _BOTH_BEFORE.search(plain):
        return Claim(Shape.RANGE, affected, _tidy(both[1]), (_tidy(both[2]),))
    if below := _BELOW.match(plain):
        return Claim(Shape.RANGE, affected, "", (_tidy(below[1]),), anchor=Anchor.TRAIN)
    if up_to := _UP_TO.match(plain) or _AND_EARLIER.search(plain):
        return Claim(Shape.RANGE, affected, "", (_tidy(up_to[1]),), inclusive=True, anchor=Anchor.TRAIN)
    if later := _AND_LATER.search(plain) or _AT_LEAST.match(plain):
        return Claim(Shape.RANGE, affected, _tidy(later[1]))
    if not re.search(r"\d", plain):
        return Claim(Shape.NONE, affected)
    return Claim(Shape.RELEASE, affected, plain)


def _tidy(text: str) -> str:
    plain = text.strip().rstrip(".,;:")
    return plain.rstrip(")") if plain.count("(") < plain.count(")") else plain


def _read_entry(entry: Mapping[str, Any]) -> Iterator[Claim]:
    version = str(entry.get("version", "")).strip()
    status = str(entry.get("status", "affected"))
    if status not in {"affected", "unaffected"}:
        return
    affected = status == "affected"
    below = entry.get("lessThan")
    up_to = entry.get("lessThanOrEqual")
    if below is None and up_to is None:
        yield from read_prose(version, affected=affected)
        return
    end = str(below if below is not None else up_to).strip()
    yield _range(version, end, below is None, affected, str(entry.get("versionType", "")))
    changes = entry.get("changes")
    for change in changes if isinstance(changes, list) else ():
        if isinstance(change, dict) and change.get("status") == "unaffected" and affected:
            at = str(change.get("at", ""))
            if re.match(r"[vV]?\d", at) and at != end:
                yield Claim(Shape.RANGE, False, at, (end,))


def _range(low: str, end: str, inclusive: bool, affected: bool, kind: str) -> Claim:
    if kind == "patch" and re.match(r"\d", low):
        # Citrix: the train is the version, the build the bound.
        return Claim(Shape.RANGE, affected, low, (f"{low}-{end}",), inclusive, Anchor.LITERAL)
    if re.search(r"\*$|\.[xX]\*?$", end) and re.match(r"[vV]?\d", end):
        return Claim(Shape.TRAIN, affected, _WILD.sub("", _WILD.sub("", end)))
    if end.lower() in _EVERYTHING:
        return Claim(Shape.RANGE, affected, _WILD.sub("", low))
    if not re.fullmatch(rf"\s*{_RELEASE}(?:\s*,\s*{_RELEASE})*\s*", end, re.IGNORECASE):
        said = read_prose(end, affected=affected)[0]
        if said.shape is not Shape.RELEASE:
            return said
    highs = tuple(_tidy(part) for part in _RANGE_END.split(end) if part.strip())
    start = _LEADING.sub("", low)
    if start.lower() in _NOTHING or not re.search(r"\d", start):
        return Claim(Shape.RANGE, affected, "", highs, inclusive, Anchor.TRAIN)
    if len(highs) == 1 and _tidy(start) == highs[0]:
        return Claim(Shape.RANGE, affected, "", highs, inclusive, Anchor.MAJOR)
    if _WILD.search(start) and re.match(r"[vV]?\d+\.", start):
        return Claim(Shape.RANGE, affected, start, highs, inclusive, Anchor.LITERAL)
    if start.startswith("<"):
        start = "0"
    return Claim(Shape.RANGE, affected, start, highs, inclusive, Anchor.LITERAL)


def _anchored(claims: list[Claim]) -> Iterator[Claim]:
    """Upper bounds without a lower end hold each in its own train when there are several, else from the beginning."""
    open_ended = [claim for claim in claims if claim.anchor is Anchor.TRAIN and not claim.low]
    for claim in claims:
        if claim in open_ended and len(open_ended) == 1:
            yield Claim(claim.shape, claim.affected, "0", claim.highs, claim.inclusive, Anchor.LITERAL)
        else:
            yield claim

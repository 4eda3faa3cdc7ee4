"""Worked cases of the ownership rules: facts, a question, and the verdict that is expected.

A firm keeps its own policy cases in this form, and checks each change of packs or version against them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from holdfast.inputs.stream import read_bounded
from holdfast.model.errors import InputError, RecordError
from holdfast.model.holding import Control, Holding, Joint
from holdfast.model.origin import Origin
from holdfast.records.holdings import RIGHTS, signs_in
from holdfast.records.share import UNKNOWN, Share, parse_share

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

LARGEST = 256 << 20
_PLAIN = {"owner", "owned", "percent", "unit", "right", "valid_from", "valid_to"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a case."""

    entity: str
    """An entity, or an act such as ``interest(X in A)``."""
    verdict: str
    """Expected."""
    pack: str
    as_of: date | None
    flags: tuple[str, ...] = ()
    """Expected at least."""


@dataclass(frozen=True, slots=True)
class Listed:
    """That a party is listed in the case."""

    party: str
    start: date | None = None
    end: date | None = None
    programmes: tuple[str, ...] = ()
    group: str = ""
    restricted: bool = False
    """On a list that does not block."""


@dataclass(frozen=True, slots=True)
class OwnershipCase:
    """Facts and questions."""

    id: str
    holdings: tuple[Holding, ...]
    listed: tuple[Listed, ...]
    controls: tuple[Control, ...] = ()
    joints: tuple[Joint, ...] = ()
    asks: tuple[Ask, ...] = field(default=())


def read_cases(path: str | Path, problems: Problems) -> Iterator[OwnershipCase]:
    """The cases of a JSON file, a list or ``{"cases": […]}``; a broken case is a problem and costs only itself."""
    import orjson

    try:
        content = orjson.loads(read_bounded(path, LARGEST))
    except orjson.JSONDecodeError as error:
        raise InputError("is not JSON", origin=Origin(str(path)), why=str(error)) from error
    items = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(items, list):
        raise InputError("holds no list of cases", origin=Origin(str(path)))
    for number, item in enumerate(items, 1):
        name = str(item.get("id", number)) if isinstance(item, dict) else str(number)
        origin = Origin(str(path), record=name)
        try:
            yield _case(item, name, origin)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            problems.add(f"is not a case ({type(error).__name__}: {error}); skipped", origin)
        except RecordError as error:
            problems.add(f"{error.what}; skipped", origin)


def _case(item: Mapping[str, Any], name: str, origin: Origin) -> OwnershipCase:
    controls, joints = [], []
    for entry in item.get("control", ()):
        days = _days(entry)
        if parties := entry.get("joint_arrangement"):
            joints.append(Joint(tuple(parties), entry["controlled"], entry.get("how", ""), *days, origin))
        else:
            controls.append(
                Control(entry["controller"], entry["controlled"], entry.get("how", ""), *days, origin)
            )
    return OwnershipCase(
        id=name,
        holdings=tuple(_holding(entry, origin) for entry in item["holdings"]),
        listed=tuple(_listed(item)),
        controls=tuple(controls),
        joints=tuple(joints),
        asks=tuple(_ask(entry, item) for entry in item["asks"]),
    )


def _holding(entry: Mapping[str, Any], origin: Origin) -> Holding:
    share = _share(entry)
    start, end = _days(entry)
    return Holding(
        owner=entry["owner"],
        owned=entry["owned"],
        low=share.low,
        high=share.high,
        right=RIGHTS[str(entry.get("right", "")).lower()],
        valid_from=start,
        valid_to=end,
        origin=origin,
        flags=signs_in({key: value for key, value in entry.items() if key not in _PLAIN}),
        low_open=share.low_open,
        high_open=share.high_open,
    )


def _share(entry: Mapping[str, Any]) -> Share:
    stated, unit = entry.get("percent"), str(entry.get("unit", ""))
    if stated is None:
        return UNKNOWN
    if isinstance(stated, list):
        low, high = (parse_share(str(bound), unit) for bound in stated)
        if low.low > high.high:
            raise RecordError(f"the band {stated} is upside down")
        return Share(low.low, high.high)
    return parse_share(str(stated), unit)


def _listed(item: Mapping[str, Any]) -> Iterator[Listed]:
    programmes = item.get("programmes") or {}
    restricted = item.get("restricted") or {}
    if isinstance(restricted, list):
        restricted = dict.fromkeys(restricted, "")
    designated = item.get("designated") or {}
    measure = item.get("measure") or ""
    for party in item.get("blocked", ()):
        start = date.fromisoformat(designated[party]) if party in designated else None
        group = measure.get(party, "") if isinstance(measure, dict) else measure
        yield Listed(party, start, None, _tags(programmes, party), restricted.get(party) or group)
    for party, (first, after) in (item.get("was_blocked") or {}).items():
        start = date.fromisoformat(first) if first else None
        end = date.fromisoformat(after) - timedelta(days=1) if after else None
        yield Listed(party, start, end, _tags(programmes, party), restricted.get(party, ""))
    for party, group in restricted.items():
        yield Listed(party, None, None, _tags(programmes, party), str(group), restricted=True)


def _tags(programmes: Mapping[str, Any], party: str) -> tuple[str, ...]:
    tags = programmes.get(party, ())
    return (tags,) if isinstance(tags, str) else tuple(tags)


def _ask(entry: Mapping[str, Any], item: Mapping[str, Any]) -> Ask:
    as_of = entry.get("as_of") or item.get("as_of")
    return Ask(
        entity=entry["entity"],
        verdict=entry["verdict"],
        pack=entry.get("under") or item["jurisdiction"],
        as_of=date.fromisoformat(as_of) if as_of else None,
        flags=tuple(entry.get("flags", ())),
    )


def _days(entry: Mapping[str, Any]) -> tuple[date | None, date | None]:
    start, end = (
        date.fromisoformat(entry[key]) if entry.get(key) else None for key in ("valid_from", "valid_to")
    )
    if start is not None and end is not None and start > end:
        raise RecordError(f"a period ends ({end}) before it starts ({start})")
    return start, end

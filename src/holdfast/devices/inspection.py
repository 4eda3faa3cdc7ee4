"""All checks over the saved texts of a fleet.

Without an allow-list, what most of a fleet shares is taken for the operator's own: an account that at least three
devices and half of those with such accounts have is a risk to confirm, not a sign. An intruder who made the same account
everywhere is still shown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from holdfast.devices.checks.check import Check, Hit, Kind
from holdfast.devices.checks.table import CHECKS
from holdfast.devices.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from holdfast.devices.allow import AllowList
    from holdfast.model.device import DeviceText

SHARED_BY = 3
"""Devices from which on an account can count as the fleet's own."""
_BY_PLATFORM: dict[str, tuple[Check, ...]] = {}


@dataclass(frozen=True, slots=True)
class Observation:
    """One hit, with the check and the text it belongs to."""

    device: str
    platform: str
    file: str
    check: Check
    hit: Hit


def inspect(texts: Iterable[DeviceText], allow: AllowList) -> Iterator[Observation]:
    """Hits of every check in every text, before what the fleet shares is taken into account."""
    for text in texts:
        config = Config(text)
        for check in checks_of(text.platform):
            if check.id in allow.checks_off:
                continue
            for hit in check.find(config, allow):
                yield Observation(text.device, text.platform, text.file, check, hit)


def compare(
    before: Iterable[DeviceText], after: Iterable[DeviceText], allow: AllowList
) -> Iterator[Observation]:
    """What changed between two dates, for devices whose texts both dates have."""
    earlier = {(text.device, text.platform): text for text in before if text.kind == "config"}
    for text in after:
        old = earlier.get((text.device, text.platform))
        if old is None:
            continue
        configs = Config(old), Config(text)
        for check in checks_of(text.platform):
            if check.compare is None or check.id in allow.checks_off:
                continue
            for hit in check.compare(*configs, allow):
                yield Observation(text.device, text.platform, text.file, check, hit)


def checks_of(platform: str) -> tuple[Check, ...]:
    """The checks that understand a dialect."""
    if platform not in _BY_PLATFORM:
        _BY_PLATFORM[platform] = tuple(check for check in CHECKS if platform in check.platforms)
    return _BY_PLATFORM[platform]


def settle(observations: Iterable[Observation]) -> list[Observation]:
    """The same hits, once each, with what most of the fleet shares as a risk."""
    once = list(
        {(item.file, item.check.id, item.hit.line, item.hit.says): item for item in observations}.values()
    )
    holders = _holders(once)
    return [_settled(item, holders) for item in once]


def _holders(observations: Iterable[Observation]) -> Mapping[tuple[str, str], dict[str, set[str]]]:
    found: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for item in observations:
        if item.hit.token:
            found[item.check.id, item.platform][item.hit.token].add(item.file)
    return found


def _settled(item: Observation, holders: Mapping[tuple[str, str], dict[str, set[str]]]) -> Observation:
    if not item.hit.token or item.hit.kind is not Kind.SIGN or item.check.id != "USER_PRIV15_UNEXPECTED":
        return item
    by_token = holders[item.check.id, item.platform]
    count = len(by_token[item.hit.token])
    every = len(set().union(*by_token.values()))
    if count < SHARED_BY or count * 2 < every:
        return item
    says = f"{item.hit.says}; {count} of {every} devices have it, so it may be the operator's own: confirm it"
    return replace(item, hit=replace(item.hit, kind=Kind.RISK, says=says))

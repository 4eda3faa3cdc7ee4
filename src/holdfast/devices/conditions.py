"""Whether the setting that a flaw needs was seen in a device's configuration; ``data/conditions.toml`` has the pairs.

The release decides whether the flaw is there, the setting whether it can be reached. A setting that was looked for and
not seen makes the verdict review, never clean: a saved configuration may be old or cut off.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.devices.reading import Exposure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.devices.exposure import Verdict
    from holdfast.devices.inspection import Observation
    from holdfast.model.device import DeviceText


@dataclass(frozen=True, slots=True)
class Condition:
    """What a flaw needs, and the check that sees it."""

    check: str
    needs: str
    platforms: frozenset[str]


@cache
def conditions() -> dict[str, Condition]:
    """By CVE number."""
    text = (files("holdfast.devices") / "data" / "conditions.toml").read_text(encoding="utf-8")
    return {
        cve: Condition(item["check"], item["needs"], frozenset(item["platforms"]))
        for item in tomllib.loads(text)["condition"]
        for cve in item["cves"]
    }


class Settings:
    """What the configurations of a fleet show."""

    def __init__(self, texts: Iterable[DeviceText], observations: Iterable[Observation]) -> None:
        self._configs = {(text.device, text.platform): text.file for text in texts if text.kind == "config"}
        self._seen = {(item.device, item.check.id): item for item in observations}

    def apply(self, verdict: Verdict, device: str) -> Verdict:
        """The verdict in the light of the device's configuration, where one was read."""
        condition = conditions().get(verdict.cve)
        if condition is None or verdict.exposure is not Exposure.AFFECTED:
            return verdict
        needs = verdict.needs or condition.needs
        seen = self._seen.get((device, condition.check))
        if seen is not None:
            because = f"{verdict.because}; {condition.needs} is on ({seen.file}, line {seen.hit.line})"
            return replace(verdict, because=because, needs=needs, reachable=True)
        file = next(
            (self._configs[device, name] for name in condition.platforms if (device, name) in self._configs),
            "",
        )
        if not file:
            because = f"{verdict.because}; it needs {condition.needs}, and no configuration was given"
            return replace(verdict, because=because, needs=needs)
        because = f"{verdict.because}; it needs {condition.needs}, which was not seen in {file}"
        return replace(verdict, exposure=Exposure.REVIEW, because=because, needs=needs)

"""Devices: which of a fleet are exposed to what the actor exploits, and which show its signs."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from holdfast.app.fleet_report import write_fleet_report
from holdfast.app.outcome import Outcome
from holdfast.app.watchlist import open_watchlist
from holdfast.inputs.folder import shown_below
from holdfast.model.errors import InputError, StoreError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.devices.allow import AllowList
    from holdfast.devices.exposure import Verdict
    from holdfast.devices.inspection import Observation
    from holdfast.model.device import Device, DeviceText
    from holdfast.model.progress import Progress
    from holdfast.model.vulnerability import VulnerabilityData
    from holdfast.model.watchlist import Watchlist

COLUMNS = ("device", "family", "version", "cve", "check", "kind", "verdict", "because", "says")
"""Of the table on a terminal."""
PLUG = "records.devices"
LARGEST_ALLOW_LIST = 1 << 22
"""Bytes of an allow-list."""


@dataclass(frozen=True, slots=True)
class DevicesRequest:
    """What is to be looked at."""

    paths: tuple[Path, ...]
    """Inventories, saved outputs and configurations; folders are walked."""
    data: tuple[Path, ...] = ()
    """Vulnerability records besides those of the edition."""
    edition: str | None = None
    """Watchlist edition whose vulnerability data judge; the current one."""
    every: bool = False
    """Whether CVEs that do not affect a device are shown too."""
    allow: Path | None = None
    """List of what is the operator's own (TOML)."""
    before: tuple[Path, ...] = ()
    """Earlier configurations of the same devices, to compare with."""
    report: Path | None = None
    """Folder for a work list, a page per device and a VEX document."""


@dataclass(slots=True)
class Fleet:
    """What the files held."""

    devices: list[Device] = field(default_factory=list)
    texts: list[DeviceText] = field(default_factory=list)
    earlier: list[DeviceText] = field(default_factory=list)
    """Texts of an earlier date."""
    statuses: list[RunStatus] = field(default_factory=list)


def assess_devices(request: DevicesRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """Rows of the contract, a device and CVE each. Raises :class:`UsageError` when there is no file to read."""
    watchlist = open_watchlist(settings, request.edition)
    fleet = read_fleet(request.paths, progress or Silent())
    if request.before:
        past = read_fleet(request.before, progress or Silent())
        fleet.earlier, fleet.statuses = past.texts, fleet.statuses + past.statuses
    data, statuses = gather_vulnerabilities(watchlist, fleet.devices, request.data)
    fleet.statuses.extend(statuses)
    observations = inspect_fleet(fleet, read_allow(request.allow))
    found = False
    kept: list[dict[str, object]] = []

    def rows() -> Iterator[dict[str, object]]:
        nonlocal found
        for row in chain(
            device_rows(fleet, data, observations, every=request.every),
            observation_rows(observations),
            remark_rows(fleet.devices),
        ):
            found = found or row.get("verdict") != "not_affected"
            if request.report is not None:
                kept.append(row)
            yield {**row, "edition": watchlist.edition}
        if request.report is not None:
            write_fleet_report(kept, request.report, datetime.now(UTC).date())

    return Outcome(rows(), lambda: found, lambda: fleet.statuses)


def read_fleet(paths: Iterable[Path], progress: Progress) -> Fleet:
    """All devices and texts below the paths, and how each file ended."""
    from holdfast.records.device_files import read_device_file

    paths = tuple(paths)
    files = list(chain.from_iterable(_walk(path) for path in paths))
    if not files:
        raise UsageError("no file to read", advice="Name an inventory, a saved output, or a folder of them")
    fleet = Fleet()
    named: list[tuple[Device, Path]] = []
    progress.start("reading device files", len(files))
    given = set(paths)
    for path in files:
        problems = Problems()
        try:
            read = read_device_file(path, problems)
            if read.remark and path in given:  # in a folder there may be other files; this one was meant
                problems.add(read.remark, Origin(str(path)))
        except InputError as error:
            says = f"{error.what}{f' ({error.why})' if error.why else ''}"
            fleet.statuses.append(RunStatus.failure(PLUG, str(path), says))
            progress.advance()
            continue
        fleet.devices.extend(read.devices)
        fleet.texts.extend(read.texts)
        named.extend((device, path.parent) for device in read.devices if device.config)
        counts = {"devices": len(read.devices), "texts": len(read.texts), "lines": read.lines}
        status = RunStatus.of(PLUG, str(path), problems, counts)
        fleet.statuses.append(replace(status, reason=status.reason or read.remark))
        progress.advance()
    _read_named(named, fleet)
    read_all = all(status.state is State.OK for status in fleet.statuses)
    if read_all and not fleet.devices and not fleet.texts:
        says = f"no device, configuration or log of one in {len(files):,} files: is this the folder of the fleet?"
        fleet.statuses.append(RunStatus.failure(PLUG, ", ".join(map(str, paths)), says))
    if len(files) == 1 and fleet.statuses[0].state is State.FAILED:
        raise InputError(fleet.statuses[0].reason, origin=Origin(str(files[0])))
    return fleet


def _read_named(named: Iterable[tuple[Device, Path]], fleet: Fleet) -> None:
    """The configurations that inventories name; a path that leaves the inventory's folder is refused."""
    from holdfast.records.device_files import read_device_file

    by_file = {status.subject for status in fleet.statuses}
    for device, folder in named:
        path = folder / device.config
        problems = Problems()
        if not path.resolve().is_relative_to(folder.resolve()):
            says = "the configuration that the inventory names lies outside the inventory's folder; not read"
            fleet.statuses.append(RunStatus.failure(PLUG, f"{device.name}: {device.config}", says))
            continue
        if str(path) in by_file:
            fleet.texts = [
                replace(text, device=device.name) if text.file == str(path) else text for text in fleet.texts
            ]
            continue
        try:
            read = read_device_file(path, problems)
        except InputError as error:
            fleet.statuses.append(RunStatus.failure(PLUG, str(path), str(error)))
            continue
        fleet.texts.extend(replace(text, device=device.name) for text in read.texts)
        counts = {"texts": len(read.texts), "lines": read.lines}
        fleet.statuses.append(replace(RunStatus.of(PLUG, str(path), problems, counts), reason=read.remark))


def _walk(path: Path) -> Iterable[Path]:
    return shown_below(path) if path.is_dir() else [path]


def gather_vulnerabilities(
    watchlist: Watchlist, devices: Iterable[Device], paths: Iterable[Path] = ()
) -> tuple[VulnerabilityData, list[RunStatus]]:
    """What the edition holds on the makers of these devices, with the files that the caller adds, and the sources used.

    Raises :class:`StoreError` when the edition does not say what the watched actors exploit: every device would look clean.
    """
    from holdfast.devices.families import family_of_product, squash
    from holdfast.sources.vulnerabilities import read_paths

    makers = {squash(device.vendor) for device in devices}

    def concerns(vendor: str, product: str) -> bool:
        return squash(vendor) in makers or bool(family_of_product(vendor, product))

    data = watchlist.vulnerabilities(concerns)
    if not data.exploitations:
        raise StoreError(
            "does not say which vulnerabilities the watched actors use",
            origin=Origin(f"edition {watchlist.edition}"),
            why="it was made by an earlier version of Holdfast",
            advice="Run holdfast update again",
        )
    used = [
        RunStatus("sources.vulnerabilities", f"{source} of {day}", State.OK)
        for source, day in data.published.items()
    ]
    added, statuses = read_paths(paths)
    data.add(added)
    data.keep_newest()
    # The records stay to the end of the run: without this the collector walks all of them again and again.
    gc.freeze()
    return data, [*used, *statuses]


def read_allow(path: Path | None) -> AllowList:
    """The operator's list, or an empty one."""
    from holdfast.devices.allow import AllowList, read_allow_list
    from holdfast.inputs.stream import read_bounded

    if path is None:
        return AllowList()
    return read_allow_list(read_bounded(path, LARGEST_ALLOW_LIST).decode("utf-8", errors="replace"))


def inspect_fleet(fleet: Fleet, allow: AllowList) -> list[Observation]:
    """Every check over every text, and over both dates where there are two."""
    from holdfast.devices.inspection import compare, inspect, settle

    return settle(chain(inspect(fleet.texts, allow), compare(fleet.earlier, fleet.texts, allow)))


def observation_rows(observations: Iterable[Observation]) -> Iterator[dict[str, object]]:
    """A row per device and check, signs first."""
    for item in sorted(observations, key=lambda item: item.hit.kind.value != "sign"):
        yield {
            "device": item.device,
            "check": item.check.id,
            "kind": item.hit.kind.value,
            "line": item.hit.line,
            "says": item.hit.says,
            "file": item.file,
            "title": item.check.title,
            "source": item.check.source,
            "techniques": list(item.check.techniques),
        }


def remark_rows(devices: Iterable[Device]) -> Iterator[dict[str, object]]:
    """A row per device whose family was seen in the botnet, or whose support has ended."""
    from holdfast.devices.life import remarks

    for device in devices:
        for remark in remarks(device):
            yield {
                "device": device.name,
                "check": remark.check,
                "kind": "risk",
                "line": (device.origin.line or 0) if device.origin else 0,
                "says": remark.says,
                "file": device.origin.file if device.origin else "",
                "title": remark.says,
                "source": remark.source,
                "techniques": [],
            }


def device_rows(
    fleet: Fleet, data: VulnerabilityData, observations: Iterable[Observation] = (), *, every: bool
) -> Iterator[dict[str, object]]:
    """A row per device and CVE, the actor's own and the most likely first."""
    from holdfast.devices.conditions import Settings
    from holdfast.devices.exposure import Exposures
    from holdfast.devices.families import family_of_device

    exposures = Exposures(data.statements)
    users: dict[str, list[str]] = {}
    for use in data.exploitations:
        users.setdefault(use.cve, []).append(f"{use.actor} ({use.strength})")
    settings = Settings(fleet.texts, observations)
    for device in fleet.devices:
        family = family_of_device(device)
        verdicts = [
            settings.apply(item, device.name)
            for item in exposures.of(device)
            if every or item.exposure != "not_affected"
        ]
        for verdict in sorted(verdicts, key=lambda item: _urgency(item, users, data)):
            entry = data.exploited.get(verdict.cve)
            yield {
                "device": device.name,
                "family": family.id if family else device.family,
                "version": device.version,
                "cve": verdict.cve,
                "verdict": verdict.exposure.value,
                "because": verdict.because,
                "sources": [source.to_dict() for source in verdict.sources],
                "fixed": verdict.fixed,
                "needs": verdict.needs,
                "reachable": verdict.reachable,
                "used_by": users.get(verdict.cve, []) or (["others"] if entry else []),
                "exploited_since": entry.added if entry else "",
                "likelihood": data.likelihood.get(verdict.cve),
                "model": device.model or device.product,
                "engineering": device.engineering,
                "origin": device.origin.to_dict() if device.origin else {},
            }


def _urgency(
    verdict: Verdict, users: dict[str, list[str]], data: VulnerabilityData
) -> tuple[int, bool, bool, float, str]:
    rank = {"affected": 0, "review": 1}.get(verdict.exposure.value, 2)
    likelihood = data.likelihood.get(verdict.cve, 0.0)
    return rank, verdict.cve not in users, verdict.cve not in data.exploited, -likelihood, verdict.cve

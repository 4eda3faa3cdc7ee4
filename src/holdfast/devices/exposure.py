"""A fleet against vulnerability data: each distinct device, once, against the CVEs of its family.

Releases are parsed once and verdicts are kept per distinct (family, product, model, release), because a fleet of
100,000 devices has a few thousand of those.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from holdfast.devices.compiled import Compiled, compile_statement
from holdfast.devices.families import Family, family_of_device, family_of_product, squash
from holdfast.devices.merge import Decision, Source, merge
from holdfast.devices.reading import Exposure, Grade, Reading, read
from holdfast.devices.scope import covers, on_platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.devices.releases.release import Release
    from holdfast.model.device import Device
    from holdfast.model.vulnerability import Statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """One CVE on one kind of device."""

    cve: str
    exposure: Exposure
    because: str
    sources: tuple[Source, ...] = ()
    fixed: str = ""
    """The first fixed release at or above the device's train, as far as a source names one."""
    needs: str = ""
    """Setting that the flaw needs, in the source's words."""


@dataclass(slots=True)
class _CveInFamily:
    """Statements on one CVE for one family, compiled when first needed."""

    cve: str
    statements: list[Statement]
    compiled: list[Compiled] = field(default_factory=list)
    fixes: list[Release] = field(default_factory=list)


class Exposures:
    """Vulnerability data, ready to be asked about devices."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._by_family: dict[str, dict[str, _CveInFamily]] = defaultdict(dict)
        self._by_vendor: dict[str, dict[str, str]] = defaultdict(dict)
        self._loose: dict[str, list[Statement]] = defaultdict(list)
        for statement in statements:
            self._sort_in(statement)
        self._verdicts: dict[tuple[str, ...], tuple[Verdict, ...]] = {}

    def _sort_in(self, statement: Statement) -> None:
        maker = squash(statement.vendor)
        ids = family_of_product(statement.vendor, statement.product)
        for family_id in ids:
            by_cve = self._by_family[family_id]
            if statement.cve not in by_cve:
                by_cve[statement.cve] = _CveInFamily(statement.cve, [])
            by_cve[statement.cve].statements.append(statement)
        if not ids:
            self._loose[maker].append(statement)
        self._by_vendor[maker].setdefault(statement.cve, statement.product)

    def of(self, device: Device) -> tuple[Verdict, ...]:
        """A verdict for each CVE of the device's vendor, the unaffected ones included."""
        family = family_of_device(device)
        key = self._key(family, device)
        verdicts = self._verdicts.get(key)
        if verdicts is None:
            verdicts = tuple(self._judge(family, device))
            self._verdicts[key] = verdicts
        return verdicts

    def _key(self, family: Family | None, device: Device) -> tuple[str, ...]:
        if family is None:
            return ("", squash(device.vendor), device.product, device.model, device.version, device.hardware)
        return (
            family.id,
            device.product,
            device.model,
            device.version,
            "build" if device.engineering else "",
            device.hardware,
        )

    def _judge(self, family: Family | None, device: Device) -> Iterator[Verdict]:
        if family is None:
            yield from self._judge_loose(device)
            return
        release = family.parse(device.version)
        in_family = self._by_family.get(family.id, {})
        for entry in in_family.values():
            verdict = self._judge_cve(entry, family, device, release)
            if verdict is not None:
                yield verdict
        if family.by_model:
            return
        makers = family.vendors
        for maker in sorted(makers):
            for cve, product in self._by_vendor.get(maker, {}).items():
                if cve not in in_family:
                    yield Verdict(
                        cve, Exposure.NOT_AFFECTED, f"the records name {product}, not {family.title}"
                    )

    def _judge_cve(
        self, entry: _CveInFamily, family: Family, device: Device, release: Release | None
    ) -> Verdict | None:
        if not entry.compiled:
            entry.compiled = [compile_statement(statement, family) for statement in entry.statements]
            entry.fixes = list(_fixes(entry.compiled, family))
        chosen = _in_scope(entry.compiled, family, device)
        if not chosen:
            return None
        open_platform = False
        on_device = []
        for compiled in chosen:
            fits = on_platform(compiled.statement.platforms, device.product, device.model)
            open_platform |= fits is None
            if fits is not False:
                on_device.append(compiled)
        if not on_device:
            limits = ", ".join(chosen[0].statement.platforms)
            return Verdict(
                entry.cve, Exposure.NOT_AFFECTED, f"{chosen[0].statement.source}: limited to {limits}"
            )
        decision = _decide(on_device, device, release, entry.fixes)
        exposure, because = decision.exposure, decision.because
        if open_platform and exposure is Exposure.AFFECTED:
            limits = ", ".join(on_device[0].statement.platforms)
            exposure, because = Exposure.REVIEW, f"{because}; limited to {limits}, and the model is not known"
        needs = next((item.statement.needs for item in on_device if item.statement.needs), "")
        fixed = _first_fixed(release, entry.fixes) if exposure is not Exposure.NOT_AFFECTED else ""
        return Verdict(entry.cve, exposure, because, decision.sources, fixed, needs)

    def _judge_loose(self, device: Device) -> Iterator[Verdict]:
        """A device of no known family, by vendor and product name, in natural order of releases."""
        family = Family("", device.vendor, device.product or device.model, "firmware", by_model=True)
        entries: dict[str, _CveInFamily] = {}
        for statement in self._loose.get(squash(device.vendor), []):
            entries.setdefault(statement.cve, _CveInFamily(statement.cve, [])).statements.append(statement)
        release = family.parse(device.version)
        for entry in entries.values():
            verdict = self._judge_cve(entry, family, device, release)
            if verdict is not None:
                yield verdict


def _in_scope(compiled: list[Compiled], family: Family, device: Device) -> list[Compiled]:
    """The statements whose product is this device, the most exactly named ones only."""
    if any(item.enumerates and item.statement.primary for item in compiled):
        # CISA's ranges over a vendor's closed list only restate its first and last entry.
        compiled = [item for item in compiled if not item.statement.source.startswith("cisa-adp")]
    if family.by_model:
        ranks = [(covers(item.statement.product, device.product, device.model), item) for item in compiled]
        exact = [item for rank, item in ranks if rank == 2]
        return exact or [item for rank, item in ranks if rank == 1]
    if not family.variants:
        return compiled
    variant = family.variant(device.product, device.model)
    own = [item for item in compiled if family.variant(item.statement.product) == variant]
    plain = [item for item in compiled if not family.variant(item.statement.product)]
    return own or plain


def _decide(
    compiled: list[Compiled], device: Device, release: Release | None, fixes: list[Release]
) -> Decision:
    if release is None or device.engineering:
        if device.engineering:
            says = f"{device.version} is an engineering build without a release number"
        elif device.version:
            says = f"the version {device.version!r} is not a release name of this family"
        else:
            says = "the device's version is not known"
        every = [item for item in compiled if item.every]
        if every:
            return merge(
                [(every[0].statement, Reading(Exposure.AFFECTED, Grade.SAID, "every release is named"))]
            )
        unknown = Reading(Exposure.REVIEW, Grade.SILENT, says)
        return merge([(item.statement, unknown) for item in compiled])
    return merge([(item.statement, read(item, release, fixes)) for item in compiled])


def _fixes(compiled: list[Compiled], family: Family) -> Iterator[Release]:
    for item in compiled:
        for span in item.spans:
            if span.affected and not span.inclusive:
                yield from span.highs
        for text in item.statement.fixed:
            release = family.parse(text)
            if release is not None and not release.engineering:
                yield release


def _first_fixed(release: Release | None, fixes: list[Release]) -> str:
    if release is None or release.engineering:
        return ""
    later = [fix for fix in fixes if fix.line in {release.line, "*"} and fix.key > release.key]
    own = [fix for fix in later if fix.train == release.train]
    best = min(own or later, key=lambda fix: fix.key, default=None)
    return best.text if best else ""

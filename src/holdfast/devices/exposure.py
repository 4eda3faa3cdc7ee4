"""A fleet against vulnerability data: each distinct device, once, against the CVEs of its family.

Releases are parsed once and verdicts are kept per distinct (family, product, model, release), because a fleet of
100,000 devices has a few thousand of those.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from holdfast.devices.compiled import Compiled, compile_statement
from holdfast.devices.families import Family, families, family_of_device, family_of_product, squash
from holdfast.devices.merge import Decision, Source, merge
from holdfast.devices.reading import Exposure, Grade, Reading, read
from holdfast.devices.scope import covers, on_platform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.devices.releases.release import Release
    from holdfast.model.device import Device
    from holdfast.model.vulnerability import Statement

_KIND_OF = attrgetter("vendor", "family", "product", "model", "version", "hardware", "engineering")
"""What two devices share that have the same verdicts."""


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
    reachable: bool = False
    """Whether that setting was seen in the device's configuration."""


@dataclass(slots=True)
class _CveInFamily:
    """Statements on one CVE for one family, compiled when first needed."""

    cve: str
    statements: list[Statement]
    compiled: list[Compiled] = field(default_factory=list)
    fixes: list[Release] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The statements on one CVE that concern one product and model."""

    cve: str
    compiled: tuple[Compiled, ...]
    """Empty when all are limited to other hardware."""
    source: str
    limits: str
    open_platform: bool
    """Whether some are limited to hardware, and the device's is not known."""
    needs: str
    fixes: list[Release]


class Exposures:
    """Vulnerability data, ready to be asked about devices."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._by_family: dict[str, dict[str, _CveInFamily]] = defaultdict(dict)
        self._by_vendor: dict[str, dict[str, str]] = defaultdict(dict)
        self._loose: dict[str, list[Statement]] = defaultdict(list)
        for statement in statements:
            self._sort_in(statement)
        self._verdicts: dict[tuple[str | bool, ...], tuple[Verdict, ...]] = {}
        self._elsewhere: dict[str, tuple[Verdict, ...]] = {}
        self._scopes: dict[tuple[str, ...], list[_Scope]] = {}

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
        key = _KIND_OF(device)
        verdicts = self._verdicts.get(key)
        if verdicts is None:
            verdicts = self._judge(family_of_device(device), device)
            self._verdicts[key] = verdicts
        return verdicts

    def prepare(self) -> None:
        """Compile every statement now, rather than when a device first needs it."""
        for family_id, by_cve in self._by_family.items():
            for entry in by_cve.values():
                self._compile(entry, families()[family_id])

    def _compile(self, entry: _CveInFamily, family: Family) -> None:
        if not entry.compiled:
            entry.compiled = [compile_statement(statement, family) for statement in entry.statements]
            entry.fixes = list(_fixes(entry.compiled, family))

    def _judge(self, family: Family | None, device: Device) -> tuple[Verdict, ...]:
        if family is None:
            return tuple(self._judge_loose(device))
        release = None if device.engineering else family.parse(device.version)
        own = [_judge_scope(scope, device, release) for scope in self._scopes_of(family, device)]
        return (*own, *(() if family.by_model else self._of_other_products(family)))

    def _of_other_products(self, family: Family) -> tuple[Verdict, ...]:
        """The CVEs of the vendor whose records do not name the family: one set, shared by all its devices."""
        if family.id not in self._elsewhere:
            in_family = self._by_family.get(family.id, {})
            self._elsewhere[family.id] = tuple(
                Verdict(cve, Exposure.NOT_AFFECTED, f"the records name {product}, not {family.title}")
                for maker in sorted(family.vendors)
                for cve, product in self._by_vendor.get(maker, {}).items()
                if cve not in in_family
            )
        return self._elsewhere[family.id]

    def _scopes_of(self, family: Family, device: Device) -> list[_Scope]:
        """The statements that concern such a device, by CVE: worked out once for each product and model."""
        key = (family.id, device.product, device.model)
        if key not in self._scopes:
            entries = self._by_family.get(family.id, {}).values()
            self._scopes[key] = list(self._find_scopes(entries, family, device))
        return self._scopes[key]

    def _find_scopes(
        self, entries: Iterable[_CveInFamily], family: Family, device: Device
    ) -> Iterator[_Scope]:
        for entry in entries:
            self._compile(entry, family)
            chosen = _in_scope(entry.compiled, family, device)
            if not chosen:
                continue
            fits = [on_platform(item.statement.platforms, device.product, device.model) for item in chosen]
            here = [item for item, fit in zip(chosen, fits, strict=True) if fit is not False]
            limits = ", ".join((here or chosen)[0].statement.platforms)
            needs = next((item.statement.needs for item in here if item.statement.needs), "")
            open_platform = any(fit is None for fit in fits)
            yield _Scope(
                entry.cve, tuple(here), chosen[0].statement.source, limits, open_platform, needs, entry.fixes
            )

    def _judge_loose(self, device: Device) -> Iterator[Verdict]:
        """A device of no known family, by vendor and product name, in natural order of releases."""
        family = Family("", device.vendor, device.product or device.model, "firmware", by_model=True)
        entries: dict[str, _CveInFamily] = {}
        for statement in self._loose.get(squash(device.vendor), []):
            entries.setdefault(statement.cve, _CveInFamily(statement.cve, [])).statements.append(statement)
        release = None if device.engineering else family.parse(device.version)
        for scope in self._find_scopes(entries.values(), family, device):
            yield _judge_scope(scope, device, release)


def _judge_scope(scope: _Scope, device: Device, release: Release | None) -> Verdict:
    if not scope.compiled:
        return Verdict(scope.cve, Exposure.NOT_AFFECTED, f"{scope.source}: limited to {scope.limits}")
    decision = _decide(scope.compiled, device, release, scope.fixes)
    exposure, because = decision.exposure, decision.because
    if scope.open_platform and exposure is Exposure.AFFECTED:
        exposure = Exposure.REVIEW
        because = f"{because}; limited to {scope.limits}, and the model is not known"
    fixed = _first_fixed(release, scope.fixes) if exposure is not Exposure.NOT_AFFECTED else ""
    return Verdict(scope.cve, exposure, because, decision.sources, fixed, scope.needs)


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
    compiled: tuple[Compiled, ...], device: Device, release: Release | None, fixes: list[Release]
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

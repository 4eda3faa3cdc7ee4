"""One folder in, one assessment out: every section over the organisation's own records, joined into cases.

``holdfast.toml`` in the folder says which file is what::

    [assessment]
    organisation = "Northgate Communications"
    as_of = 2026-11-23

    [[parties]]
    file = "customers.csv"
    role = "customer"

Every other table is a section of :data:`SECTIONS`; what its keys mean stands in the section's own module.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any

from holdfast import __version__
from holdfast.app.sections.files import CONFIG, find_files
from holdfast.app.sections.interface import SectionRequest, SectionResult
from holdfast.app.watchlist import open_watchlist
from holdfast.cases.join import join
from holdfast.model.case import Assessment, InputFile
from holdfast.model.errors import HoldfastError, UsageError
from holdfast.model.origin import Origin
from holdfast.model.progress import Silent
from holdfast.model.status import RunStatus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from holdfast.app.sections.interface import Section
    from holdfast.app.settings import Settings
    from holdfast.model.finding import Finding
    from holdfast.model.panel import Panel
    from holdfast.model.progress import Progress


SECTIONS: dict[str, str] = {
    "parties": "holdfast.app.sections.parties",
    "holdings": "holdfast.app.sections.holdings",
    "payments": "holdfast.app.sections.payments",
    "flows": "holdfast.app.sections.flows",
    "logs": "holdfast.app.sections.logs",
    "devices": "holdfast.app.sections.devices",
}
"""Module of each section by the name of its table in ``holdfast.toml``, in the order in which they run (parties,
holdings, payments, flows, logs, devices); each is imported only when the folder has such records."""


@dataclass(frozen=True, slots=True)
class AssessOptions:
    """What the caller may choose."""

    as_of: date | None = None
    """Day the verdicts are for; the folder's own, else today."""
    edition: str | None = None
    """Watchlist edition; the current one."""


def assess(
    folder: Path, settings: Settings, options: AssessOptions | None = None, progress: Progress | None = None
) -> Assessment:
    """Run every section that the folder has records for.

    A section that fails leaves a status that says so, and the others still run. Raises :class:`UsageError` when the
    folder has no readable ``holdfast.toml``.
    """
    options = options or AssessOptions()
    progress = progress or Silent()
    config = read_config(folder)
    head = config.get("assessment", {})
    watchlist = open_watchlist(settings, edition=options.edition)
    as_of = options.as_of or _as_date(head.get("as_of"), folder)
    findings: list[Finding] = []
    statuses: list[RunStatus] = []
    panels: list[Panel] = []
    for name, entries in _sections_of(config, statuses):
        progress.start(f"Assessing {name}")
        request = SectionRequest(
            folder, entries, watchlist, as_of, settings, progress, earlier=tuple(findings)
        )
        result = _without_folder(_run(name, request), folder)
        findings += result.findings
        statuses += result.statuses
        panels += result.panels
    return Assessment(
        organisation=str(head.get("organisation", folder.resolve().name)),
        as_of=as_of.isoformat(),
        edition=watchlist.edition,
        published=watchlist.published,
        sources=watchlist.sources,
        cases=join(findings, watchlist),
        statuses=tuple(statuses),
        panels=tuple(panels),
        inputs=tuple(_hash_inputs(folder, config)),
        version=__version__,
        absent=tuple(name for name in SECTIONS if not config.get(name)),
    )


def _without_folder(result: SectionResult, folder: Path) -> SectionResult:
    """The result with places named from the folder on: where a copy of it lies must not change a finding."""
    shortened: SectionResult = _shorten(result, f"{folder}/")
    return shortened


def _shorten(value: Any, prefix: str) -> Any:
    """The value without the prefix in any text in it."""
    if type(value) is str:  # not its enumerations
        return value.replace(prefix, "")
    if isinstance(value, Mapping):
        return {key: _shorten(item, prefix) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_shorten(item, prefix) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _shorten(getattr(value, f.name), prefix) for f in fields(value)})
    return value


def read_config(folder: Path) -> dict[str, Any]:
    """The parsed ``holdfast.toml`` of a folder."""
    path = folder / CONFIG
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        if not folder.is_dir():
            raise UsageError(
                "is no folder", origin=Origin(str(folder)), advice=f"Name the folder that holds {CONFIG}"
            ) from error
        raise UsageError(
            f"has no {CONFIG}",
            origin=Origin(str(folder)),
            advice="Write one that says which file is what; examples/northgate has one to copy",
        ) from error
    except OSError as error:
        raise UsageError(
            "cannot be read", origin=Origin(str(path)), why=error.strerror or str(error)
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("is not TOML", origin=Origin(str(path)), why=str(error)) from error


def _as_date(value: object, folder: Path) -> date:
    if value is None:
        return datetime.now(UTC).date()
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(
            f"as_of = {value!r} is not a date", origin=Origin(str(folder / CONFIG)), advice="Write 2026-11-23"
        ) from error


def _sections_of(
    config: Mapping[str, Any], statuses: list[RunStatus]
) -> Iterator[tuple[str, tuple[dict[str, Any], ...]]]:
    """Known sections in their order; an unknown table becomes a failed status, since its records go unchecked."""
    for name in config:
        if name != "assessment" and name not in SECTIONS:
            known = ", ".join(SECTIONS)
            statuses.append(RunStatus.failure("assess", name, f"no such section; there are {known}"))
    for name in SECTIONS:
        value = config.get(name, [])
        entries = value if isinstance(value, list) else [value]
        if entries:
            yield name, tuple(entries)


def _run(name: str, request: SectionRequest) -> SectionResult:
    """What a section finds; where it fails, each of its tables by itself, so that one wrong path hides nothing of the others."""
    try:
        section: Section = import_module(SECTIONS[name]).assess
        return section(request)
    except HoldfastError as error:
        says = str(error)
    except Exception as error:  # noqa: BLE001 - one section's defect must not hide what the others found; it is reported
        says = f"stopped by a defect in Holdfast ({type(error).__name__}: {error}); please report it"
    if len(request.entries) == 1:
        return SectionResult(statuses=(RunStatus.failure(name, name, says),))
    apart = [_run(name, replace(request, entries=(entry,))) for entry in request.entries]
    return SectionResult(
        findings=tuple(chain.from_iterable(one.findings for one in apart)),
        statuses=tuple(chain.from_iterable(one.statuses for one in apart)),
        panels=tuple(chain.from_iterable(one.panels for one in apart)),
    )


FILE_KEYS = (
    "file", "path", "control", "decisions", "indicators", "licences", "allow", "before", "data", "rules", "entities",
)  # fmt: skip
"""Keys of a table whose values name files or folders."""


def _hash_inputs(folder: Path, config: Mapping[str, Any]) -> Iterator[InputFile]:
    """Every file that the configuration names, once, by content, so that a rerun can be told from a new question."""
    seen: set[str] = set()
    for name in SECTIONS:
        value = config.get(name, [])
        for entry in value if isinstance(value, list) else [value]:
            for key in FILE_KEYS:
                named = entry.get(key, [])
                for place in named if isinstance(named, list) else [named]:
                    for file in _hash_entry(folder, {key: place}, key):
                        if file.path not in seen:
                            seen.add(file.path)
                            yield file


def _hash_entry(folder: Path, entry: Mapping[str, Any], key: str) -> Iterator[InputFile]:
    try:
        for path in find_files(folder, entry, key):
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
            yield InputFile(path.relative_to(folder).as_posix(), digest, path.stat().st_size)
    except HoldfastError:
        return  # the section that needed the file has reported it

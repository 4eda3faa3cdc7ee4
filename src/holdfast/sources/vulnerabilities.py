"""Vulnerability data from files and folders of any supported format, told apart by content.

The formats stand in the table :data:`SHAPES`: what a JSON document looks like, and the reader for it.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from holdfast.inputs.lines import read_lines
from holdfast.inputs.stream import open_input, read_bounded, suffix
from holdfast.model.errors import InputError, SourceError
from holdfast.model.origin import Origin
from holdfast.model.status import Problems, RunStatus, State
from holdfast.model.vulnerability import VulnerabilityData
from holdfast.sources import csaf, cve5, cvrf, kev, nvd, openvuln

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

PLUG = "sources.vulnerabilities"
LARGEST = 1 << 30
"""Bytes of one JSON or XML document."""
SUFFIXES = {".json", ".jsonl", ".ndjson", ".csv", ".xml"}
"""Endings of the files that may hold vulnerability data."""


def read_paths(paths: Iterable[Path]) -> tuple[VulnerabilityData, list[RunStatus]]:
    """Everything below the paths, and how each file ended; a broken file never hides the others."""
    data = VulnerabilityData()
    statuses = []
    for path in paths:
        for file in _files(path):
            part, status = read_file(file)
            data.add(part)
            statuses.append(status)
    return data, statuses


def read_file(path: Path) -> tuple[VulnerabilityData, RunStatus]:
    """One file; a format that is not vulnerability data is an empty result that says so."""
    problems = Problems()
    try:
        data = _READERS[suffix(path)](path, problems)
    except InputError as error:
        return VulnerabilityData(), RunStatus.failure(PLUG, str(path), str(error))
    if data is None:
        return VulnerabilityData(), RunStatus(
            PLUG, str(path), State.OK, {"statements": 0}, "is not vulnerability data; left out"
        )
    counts = {
        "statements": len(data.statements),
        "exploited": len(data.exploited),
        "likelihoods": len(data.likelihood),
    }
    return data, RunStatus.of(PLUG, str(path), problems, counts)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and suffix(file) in SUFFIXES:
                yield file
        return
    if suffix(path) not in SUFFIXES:
        raise InputError(
            "is not a vulnerability file",
            origin=Origin(str(path)),
            why=f"its name ends in {suffix(path) or 'nothing'!r}",
            advice="Give .json, .jsonl, .csv or .xml (also .gz, .zst), or a folder of them",
        )
    yield path


def _read_json(path: Path, problems: Problems) -> VulnerabilityData | None:
    import orjson

    content = read_bounded(path, LARGEST)
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if content.lstrip().startswith(b'{"') and b"\n{" in content:
            return _read_lines(path, problems)
        raise SourceError("is not JSON", origin=Origin(str(path)), why=str(error)) from error
    return _read_document(document, Origin(str(path)), problems)


def _read_lines(path: Path, problems: Problems) -> VulnerabilityData | None:
    import orjson

    data: VulnerabilityData | None = None
    with open_input(path) as stream:
        for number, text in read_lines(stream, str(path), problems):
            if not text.strip():
                continue
            origin = Origin(str(path), number)
            try:
                part = _read_document(orjson.loads(text), origin, problems)
            except orjson.JSONDecodeError as error:
                problems.add(f"is not JSON ({error}); skipped", origin)
                continue
            if part is not None:
                data = data or VulnerabilityData()
                data.statements.extend(part.statements)
    return data


def _read_csv(path: Path, problems: Problems) -> VulnerabilityData | None:
    content = read_bounded(path, LARGEST).decode("utf-8-sig", errors="replace")
    lines = content.splitlines()
    note = " ".join(line for line in lines[:3] if line.startswith("#"))
    rows = csv.DictReader(io.StringIO("\n".join(line for line in lines if not line.startswith("#"))))
    columns = set(rows.fieldnames or ())
    if "cveID" in columns and "dateAdded" in columns:
        return kev.read_catalogue(rows, "")
    if {"cve", "epss"} <= columns or {"CVE", "EPSS"} <= columns:
        return _likelihoods(rows, note, path, problems)
    return None


def _likelihoods(
    rows: Iterable[dict[str, str]], note: str, path: Path, problems: Problems
) -> VulnerabilityData:
    """EPSS (https://www.first.org/epss): ``cve,epss,percentile`` under a comment with model and date."""
    import re

    data = VulnerabilityData()
    for number, row in enumerate(rows, 2):
        cve = row.get("cve") or row.get("CVE") or ""
        try:
            score = float(row.get("epss") or row.get("EPSS") or "")
        except ValueError:
            if row.get("epss") or row.get("EPSS"):
                problems.add("its EPSS score is not a number; skipped", Origin(str(path), number))
            continue
        if 0 <= score <= 1:
            data.likelihood[cve] = score
    dated = re.search(r"\d{4}-\d\d-\d\d", note + " " + path.name)
    data.likelihood_date = dated[0] if dated else ""
    return data


def _read_xml(path: Path, _problems: Problems) -> VulnerabilityData | None:
    data = VulnerabilityData()
    data.statements.extend(cvrf.read_document(read_bounded(path, LARGEST), str(path)))
    return data


def _read_document(document: Any, origin: Origin, problems: Problems) -> VulnerabilityData | None:
    for fits, read in SHAPES:
        if fits(document):
            try:
                return read(document)
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                # Published records break their own schema in ways no check foresees; one must not stop the rest.
                problems.add(f"does not follow its format ({error!r}); skipped", origin)
                return VulnerabilityData()
    return None


def _statements(statements: Iterable[Any]) -> VulnerabilityData:
    data = VulnerabilityData()
    data.statements.extend(statements)
    return data


def _is_nvd_item(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    cve = item.get("cve", item)
    return isinstance(cve, dict) and ("CVE_data_meta" in cve or ("id" in cve and "configurations" in cve))


def _read_nvd_list(key: str) -> Callable[[Any], VulnerabilityData]:
    return lambda document: _statements(
        statement for item in document[key] if isinstance(item, dict) for statement in nvd.read_item(item)
    )


def _has_list(document: Any, key: str) -> bool:
    return isinstance(document, dict) and isinstance(document.get(key), list)


def _is_extract(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and bool(document)
        and all(key.startswith("CVE-") and isinstance(value, dict) for key, value in document.items())
    )


def _read_extract(document: dict[str, dict[str, Any]]) -> VulnerabilityData:
    """CVE number to the ``affected`` or ``cpeMatch`` block of its record: records cut down to what matters."""
    data = VulnerabilityData()
    for cve, block in document.items():
        date = str(block.get("lastModified") or block.get("dateUpdated") or "")
        if "affected" in block:
            data.statements.extend(cve5.read_affected(cve, "vendor: CVE record", date, block["affected"]))
        if "cpeMatch" in block:
            data.statements.extend(nvd.read_matches(cve, date, block["cpeMatch"]))
    return data


def _is_catalogue(document: Any) -> bool:
    return _has_list(document, "vulnerabilities") and "cveID" in (
        document["vulnerabilities"][0] if document["vulnerabilities"] else {}
    )


def _is_openvuln(document: Any) -> bool:
    if isinstance(document, dict):
        return "advisoryId" in document or _has_list(document, "advisories")
    return bool(
        isinstance(document, list)
        and document
        and isinstance(document[0], dict)
        and "advisoryId" in document[0]
    )


SHAPES: tuple[tuple[Callable[[Any], bool], Callable[[Any], VulnerabilityData]], ...] = (
    (
        lambda document: (
            isinstance(document, dict) and "containers" in document and "cveMetadata" in document
        ),
        lambda document: _statements(cve5.read_record(document)),
    ),
    (
        lambda document: isinstance(document, dict) and "document" in document and "product_tree" in document,
        lambda document: _statements(csaf.read_advisory(document)),
    ),
    (
        _is_catalogue,
        lambda document: kev.read_catalogue(
            document["vulnerabilities"], str(document.get("dateReleased", ""))
        ),
    ),
    (lambda document: _has_list(document, "CVE_Items"), _read_nvd_list("CVE_Items")),
    (lambda document: _has_list(document, "cve_items"), _read_nvd_list("cve_items")),
    (
        lambda document: (
            _has_list(document, "vulnerabilities") and any(map(_is_nvd_item, document["vulnerabilities"]))
        ),
        _read_nvd_list("vulnerabilities"),
    ),
    (_is_openvuln, lambda document: _statements(openvuln.read_advisories(document))),
    (_is_extract, _read_extract),
    (_is_nvd_item, lambda document: _statements(nvd.read_item(document))),
)
"""What a document looks like, and its reader; the first that fits is taken."""

_READERS: dict[str, Callable[[Path, Problems], VulnerabilityData | None]] = {
    ".json": _read_json,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
    ".csv": _read_csv,
    ".xml": _read_xml,
}

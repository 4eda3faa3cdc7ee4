"""Writes what an assessment found: the page, the lines, the bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.reports import assessment as page
from holdfast.reports import lines, stix

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from holdfast.model.case import Assessment


def write_report(assessment: Assessment, folder: Path) -> dict[str, Path]:
    """Write ``report.html``, ``findings.jsonl``, ``status.jsonl`` and ``bundle.json``; paths by file name."""
    content = {
        "report.html": page.render(assessment).encode(),
        "findings.jsonl": lines.render(finding.to_dict() for finding in assessment.findings),
        "status.jsonl": lines.render(_statuses(assessment)),
        "bundle.json": stix.render(assessment),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return {name: _write(folder / name, data) for name, data in content.items()}


def summarise(assessment: Assessment) -> str:
    """The result in a sentence or two."""
    return page.sum_up(assessment)


def _statuses(assessment: Assessment) -> list[Mapping[str, object]]:
    inputs = [{"input": i.path, "sha256": i.sha256, "size": i.size} for i in assessment.inputs]
    basis = {
        "edition": assessment.edition,
        "sources": list(assessment.sources),
        "as_of": assessment.as_of,
        "version": assessment.version,
    }
    return [basis, *inputs, *(status.to_dict() for status in assessment.statuses)]


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path

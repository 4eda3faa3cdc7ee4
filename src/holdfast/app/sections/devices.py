"""The fleet of an assessment: exposed devices and signs of compromise as findings.

::

    [[devices]]
    file = "devices"             # an inventory, or a folder of inventories, outputs and configurations
    allow = "own.toml"           # optional: what is the operator's own
    before = "devices-last-month"  # optional: earlier configurations
    data = "cve-records"         # optional: more vulnerability records than the edition has

Only what the watched actors are said to use, and signs of compromise, become findings; services that are merely risky
are counted in the panel.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from holdfast.app.devices import (
    Fleet,
    device_rows,
    gather_vulnerabilities,
    inspect_fleet,
    observation_rows,
    read_allow,
    read_fleet,
    remark_rows,
)
from holdfast.app.sections.files import find_files
from holdfast.app.sections.interface import SectionRequest, SectionResult
from holdfast.model.finding import Basis, Evidence, Finding, Verdict
from holdfast.model.origin import Origin
from holdfast.model.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from holdfast.model.status import RunStatus

FACTS = "devices 2026-11-25"
"""Policy of the findings: the facts and checks that ship."""
_SCORES = {"affected": 0.8, "review": 0.5}
"""Score of an exposed device by verdict; a sign of compromise has 0.6. They order, they do not measure."""
_SIGN_SCORE = 0.6
ROWS_IN_PANEL = 25
SHARED_QUESTION = 3
"""Devices from which on one open question (a CVE whose record leaves the same thing open) is one finding."""


def assess(request: SectionRequest) -> SectionResult:
    """Read the fleet, judge releases and configurations."""
    findings: list[Finding] = []
    statuses: list[RunStatus] = []
    panels: list[Panel] = []
    for entry in request.entries:
        fleet, rows = _judge(request, entry)
        statuses.extend(fleet.statuses)
        findings.extend(_findings(rows, request))
        panels.append(_panel(fleet, rows))
    return SectionResult(tuple(findings), tuple(statuses), tuple(panels))


def _judge(request: SectionRequest, entry: Mapping[str, Any]) -> tuple[Fleet, list[dict[str, object]]]:
    fleet = read_fleet(find_files(request.folder, entry), request.progress)
    if "before" in entry:
        past = read_fleet(find_files(request.folder, entry, "before"), request.progress)
        fleet.earlier, fleet.statuses = past.texts, fleet.statuses + past.statuses
    more = find_files(request.folder, entry, "data") if "data" in entry else []
    data, statuses = gather_vulnerabilities(request.watchlist, fleet.devices, more)
    fleet.statuses.extend(statuses)
    observations = inspect_fleet(fleet, read_allow(_allow(request, entry)))
    rows = [
        *device_rows(fleet, data, observations, every=False),
        *observation_rows(observations),
        *remark_rows(fleet.devices),
    ]
    return fleet, rows


def _allow(request: SectionRequest, entry: Mapping[str, Any]) -> Path | None:
    return find_files(request.folder, entry, "allow")[0] if "allow" in entry else None


def _findings(rows: Iterable[Mapping[str, Any]], request: SectionRequest) -> Iterator[Finding]:
    basis = Basis(request.watchlist.edition, policy=FACTS, as_of=request.as_of.isoformat())
    questions: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in rows:
        if "cve" not in row:
            if row["kind"] == "sign":
                yield _sign(row, basis)
        elif _actors(row["used_by"]):
            if row["verdict"] == "review":
                questions.setdefault((row["cve"], row["because"]), []).append(row)
            else:
                yield _exposed(row, basis)
    for same in questions.values():
        if len(same) < SHARED_QUESTION:
            yield from (_exposed(row, basis) for row in same)
        else:
            yield _open_question(same, basis)


def _actors(used_by: Iterable[str]) -> list[str]:
    """Actors that an authority or a vendor ties to the CVE; a mere claim ties nobody."""
    return sorted({text.partition(" (")[0] for text in used_by if "(official)" in text or "(vendor)" in text})


def _open_question(rows: list[Mapping[str, Any]], basis: Basis) -> Finding:
    """Many devices of which the records leave the same thing open."""
    row, actors = rows[0], _actors(rows[0]["used_by"])
    names = sorted(str(item["device"]) for item in rows)
    return Finding(
        kind="device",
        subject=f"{len(rows)} devices",
        title=f"{len(rows)} devices may be open to {row['cve']}, which {' and '.join(actors)} uses: the records do not say",
        verdict=Verdict.REVIEW,
        score=_SCORES["review"] - 0.1,
        basis=basis,
        evidence=(Evidence(str(row["because"]), values={"devices": names}),),
        next_step="Ask the vendor's release checker once for all of them",
        techniques=("T1190",),
        details={"actors": actors, "cve": row["cve"], "devices": names, "needs": row["needs"]},
    )


def _exposed(row: Mapping[str, Any], basis: Basis) -> Finding:
    actors = _actors(row["used_by"])
    origin = (
        Origin(row["origin"]["file"], row["origin"].get("line"), row["origin"].get("record"))
        if row["origin"]
        else None
    )
    affected = row["verdict"] == "affected"
    word = "runs" if affected else "may run"
    target = f"Move to {row['fixed']} or later" if row["fixed"] else "Ask the vendor which release mends it"
    step = (
        f"{target}; until then close the service it needs"
        if affected
        else f"Confirm the release and setting. {target}"
    )
    evidence = [Evidence(str(row["because"]), origin, {"version": row["version"], "fixed": row["fixed"]})]
    evidence += [Evidence(f"{item['source']}: {item['says']}") for item in row["sources"][1:]]
    return Finding(
        kind="device",
        subject=row["device"],
        subject_name=row["model"],
        title=f"{row['device']} {word} a release open to {row['cve']}, which {' and '.join(actors)} uses",
        verdict=Verdict.YES if affected else Verdict.REVIEW,
        score=_SCORES[row["verdict"]],
        basis=basis,
        evidence=tuple(evidence),
        next_step=step,
        techniques=("T1190",),
        details={
            "actors": actors,
            "cve": row["cve"],
            "exploited_since": row["exploited_since"],
            "needs": row["needs"],
        },
    )


def _sign(row: Mapping[str, Any], basis: Basis) -> Finding:
    return Finding(
        kind="device",
        subject=row["device"],
        title=f"{row['device']}: {row['says']}",
        verdict=Verdict.REVIEW,
        score=_SIGN_SCORE,
        basis=basis,
        evidence=(Evidence(f"{row['title']}: {row['says']}", Origin(row["file"], row["line"] or None)),),
        next_step="Ask who made the change; keep the configuration and the device's logs before anything is undone",
        techniques=tuple(row["techniques"]),
        details={"check": row["check"], "source": row["source"]},
    )


def _panel(fleet: Fleet, rows: list[dict[str, Any]]) -> Panel:
    verdicts = [row for row in rows if "cve" in row]
    checks = [row for row in rows if "check" in row]
    devices: dict[str, dict[str, Any]] = {}
    for row in rows:
        place = devices.setdefault(
            row["device"], {"device": row["device"], "affected": 0, "review": 0, "sign": 0, "risk": 0}
        )
        place[str(row.get("verdict") or row.get("kind"))] += 1
    work = sorted(
        devices.values(), key=lambda item: (-item["sign"], -item["affected"], -item["review"], -item["risk"])
    )
    families = Counter(str(device.family or device.vendor or "unknown") for device in fleet.devices)
    return Panel(
        "fleet",
        "Devices: what to look into first",
        {
            "devices": len(fleet.devices),
            "texts": len(fleet.texts),
            "affected": len({row["device"] for row in verdicts if row["verdict"] == "affected"}),
            "review": len({row["device"] for row in verdicts if row["verdict"] == "review"}),
            "signs": len({row["device"] for row in checks if row["kind"] == "sign"}),
            "families": dict(families.most_common(12)),
            "work": work[:ROWS_IN_PANEL],
            "more": max(0, len(work) - ROWS_IN_PANEL),
        },
    )

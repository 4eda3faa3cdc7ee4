"""The files of a fleet report: work list, a page per device, VEX."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from holdfast.text.cell import defuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

COLUMNS = ("device", "priority", "why", "cves", "checks", "move_to")


def write_fleet_report(
    rows: Sequence[Mapping[str, Any]], folder: Path, as_of: date, organisation: str = "this organisation"
) -> dict[str, Path]:
    """Write ``worklist.csv``, ``vex.json``, ``index.html`` and the pages; name to path of each."""
    from holdfast.devices.worklist import plan
    from holdfast.reports import devices, vex

    folder.mkdir(parents=True, exist_ok=True)
    tasks = [task.to_dict() for task in plan(rows)]
    written = {"worklist.csv": folder / "worklist.csv", "vex.json": folder / "vex.json"}
    with written["worklist.csv"].open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for task in tasks:
            writer.writerow(_cell(task[column]) for column in COLUMNS)
    written["vex.json"].write_bytes(vex.render(rows, organisation, as_of.isoformat()))
    for name, page in devices.render(rows, tasks, as_of.isoformat()):
        written[name] = folder / name
        written[name].write_text(page, encoding="utf-8")
    return written


def _cell(value: object) -> str:
    return defuse("; ".join(map(str, value)) if isinstance(value, list) else str(value))

"""A page per device and an index of them, from the rows of a run; every text is escaped."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from holdfast.reports.page import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def page_name(device: str) -> str:
    """A file name that is safe and its own: what is readable of the name, and a hash of all of it."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", device)[:60].strip(".-")
    return f"{plain or 'device'}-{hashlib.sha256(device.encode()).hexdigest()[:8]}.html"


def render(
    rows: Sequence[Mapping[str, Any]], tasks: Sequence[Mapping[str, Any]], as_of: str
) -> Iterator[tuple[str, str]]:
    """Pairs of file name and page: the index first, then a page for each device of the work list."""
    template = environment().get_template("device.html")
    links = {str(task["device"]): page_name(str(task["device"])) for task in tasks}
    yield (
        "index.html",
        template.render(title="Network devices", device=None, tasks=tasks, links=links, as_of=as_of),
    )
    by_device: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_device.setdefault(str(row["device"]), []).append(row)
    for task in tasks:
        name = str(task["device"])
        own = by_device[name]
        verdicts = [row for row in own if "cve" in row]
        head = verdicts[0] if verdicts else {"family": "", "version": "", "model": ""}
        yield (
            links[name],
            template.render(
                title=name,
                device=head,
                task=task,
                verdicts=verdicts,
                checks=[row for row in own if "check" in row],
                as_of=as_of,
            ),
        )

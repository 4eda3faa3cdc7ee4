"""Indicators from a table.

Its columns are those of the contract (``value, type, first_seen, last_seen, category``), or the names that other lists
give them; several columns of values in a row are several indicators.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from holdfast.inputs.table import read_rows
from holdfast.model.indicator import Indicator
from holdfast.sources.indicator_dates import find_dates
from holdfast.sources.indicator_value import read_value, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems

_NAMES = {
    "value": ("value", "ioc", "indicator", "observable", "pattern_value", "ip", "ip address", "ip_address", "ipv4",
              "ipv6", "address", "domain", "hostname", "host", "url", "hash", "md5", "sha1", "sha-1", "sha256",
              "sha-256", "dst_ip", "cidr", "network", "fingerprint"),
    "type": ("type", "ioc type", "ioc_type", "indicator_type", "kind"),
    "first_seen": ("first_seen", "first seen", "firstseen", "first_seen_utc", "valid_from", "first seen on vt", "start"),
    "last_seen": ("last_seen", "last seen", "lastseen", "last_online", "valid_until", "valid_to", "end"),
    "category": ("category", "description", "comment", "characterization", "characterisation", "tags", "threat",
                 "malware", "note", "notes", "association"),
    "role": ("role",),
    "port": ("port", "dst_port", "dport"),
    "actor": ("actor", "threat_actor", "threat actor", "group", "malware_family", "family"),
    "source": ("source", "reference", "feed"),
    "strength": ("strength", "confidence"),
}  # fmt: skip
_NUMERIC_WEAK = 50
"""A confidence below this, on a scale of 100, is weak."""


def recognises(head: bytes, name: str) -> bool:
    """By a suffix of a table, or a first line that names a value column beside another."""
    if re.search(r"\.(parquet|xlsx|xls|ods)(\.gz|\.zst)?$", name.lower()):
        return True
    line = next((raw for raw in head.removeprefix(b"\xef\xbb\xbf").splitlines() if raw.strip()), b"")
    cells = [cell.strip().strip('"').lower() for cell in line.decode("utf-8", "replace").split(",")]
    known = [cell for cell in cells if any(cell in names for names in _NAMES.values())]
    valued = any(cell in _NAMES["value"] for cell in cells)
    return valued and len(known) == len(cells) if len(cells) < 3 else valued and len(known) >= 2


def read(_stream: IO[bytes], name: str, problems: Problems) -> Iterator[Indicator]:
    """The indicators of the table, in its order."""
    for row in read_rows(name, problems):
        yield from _of_row(row, name, problems)


def _of_row(row: Row, name: str, problems: Problems) -> Iterator[Indicator]:
    cells = {key.strip().lower().lstrip("\ufeff"): value.strip() for key, value in row.cells.items()}
    values = [(key, cells[key]) for key in _NAMES["value"] if cells.get(key)]
    if not values:
        return
    kind = _pick(cells, "type")
    category = _pick(cells, "category")
    first, last = find_dates(_pick(cells, "first_seen")), find_dates(_pick(cells, "last_seen"))
    for key, text in values:
        value = read_value(
            text, kind or (key if key not in {"value", "ioc", "indicator", "observable"} else "")
        )
        if value is None:
            problems.add(f"is no indicator that Holdfast knows ({text[:60]!r}); skipped", row.origin)
            continue
        port = _pick(cells, "port")
        yield Indicator(
            type=value.type,
            value=value.value,
            first_seen=first.first,
            last_seen=last.last,
            role=_pick(cells, "role") or role_of(f"{kind} {category}"),
            port=int(port) if port.isdigit() and int(port) < 65536 else value.port,
            actor=_pick(cells, "actor"),
            source=_pick(cells, "source") or name,
            strength=_strength(_pick(cells, "strength")),
            category=category,
        )


def _pick(cells: Mapping[str, str], column: str) -> str:
    return next((cells[key] for key in _NAMES[column] if cells.get(key)), "")


def _strength(text: str) -> str:
    if text.isdigit():
        return "weak" if int(text) < _NUMERIC_WEAK else "strong"
    return "weak" if text.lower() in {"weak", "low", "none", "unknown"} else "strong"

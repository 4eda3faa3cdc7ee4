"""Lines of FortiOS devices: pairs of names and values, with or without a syslog header before them.

https://docs.fortinet.com/document/fortigate/7.6.0/fortios-log-message-reference
"""

from __future__ import annotations

import re
from typing import Any

from holdfast.model.event import Kind

_PAIR = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))')
_ALWAYS = ("logid=", "devname=", "type=")
"""What every line of such a device has, in whatever order."""


def is_line(line: str) -> bool:
    """Whether the line is of such a device."""
    return all(name in line for name in _ALWAYS)


def fields(line: str) -> dict[str, Any]:
    """The pairs, with ``time`` and ``host`` as other readers call them."""
    pairs = {name: quoted or plain for name, quoted, plain in _PAIR.findall(line)}
    stamp = f"{pairs.get('date', '')} {pairs.get('time', '')}".strip()
    zone = pairs.get("tz", "")
    return {
        **pairs,
        "time": stamp + (zone if re.fullmatch(r"[+-]\d{4}", zone) else ""),
        "host": pairs["devname"],
    }


def kind(row: dict[str, Any]) -> Kind:
    """``event``, ``traffic`` or ``utm`` of a FortiGate."""
    return Kind("fortigate", service=str(row.get("type", "")))

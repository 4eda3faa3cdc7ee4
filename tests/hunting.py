"""Text in, matches out: rules as YAML and events as dictionaries, through the whole of the hunt."""

import atexit
import json
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from holdfast.app.hunt import HuntOptions, hunt
from holdfast.app.settings import Settings

CHANNELS = {
    "sysmon": "Microsoft-Windows-Sysmon/Operational",
    "security": "Security",
    "system": "System",
    "application": "Application",
    "powershell": "Microsoft-Windows-PowerShell/Operational",
    "dns-client": "Microsoft-Windows-DNS Client Events/Operational",
    "rdp-session": "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
    "exchange": "MSExchange Management",
}
PROVIDERS = {
    "sysmon": "Microsoft-Windows-Sysmon",
    "security": "Microsoft-Windows-Security-Auditing",
    "system": "Service Control Manager",
    "powershell": "Microsoft-Windows-PowerShell",
}


@cache
def pack_home() -> Path:
    """One home for many tests, so that the pack is compiled once."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return Path(folder.name)


def event_of(example: Mapping[str, Any]) -> dict[str, Any]:
    """A whole event from its short form: ``log: sysmon/1`` or ``as: product/category/service``."""
    fields = {key: value for key, value in example.items() if key not in {"log", "as"}}
    if "log" in example:
        log, _, event_id = example["log"].partition("/")
        head = {"Channel": CHANNELS[log], "EventID": int(event_id), "Provider_Name": PROVIDERS.get(log, log)}
        return {**head, "Computer": "host.example", **fields}
    if "as" in example:
        product, category, service = example["as"].split("/")
        return {"logsource": {"product": product, "category": category, "service": service}, **fields}
    return fields


def write_events(path: Path, events: Iterable[Mapping[str, Any]]) -> Path:
    """The events as JSON Lines."""
    path.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    return path


def run(paths: Iterable[Path], home: Path, rules: Iterable[str] = ("own",)) -> list[dict[str, Any]]:
    """All rows of a hunt."""
    outcome = hunt([str(path) for path in paths], Settings(home), HuntOptions(rules=tuple(rules)))
    return [dict(row) for row in outcome.rows]


def records(rule: str, events: Iterable[Mapping[str, Any]], folder: Path) -> list[int]:
    """Numbers of the events, from 1, that the one rule matches."""
    place = folder / "rule.yml"
    place.write_text(rule, "utf-8")
    rows = run([write_events(folder / "events.ndjson", map(event_of, events))], folder / "home", [str(place)])
    return [row["record"] for row in rows]

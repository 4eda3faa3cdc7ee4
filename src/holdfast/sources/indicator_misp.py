"""Indicators from a MISP event, alone or in the answer of a search (https://www.misp-project.org/datamodels/).

Attributes that their author did not mark for detection (``to_ids``) are weak; deleted ones are left out.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import orjson

from holdfast.inputs.stream import chunks
from holdfast.model.errors import SourceError
from holdfast.model.indicator import Indicator
from holdfast.model.origin import Origin
from holdfast.sources.indicator_value import read_value, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from holdfast.model.status import Problems

_TYPES = {
    "ip-dst": "ip", "ip-src": "ip", "ip-dst|port": "ip", "ip-src|port": "ip", "domain": "domain", "hostname": "domain",
    "hostname|port": "domain", "domain|ip": "domain", "url": "url", "uri": "url", "link": "", "md5": "md5",
    "sha1": "sha1", "sha256": "sha256", "filename|md5": "md5", "filename|sha1": "sha1", "filename|sha256": "sha256",
    "x509-fingerprint-sha1": "certificate", "x509-fingerprint-sha256": "certificate",
    "x509-fingerprint-md5": "certificate", "email-src": "email", "email-dst": "email", "email": "email",
}  # fmt: skip


def recognises(head: bytes, _name: str) -> bool:
    """By the names of MISP's objects at the start."""
    start = head[:8192].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start[:1] in {b"{", b"["} and (
        b'"Event"' in start or b'"Attribute"' in start or b'"to_ids"' in start
    )


def read(stream: IO[bytes], name: str, problems: Problems) -> Iterator[Indicator]:
    """The indicators of the events, in their order."""
    content = b"".join(chunks(stream, name))
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SourceError(
            "is not JSON", origin=Origin(name), why=str(error), advice="Fetch it again"
        ) from error
    for event in _events(document):
        actor = _actor(event)
        title = str(event.get("info") or name)
        for attribute in _attributes(event):
            yield from _of_attribute(attribute, actor, title, name, problems)


def _events(document: Any) -> Iterator[dict[str, Any]]:
    """Events wherever an export puts them."""
    if isinstance(document, list):
        for item in document:
            yield from _events(item)
    elif isinstance(document, dict):
        inner = document.get("Event", document.get("response"))
        if inner is not None:
            yield from _events(inner)
        elif "Attribute" in document or "Object" in document:
            yield document
        elif "type" in document and "value" in document:
            yield {"Attribute": [document]}


def _attributes(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from _dicts(event.get("Attribute"))
    for thing in _dicts(event.get("Object")):
        if thing.get("deleted") is not True:
            yield from _dicts(thing.get("Attribute"))


def _dicts(items: Any) -> Iterator[Mapping[str, Any]]:
    return (item for item in items if isinstance(item, dict)) if isinstance(items, list) else iter(())


def _actor(event: Mapping[str, Any]) -> str:
    """The first threat actor that a galaxy tag names."""
    for tag in _dicts(event.get("Tag")):
        text = str(tag.get("name", ""))
        if text.startswith(("misp-galaxy:threat-actor", "misp-galaxy:botnet", "misp-galaxy:malpedia")):
            return text.partition("=")[2].strip('"')
    return ""


def _of_attribute(
    attribute: Mapping[str, Any], actor: str, title: str, name: str, problems: Problems
) -> Iterator[Indicator]:
    kind = str(attribute.get("type", ""))
    if kind not in _TYPES or attribute.get("deleted") is True:
        return
    text = str(attribute.get("value", ""))
    where = Origin(name, record=str(attribute.get("uuid", text[:40])))
    parts = text.split("|") if "|" in kind else [text]
    if kind.startswith("filename|"):
        parts = parts[1:]
    port = parts.pop() if kind.endswith("|port") and len(parts) == 2 else ""
    comment = str(attribute.get("comment") or "")
    category = str(attribute.get("category") or "")
    for part in parts:
        value = read_value(part, _TYPES[kind])
        if value is None:
            problems.add(f"is no indicator that Holdfast knows ({part[:60]!r}); left out", where)
            continue
        yield Indicator(
            type=value.type,
            value=value.value,
            first_seen=_time(attribute.get("first_seen")),
            last_seen=_time(attribute.get("last_seen")),
            role=role_of(comment)
            or ("c2" if kind.startswith("ip-dst") and "Network activity" in category else ""),
            port=int(port) if port.isdigit() and int(port) < 65536 else value.port,
            actor=actor,
            source=title,
            strength="strong" if attribute.get("to_ids") in {True, "1"} else "weak",
            category=(comment or category)[:100],
        )


def _time(value: object) -> str:
    """MISP writes ISO times, or microseconds since 1970."""
    text = str(value or "")
    if text.isdigit() and len(text) > 10:
        return datetime.fromtimestamp(int(text) / (1e6 if len(text) > 13 else 1e3), UTC).isoformat()
    return text

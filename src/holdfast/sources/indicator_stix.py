"""Indicators from a STIX 2.0 or 2.1 bundle (https://docs.oasis-open.org/cti/stix/v2.1/).

Read as plain JSON, since published bundles break the standard in small ways: CISA's carry techniques without references
and reuse object ids. ``valid_from`` is the date of publication in many of them: where it equals ``created`` and there is no
``valid_until`` it says nothing about the actor, and is left out.
"""

from __future__ import annotations

import re
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

_TERM = re.compile(
    r"(?P<object>[a-z0-9-]+):(?P<path>[\w.'\-\[\]*]+)\s*(?P<not>NOT\s+)?"
    r"(?P<operator>=|!=|IN|ISSUBSET|ISSUPERSET|LIKE|MATCHES|<=|>=|<|>)\s*"
    r"(?P<value>\([^)]*\)|'(?:[^'\\]|\\.)*'|\d+)"
)
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_KINDS = {
    "ipv4-addr": "ip", "ipv6-addr": "ip", "domain-name": "domain", "url": "url", "email-addr": "email",
    "x509-certificate": "certificate", "file": "", "network-traffic": "",
}  # fmt: skip
_AIMS = frozenset({"malware", "intrusion-set", "threat-actor", "campaign", "tool"})


def recognises(head: bytes, _name: str) -> bool:
    """By the words that every bundle starts with."""
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return (
        start[:1] in {b"{", b"["}
        and re.search(
            rb'"type"\s*:\s*"(bundle|indicator)"|"spec_version"|"(bundle|indicator)--[0-9a-f]{8}', head
        )
        is not None
    )


def read(stream: IO[bytes], name: str, problems: Problems) -> Iterator[Indicator]:
    """The indicators of the bundle, in its order; observables that stand alone are weak."""
    objects = _objects(b"".join(chunks(stream, name)), name)
    aims = _aims(objects)
    seen: set[tuple[str, str]] = set()
    for item in objects:
        if item.get("type") != "indicator":
            continue
        where = Origin(name, record=str(item.get("id", "")))
        if item.get("revoked") is True:
            problems.add("is revoked by its publisher; left out", where, lost=False)
            continue
        for indicator in _of_indicator(item, aims, name, problems, where):
            seen.add((indicator.type, indicator.value))
            yield indicator
    for item in objects:
        for indicator in _of_observable(item, name):
            if (indicator.type, indicator.value) not in seen:
                yield indicator


def _objects(content: bytes, name: str) -> list[dict[str, Any]]:
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SourceError(
            "is not JSON", origin=Origin(name), why=str(error), advice="Fetch it again"
        ) from error
    items = document if isinstance(document, list) else document.get("objects", [document])
    return [item for item in items if isinstance(item, dict)]


def _aims(objects: list[dict[str, Any]]) -> dict[str, str]:
    """Which malware, actor or campaign an indicator indicates, by name."""
    names = {str(item.get("id")): str(item.get("name", "")) for item in objects if item.get("type") in _AIMS}
    found: dict[str, str] = {}
    for item in objects:
        if item.get("type") == "relationship" and item.get("relationship_type") == "indicates":
            target = names.get(str(item.get("target_ref")))
            if target:
                found.setdefault(str(item.get("source_ref")), target)
    return found


def _of_indicator(
    item: Mapping[str, Any], aims: Mapping[str, str], name: str, problems: Problems, where: Origin
) -> Iterator[Indicator]:
    kind = str(item.get("pattern_type", "stix"))
    if kind != "stix":
        problems.add(f"has a pattern of type {kind!r}, which is no list of values; left out", where)
        return
    pattern = str(item.get("pattern", ""))
    first, last = _window(item)
    labels = " ".join(map(str, [*item.get("indicator_types", []), *item.get("labels", [])]))
    words = f"{item.get('name', '')} {item.get('description', '')}".strip()
    confidence = item.get("confidence")
    weak = isinstance(confidence, int) and confidence < 50
    values = list(_values(pattern))
    if not values:
        problems.add(f"has a pattern without a plain value ({pattern[:80]!r}); left out", where)
    for text, of in values:
        value = read_value(text, of)
        if value is None:
            problems.add(f"names no indicator that Holdfast knows ({text[:60]!r}); left out", where)
            continue
        port = _port(pattern)
        yield Indicator(
            type=value.type,
            value=value.value,
            first_seen=first,
            last_seen=last,
            role=role_of(f"{labels} {words}"),
            port=value.port if value.port is not None else port,
            actor=aims.get(str(item.get("id")), ""),
            source=name,
            strength="weak" if weak else "strong",
            category=(labels or str(item.get("name", "")))[:100],
        )


def _window(item: Mapping[str, Any]) -> tuple[str, str]:
    first, last = str(item.get("valid_from") or ""), str(item.get("valid_until") or "")
    return ("" if not last and first == item.get("created") else first), last


def _values(pattern: str) -> Iterator[tuple[str, str]]:
    """Values and their kinds; a negation or an expression names no value."""
    for term in _TERM.finditer(pattern):
        if term["not"] or term["operator"] not in {"=", "IN", "ISSUBSET"} or term["object"] not in _KINDS:
            continue
        path = term["path"]
        wanted = path == "value" or path.endswith("ref.value") or "hashes" in path
        if not wanted:
            continue
        for text in _QUOTED.findall(term["value"]):
            yield text.replace("\\'", "'").replace("\\\\", "\\"), _KINDS[term["object"]]


def _port(pattern: str) -> int | None:
    """A destination port, where the whole pattern is about one."""
    ports = {term["value"] for term in _TERM.finditer(pattern) if term["path"].endswith("dst_port")}
    only = ports.pop() if len(ports) == 1 else ""
    return int(only) if only.isdigit() and int(only) < 65536 else None


def _of_observable(item: Mapping[str, Any], name: str) -> Iterator[Indicator]:
    kind = str(item.get("type"))
    texts = [str(item["value"])] if kind in _KINDS and isinstance(item.get("value"), str) else []
    if kind in {"file", "x509-certificate"} and isinstance(item.get("hashes"), dict):
        texts += [str(digest) for digest in item["hashes"].values()]
    for text in texts:
        value = read_value(text, _KINDS[kind])
        if value is not None:
            yield Indicator(
                value.type, value.value, source=name, strength="weak", category="observable", port=value.port
            )

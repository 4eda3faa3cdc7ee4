"""Touches of indicators as STIX 2.1 sightings: what was seen, how often, when, where, and the traffic behind it.

Subscribers' addresses are personal data: every object carries the marking TLP:AMBER+STRICT (TLP 2.0, FIRST).
https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.reports.notification import PROTOCOLS
from holdfast.reports.stix_object import bundle, head, make_id, observable
from holdfast.text.addresses import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MARKING = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"
"""TLP:AMBER+STRICT, as FIRST and OASIS publish it."""
_TLP = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_PATTERNS = {
    "ipv4": "[ipv4-addr:value = '{}']",
    "ipv6": "[ipv6-addr:value = '{}']",
    "cidr": "[ipv4-addr:value ISSUBSET '{}']",
    "cidr6": "[ipv6-addr:value ISSUBSET '{}']",
    "domain": "[domain-name:value = '{}']",
    "url": "[url:value = '{}']",
    "md5": "[file:hashes.MD5 = '{}']",
    "sha1": "[file:hashes.'SHA-1' = '{}']",
    "sha256": "[file:hashes.'SHA-256' = '{}']",
    "certificate": "[x509-certificate:hashes.'SHA-256' = '{}']",
}
"""By type of indicator."""


def render(controllers: Iterable[Mapping[str, Any]], organisation: str) -> bytes:
    """The bundle; used numbers are left out, since nobody's sighting they are."""
    objects: dict[str, Mapping[str, Any]] = {}
    seen = [
        (controller, talker)
        for controller in controllers
        for talker in controller["talkers"]
        if talker["live"] and talker["indicator"]
    ]
    moment = max((talker["last"] for _, talker in seen), default="1970-01-01T00:00:00.000Z")
    where = {
        **head("identity", moment, organisation),
        "name": organisation,
        "identity_class": "organization",
    }
    for item in (_marking(), where, *_sightings(seen, moment, where["id"])):
        objects.setdefault(item["id"], item if item["type"] == "marking-definition" else _marked(item))
    return bundle(objects, organisation)


def _marked(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, "object_marking_refs": [MARKING]}


def _marking() -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": MARKING,
        "created": "2022-10-01T00:00:00.000Z",
        "name": "TLP:AMBER+STRICT",
        "extensions": {_TLP: {"extension_type": "property-extension", "tlp_2_0": "amber+strict"}},
    }


def _sightings(
    seen: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]], moment: str, where: str
) -> Iterator[dict[str, Any]]:
    for controller, talker in seen:
        indicator = _indicator(controller, talker["indicator"], moment)
        if indicator is None:
            continue
        observables = list(_traffic(controller, talker))
        refs = [item["id"] for item in observables]
        observed = {
            **head("observed-data", moment, controller["name"], talker["subscriber"], talker["first"]),
            "first_observed": talker["first"],
            "last_observed": talker["last"],
            "number_observed": max(talker["flows"], 1),
            "object_refs": refs,
        }
        sighting = {
            **head("sighting", moment, indicator["id"], observed["id"]),
            "first_seen": talker["first"],
            "last_seen": talker["last"],
            "count": talker["flows"],
            "sighting_of_ref": indicator["id"],
            "observed_data_refs": [observed["id"]],
            "where_sighted_refs": [where],
            "description": "; ".join(talker["why"]),
            "confidence": round(talker["score"] * 100),
        }
        yield from (*observables, indicator, observed, sighting)


def _indicator(controller: Mapping[str, Any], value: str, moment: str) -> dict[str, Any] | None:
    kind = controller["types"].get(value, "")
    if kind == "cidr" and ":" in value:
        kind = "cidr6"
    pattern = _PATTERNS.get(kind)
    if pattern is None:
        return None
    first = controller["listed_from"] or moment[:10]
    return {
        **head("indicator", moment, kind, value),
        "name": value,
        "description": "; ".join(controller["lists"]) or "Unnamed list",
        "indicator_types": ["malicious-activity"],
        "pattern": pattern.format(value.replace("\\", "\\\\").replace("'", "\\'")),
        "pattern_type": "stix",
        "valid_from": f"{first}T00:00:00.000Z",
    }


def _traffic(controller: Mapping[str, Any], talker: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Addresses of both ends, and the first connection between them."""
    ends = [_end(talker["subscriber"]), _end(controller["name"])]
    yield from ends
    sample = talker["samples"][0] if talker["samples"] else {}
    protocol = PROTOCOLS.get(sample.get("proto", 0), "")
    if not protocol:
        return
    source, target = reversed(ends) if talker["came"] else ends
    layer = "ipv6" if ":" in talker["subscriber"] else "ipv4"
    properties: dict[str, Any] = {
        "start": sample["ts"],
        "src_ref": source["id"],
        "dst_ref": target["id"],
        "protocols": [layer, protocol],
    }
    ports = {"src_port": sample["sport"], "dst_port": sample["dport"]}
    properties.update({name: port for name, port in ports.items() if port is not None})
    contributing = ("start", "src_ref", "dst_ref", "src_port", "dst_port", "protocols")
    yield observable("network-traffic", properties, contributing)


def _end(text: str) -> dict[str, Any]:
    packed = pack(text)
    kind = "domain-name" if packed is None else "ipv4-addr" if len(packed) == 4 else "ipv6-addr"
    return observable(kind, {"value": text}, ("value",))


def event_uuid(*parts: str) -> str:
    """A UUID that comes out the same on every run, for formats that want one without a type in front."""
    return make_id("event", *parts).partition("--")[2]

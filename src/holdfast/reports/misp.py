"""Touches of indicators as one MISP event: the indicators with their sightings, and the connections as objects.

https://www.misp-standard.org/rfc/misp-standard-core.html; object template network-connection of misp-objects.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from holdfast.reports.notification import PROTOCOLS
from holdfast.reports.traffic_stix import event_uuid
from holdfast.text.addresses import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TEMPLATE = ("network-connection", "af16764b-f8e5-4603-9de1-de34d272f80b", "7")
"""Name, UUID and version of the template of the objects."""
_TYPES = {
    "ipv4": "ip-dst", "ipv6": "ip-dst", "cidr": "ip-dst", "domain": "domain", "url": "url", "md5": "md5", "sha1": "sha1",
    "sha256": "sha256", "certificate": "x509-fingerprint-sha256",
}  # fmt: skip
"""MISP's types by ours."""


def render(controllers: Iterable[Mapping[str, Any]], organisation: str) -> bytes:
    """The event as indented JSON, for import or the REST API; it stays in the organisation (distribution 0)."""
    import orjson

    live = [item for item in controllers if any(talker["counts"] for talker in item["talkers"])]
    last = max(
        (talker["last"] for item in live for talker in item["talkers"]), default="1970-01-01T00:00:00.000Z"
    )
    actors = sorted({item["actor"] for item in live if item["actor"]})
    key = event_uuid(organisation, last, *(item["name"] for item in live))
    event = {
        "uuid": key,
        "info": f"Traffic of {organisation} with {', '.join(actors) or 'listed infrastructure'}",
        "date": last[:10],
        "timestamp": _seconds(last),
        "threat_level_id": "1",
        "analysis": "1",
        "distribution": "0",
        "published": False,
        "Orgc": {"name": organisation, "uuid": event_uuid("organisation", organisation)},
        "Tag": [{"name": "tlp:amber+strict"}],
        "Attribute": [item for controller in live for item in _indicators(controller, key)],
        "Object": [item for controller in live for item in _connections(controller, key)],
    }
    return orjson.dumps({"Event": event}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _indicators(controller: Mapping[str, Any], event: str) -> Iterator[dict[str, Any]]:
    for value, kind in sorted(controller["types"].items()):
        touched = [
            talker for talker in controller["talkers"] if talker["counts"] and talker["indicator"] == value
        ]
        if kind not in _TYPES or not touched:
            continue
        identity = event_uuid(event, kind, value)
        yield {
            "uuid": identity,
            "type": _TYPES[kind],
            "category": "Network activity",
            "value": value,
            "to_ids": True,
            "comment": "; ".join(controller["lists"]),
            "timestamp": _seconds(max(talker["last"] for talker in touched)),
            "Sighting": [
                {
                    "uuid": event_uuid(identity, talker["subscriber"]),
                    "type": "0",
                    "date_sighting": _seconds(talker["last"]),
                    "source": "flow records",
                }
                for talker in touched
            ],
        }


def _connections(controller: Mapping[str, Any], event: str) -> Iterator[dict[str, Any]]:
    name, template, version = TEMPLATE
    for talker in controller["talkers"]:
        if not talker["counts"]:
            continue
        identity = event_uuid(event, controller["name"], talker["subscriber"])
        yield {
            "uuid": identity,
            "name": name,
            "template_uuid": template,
            "template_version": version,
            "meta-category": "network",
            "comment": "; ".join(talker["why"]),
            "timestamp": _seconds(talker["last"]),
            "Attribute": [
                {
                    "uuid": event_uuid(identity, relation),
                    "object_relation": relation,
                    "type": kind,
                    "value": str(value),
                    "to_ids": False,
                    "category": "Other" if kind in {"datetime", "counter"} else "Network activity",
                }
                for relation, kind, value in _relations(controller, talker)
                if value not in {None, ""}
            ],
        }


def _relations(
    controller: Mapping[str, Any], talker: Mapping[str, Any]
) -> Iterator[tuple[str, str, str | int | None]]:
    sample = talker["samples"][0] if talker["samples"] else {}
    own, other = ("dst", "src") if talker["came"] else ("src", "dst")
    yield f"ip-{own}", f"ip-{own}", talker["subscriber"]
    kind = "ip" if pack(controller["name"]) else "hostname"
    yield f"{kind}-{other}", f"ip-{other}" if kind == "ip" else "hostname", controller["name"]
    yield "src-port", "port", sample.get("sport")
    yield "dst-port", "port", sample.get("dport")
    yield "layer4-protocol", "text", PROTOCOLS.get(sample.get("proto", 0), "").upper()
    yield "first-packet-seen", "datetime", talker["first"]
    yield "last-packet-seen", "datetime", talker["last"]
    yield "count", "counter", talker["flows"]


def _seconds(stamp: str) -> str:
    return str(int(datetime.fromisoformat(stamp).timestamp()))

"""What a hunt found as a STIX 2.1 bundle: a sighting for each rule and host, with what was observed.

The rule or the listed trace is an indicator, the host an identity, the events observed data with their observables; a
host with a story is a grouping that says what it is consistent with. Nothing is attributed: no object names an intruder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from holdfast.reports.observables import observables_of
from holdfast.reports.stix_object import bundle, head

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_TIME = "1970-01-01T00:00:00Z"
"""Stands for a time that no event gave: the standard wants one."""
_CONFIDENCE = {"critical": 85, "high": 70, "medium": 50, "low": 30, "informational": 15}
"""On the standard's scale of 0 to 100, by the level of the rule."""
_PATTERNS = {
    "ipv4": "[ipv4-addr:value = '{}']", "ipv6": "[ipv6-addr:value = '{}']", "domain": "[domain-name:value = '{}']",
    "url": "[url:value = '{}']", "md5": "[file:hashes.MD5 = '{}']", "sha1": "[file:hashes.'SHA-1' = '{}']",
    "sha256": "[file:hashes.'SHA-256' = '{}']", "cidr": "[ipv4-addr:value ISSUBSET '{}']",
    "cidr6": "[ipv6-addr:value ISSUBSET '{}']", "file-name": "[file:name = '{}']",
}  # fmt: skip


@dataclass(slots=True)
class _Bundle:
    """The objects as they are made, by id."""

    moment: str
    """When all of it was so: the time of the last event."""
    rules: Mapping[str, str]
    """Text of each rule by its id."""
    names: Mapping[str, str]
    """Names of techniques by number."""
    objects: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, thing: Mapping[str, Any]) -> str:
        """Keep an object once; its id."""
        self.objects[str(thing["id"])] = thing
        return str(thing["id"])


def render(data: Mapping[str, Any], rules: Mapping[str, str]) -> bytes:
    """The bundle as indented JSON; ``rules`` has the text of each rule by its id."""
    moment = max((story["last"] for story in data["stories"]), default="") or _NO_TIME
    names = {row["technique"]: row["name"] for row in data["techniques"]}
    made = _Bundle(_stamp(moment), rules, names)
    for story in data["stories"]:
        host = made.add(
            {**head("identity", made.moment, "host", story["host"]), "name": story["host"], "identity_class": "system"}
        )  # fmt: skip
        seen = [thing for sign in story["signs"] for thing in _add_sign(made, sign, story, host)]
        if story["verdict"] != "single":
            made.add(
                {
                    **head("grouping", made.moment, story["host"], story["says"]),
                    "name": story["says"],
                    "context": "suspicious-activity",
                    "object_refs": sorted({host, *seen}),
                }
            )
    return bundle(made.objects, "hunt", made.moment)


def _add_sign(made: _Bundle, sign: Mapping[str, Any], story: Mapping[str, Any], host: str) -> list[str]:
    """Indicator, techniques, observed data and the sighting; the ids of the last two kinds."""
    indicator = made.add(_indicator(made, sign))
    for technique in sign["techniques"]:
        pattern = made.add(_attack_pattern(made, technique))
        made.add(
            {
                **head("relationship", made.moment, indicator, pattern),
                "relationship_type": "indicates",
                "source_ref": indicator,
                "target_ref": pattern,
            }
        )
    observed = [made.add(thing) for thing in _observed(made, sign, story["host"])]
    first, last = _stamp(sign["time"] or _NO_TIME), _stamp(sign["last"] or sign["time"] or _NO_TIME)
    sighting = {
        **head("sighting", made.moment, sign["rule"], story["host"], sign["time"], sign["title"]),
        "sighting_of_ref": indicator,
        "observed_data_refs": observed,
        "where_sighted_refs": [host],
        "count": min(sign["count"], 999_999_999),
        "confidence": _CONFIDENCE.get(sign["level"], 50),
        "external_references": [
            {"source_name": "log", "description": example["origin"]} for example in sign["examples"]
        ],
    }
    if sign["time"]:
        sighting |= {"first_seen": first, "last_seen": last}
    return [made.add(sighting), *observed]


def _indicator(made: _Bundle, sign: Mapping[str, Any]) -> dict[str, Any]:
    listed = sign["indicator"]
    if listed:
        value = str(listed["value"]).replace("\\", "\\\\").replace("'", "\\'")
        kind = "cidr6" if listed["type"] == "cidr" and ":" in value else listed["type"]
        return {
            **head("indicator", made.moment, listed["type"], listed["value"]),
            "name": sign["title"],
            "description": f"Source: {listed['source']}",
            "pattern": _PATTERNS[kind].format(value),
            "pattern_type": "stix",
            "valid_from": _stamp(listed["first_seen"] or sign["time"] or _NO_TIME),
        }
    return {
        **head("indicator", made.moment, "rule", sign["rule"]),
        "name": sign["title"],
        "pattern": made.rules.get(sign["rule"]) or f"title: {sign['title']}\nid: {sign['rule']}\n",
        "pattern_type": "sigma",
        "valid_from": made.moment,
        "external_references": [{"source_name": "sigma", "external_id": sign["rule"]}],
    }


def _attack_pattern(made: _Bundle, technique: str) -> dict[str, Any]:
    path = technique.replace(".", "/")
    return {
        **head("attack-pattern", made.moment, technique),
        "name": made.names.get(technique) or technique,
        "external_references": [
            {
                "source_name": "mitre-attack",
                "external_id": technique,
                "url": f"https://attack.mitre.org/techniques/{path}",
            }
        ],
    }


def _observed(made: _Bundle, sign: Mapping[str, Any], host: str) -> list[dict[str, Any]]:
    """Observed data for each example that is kept; the count of the sighting says how many there were."""
    found = []
    for example in sign["examples"]:
        refs = sorted(made.add(thing) for thing in observables_of(example["matched"], example["origin"]))
        stamp = _stamp(example["time"] or _NO_TIME)
        found.append(
            {
                **head("observed-data", made.moment, sign["rule"], host, example["origin"]),
                "first_observed": stamp,
                "last_observed": stamp,
                "number_observed": 1,
                "object_refs": refs,
            }
        )
    return found


def _stamp(text: str) -> str:
    """A time as STIX writes it; a day is its beginning."""
    return text if "T" in text else f"{text}T00:00:00Z"

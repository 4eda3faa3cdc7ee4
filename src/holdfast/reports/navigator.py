"""The techniques that were seen, as a layer of the ATT&CK Navigator (layer format 4.5).

A technique's score is the number of its signs: different rules on different hosts, not events, so that one noisy rule
does not colour the matrix. https://github.com/mitre-attack/attack-navigator/tree/master/layers/spec/v4.5
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

LAYER, NAVIGATOR = "4.5", "5.2.0"
"""Versions of the layer format and of the Navigator that came with its description."""
COLOURS = ("#fff3d6", "#e0922f", "#9b1c1c")
_LISTED = 12
"""Hosts and rules that the comment of a technique names."""


def render(data: Mapping[str, Any], about: Mapping[str, str]) -> bytes:
    """The layer as indented JSON; ``about`` becomes its metadata."""
    signs: dict[str, set[tuple[str, str]]] = {}
    for story in data["stories"]:
        for sign in story["signs"]:
            for technique in sign["techniques"]:
                signs.setdefault(technique, set()).add((sign["rule"], story["host"]))
    scores = {technique: len(found) for technique, found in signs.items()}
    parents = {technique.partition(".")[0] for technique in scores if "." in technique}
    techniques = [_technique(entry, scores) for entry in data["techniques"]]
    techniques += [
        {"techniqueID": parent, "showSubtechniques": True} for parent in sorted(parents - set(scores))
    ]
    layer = {
        "name": "Holdfast: techniques seen in logs",
        "versions": {"attack": data["release"], "navigator": NAVIGATOR, "layer": LAYER},
        "domain": "enterprise-attack",
        "description": "Scores count signs: different rules on different hosts. Seen is not proven; see the comments.",
        "sorting": 3,
        "layout": {"layout": "side", "showID": True, "showName": True, "expandedSubtechniques": "annotated"},
        "techniques": sorted(techniques, key=lambda technique: str(technique["techniqueID"])),
        "gradient": {"colors": list(COLOURS), "minValue": 0, "maxValue": max([1, *scores.values()])},
        "metadata": [{"name": name, "value": value} for name, value in about.items() if value],
    }
    return orjson.dumps(layer, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _technique(entry: Mapping[str, Any], scores: Mapping[str, int]) -> dict[str, Any]:
    technique = entry["technique"]
    return {
        "techniqueID": technique,
        "score": scores[technique],
        "enabled": True,
        "comment": f"{_list(entry['signs'])}. Hosts: {_list(entry['hosts'])}.",
        "metadata": [{"name": "first seen", "value": entry["first"] or "unknown"}],
        "showSubtechniques": any(other.startswith(f"{technique}.") for other in scores),
    }


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return "; ".join(names[:_LISTED]) + more

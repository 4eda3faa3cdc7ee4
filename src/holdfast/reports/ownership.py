"""Draws chains of ownership: listed parties at the top, the entity in question at the bottom, a stake on each line.

Inline SVG in layers; each drawing carries its content as text for those who do not see it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BOX_WIDTH, BOX_HEIGHT, COLUMN, LAYER = 250, 62, 274, 122
"""Pixels of the drawing's own units: boxes, and the distance from one to the next."""
LETTERS = 26
"""Of a name in one of the two lines of a box; the whole name stands in its title."""
_NOTES = {
    "listed": "listed",
    "maybe": "may be the listed party",
    "caught": "caught by ownership",
    "perhaps": "may be caught by ownership",
    "subject": "the party in question",
}
WORDS = {"yes": "caught", "review": "for review", "no": "not caught"}
"""What each answer is called above its drawing."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands: its centre and its top."""

    x: float
    y: float


def draw(data: Mapping[str, Any]) -> Markup:
    """The drawings of ``data["drawings"]``; ``data["more"]`` counts those left out."""
    parts = [draw_chain(drawing) for drawing in data["drawings"]]
    if more := data.get("more"):
        parts.append(Markup('<p class="note">And {} more; see findings.jsonl.</p>').format(more))
    return Markup("").join(parts)


def draw_chain(drawing: Mapping[str, Any]) -> Markup:
    """One entity with the chains that reach it."""
    heading = Markup(
        '<h4>{} <span class="verdict {}">{}</span></h4><p class="who">{} · {} · as of {}</p>'
    ).format(
        drawing["entity"],
        drawing["answer"],
        WORDS[drawing["answer"]],
        drawing["word"].replace("_", " "),
        drawing["pack"],
        drawing["as_of"],
    )
    flags = (
        Markup('<p class="note">Cautions: {}.</p>').format(", ".join(drawing["flags"]))
        if drawing["flags"]
        else ""
    )
    change = Markup('<p class="step">{}</p>').format(drawing["change"]) if drawing["change"] else ""
    return Markup('<figure class="ownership">{}{}<figcaption>{}</figcaption>{}{}</figure>').format(
        heading, _draw_svg(drawing) if drawing["edges"] else "", drawing["says"], change, flags
    )


def _draw_svg(drawing: Mapping[str, Any]) -> Markup:
    places = _place(drawing["nodes"], drawing["edges"])
    width = max(place.x for place in places.values()) + BOX_WIDTH / 2 + 10
    height = max(place.y for place in places.values()) + BOX_HEIGHT + 10
    nodes = {node["id"]: node for node in drawing["nodes"]}
    told = "; ".join(
        f"{nodes[edge['from']]['label']} {'' if edge['label'] == 'controls' else 'holds '}{edge['label']}"
        f"{' ' if edge['label'] == 'controls' else ' of '}{nodes[edge['to']]['label']}"
        for edge in drawing["edges"]
    )
    return Markup(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{told}">{lines}{boxes}</svg>'
    ).format(
        w=round(width),
        h=round(height),
        told=f"Ownership of {drawing['entity']}: {told}",
        lines=Markup("").join(_draw_line(edge, places) for edge in drawing["edges"]),
        boxes=Markup("").join(_draw_box(node, places[node["id"]]) for node in drawing["nodes"]),
    )


def _place(nodes: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> dict[str, Place]:
    """Layers by the longest way to the entity, each ordered by what its members own."""
    layer = _layers([node["id"] for node in nodes], edges)
    deepest = max(layer.values(), default=0)
    rows: dict[int, list[str]] = defaultdict(list)
    for node in nodes:
        rows[layer[node["id"]]].append(node["id"])
    middle: dict[str, float] = {}
    widest = max(len(row) for row in rows.values())
    for number in range(deepest + 1):
        row = sorted(rows[number], key=lambda name: _pull(name, edges, middle))
        left = (widest - len(row)) / 2
        for place, name in enumerate(row):
            middle[name] = left + place
    return {
        name: Place(10 + BOX_WIDTH / 2 + middle[name] * COLUMN, 10 + (deepest - layer[name]) * LAYER)
        for name in layer
    }


def _layers(names: Sequence[str], edges: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Steps from the entity at the bottom, as many as there are names at most: a loop must not climb for ever."""
    layer = dict.fromkeys(names, 0)
    for _ in names:
        moved = False
        for edge in edges:
            wanted = layer[edge["to"]] + 1
            if layer[edge["from"]] < wanted < len(names):
                layer[edge["from"]] = wanted
                moved = True
        if not moved:
            break
    return layer


def _pull(name: str, edges: Sequence[Mapping[str, Any]], middle: Mapping[str, float]) -> float:
    below = [middle[edge["to"]] for edge in edges if edge["from"] == name and edge["to"] in middle]
    return sum(below) / len(below) if below else 0.0


def _draw_box(node: Mapping[str, Any], place: Place) -> Markup:
    lines = wrap(node["label"], LETTERS, max_lines=2, placeholder="…") or ["(no name)"]
    first = place.y + (30 if len(lines) == 1 else 21)
    return Markup(
        '<g class="node {}"><title>{}</title><rect x="{:.0f}" y="{:.0f}" width="{}" height="{}" rx="5"/>'
        '{}<text class="note" x="{:.0f}" y="{:.0f}" text-anchor="middle">{}</text></g>'
    ).format(
        node["kind"], node["label"],
        place.x - BOX_WIDTH / 2, place.y, BOX_WIDTH, BOX_HEIGHT,
        Markup("").join(
            Markup('<text x="{:.0f}" y="{:.0f}" text-anchor="middle">{}</text>').format(place.x, first + 16 * i, line)
            for i, line in enumerate(lines)
        ),
        place.x, place.y + 53, _NOTES[node["kind"]],
    )  # fmt: skip


def _draw_line(edge: Mapping[str, Any], places: Mapping[str, Place]) -> Markup:
    start, end = places[edge["from"]], places[edge["to"]]
    y1, y2 = start.y + BOX_HEIGHT, end.y
    middle = (y1 + y2) / 2
    x = (start.x + end.x) / 2
    return Markup(
        '<path class="stake{}" d="M{:.0f} {:.0f} C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}"/>'
        '<rect class="plate" x="{:.0f}" y="{:.0f}" width="{:.0f}" height="18"/>'
        '<text class="share{}" x="{:.0f}" y="{:.0f}" text-anchor="middle">{}</text>'
    ).format(
        " decides" if edge["decides"] else "",
        start.x, y1, start.x, middle, end.x, middle, end.x, y2,
        x - len(edge["label"]) * 4 - 4, middle - 10, len(edge["label"]) * 8 + 8,
        " decides" if edge["decides"] else "",
        x, middle + 4, edge["label"],
    )  # fmt: skip

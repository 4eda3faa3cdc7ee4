"""Draws why money and network are one case: the listed party, the actors tied to it, what was found about each.

Inline SVG in three columns, with the same content as a list for those who do not see it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.model.attribution import Attribution
    from holdfast.model.case import Case

BOX_WIDTH, BOX_HEIGHT, ROW, COLUMN = 250, 44, 62, 345
"""Pixels of the drawing's own units: boxes, and the distance from one to the next."""

RIGHT = {
    "technique": "techniques",
    "cve": "vulnerabilities",
    "domain": "domains",
    "tool": "tools",
    "malware": "malware",
}
"""Kinds of node that are counted rather than drawn one by one."""


@dataclass(frozen=True, slots=True)
class Box:
    """A node with its place."""

    node: str
    label: str
    note: str
    column: int
    row: float


def draw(case: Case) -> Markup:
    """A figure, or nothing when the case has no tie to draw."""
    ties = [edge for edge in case.attributions if edge.relation != "same-as" and _is_drawn(edge)]
    if not ties or not case.parties:
        return Markup("")
    boxes = {box.node: box for box in _place(case, ties)}
    tied = [(boxes[edge.subject], boxes[edge.object], edge.relation) for edge in ties]
    says = [f"{left.label} {relation} {right.label}" for left, right, relation in tied]
    known = ", ".join(box.label for box in boxes.values() if box.node.startswith("count:"))
    height = int(max(box.row for box in boxes.values()) * ROW + BOX_HEIGHT + 24)
    parts = [
        Markup('<figure><svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(
            COLUMN * 2 + BOX_WIDTH + 20, height, f"What ties {case.name} to what was found in the network"
        ),
        *(_draw_line(*line) for line in (*tied, *_count_lines(case, boxes))),
        *(_draw_box(box) for box in boxes.values()),
        Markup("</svg><figcaption>"),
        escape("; ".join(says) + (f". Known of them: {known}." if known else ".")),
        Markup("</figcaption></figure>"),
    ]
    return Markup("").join(parts)


def _is_drawn(edge: Attribution) -> bool:
    return edge.object.partition(":")[0] in {"actor", "botnet", "party"}


def _place(case: Case, ties: list[Attribution]) -> Iterable[Box]:
    nodes = list(dict.fromkeys(node for edge in ties for node in (edge.subject, edge.object)))
    parties = [node for node in nodes if node.startswith("party:")]
    actors = [node for node in nodes if not node.startswith("party:")]
    right = _count_right(case)
    tallest = max(len(parties), len(actors), len(right))
    named = {f"party:{party.id}": party.names[0].text for party in case.parties}
    for row, node in enumerate(parties):
        yield Box(
            node, named.get(node, node.partition(":")[2]), "listed", 0, row + (tallest - len(parties)) / 2
        )
    for row, node in enumerate(actors):
        kind, _, name = node.partition(":")
        yield Box(node, name, kind, 1, row + (tallest - len(actors)) / 2)
    for row, (kind, count) in enumerate(right.items()):
        label = f"{count} {RIGHT[kind]}"
        yield Box(f"count:{kind}", label, "known of them", 2, row + (tallest - len(right)) / 2)


def _count_right(case: Case) -> Counter[str]:
    objects = {edge.object for edge in case.attributions}
    return Counter(kind for node in sorted(objects) if (kind := node.partition(":")[0]) in RIGHT)


def _count_lines(case: Case, boxes: dict[str, Box]) -> list[tuple[Box, Box, str]]:
    pairs = dict.fromkeys(
        (edge.subject, f"count:{edge.object.partition(':')[0]}") for edge in case.attributions
    )
    return [(boxes[left], boxes[right], "uses") for left, right in pairs if left in boxes and right in boxes]


def _draw_box(box: Box) -> Markup:
    x, y = box.column * COLUMN + 10, box.row * ROW + 10
    return Markup(
        '<g class="node {}"><rect x="{}" y="{}" width="{}" height="{}" rx="5"/>'
        '<text x="{}" y="{}">{}</text><text class="note" x="{}" y="{}">{}</text></g>'
    ).format(
        box.note.split()[0],
        x, y, BOX_WIDTH, BOX_HEIGHT,
        x + 12, y + 19, _shorten(box.label),
        x + 12, y + 35, box.note,
    )  # fmt: skip


def _draw_line(left: Box, right: Box, relation: str) -> Markup:
    if left.column == right.column:  # beside each other: a bow on the right edge
        x = left.column * COLUMN + 10 + BOX_WIDTH
        y1, y2 = (box.row * ROW + 10 + BOX_HEIGHT / 2 for box in (left, right))
        return Markup('<path d="M{} {} C{} {} {} {} {} {}"/>').format(x, y1, x + 34, y1, x + 34, y2, x, y2)
    first, second = sorted((left, right), key=lambda box: box.column)
    x1, y1 = first.column * COLUMN + 10 + BOX_WIDTH, first.row * ROW + 10 + BOX_HEIGHT / 2
    x2, y2 = second.column * COLUMN + 10, second.row * ROW + 10 + BOX_HEIGHT / 2
    middle = (x1 + x2) / 2
    label = Markup('<text class="edge" x="{}" y="{}" text-anchor="middle">{}</text>')
    drawn = Markup('<path d="M{} {} C{} {} {} {} {} {}"/>').format(x1, y1, middle, y1, middle, y2, x2, y2)
    shown = label.format(middle, (y1 + y2) / 2 - 5, relation) if second.column == 1 else Markup("")
    return drawn + shown


def _shorten(label: str) -> str:
    return label if len(label) <= 29 else label[:28] + "…"

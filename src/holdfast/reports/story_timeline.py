"""Draws hosts over time: a row a host, a mark a sign, a line where an account went from one host to the next.

Intruders work for minutes and rest for days, so a plain axis shows one blot. Here the distance between two moments grows
with the logarithm of the time between them; the labels say when.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import log1p
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEFT, WIDTH, ROW, TOP = 190, 940, 46, 40
"""Units of the drawing: where time begins, the whole width, the height of a row, the top of the first."""
LABEL = 118
"""Width that a label of the axis needs."""
COLOURS = {
    "critical": "#7a0d0d",
    "high": "#9b1c1c",
    "medium": "#c98a00",
    "low": "#57606a",
    "informational": "#8a939c",
}
_FIGURE = Markup(
    '<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{axis}{lines}{rows}</svg>'
    "<figcaption>A row for each host; the numbers are those of the tables below. A diamond is a telling sign, red is "
    "high, amber medium; a dotted line joins hosts on which the same account shows signs. Distance grows with the "
    "logarithm of the time between signs. Times are UTC.</figcaption></figure>"
)


def draw(stories: Sequence[Mapping[str, Any]], spread: Sequence[Mapping[str, Any]]) -> Markup:
    """The figure of the stories that have times; nothing where none has."""
    dated = [story for story in stories if story["first"]]
    if not dated:
        return Markup("")
    axis = _Axis([sign["time"] for story in dated for sign in story["signs"] if sign["time"]])
    places = {story["host"]: TOP + ROW * number + ROW // 2 for number, story in enumerate(dated)}
    height = TOP + ROW * len(dated) + 8
    common = common_end([story["host"] for story in dated])
    says = "; ".join(f"{story['host']}: {story['says']}" for story in dated[:10])
    return _FIGURE.format(
        width=WIDTH + 24,
        height=height,
        label=f"Signs on {len(dated)} hosts over time. {says}",
        axis=_draw_axis(axis, height),
        lines=Markup("").join(_draw_line(step, places, axis) for step in spread),
        rows=Markup("").join(
            _draw_row(story, story["host"].removesuffix(common), places[story["host"]], axis)
            for story in dated
        ),
    )


class _Axis:
    """Where a time stands."""

    def __init__(self, stamps: Sequence[str]) -> None:
        moments = sorted({seconds(stamp) for stamp in stamps})
        self._places: dict[float, float] = {}
        x = 0.0
        for number, moment in enumerate(moments):
            x += log1p((moment - moments[number - 1]) / 60) + 0.35 if number else 0.0
            self._places[moment] = x
        self._width = x or 1.0

    def __call__(self, stamp: str) -> float:
        """From the left, in units of the drawing."""
        return LEFT + 12 + (WIDTH - LEFT - 24) * self._places[seconds(stamp)] / self._width

    def labels(self) -> list[tuple[float, str]]:
        """Moments to write above, none over another; the first always."""
        chosen: list[tuple[float, str]] = []
        for moment, raw in self._places.items():
            x = LEFT + 12 + (WIDTH - LEFT - 24) * raw / self._width
            if not chosen or x - chosen[-1][0] >= LABEL:
                text = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")
                chosen.append((x, text))
        return chosen


def _draw_axis(axis: _Axis, height: int) -> Markup:
    return Markup("").join(
        Markup(
            '<path d="M{x:.1f} 26V{bottom}" stroke-dasharray="2 4"></path>'
            '<text class="note" x="{at:.1f}" y="18" text-anchor="middle">{label}</text>'
        ).format(x=x, at=min(x, WIDTH + 24 - LABEL / 2), bottom=height - 6, label=label)
        for x, label in axis.labels()
    )


def _draw_line(step: Mapping[str, Any], places: Mapping[str, int], axis: _Axis) -> Markup:
    if step["source"] not in places or step["host"] not in places:
        return Markup("")
    x = axis(step["when"])
    return Markup(
        '<path class="spread" d="M{x:.1f} {top}V{bottom}" stroke-dasharray="3 3"><title>{title}</title></path>'
    ).format(
        x=x,
        top=places[step["source"]],
        bottom=places[step["host"]],
        title=f"{', '.join(step['accounts'])}: from {step['source']} to {step['host']}",
    )


def _draw_row(story: Mapping[str, Any], name: str, y: int, axis: _Axis) -> Markup:
    marks = []
    free = -99.0
    for number, sign in enumerate(story["signs"], 1):
        if sign["time"]:
            x = axis(sign["time"])
            marks.append(_draw_mark(x, y, sign))
            if x - free >= 15:
                marks.append(
                    Markup('<text class="note" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                        x, y + 19, number
                    )
                )
                free = x
    weight = Markup(' font-weight="650"') if story["verdict"] == "consistent" else ""
    return Markup(
        '<g><text x="0" y="{base}"{weight}>{host}</text><path d="M{left} {y}H{right}"></path>{marks}</g>'
    ).format(
        base=y + 4,
        weight=weight,
        host=_short(name),
        left=LEFT,
        right=WIDTH + 12,
        y=y,
        marks=Markup("").join(marks),
    )


def _draw_mark(x: float, y: int, sign: Mapping[str, Any]) -> Markup:
    title = f"{sign['time']} {sign['title']} ({sign['level']})"
    colour = COLOURS.get(sign["level"], COLOURS["medium"])
    if sign["telling"]:
        shape = Markup(
            '<rect x="{:.1f}" y="{}" width="11" height="11" transform="rotate(45 {:.1f} {})" fill="{}" stroke="#fff">'
        ).format(x - 5.5, y - 5.5, x, y, colour)
        return shape + Markup("<title>{}</title></rect>").format(title)
    return Markup(
        '<circle cx="{:.1f}" cy="{}" r="5" fill="{}" stroke="#fff"><title>{}</title></circle>'
    ).format(x, y, colour, title)


def common_end(hosts: Sequence[str]) -> str:
    """The domain of several hosts, where all that name one name the same."""
    domains = {host.partition(".")[2] for host in hosts if "." in host and "/" not in host}
    return f".{domains.pop()}" if len(hosts) > 1 and len(domains) == 1 else ""


def _short(text: str, length: int = 25) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def seconds(stamp: str) -> float:
    """Of an ISO time, since 1970."""
    return datetime.fromisoformat(stamp).timestamp()

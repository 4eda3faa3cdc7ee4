"""Draws what the logs tell: hosts over time, then each host's signs in order, then the remote-access tools in use."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEFT, WIDTH, ROW, TOP = 190, 900, 34, 34
"""Pixels of the drawing's own units: where time begins, the whole width, a row, the first row."""
COLOURS = {
    "critical": "#7a0d0d",
    "high": "#9b1c1c",
    "medium": "#c98a00",
    "low": "#57606a",
    "informational": "#b8c0c8",
}
VERDICTS = {
    "consistent": ("yes", "consistent with the tradecraft"),
    "several": ("review", "several techniques"),
    "single": ("no", "single signs"),
}
"""Class of the style sheet, and the word, by verdict."""


def draw(data: Mapping[str, Any]) -> Markup:
    """The whole panel."""
    stories = data["stories"]
    parts = [_draw_timeline(stories)] if any(story["first"] for story in stories) else []
    parts += [
        _draw_story(story, is_open=story["verdict"] != "single" or number == 0)
        for number, story in enumerate(stories)
    ]
    if data.get("more"):
        parts.append(
            Markup('<p class="note">And {} more hosts with single signs; see findings.jsonl.</p>').format(
                data["more"]
            )
        )
    parts.append(_draw_tools(data["tools"]))
    return Markup("").join(parts)


def _draw_timeline(stories: Sequence[Mapping[str, Any]]) -> Markup:
    """A row a host, a dot a sign; the same content stands in the tables below."""
    dated = [story for story in stories if story["first"]]
    start = min(_seconds(story["first"]) for story in dated)
    end = max(_seconds(story["last"]) for story in dated)
    span = max(end - start, 1.0)
    height = TOP + ROW * len(dated) + 30
    rows = [_draw_row(story, number, start, span) for number, story in enumerate(dated)]
    says = "; ".join(f"{story['host']}: {story['says']}" for story in dated[:10])
    return Markup(
        '<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{axis}{rows}</svg>'
        "<figcaption>A row for each host, a mark for each kind of sign at its first sighting: a diamond is a telling "
        "sign, red is high. Times are UTC.</figcaption></figure>"
    ).format(
        width=WIDTH + 20,
        height=height,
        label=f"Signs on {len(dated)} hosts over time. {says}",
        axis=_draw_axis(start, end, height),
        rows=Markup("").join(rows),
    )


def _draw_axis(start: float, end: float, height: int) -> Markup:
    from datetime import UTC

    lines = []
    for step in range(5):
        x = LEFT + (WIDTH - LEFT) * step / 4
        moment = datetime.fromtimestamp(start + (end - start) * step / 4, UTC)
        anchor = "start" if step == 0 else "end" if step == 4 else "middle"
        lines.append(
            Markup(
                '<path d="M{x:.0f} 24V{bottom}" stroke-dasharray="2 4"></path>'
                '<text class="note" x="{x:.0f}" y="16" text-anchor="{anchor}">{label}</text>'
            ).format(x=x, bottom=height - 24, anchor=anchor, label=f"{moment:%Y-%m-%d %H:%M}")
        )
    return Markup("").join(lines)


def _draw_row(story: Mapping[str, Any], number: int, start: float, span: float) -> Markup:
    y = TOP + ROW * number + ROW // 2
    marks = []
    for sign in story["signs"]:
        if not sign["time"]:
            continue
        x = LEFT + (WIDTH - LEFT) * (_seconds(sign["time"]) - start) / span
        marks.append(_draw_mark(x, y, sign))
    return Markup(
        '<g><text x="0" y="{base}">{host}</text><path d="M{left} {y}H{right}"></path>{marks}</g>'
    ).format(
        base=y + 4, host=_short(story["host"]), left=LEFT, right=WIDTH, y=y, marks=Markup("").join(marks)
    )


def _draw_mark(x: float, y: int, sign: Mapping[str, Any]) -> Markup:
    title = f"{sign['time']} {sign['title']} ({sign['level']})"
    colour = COLOURS.get(sign["level"], COLOURS["medium"])
    if sign["telling"]:
        shape = Markup(
            '<rect x="{:.1f}" y="{}" width="11" height="11" transform="rotate(45 {:.1f} {})" fill="{}">'
        ).format(x - 5.5, y - 5.5, x, y, colour)
        return shape + Markup("<title>{}</title></rect>").format(title)
    return Markup('<circle cx="{:.1f}" cy="{}" r="5" fill="{}"><title>{}</title></circle>').format(
        x, y, colour, title
    )


def _draw_story(story: Mapping[str, Any], *, is_open: bool) -> Markup:
    style, word = VERDICTS[story["verdict"]]
    accounts = f" · accounts: {', '.join(story['accounts'])}" if story["accounts"] else ""
    rows = Markup("").join(_draw_sign(sign) for sign in story["signs"])
    return Markup(
        '<details{open}><summary><strong>{host}</strong> · <span class="verdict {style}">{word}</span> · {says}</summary>'
        '<p class="who">First sign {first}, last {last}{accounts}</p>'
        '<table><caption class="visually-hidden">Signs on {host}</caption><thead><tr><th scope="col">Time (UTC)</th>'
        '<th scope="col">Sign</th><th scope="col">Level</th><th scope="col">Techniques</th><th scope="col">Seen</th>'
        "</tr></thead><tbody>{rows}</tbody></table></details>"
    ).format(
        open=Markup(" open") if is_open else "",
        host=story["host"],
        style=style,
        word=word,
        says=story["says"],
        first=story["first"] or "at an unknown time",
        last=story["last"] or "unknown",
        accounts=accounts,
        rows=rows,
    )


def _draw_sign(sign: Mapping[str, Any]) -> Markup:
    count = f" ×{sign['count']}" if sign["count"] > 1 else ""
    matched = Markup("").join(
        Markup('<br><span class="origin">{}:</span> <code><bdi>{}</bdi></code>').format(name, _clip(value))
        for name, value in list(sign["matched"].items())[:4]
    )
    return Markup(
        "<tr><td>{time}</td><td>{title}{telling}{count}{matched}</td><td>{level}</td><td>{techniques}</td>"
        '<td class="source">{origin}</td></tr>'
    ).format(
        time=Markup('<time datetime="{0}">{0}</time>').format(sign["time"][:19]) if sign["time"] else "–",
        title=sign["title"],
        telling=Markup(" <strong>◆</strong>") if sign["telling"] else "",
        count=count,
        matched=matched,
        level=sign["level"],
        techniques=", ".join(sign["techniques"]),
        origin=sign["origin"],
    )


def _draw_tools(tools: Sequence[Mapping[str, Any]]) -> Markup:
    if not tools:
        return Markup('<p class="note">No remote-access tool of the inventory was seen.</p>')
    rows = Markup("").join(
        Markup(
            '<tr><td>{}{}</td><td>{}</td><td>{}</td><td>{}</td><td class="number">{}</td><td>{}</td></tr>'
        ).format(
            tool["tool"],
            Markup(" <strong>new</strong>") if tool["new"] else "",
            tool["host"],
            tool["first_seen"][:10],
            tool["last_seen"][:10],
            tool["count"],
            Markup("<br>").join(escape(place) for place in tool["places"]),
        )
        for tool in tools
    )
    return Markup(
        '<h3>Remote-access tools in use</h3><p class="note">Inventory, not an accusation: whoever runs them should be '
        "able to say why. “New” means first seen in the last 30 days of logs that reach further back.</p>"
        '<table><thead><tr><th scope="col">Tool</th><th scope="col">Host</th><th scope="col">Since</th>'
        '<th scope="col">Last</th><th scope="col">Times</th><th scope="col">Where</th></tr></thead><tbody>{}</tbody></table>'
    ).format(rows)


def _short(text: str, length: int = 24) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _clip(value: str, length: int = 220) -> str:
    return value if len(value) <= length else value[:length] + "…"


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()

"""Draws listed addresses over time: when each was the actor's, and on which days how many of the operator's talked to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEFT, WIDTH, ROW, TOP = 200, 920, 26, 30
"""Units of the drawing: where time begins, where it ends, a row, the first row."""
WINDOW, LIVE, USED = "#dbe4ee", "#9b1c1c", "#8a939c"
_BACK = 120
"""Days before the first traffic that the axis may show."""
_LARGEST = 9.0
"""Radius of the mark of a day on which most subscribers talked."""


def draw(data: Mapping[str, Any]) -> Markup:
    """The whole panel; the table below the drawing says the same."""
    controllers = data["controllers"]
    parts = [draw_controllers(controllers)] if any(_days(item) for item in controllers) else []
    parts.append(_table(controllers))
    parts += [Markup('<p class="note">{}</p>').format(text) for text in _notes(data)]
    return Markup("").join(parts)


def draw_controllers(controllers: Sequence[Mapping[str, Any]]) -> Markup:
    """A row a controller; the axis reaches some way back into the listed times, and cuts off what lies before."""
    seen = [day for item in controllers for day, _ in _days(item)]
    listed = [item["listed_from"] for item in controllers if item["listed_from"]]
    axis = Axis(max(min([*listed, min(seen)]), _before(min(seen))), max(seen))
    rows = Markup("").join(_row(item, number, axis) for number, item in enumerate(controllers))
    height = TOP + ROW * len(controllers) + 14
    says = "; ".join(f"{item['name']}: {len(item['talkers'])} subscribers" for item in controllers[:10])
    return Markup(
        '<figure><svg viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{axis}{rows}</svg>'
        "<figcaption>A row for each listed address or name. The bar is the time in which the list says it was the "
        "actor's; a mark is a day, the larger the more of your addresses talked to it. Red: in that time, soon after it, "
        "or a list without dates. Grey: a used number, or traffic that only passed through. Days are UTC.</figcaption></figure>"
    ).format(
        width=WIDTH + 20,
        height=height,
        label=f"Talkers of {len(controllers)} listed addresses over time. {says}",
        axis=axis.draw(height - 14),
        rows=rows,
    )


class Axis:
    """Days, or hours (``2024-09-03T05``), to units of the drawing."""

    def __init__(self, first: str, last: str, left: int = LEFT) -> None:
        self.left = left
        self.step = 3600 if "T" in first else 86400
        self.first, self.last = _seconds(first), _seconds(last)
        if self.last - self.first < 6 * self.step:
            self.first -= 3 * self.step
            self.last += 3 * self.step
        self.last += -(self.last - self.first) % (4 * self.step)

    @property
    def count(self) -> int:
        """Days or hours that it spans."""
        return (self.last - self.first) // self.step + 1

    def x(self, stamp: str) -> float:
        """Where a day or hour lies; what is outside lies on the edge."""
        number = min(max(_seconds(stamp), self.first), self.last)
        return self.left + (WIDTH - self.left) * (number - self.first) / (self.last - self.first)

    def draw(self, bottom: int) -> Markup:
        """Five lines with their times."""
        lines = []
        for step in range(5):
            moment = datetime.fromtimestamp(self.first + (self.last - self.first) * step // 4, UTC)
            lines.append(
                Markup(
                    '<path d="M{x:.0f} 22V{bottom}" stroke-dasharray="2 4"></path>'
                    '<text class="note" x="{x:.0f}" y="14" text-anchor="{anchor}">{label}</text>'
                ).format(
                    x=self.x(moment.isoformat()),
                    bottom=bottom,
                    anchor={0: "start", 4: "end"}.get(step, "middle"),
                    label=f"{moment:%Y-%m-%d %H:%M}" if self.step == 3600 else f"{moment:%Y-%m-%d}",
                )
            )
        return Markup("").join(lines)


def _seconds(stamp: str) -> int:
    moment = datetime.fromisoformat(stamp)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _before(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() - _BACK).isoformat()


def _row(item: Mapping[str, Any], number: int, axis: Axis) -> Markup:
    y = TOP + ROW * number + ROW // 2
    days = _days(item)
    most = max((len(talkers) for _, talkers in days), default=1)
    marks = Markup("").join(_mark(axis.x(day), y, day, talkers, most) for day, talkers in days)
    return Markup('<g><text x="0" y="{base}">{name}</text>{window}{marks}</g>').format(
        base=y + 4, name=_short(item["name"]), window=_window(item, axis, y), marks=marks
    )


def _window(item: Mapping[str, Any], axis: Axis, y: int) -> Markup:
    first, last = item["listed_from"], item["listed_until"]
    if not (first or last):
        return Markup('<path d="M{left} {y}H{right}" stroke-dasharray="1 5"></path>').format(
            left=axis.left, right=WIDTH, y=y
        )
    start = axis.x(first) if first else float(axis.left)
    end = axis.x(last) if last else float(WIDTH)
    return Markup(
        '<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="16" fill="{fill}"><title>{title}</title></rect>'
    ).format(
        x=start,
        top=y - 8,
        width=max(end - start, 1.5),
        fill=WINDOW,
        title=f"listed as the actor's from {first or '…'} to {last or '…'}",
    )


def _mark(x: float, y: int, day: str, talkers: Sequence[Mapping[str, Any]], most: int) -> Markup:
    live = any(talker["counts"] for talker in talkers)
    radius = 3 + (_LARGEST - 3) * (len(talkers) - 1) / max(most - 1, 1)
    title = f"{day}: {len(talkers)} of your addresses"
    return Markup(
        '<circle cx="{x:.1f}" cy="{y}" r="{radius:.1f}" fill="{fill}"><title>{title}</title></circle>'
    ).format(x=x, y=y, radius=radius, fill=LIVE if live else USED, title=title)


def _days(item: Mapping[str, Any]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for talker in item["talkers"]:
        for day, _ in talker["days"]:
            found.setdefault(day, []).append(talker)
    return sorted(found.items())


def _table(controllers: Sequence[Mapping[str, Any]]) -> Markup:
    rows = Markup("").join(
        Markup(
            '<tr><th scope="row"><bdi>{name}</bdi></th><td>{actor}{role}</td><td>{window}</td>'
            '<td class="number">{talkers}</td><td class="number">{flows:,}</td><td><time>{first}</time></td><td><time>{last}</time></td><td>{judged}</td></tr>'
        ).format(
            name=item["name"],
            actor=item["actor"] or "–",
            role=f", {item['role']}" if item["role"] else "",
            window=_timed(item),
            talkers=len(item["talkers"]),
            flows=sum(talker["flows"] for talker in item["talkers"]),
            first=min(talker["first"] for talker in item["talkers"])[:10],
            last=max(talker["last"] for talker in item["talkers"])[:10],
            judged=_judged(item),
        )
        for item in controllers
    )
    return Markup(
        '<table><caption class="visually-hidden">Listed addresses and their talkers</caption><thead><tr>'
        '<th scope="col">Address or name</th><th scope="col">Actor</th><th scope="col">Listed time</th>'
        '<th scope="col">Your addresses</th><th scope="col">Flows</th><th scope="col">First</th><th scope="col">Last</th>'
        '<th scope="col">Judged</th></tr></thead><tbody>{}</tbody></table>'
    ).format(rows)


def _judged(item: Mapping[str, Any]) -> str:
    if item["live"]:
        return "counts"
    return "used number" if not any(talker["live"] for talker in item["talkers"]) else "passes through"


def _timed(item: Mapping[str, Any]) -> Markup:
    if not (item["listed_from"] or item["listed_until"]):
        return Markup("no dates")
    return Markup("<time>{}</time> to <time>{}</time>").format(
        item["listed_from"] or "…", item["listed_until"] or "…"
    )


def show_window(item: Mapping[str, Any]) -> str:
    """``2024-05-30 to 2024-09-06``, or that the list has no dates."""
    if not (item["listed_from"] or item["listed_until"]):
        return "no dates"
    return f"{item['listed_from'] or '…'} to {item['listed_until'] or '…'}"


def _notes(data: Mapping[str, Any]) -> list[str]:
    notes = []
    if data["used_numbers"]:
        count = data["used_numbers"]
        notes.append(
            f"{_counted(count, 'listed value')} {'was' if count == 1 else 'were'} touched only outside the time in which the "
            "list says it was the actor's: drawn in grey, and no finding."
        )
    if data["transit"]:
        notes.append(
            _counted(data["transit"], "contact")
            + " had neither end in your ranges: traffic that only passed through."
        )
    if data["behaviour"]:
        kinds = ", ".join(f"{count} of kind {kind}" for kind, count in data["behaviour"].items())
        notes.append(f"By behaviour, without any list: {kinds}. A rhythm alone is evidence of a timer.")
    if data["more"]:
        notes.append(f"And {data['more']} more listed addresses; holdfast flows --page draws them all.")
    return notes


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else noun + 's'}"


def _short(text: str, length: int = 26) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"

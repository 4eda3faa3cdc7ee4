"""A page per controller with its talkers over time, and an index; nothing is loaded from outside, every text is escaped."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from holdfast.reports.notification import PROTOCOLS, grade, is_told
from holdfast.reports.page import environment
from holdfast.reports.traffic import LIVE, USED, WIDTH, WINDOW, Axis, draw_controllers, show_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LISTED = 500
"""Talkers that the table of a page shows; the notification list has them all."""
_DRAWN = 60
"""Talkers that have a row of their own in the drawing."""
_BARS = 120
"""Height of the drawing of talkers a day."""
_ROW, _TOP = 18, 30
_CONNECTIONS = 20
"""Connections of a talker that its row lists; the notification list has more."""
_HOURLY = 4
"""Days below which hours are drawn."""
PLACES = {
    "private": "private address",
    "carrier-nat": "behind the carrier NAT",
    "shared": "public address of the carrier NAT",
    "own": "own range",
    "outside": "",
}
"""What is said of where a talker's address lies."""
TIMINGS = {
    "window": "in the listed time",
    "grace": "soon after the listed time",
    "undated": "the list has no dates",
    "early": "before the listed time",
    "stale": "long after the listed time",
}


def page_name(controller: str) -> str:
    """A file name that is safe and its own: what is readable of the name, and a hash of all of it."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "-", controller)[:60].strip(".-")
    return f"{plain or 'controller'}-{sha256(controller.encode()).hexdigest()[:8]}.html"


def render(controllers: Sequence[Mapping[str, Any]], organisation: str) -> Iterator[tuple[str, str]]:
    """Pairs of file name and page: the index first, then the controllers in their order."""
    shown = [_summary(item) for item in controllers]
    dated = [item for item in controllers if any(talker["days"] for talker in item["talkers"])]
    template = environment().get_template("controller.html")
    yield (
        "index.html",
        template.render(
            organisation=organisation,
            title="Controllers and their talkers",
            controller=None,
            rows=shown,
            drawing=draw_controllers(dated[:40]) if dated else "",
        ),
    )
    for item, summary in zip(controllers, shown, strict=True):
        yield (
            summary["link"],
            template.render(
                organisation=organisation,
                title=item["name"],
                controller=summary,
                talkers=[_row(talker) for talker in item["talkers"][:LISTED]],
                more=max(0, len(item["talkers"]) - LISTED),
                drawing=Markup("").join(_draw(item)),
            ),
        )


def _summary(item: Mapping[str, Any]) -> dict[str, Any]:
    talkers = item["talkers"]
    return {
        **{key: item[key] for key in ("name", "actor", "role", "lists", "indicators", "ports")},
        "link": page_name(item["name"]),
        "window": show_window(item),
        "count": len(talkers),
        "live": sum(map(is_told, talkers)),
        "flows": sum(talker["flows"] for talker in talkers),
        "first": min(talker["first"] for talker in talkers),
        "last": max(talker["last"] for talker in talkers),
        "transit": sum(talker["concern"] == "transit" for talker in talkers),
        "hosted": any(talker["concern"] == "hosted" for talker in talkers),
        "translated": sum(talker["place"] == "shared" for talker in talkers),
    }


def _row(talker: Mapping[str, Any]) -> dict[str, Any]:
    judged = TIMINGS.get(talker["timing"], talker["kind"])
    own = "dport" if talker["came"] else "sport"
    return {
        **talker,
        "place": PLACES.get(talker["place"], ""),
        "judged": "passes through" if talker["concern"] == "transit" else judged,
        "severity": grade(talker["score"]),
        "samples": [
            {"ts": sample["ts"], "port": sample[own], "protocol": PROTOCOLS.get(sample["proto"], "")}
            for sample in talker["samples"][:_CONNECTIONS]
        ],
    }


def _draw(item: Mapping[str, Any]) -> Iterator[Markup]:
    """Talkers over time as bars above the listed time, and a row a talker below."""
    every = {day for talker in item["talkers"] for day, _ in talker["days"]}
    if not every:
        return
    length = date.fromisoformat(max(every)) - date.fromisoformat(min(every))
    unit = "hours" if length.days < _HOURLY else "days"
    stamps = Counter(stamp for talker in item["talkers"] for stamp, _ in talker[unit])
    axis = Axis(min(stamps), max(stamps), left=170)
    yield _draw_bars(item, stamps, axis, unit)
    yield _draw_talkers(item, axis, unit)


def _draw_bars(item: Mapping[str, Any], stamps: Counter[str], axis: Axis, unit: str) -> Markup:
    most = max(stamps.values())
    width = max(3.0, min(18.0, (WIDTH - axis.left) / axis.count - 1))
    base = _TOP + _BARS
    red = {stamp for talker in item["talkers"] if talker["counts"] for stamp, _ in talker[unit]}
    bars = Markup("").join(
        Markup(
            '<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}">'
            "<title>{title}</title></rect>"
        ).format(
            x=axis.x(stamp) - width / 2,
            y=base - _BARS * count / most,
            width=width,
            height=_BARS * count / most,
            fill=LIVE if stamp in red else USED,
            title=f"{stamp}: {count} talkers",
        )
        for stamp, count in sorted(stamps.items())
    )
    peak = max(stamps, key=lambda stamp: stamps[stamp])
    return Markup(
        '<figure><svg viewBox="0 0 {w} {h}" role="img" aria-label="{label}">{window}{axis}'
        '<text x="0" y="{top}">{most}</text><text x="0" y="{base}">0 talkers</text>{bars}</svg><figcaption>Addresses '
        "of yours that talked to it, by {unit} (UTC). The pale band is the time in which the list says it was the "
        "actor's; red counts, grey does not.</figcaption></figure>"
    ).format(
        w=WIDTH + 20,
        h=base + 12,
        label=f"Talkers by {unit}: at most {most}, in {peak}; {len(stamps)} {unit} with traffic",
        unit=unit,
        window=_band(item, axis, base),
        axis=axis.draw(base),
        top=_TOP + 10,
        most=f"{most:,}",
        base=base,
        bars=bars,
    )


def _band(item: Mapping[str, Any], axis: Axis, bottom: int) -> Markup:
    if not (item["listed_from"] or item["listed_until"]):
        return Markup("")
    start = axis.x(item["listed_from"]) if item["listed_from"] else float(axis.left)
    end = axis.x(item["listed_until"]) if item["listed_until"] else float(WIDTH)
    return Markup(
        '<rect x="{x:.1f}" y="22" width="{width:.1f}" height="{height}" fill="{fill}"></rect>'
    ).format(x=start, width=max(end - start, 1.5), height=bottom - 22, fill=WINDOW)


def _draw_talkers(item: Mapping[str, Any], axis: Axis, unit: str) -> Markup:
    drawn = item["talkers"][:_DRAWN]
    rows = Markup("").join(_draw_talker(talker, number, axis, unit) for number, talker in enumerate(drawn))
    height = _TOP + _ROW * len(drawn) + 8
    more = f" The first {_DRAWN} of {len(item['talkers'])}." if len(item["talkers"]) > _DRAWN else ""
    return Markup(
        '<figure><svg viewBox="0 0 {w} {h}" role="img" aria-label="{label}">{window}{axis}{rows}</svg><figcaption>A row for '
        "each address, a mark where it talked, the larger the more flows.{more}</figcaption></figure>"
    ).format(
        w=WIDTH + 20,
        h=height,
        label=f"The {unit} in which each of {len(drawn)} addresses talked; the table below says the same",
        window=_band(item, axis, height - 8),
        axis=axis.draw(height - 8),
        rows=rows,
        more=more,
    )


def _draw_talker(talker: Mapping[str, Any], number: int, axis: Axis, unit: str) -> Markup:
    y = _TOP + _ROW * number + _ROW // 2
    most = max((flows for _, flows in talker[unit]), default=1)
    marks = Markup("").join(
        Markup(
            '<circle cx="{x:.1f}" cy="{y}" r="{r:.1f}" fill="{fill}"><title>{title}</title></circle>'
        ).format(
            x=axis.x(stamp),
            y=y,
            r=2.5 + 3.5 * flows / most,
            fill=LIVE if talker["counts"] else USED,
            title=f"{talker['subscriber']}, {stamp}: {flows} flows",
        )
        for stamp, flows in talker[unit]
    )
    return Markup('<g><text class="note" x="0" y="{y}">{name}</text>{marks}</g>').format(
        y=y + 4, name=talker["subscriber"], marks=marks
    )

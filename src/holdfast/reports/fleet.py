"""Draws a fleet: how many devices are exposed, and the list of those to look into first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

_BAR = 160
"""Width of the longest bar, in pixels."""
_FIGURE = Markup(
    "<figure><figcaption>{devices} devices and {texts} saved configurations and outputs: {affected} run a release that "
    "an actor exploits, {review} are open questions, {signs} show a sign of compromise.</figcaption>{table}{more}</figure>"
)
_TABLE = Markup(
    '<table><thead><tr><th scope="col">Device</th><th scope="col">Signs</th><th scope="col">Affected by</th>'
    '<th scope="col">To review</th><th scope="col">Risky services</th><th scope="col">Share</th></tr></thead>'
    "<tbody>{rows}</tbody></table>"
)
_ROW = Markup(
    '<tr><th scope="row"><bdi>{device}</bdi></th><td>{sign}</td><td>{affected}</td><td>{review}</td><td>{risk}</td>'
    '<td><svg viewBox="0 0 {full} 12" width="{full}" role="img" aria-label="{label}">{bars}</svg></td></tr>'
)
_RECT = Markup('<rect x="{x}" y="1" width="{width}" height="10" fill="{fill}"><title>{label}</title></rect>')
_FILLS = (
    ("sign", "#8b1a1a", "signs of compromise"),
    ("affected", "#c8651b", "exploited flaws"),
    ("review", "#b59b2a", "to review"),
    ("risk", "#8a8f98", "risky services"),
)


def draw(data: Mapping[str, Any]) -> Markup:
    """The figure; every text in it is escaped."""
    work = data["work"]
    most = max((_total(item) for item in work), default=0) or 1
    rows = Markup("").join(_draw_row(item, most) for item in work)
    more = (
        Markup('<p class="note">And {} more devices; see findings.jsonl.</p>').format(data["more"])
        if data["more"]
        else Markup("")
    )
    counts = {key: data[key] for key in ("devices", "texts", "affected", "review", "signs")}
    table = _TABLE.format(rows=rows) if work else Markup("<p>Nothing to look into.</p>")
    return _FIGURE.format(table=table, more=more, **counts)


def _total(item: Mapping[str, Any]) -> int:
    return sum(int(item[key]) for key, _, _ in _FILLS)


def _draw_row(item: Mapping[str, Any], most: int) -> Markup:
    x = 0.0
    bars = Markup("")
    for key, fill, name in _FILLS:
        width = int(item[key]) * _BAR / most
        if width:
            bars += _RECT.format(x=f"{x:.1f}", width=f"{width:.1f}", fill=fill, label=f"{item[key]} {name}")
        x += width
    label = ", ".join(f"{item[key]} {name}" for key, _, name in _FILLS)
    return _ROW.format(
        full=_BAR,
        bars=bars,
        label=label,
        **{key: item[key] for key in ("device", "sign", "affected", "review", "risk")},
    )

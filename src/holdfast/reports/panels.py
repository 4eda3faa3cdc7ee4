"""The table of panels: which function draws which kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from holdfast.reports import fleet, ownership, payment, story, traffic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from holdfast.model.panel import Panel

RENDERERS: dict[str, Callable[[Mapping[str, Any]], Markup]] = {
    "ownership": ownership.draw,
    "payment": payment.draw,
    "traffic": traffic.draw,
    "story": story.draw,
    "fleet": fleet.draw,
}
"""By :attr:`Panel.kind`; each takes the panel's data and gives safe HTML, usually a ``<figure>`` with inline SVG."""


def render_panel(panel: Panel) -> Markup:
    """The panel as HTML; an unknown kind is said, since a missing drawing must not look like an empty one."""
    renderer = RENDERERS.get(panel.kind)
    if renderer is None:
        return Markup("<p>") + escape(f"No renderer draws panels of kind {panel.kind!r}.") + Markup("</p>")
    return renderer(panel.data)

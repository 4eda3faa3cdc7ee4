"""A page of ownership chains, to read or to print: a table of verdicts, then a drawing for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.reports.ownership import WORDS, draw_chain
from holdfast.reports.page import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

GRADES = {
    "P": "primary text read",
    "S": "secondary source",
    "R": "not yet read: verify before relying on it",
}
"""How well a pack's rule was verified."""


def render(page: Mapping[str, Any]) -> str:
    """The page of these drawings; every text in it is escaped."""
    template = environment().get_template("ownership.html")
    return template.render(page, words=WORDS, grades=GRADES, draw=draw_chain)

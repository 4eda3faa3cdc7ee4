"""How long work tells how far it is, without knowing who looks."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Something that is told of steps; a terminal draws a bar, a pipe stays silent."""

    def start(self, what: str, total: int | None = None) -> None:
        """Begin a stage of ``total`` steps, or of an unknown number."""

    def advance(self, steps: int = 1) -> None:
        """Some steps of the present stage are done."""


class Silent:
    """Tells nobody."""

    def start(self, what: str, total: int | None = None) -> None:
        """Nothing."""

    def advance(self, steps: int = 1) -> None:
        """Nothing."""

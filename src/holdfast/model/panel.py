"""What a part of an assessment wants drawn in the report, besides its findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Panel:
    """A drawing or table for the report; ``kind`` names the renderer in ``reports/panels.py``."""

    kind: str
    title: str
    data: Mapping[str, Any]
    """JSON values only; the renderer escapes them."""

"""A subscriber whose device was cleaned, as the operator's own list says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One address, and from when on it should be quiet."""

    source: str
    """Address, or network of a line: IPv6 devices change their address within it."""
    cleaned_at: float
    """Seconds since 1970 UTC; a bare day counts from its end."""
    until: float
    """When the address went to another subscriber; infinite while it has not."""
    case: str
    """The operator's own number."""
    origin: Origin

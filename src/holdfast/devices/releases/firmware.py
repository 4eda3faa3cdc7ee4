"""Consumer firmware: ``1.05B03`` (D-Link), ``3.0.0.4.388_24198`` (ASUS), ``1.1.4 Build 20211022`` (TP-Link), ``0.18.15r``.

D-Link counts each hardware revision from its own first number (1.x for one, 2.x for the next), so the first number is
the train.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.devices.releases.release import natural

if TYPE_CHECKING:
    from holdfast.devices.releases.release import Release


def parse(text: str) -> Release | None:
    """The release in natural order, letter case ignored."""
    name = text.strip()
    return natural(name[1:] if name[:1] in "vV" else name)

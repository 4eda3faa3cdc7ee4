"""Which addresses are the operator's own: private ones, a carrier's NAT space, and the public ranges it names.

A company's inside is private; a carrier's subscribers have public addresses, and without being told the two cannot be
told apart from the rest of the internet. Ranges: RFC 1918, RFC 6598 (carrier-grade NAT), RFC 4193, RFC 3927, RFC 4291.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from holdfast.model.errors import UsageError
from holdfast.text.addresses import network

if TYPE_CHECKING:
    from collections.abc import Iterable

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
CARRIER_NAT = ("100.64.0.0/10",)


class Place(StrEnum):
    """Where an address lies, seen from the operator."""

    PRIVATE = "private"
    CARRIER_NAT = "carrier-nat"
    """Behind a translator of the operator: the address alone names a line only inside."""
    SHARED = "shared"
    """A public address that many subscribers share: only source port and exact time name one of them."""
    OWN = "own"
    """In a range that the operator named."""
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class _Range:
    version: int
    first: int
    last: int
    place: Place


class Inside:
    """The operator's ranges.

    ``own`` are public ranges of subscribers, ``shared`` the public addresses of a carrier NAT; raises
    :class:`UsageError` for a text that is no address and no network.
    """

    def __init__(self, own: Iterable[str] = (), shared: Iterable[str] = ()) -> None:
        named = [*((text, Place.SHARED) for text in shared), *((text, Place.OWN) for text in own)]
        self.told = bool(named)
        """Whether the operator named any; if not, no public address can be said to be somebody else's."""
        known = [
            *((text, Place.CARRIER_NAT) for text in CARRIER_NAT),
            *((text, Place.PRIVATE) for text in PRIVATE),
        ]
        self._ranges = [_range(text, place) for text, place in [*named, *known]]

    def place(self, address: str) -> Place:
        """Where an address lies; what is no address, such as a name, is outside."""
        found = network(address)
        if found is None or "/" in address:
            return Place.OUTSIDE
        version, number, _ = found
        for item in self._ranges:
            if item.version == version and item.first <= number <= item.last:
                return item.place
        return Place.OUTSIDE

    def holds(self, address: str) -> bool:
        """Whether an address is the operator's."""
        return self.place(address) is not Place.OUTSIDE


def _range(text: str, place: Place) -> _Range:
    found = network(text)
    if found is None:
        raise UsageError(f"{text!r} is no network", advice="Write 203.0.113.0/24 or 2001:db8::/32")
    return _Range(*found, place)

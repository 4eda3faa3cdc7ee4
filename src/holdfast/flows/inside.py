"""Which addresses are the operator's own: private ones, a carrier's NAT space, and the public ranges it names.

A company's inside is private; a carrier's subscribers have public addresses, and without being told the two cannot be
told apart from the rest of the internet. Ranges: RFC 1918, RFC 6598 (carrier-grade NAT), RFC 4193, RFC 3927, RFC 4291.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from holdfast.model.errors import UsageError
from holdfast.text.addresses import network, pack

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


class Inside:
    """The operator's ranges.

    ``own`` are public ranges of subscribers, ``shared`` the public addresses of a carrier NAT; raises
    :class:`UsageError` for a text that is no address and no network.
    """

    def __init__(self, own: Iterable[str] = (), shared: Iterable[str] = ()) -> None:
        given = {
            Place.SHARED: tuple(shared),
            Place.OWN: tuple(own),
            Place.CARRIER_NAT: CARRIER_NAT,
            Place.PRIVATE: PRIVATE,
        }
        self.told = bool(given[Place.SHARED] or given[Place.OWN])
        """Whether the operator named any; if not, no public address can be said to be somebody else's."""
        self._tables: dict[tuple[Place, int, int], set[int]] = {}
        """By place, version and bits of the host part, in the order in which places win: networks as numbers."""
        for place, texts in given.items():
            for text in texts:
                version, bits, number = _network(text)
                self._tables.setdefault((place, version, bits), set()).add(number)

    def place(self, address: str) -> Place:
        """Where an address lies; what is no address, such as a name, is outside."""
        packed = pack(address)
        if packed is None:
            return Place.OUTSIDE
        version, number = (4 if len(packed) == 4 else 6), int.from_bytes(packed, "big")
        for (place, table_version, bits), networks in self._tables.items():
            if table_version == version and number >> bits in networks:
                return place
        return Place.OUTSIDE

    def holds(self, address: str) -> bool:
        """Whether an address is the operator's."""
        return self.place(address) is not Place.OUTSIDE


def _network(text: str) -> tuple[int, int, int]:
    """Version, bits of the host part, and the network as a number without them."""
    found = network(text)
    if found is None:
        raise UsageError(f"{text!r} is no network", advice="Write 203.0.113.0/24 or 2001:db8::/32")
    version, first, last = found
    bits = (last - first).bit_length()
    return version, bits, first >> bits

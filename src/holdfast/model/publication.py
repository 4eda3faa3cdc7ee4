"""What one source published at one time, as read: its parties and traces, and the very bytes they were read from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from holdfast.model.vulnerability import VulnerabilityData

if TYPE_CHECKING:
    from holdfast.model.attribution import Attribution
    from holdfast.model.indicator import Indicator
    from holdfast.model.party import Party


@dataclass(frozen=True)
class PublishedFile:
    """One file of a publication."""

    name: str
    """As the publisher calls it, without a folder."""
    content: bytes

    @cached_property
    def sha256(self) -> str:
        """Of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Publication:
    """One list, or one source of vulnerability data, at one date."""

    source: str
    """Source id: ``us_ofac_sdn``."""
    parties: tuple[Party, ...]
    """In the order of the publication."""
    files: tuple[PublishedFile, ...] = ()
    published: str = ""
    """ISO date or time of the publication."""
    published_by: str = ""
    """Who says so: ``list`` (it stands in the file), ``user``, ``server`` (its last-modified header), ``name`` (of the
    file or folder), ``file`` (its time of modification)."""
    indicators: tuple[Indicator, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    vulnerabilities: VulnerabilityData = field(default_factory=VulnerabilityData)
    records: int = 0
    """Rows or elements in the main file, each of which became a party or is counted in :attr:`unread`."""
    unread: int = 0
    """Records that are no party; the reader said why."""
    remarks: int = 0
    """Pieces of free text that were parsed, for the rate of leftovers."""
    accepted: tuple[str, ...] = ()
    """What was wrong with it and is stored all the same, on the user's word."""
    origin: str = field(default="", compare=False)
    """Path or address it was read from."""

    @property
    def size(self) -> int:
        """Parties of a list, entries of a source of vulnerability data."""
        return len(self.parties) or self.vulnerabilities.entries

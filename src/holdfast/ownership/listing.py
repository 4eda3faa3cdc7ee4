"""Who is listed, when, and how sure it is that the party in the register is the listed one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from holdfast.ownership.pack import RulePack


@dataclass(frozen=True, slots=True)
class Listing:
    """That a party of the graph is on a list."""

    party: str
    """As the graph names it."""
    start: date | None = None
    """First day on the list; open when absent."""
    end: date | None = None
    """Last day on the list."""
    certain: bool = True
    """``False`` when the party may be another one of a like name: its stakes then count as possible only."""
    programmes: tuple[str, ...] = ()
    group: str = ""
    """Directive, for packs that add only within one."""
    listed_as: str = ""
    """Party id on the watchlist."""
    why: str = ""
    """How the party was tied to the list, in a sentence."""

    def covers(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def counts_under(self, pack: RulePack) -> bool:
        """Whether the pack takes parties of these programmes; a party of unknown programmes is taken."""
        return not pack.programmes or not self.programmes or not pack.programmes.isdisjoint(self.programmes)

    def reaches_wider(self, pack: RulePack) -> bool:
        """Whether a programme of the party blocks on other grounds than ownership."""
        return any(not wider.programmes.isdisjoint(self.programmes) for wider in pack.wider)

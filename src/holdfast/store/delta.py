"""What changed between two editions: parties that came, went, or are described otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from holdfast.store.identity import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.party import Party
    from holdfast.model.watchlist import Watchlist

_PARTS = (
    "type",
    "names",
    "identifiers",
    "addresses",
    "dates",
    "designations",
    "relations",
    "features",
    "leftovers",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a changed party."""

    field: str
    added: tuple[object, ...]
    """Values that only the new edition has."""
    removed: tuple[object, ...]
    """Values that only the old edition has."""


@dataclass(frozen=True, slots=True)
class Change:
    """One party that is not the same in both."""

    change: str
    """``added``, ``removed`` or ``changed``."""
    party: Party
    """As the new edition has it; as the old one had it when it was removed."""
    differences: tuple[Difference, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """One line of ``holdfast delta``."""
        return {
            "change": self.change,
            "party": self.party.id,
            "name": self.party.names[0].as_listed,
            "programmes": list(self.party.programmes),
            "fields": [difference.field for difference in self.differences],
            "differences": {
                difference.field: {
                    "added": [_value(value) for value in difference.added],
                    "removed": [_value(value) for value in difference.removed],
                }
                for difference in self.differences
            },
        }


def compare_editions(old: Watchlist, new: Watchlist) -> Iterator[Change]:
    """Changed parties: those added or changed in the order of the new edition, then those removed."""
    before = {party.id: party for party in old.parties()}
    for party in new.parties():
        earlier = before.pop(party.id, None)
        if earlier is None:
            yield Change("added", party)
        elif earlier != party and (differences := tuple(_differences(earlier, party))):
            yield Change("changed", party, differences)
    for party in before.values():
        yield Change("removed", party)


def _differences(old: Party, new: Party) -> Iterator[Difference]:
    for name in _PARTS:
        before, after = _values(old, name), _values(new, name)
        if before != after:
            added = tuple(value for value in after if value not in before)
            removed = tuple(value for value in before if value not in after)
            yield Difference(name, added, removed)


def _values(party: Party, name: str) -> tuple[object, ...]:
    if name == "relations":
        # Which entry a printed name leads to depends on the other entries; it is no change of this one.
        return tuple(
            replace(relation, target="", target_name=relation.target_name.rstrip("."))
            for relation in party.relations
        )
    value = getattr(party, name)
    return value if isinstance(value, tuple) else (value,)


def _value(value: object) -> object:
    return value if isinstance(value, str) else plain(value)

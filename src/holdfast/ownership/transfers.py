"""What listed parties gave away, and the signs that they did not.

A divestment is read from the register: a stake that ended and was not renewed in full. Its signs (a buy-back option, a
price below the market's, a relative as buyer, a date near the designation, a seller who still directs) raise review and
never clear (OFAC guidance on sham transactions, 31 March 2026).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from holdfast.ownership.control import in_force
from holdfast.ownership.graph import day_of
from holdfast.ownership.pack import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from holdfast.model.holding import Control
    from holdfast.ownership.graph import Graph
    from holdfast.ownership.listing import Listing
    from holdfast.ownership.pack import RulePack

SETTLING = 31
"""Days within which a new holder is taken for the buyer of a stake that ended."""


@dataclass(frozen=True, slots=True)
class Divestment:
    """A stake that a party had and no longer has."""

    seller: int
    entity: int
    right: int
    last_day: date
    """The last day on which the seller had it."""
    row: int
    """The ended row."""
    low: Fraction
    """At least so much was given away."""
    high: Fraction
    buyers: tuple[int, ...]
    """Rows of holders that came in within :data:`SETTLING` days."""


def find_divestments(graph: Graph, sellers: Iterable[int], day: date) -> list[Divestment]:
    """What these parties gave away before the day."""
    found = []
    for seller in sellers:
        rows = graph.stakes(seller)
        ends = {
            (int(graph.owned[row]), int(graph.right[row]), int(graph.end[row])): row
            for row in rows
            if graph.end[row] < day.toordinal() and graph.owned[row] != seller
        }
        for (entity, right, end), row in sorted(ends.items()):
            before, after = (_sum(graph, rows, entity, right, moment) for moment in (end, end + 1))
            last_day = day_of(end)
            if before[1] <= after[1] or last_day is None:
                continue
            low = max(Fraction(0), before[0] - after[1])
            buyers = _buyers(graph, seller, entity, right, end, day)
            found.append(Divestment(seller, entity, right, last_day, row, low, before[1] - after[0], buyers))
    return found


def signs_of(
    divestment: Divestment,
    graph: Graph,
    listed: Mapping[int, Listing],
    controls: Iterable[Control],
    pack: RulePack,
    as_of: date,
) -> tuple[str, ...]:
    """Which signs of a sham the divestment bears, in the words of ``packs/sham.toml``."""
    rows = (*divestment.buyers, divestment.row)
    found = [sign for row in rows for sign in read_signs(graph.flags.get(row, ()))]
    listing = listed.get(divestment.seller)
    near = timedelta(days=pack.near_days)
    if listing is not None and listing.start is not None and abs(divestment.last_day - listing.start) <= near:
        found.append("near-designation")
    pair = graph.names[divestment.seller], graph.names[divestment.entity]
    if any((item.controller, item.controlled) == pair and in_force(item, as_of) for item in controls):
        found.append("involved")
    return tuple(dict.fromkeys(found))


def read_signs(flags: Iterable[str]) -> tuple[str, ...]:
    """The signs of a sham in what a record says: by their own names, by other words, or by a price."""
    table = read_table("sham")
    found = []
    for flag in flags:
        key, equals, text = flag.partition("=")
        if flag in table["signs"]:
            found.append(flag)
        elif key == "price" and equals:
            found += ["below-market"] if _is_low(text) else []
        else:
            said = f"{key} {text}".replace("-", " ")
            found += [
                sign
                for sign, words in table["words"].items()
                if any(re.search(rf"\b{re.escape(word.replace('-', ' '))}\b", said) for word in words)
            ]
    return tuple(dict.fromkeys(found))


def _is_low(price: str) -> bool:
    """Whether a price in words, or of next to nothing, is a sign."""
    words = read_table("sham")["price"]
    if any(word in price for word in words["low"]):
        return True
    if any(word in price for word in words["fair"]):
        return False
    amount = re.search(r"\d[\d,]*(?:\.\d+)?", price)
    return amount is not None and Fraction(amount[0].replace(",", "")) <= 1


def _sum(graph: Graph, rows: list[int], entity: int, right: int, day: int) -> tuple[Fraction, Fraction]:
    low = high = Fraction(0)
    for row in rows:
        if graph.owned[row] == entity and graph.right[row] == right and graph.in_force(row, day):
            least, greatest = graph.bounds(row)
            low, high = low + least, high + greatest
    return low, high


def _buyers(graph: Graph, seller: int, entity: int, right: int, end: int, day: date) -> tuple[int, ...]:
    return tuple(
        row
        for row in graph.register(entity, day.toordinal())
        if graph.owner[row] not in {seller, entity}
        and graph.right[row] == right
        and end < graph.start[row] <= end + SETTLING
    )

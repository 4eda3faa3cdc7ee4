"""What listed parties gave away, and the signs that they did not.

A divestment is read from the register: a stake that ended and was not renewed in full. Its signs (a buy-back option, a
price below the market's, a relative as buyer, a date near the designation, a seller who still directs) raise review and
never clear (OFAC guidance on sham transactions, 31 March 2026).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from holdfast.model.stakes import day_of
from holdfast.ownership.pack import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from holdfast.ownership.adjust import Situation
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


def find_ended(
    graph: Graph, sellers: npt.NDArray[np.int32], day: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Seller, entity and last day of each stake that one of these had and did not keep in full."""
    if not sellers.size or not graph.has_ends:
        none = np.zeros(0, np.int32)
        return none, none, none
    room = int((graph.parties["out"][sellers + 1] - graph.parties["out"][sellers]).sum())
    rows = np.empty(room + 1, np.int64)
    rows = rows[: graph.functions["find_ended"](sellers, day, graph.columns, rows)]
    ended = graph.rows[rows]
    seller, entity, end = (np.ascontiguousarray(ended[name]) for name in ("owner", "owned", "end"))
    # The columns know nothing of what is laid over them, and do not add exact fractions.
    laid = graph.over.entities()
    doubtful = (graph.unit[entity] == 0) | np.isin(entity, list(laid))
    asked = set(sellers.tolist()) if laid else set()
    pairs = set(zip(seller[doubtful].tolist(), entity[doubtful].tolist(), strict=True))
    pairs |= {
        (owner, each)
        for each in laid
        for row in graph.register(each)
        if (owner := graph.owner_of(row)) in asked
    }
    again = [
        (item.seller, item.entity, item.last_day.toordinal())
        for pair in sorted(pairs)
        for item in find_divestments(graph, *pair, date.fromordinal(day))
    ]
    more = np.array(again, np.int32).reshape(-1, 3).T
    seller, entity, end = (
        np.concatenate([column[~doubtful], extra])
        for column, extra in zip((seller, entity, end), more, strict=True)
    )
    return seller, entity, end


def find_divestments(graph: Graph, seller: int, entity: int, day: date) -> list[Divestment]:
    """What the party gave away of the entity before the day."""
    found: list[Divestment] = []
    if seller == entity:
        return found
    rows = [row for row in graph.register(entity) if graph.owner_of(row) == seller]
    ends = {
        (graph.right_of(row), end): row for row in rows if (end := graph.cell("end", row)) < day.toordinal()
    }
    for (right, end), row in sorted(ends.items()):
        before, after = (_sum(graph, rows, right, moment) for moment in (end, end + 1))
        last_day = day_of(end)
        if before[1] <= after[1] or last_day is None:
            continue
        low = max(Fraction(0), before[0] - after[1])
        buyers = _buyers(graph, seller, entity, right, end, day)
        found.append(Divestment(seller, entity, right, last_day, row, low, before[1] - after[0], buyers))
    return found


def signs_of(divestment: Divestment, graph: Graph, situation: Situation) -> tuple[str, ...]:
    """Which signs of a sham the divestment bears, in the words of ``packs/sham.toml``."""
    rows = (*divestment.buyers, divestment.row)
    found = [sign for row in rows for sign in read_signs(graph.flags_of(row))]
    if is_near(situation.listed.get(divestment.seller), divestment.last_day, situation.pack):
        found.append("near-designation")
    if divestment.seller in situation.ties.get(divestment.entity, ()):
        found.append("involved")
    return tuple(dict.fromkeys(found))


def is_near(listing: Listing | None, day: date, pack: RulePack) -> bool:
    """Whether the party was listed within the days of that day that the pack calls near."""
    near = timedelta(days=pack.near_days)
    return listing is not None and listing.start is not None and abs(day - listing.start) <= near


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


def _sum(graph: Graph, rows: list[int], right: int, day: int) -> tuple[Fraction, Fraction]:
    low = high = Fraction(0)
    for row in rows:
        if graph.right_of(row) == right and graph.in_force(row, day):
            least, greatest = graph.bounds(row)
            low, high = low + least, high + greatest
    return low, high


def _buyers(graph: Graph, seller: int, entity: int, right: int, end: int, day: date) -> tuple[int, ...]:
    return tuple(
        row
        for row in graph.register(entity, day.toordinal())
        if graph.owner_of(row) not in {seller, entity}
        and graph.right_of(row) == right
        and end < graph.cell("start", row) <= end + SETTLING
    )

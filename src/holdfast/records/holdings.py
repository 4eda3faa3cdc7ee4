"""Holdings as the user keeps them: a table with ``owner, owned, percent`` and, where known, dates and the right.

What a row cannot say is unknown, never zero: a share that is no number becomes the whole interval, reversed dates may
or may not cover a day, a missing owner is a holder without a name. Each is a problem at its row.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import PurePath
from typing import TYPE_CHECKING

from holdfast.model.holding import Holder, Holding
from holdfast.model.origin import Origin
from holdfast.records.days import possible_days
from holdfast.records.holders import TRUSTS, identifiers_of
from holdfast.records.ownership import Ownership
from holdfast.records.share import UNKNOWN, Share, parse_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from holdfast.inputs.table import Row
    from holdfast.model.status import Problems

COLUMNS = {
    "owner": "who holds; when empty, a holder who may be anyone",
    "owned": "of whom; a row without it is skipped",
    "percent": "the share, as below; when empty, unknown",
    "percent_least": "at least this share, where a register states bands in two columns; read where there is no `percent`",
    "percent_most": "at most this share",
    "unit": "of the share: `percent` (also when empty), `fraction`, `bps`",
    "valid_from": "first day, `YYYY-MM-DD`; open when empty",
    "valid_to": "last day, inclusive",
    "right": "`shares` (also when empty) or `votes`: never added to each other",
    "owner_name": "what the party is called, where `owner` is an id; also `owned_name`",
    "owner_type": "a FollowTheMoney schema (`Person`, `Company`), or `trust`; also `owned_type`",
    "owner_country": "also `owned_country`",
    "owner_identifiers": "`TYPE:VALUE`, several by `;`; also `owned_identifiers`",
    "flags": "signs of a sham, several by `;`",
    "us_nexus": "`yes` where a US person or US jurisdiction took part in the transfer",
    "licensed": "`yes` or `no`: whether the transfer was licensed",
    "buy_back_option": "`yes` where the seller may buy back",
    "price": "in words or numbers; `nominal`, `below market` are signs",
    "relation": "of the holder to the seller; a relative is a sign",
    "note": "read for signs",
}
"""Columns of a table of holdings, and what they hold."""
_NO_DAY = {"", "-", "n/a", "null", "none", "present", "current"}
"""What stands where a stake has no first or last day."""
REQUIRED = ("owner", "owned")
RIGHTS = {
    "": "shares",
    "shares": "shares",
    "share": "shares",
    "equity": "shares",
    "shareholding": "shares",
    "capital": "shares",
    "votes": "votes",
    "vote": "votes",
    "voting": "votes",
    "votingrights": "votes",
    "voting rights": "votes",
}
"""Words for the two rights that count."""
SIGN_COLUMNS = ("us_nexus", "licensed", "buy_back_option", "price", "relation", "note")
"""Columns that may say that a transfer is not what it seems."""


def read_table(rows: Iterable[Row], problems: Problems) -> Ownership:
    """The holdings and parties of a table."""
    found = Ownership()
    seen: dict[tuple[str, ...], int] = {}
    stated = False
    for row in rows:
        stated = (
            stated or states_unit(row.cells.get("percent", "")) or bool(row.cells.get("unit", "").strip())
        )
        holding = read_holding(row, problems)
        if holding is None:
            continue
        key = tuple(value.strip() for _, value in sorted(row.cells.items()))
        if key in seen:
            double(found, seen[key], row, problems)
            continue
        for side, party in (("owner", holding.owner), ("owned", holding.owned)):
            if party not in found.parties:
                found.parties[party] = party_of(party, side, row)
        if not row.cells.get("owner", "").strip():
            found.unnamed.add(holding.owner)
        seen[key] = len(found.holdings)
        found.holdings.append(holding)
    if not stated:
        allow_fractions(found, problems)
    return found


def states_unit(percent: str) -> bool:
    """Whether a share says by itself of what it is: ``0.5%``, ``1/200``."""
    return "%" in percent or "/" in percent or "percent" in percent.lower()


def allow_fractions(found: Ownership, problems: Problems) -> None:
    """Where no share says its unit and none is over 1, each may be percent or a fraction: a spreadsheet keeps 50 % as 0.5."""
    stakes = found.holdings
    known = [share.high for share in stakes.shares if share.low > 0]
    if not known or max(known) > Fraction(1, 100):
        return
    stakes.shares = [
        replace(share, high=min(UNKNOWN.high, 100 * share.high)) if share.low > 0 else share
        for share in stakes.shares
    ]
    says = "has no share over 1, so they may be percent or fractions of the whole, and count as either; say which in a column unit"
    problems.add(says, Origin(stakes.files[0]), lost=False)


def unnamed(origin: Origin) -> str:
    """What to call a holder that a record does not name: by the place of the record."""
    return f"unnamed holder ({replace(origin, file=PurePath(origin.file).name)})"


def read_holding(row: Row, problems: Problems) -> Holding | None:
    """The stake that a row states; ``None`` when it names nobody who is owned."""
    owned = row.cells.get("owned", "").strip()
    owner = row.cells.get("owner", "").strip()
    if not owned:
        problems.add("names no owned party; skipped", row.origin)
        return None
    if not owner:
        owner = unnamed(row.origin)
        problems.add(f"names no owner of {owned}; taken as a holder who may be anyone", row.origin)
    share = _share(row, problems)
    (start, sure), (end, sure_too) = (_day(row, column, problems) for column in ("valid_from", "valid_to"))
    if start is not None and end is not None and start > end:
        problems.add(f"ends ({end}) before it starts ({start}); may be in force on any day", row.origin)
        start = end = None
        sure = False
    if not (sure and sure_too):
        share = replace(share, low=UNKNOWN.low, low_open=False)
    return Holding(
        owner=owner,
        owned=owned,
        low=share.low,
        high=share.high,
        right=_right(row, problems),
        valid_from=start,
        valid_to=end,
        origin=row.origin,
        flags=_flags(row),
        low_open=share.low_open,
        high_open=share.high_open,
    )


def _share(row: Row, problems: Problems) -> Share:
    text = row.cells.get("percent", "").strip()
    try:
        return parse_share(text, row.cells.get("unit", ""))
    except ValueError as error:
        problems.add(f"share {text!r} {error}; taken as unknown", row.origin)
        return UNKNOWN


def _day(row: Row, column: str, problems: Problems) -> tuple[date | None, bool]:
    """The day in a column, and whether it can be read: one that cannot may be any day."""
    text = row.cells.get(column, "").strip()
    if text.casefold() in _NO_DAY:
        return None, True
    try:
        return parse_day(text), True
    except ValueError as error:
        why = f" ({error})" if "month first" in str(error) else ""
        says = f"{column} {text!r} is no date that is read{why}; write YYYY-MM-DD. May be in force on any day"
        problems.add(says, row.origin)
        return None, False


def parse_day(text: str) -> date:
    """A day: an ISO date, alone or at the head of a time, or ``31.12.2024``, ``12/31/2024``, ``31 Dec 2024``.

    :class:`ValueError` when it is none, or one that is another day in another country (``01/02/2024``).
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        days = possible_days(text)
        if len(days) > 1:
            raise ValueError("may be day first or month first") from None
        return date.fromisoformat(days.pop()) if days else datetime.fromisoformat(text).date()


def _right(row: Row, problems: Problems) -> str:
    text = row.cells.get("right", "").strip().lower()
    if text not in RIGHTS:
        problems.add(f"right {text!r} is neither shares nor votes; read as shares", row.origin)
    return RIGHTS.get(text, "shares")


def _flags(row: Row) -> tuple[str, ...]:
    words = row.cells.get("flags", "").replace(",", ";").split(";")
    named = [_dashed(word) for word in words if word.strip()]
    return tuple(
        dict.fromkeys([*named, *signs_in({key: row.cells[key] for key in SIGN_COLUMNS if key in row.cells})])
    )


def signs_in(fields: Mapping[str, object]) -> tuple[str, ...]:
    """What columns beside the share say of a stake: a true one its own name, a licence yes or no, a text both.

    ``us_nexus: true, licensed: false, price: "nominal"`` becomes ``us-nexus``, ``unlicensed``, ``price=nominal``.
    """
    found = []
    for key, value in fields.items():
        text = str(value).strip().lower()
        if text in {"", "none"}:
            continue
        if text in {"true", "yes"}:
            found.append(_dashed(key))
        elif text in {"false", "no"}:
            found += ["unlicensed"] if key == "licensed" else []
        else:
            found.append(f"{_dashed(key)}={text}")
    return tuple(found)


def _dashed(word: str) -> str:
    return word.strip().lower().replace("_", "-").replace(" ", "-")


def double(found: Ownership, place: int, row: Row, problems: Problems) -> None:
    """The same row again is one stake or two of the same size; nobody can tell, so both are possible."""
    first = found.holdings[place]
    again = found.doubled.get(place, first.high)
    found.doubled[place] = again
    found.holdings[place] = replace(first, high=min(UNKNOWN.high, first.high + again))
    where = f"line {first.origin.line}" if first.origin and first.origin.line else "an earlier record"
    problems.add(f"repeats {where}; counted once or twice, as the verdict would be the worse", row.origin)


def party_of(party: str, side: str, row: Row) -> Holder:
    """What a row says of its ``owner`` or its ``owned`` party."""
    cells = row.cells
    return Holder(
        id=party,
        name=cells.get(f"{side}_name", "").strip() or party,
        type=cells.get(f"{side}_type", "").strip(),
        identifiers=identifiers_of(cells.get(f"{side}_identifiers", "")),
        country=cells.get(f"{side}_country", "").strip(),
        trust=cells.get(f"{side}_type", "").strip().lower() in TRUSTS,
        origin=row.origin,
    )

"""Writes the rule packs, verdicts and flags of ``docs/reference/owners.md`` from the packs themselves.

``python -m holdfast.ownership.pack_reference PAGE`` renews the page between its two marks; ``make docs`` calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.model.finding import Verdict
from holdfast.ownership.flags import FLAGS
from holdfast.ownership.pack import PACKS, load_pack, read_table
from holdfast.text.markdown import Part, codes, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from holdfast.ownership.pack import Period, RulePack

AGGREGATIONS = {
    "all": "all listed parties are added",
    "group": "those under one directive are added",
    "person": "each listed party alone",
    "none": "nobody; only listed parties themselves are caught",
}
"""What is added up."""


def _lines() -> Iterator[str]:
    packs = [load_pack(name) for name in PACKS]
    yield from table(
        ("Pack", "What", "From", "Line", "Added", "Possible when", "Control", "Votes", "Joint arrangements"),
        (row for pack in packs for row in _periods(pack)),
    )
    yield "### Verdicts"
    yield ""
    yield from table(
        ("Pack", *(f"`{answer.value}`" for answer in Verdict), "itself listed", "What follows", "Then"),
        (_verdicts(pack) for pack in packs),
    )
    yield "A verdict that depends on whether the rule was in force is `review` under `us-bis`. Property of, and acts with, a caught party, in"
    yield "worked cases (`property(A)`, `wire(beneficiary=A)`, …), have words of their own:"
    yield ""
    yield from table(
        ("Pack", "Act", "Word when `yes`"),
        ((f"`{pack.name}`", f"`{act}`", f"`{word}`") for pack in packs for act, word in pack.acts.items()),
    )
    yield "### Whose parties count"
    yield ""
    yield from table(
        ("Pack", "Lists", "Effects", "Caution from", "Near a designation", "Source", "Grade", "Checked"),
        (_basis(pack) for pack in packs),
    )
    for pack in packs:
        if pack.programmes:
            yield f"`{pack.name}` counts parties of known programmes only under {codes(sorted(pack.programmes))}."
            yield ""
        for wider in pack.wider:
            yield f"`{pack.name}`, any tie to a party listed under {codes(sorted(wider.programmes))}: review. {wider.note}"
            yield ""
    yield "### Flags"
    yield ""
    yield from table(("Flag", "Means"), ((f"`{flag}`", says) for flag, says in sorted(FLAGS.items())))
    yield "Signs of a sham, from the flags of a stake or the columns beside it:"
    yield ""
    signs = read_table("sham")["signs"]
    yield from table(
        ("Flag", "Means", "Also read from the words"),
        (
            (f"`{sign.replace('-', '_')}`", says, ", ".join(read_table("sham")["words"].get(sign, ())))
            for sign, says in signs.items()
        ),
    )


def _periods(pack: RulePack) -> Iterator[tuple[str, ...]]:
    for period in pack.periods:
        newest = period is pack.periods[0]
        shared = (
            AGGREGATIONS[pack.possible_aggregation],
            pack.control,
            {"doubt": "review", "counts": "count"}.get(pack.votes, pack.votes),
            pack.joint,
        )
        added = AGGREGATIONS[period.aggregation or pack.aggregation]
        yield (
            f"`{pack.name}`" if newest else "",
            pack.title if newest else "",
            period.start.isoformat(),
            "none" if pack.aggregation == "none" else _line(period),
            added,
            *(shared if newest else ("", "", "", "")),
        )


def _line(period: Period) -> str:
    if period.threshold == 0:
        return "any share"
    line = (
        f"{_percent(period.threshold)} or more"
        if period.inclusive
        else f"more than {_percent(period.threshold)}"
    )
    return line if period.status == "in force" else f"{line}; {period.status}"


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g} %"


def _verdicts(pack: RulePack) -> tuple[str, ...]:
    words = (f"`{pack.word(answer)}`" for answer in Verdict)
    return (f"`{pack.name}`", *words, f"`{pack.listed_word()}`", pack.effect, pack.next_step)


def _basis(pack: RulePack) -> tuple[str, ...]:
    caution = "" if pack.significant_minority is None else _percent(pack.significant_minority)
    return (
        f"`{pack.name}`",
        ", ".join(f"`{name}`" for name in pack.lists),
        ", ".join(sorted(pack.kinds)),
        "any share" if caution == "0 %" else caution,
        f"{pack.near_days} days" if pack.near_days else "",
        pack.source,
        pack.grade,
        pack.checked,
    )


PART = Part("packs", _lines)

if __name__ == "__main__":
    import sys
    from pathlib import Path

    place = Path(sys.argv[1])
    place.write_text(PART.renewed(place.read_text("utf-8")), encoding="utf-8")

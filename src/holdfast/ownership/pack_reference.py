"""Writes the rule packs, verdicts and flags of ``docs/reference/owners.md`` from the packs themselves.

``python -m holdfast.ownership.pack_reference PAGE`` renews the page between its two marks; ``make docs`` calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.model.finding import Verdict
from holdfast.ownership.flags import FLAGS
from holdfast.ownership.pack import PACKS, load_pack, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

    from holdfast.ownership.pack import Period, RulePack

BEGIN, END = "<!-- packs: written by make docs -->", "<!-- end of packs -->"
"""Marks in the page."""

AGGREGATIONS = {
    "all": "all listed parties are added",
    "group": "those under one directive are added",
    "person": "each listed party alone",
    "none": "nobody; only listed parties themselves are caught",
}
"""What is added up."""


def describe() -> str:
    """All tables, in Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    packs = [load_pack(name) for name in PACKS]
    yield from _table(
        ("Pack", "What", "From", "Line", "Added", "Possible when", "Control", "Votes", "Joint arrangements"),
        (row for pack in packs for row in _periods(pack)),
    )
    yield "### Verdicts"
    yield ""
    yield from _table(
        ("Pack", *(f"`{answer.value}`" for answer in Verdict), "itself listed", "What follows", "Then"),
        (_verdicts(pack) for pack in packs),
    )
    yield "A verdict that depends on whether the rule was in force is `review` under `us-bis`. Property of, and acts with, a caught party, in"
    yield "worked cases (`property(A)`, `wire(beneficiary=A)`, …), have words of their own:"
    yield ""
    yield from _table(
        ("Pack", "Act", "Word when `yes`"),
        ((f"`{pack.name}`", f"`{act}`", f"`{word}`") for pack in packs for act, word in pack.acts.items()),
    )
    yield "### Whose parties count"
    yield ""
    yield from _table(
        ("Pack", "Lists", "Effects", "Caution from", "Near a designation", "Source", "Grade", "Checked"),
        (_basis(pack) for pack in packs),
    )
    for pack in packs:
        if pack.programmes:
            yield f"`{pack.name}` counts parties of known programmes only under {_codes(pack.programmes)}."
            yield ""
        for wider in pack.wider:
            yield f"`{pack.name}`, any tie to a party listed under {_codes(wider.programmes)}: review. {wider.note}"
            yield ""
    yield "### Flags"
    yield ""
    yield from _table(("Flag", "Means"), ((f"`{flag}`", says) for flag, says in sorted(FLAGS.items())))
    yield "Signs of a sham, from the flags of a stake or the columns beside it:"
    yield ""
    signs = read_table("sham")["signs"]
    yield from _table(
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


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def renewed(page: str) -> str:
    """The page with what stands between its marks written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{describe()}\n{END}{after}"


if __name__ == "__main__":
    import sys
    from pathlib import Path

    place = Path(sys.argv[1])
    place.write_text(renewed(place.read_text("utf-8")), encoding="utf-8")

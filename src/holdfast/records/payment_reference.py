"""Writes the tables of fields in ``docs/reference/payments.md`` from the tables that the readers use.

``python -m holdfast.records.payment_reference PAGE`` renews the page between its two marks; ``make docs`` calls it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.records.elements import element_table
from holdfast.records.tags import fin_table
from holdfast.text.markdown import Part, codes, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMS = {
    "bic": "account, then a BIC; what is no BIC is read as a name",
    "location": "account, then a place",
    "account": "account or clearing code",
    "lines": "account, then a name (which may run on) and an address",
    "numbered": "account or number, then numbered lines 1/ to 8/",
    "name": "name",
}
"""What each form of a party field holds."""


def _lines() -> Iterator[str]:
    elements, tags = element_table(), fin_table()
    yield "### ISO 20022"
    yield ""
    yield f"Messages, any version to {elements.newest_version}: {codes(elements.messages.values())}."
    yield ""
    yield from table(
        ("Screened as", "What", "Elements"),
        (
            (line.kind.value, line.says, _paths(line.patterns))
            for line in elements.leaves
            if line.kind is not None
        ),
    )
    yield from table(
        ("Not screened, because it is", "Elements"),
        ((line.says, _paths(line.patterns)) for line in elements.leaves if line.kind is None),
    )
    yield from table(("Element", "Role"), ((f"`{name}`", role) for name, role in elements.roles.items()))
    yield "### SWIFT FIN"
    yield ""
    yield from table(
        ("Field", "Whose", "Options"),
        (
            (
                f"`{number}a`",
                role,
                ", ".join(f"{option} {form}" for option, form in sorted(own.items())) or "as below",
            )
            for number, (role, own) in tags.parties.items()
        ),
    )
    yield from table(("Option", "Read as"), ((option, FORMS[form]) for option, form in tags.options.items()))
    texts = {tag: how for tag, how in tags.exact.items() if how.form == "text"}
    yield from table(("Free text", "What"), ((f"`{tag}`", how.role) for tag, how in texts.items()))
    skipped: dict[str, list[str]] = {}
    for tag, how in tags.exact.items():
        if how.form == "unscreened":
            skipped.setdefault(how.why, []).append(tag)
    for tag, why in tags.header.items():
        skipped.setdefault(why, []).append(f"{{{tag}:}}")
    yield from table(
        ("Not screened, because it is", "Fields"), ((why, codes(own)) for why, own in skipped.items())
    )


def _paths(patterns: Iterable[tuple[str, ...]]) -> str:
    return codes("/".join(pattern) for pattern in patterns)


PART = Part("fields", _lines)

if __name__ == "__main__":
    import sys
    from pathlib import Path

    place = Path(sys.argv[1])
    place.write_text(PART.renewed(place.read_text("utf-8")), encoding="utf-8")

"""Writes the table of rules in ``docs/reference/hunt.md`` from the rules of the pack.

``python -m holdfast.hunt.pack_reference PAGE`` renews the page between its two marks; ``make docs`` calls it.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from holdfast.hunt.techniques import techniques_of

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN, END = "<!-- rules: written by make docs -->", "<!-- end of rules -->"
"""Marks in the page."""


def describe() -> str:
    """The table, in Markdown, with a line for each rule that shows matches."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    base = Path(str(resources.files("holdfast.hunt").joinpath("rules")))
    yield "| rule | level | techniques | log | file |"
    yield "|---|---|---|---|---|"
    for file in sorted(base.rglob("*.yml")):
        for document in yaml.safe_load_all(file.read_text("utf-8")):
            if "name" not in document:  # those with a name are only counted by a correlation
                mark = " ◆" if document["holdfast"].get("telling") else ""
                techniques = ", ".join(techniques_of(document["tags"]))
                yield (
                    f"| {document['title']}{mark} | {document['level']} | {techniques} | {_source(document)} "
                    f"| `{file.relative_to(base).as_posix()}` |"
                )


def _source(document: dict[str, Any]) -> str:
    source = document.get("logsource")
    if source is None:
        return "several events"
    return " ".join(str(source[part]) for part in ("product", "category", "service") if part in source)


def renewed(page: str) -> str:
    """The page with the table between its marks written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{describe()}\n\n{END}{after}"


if __name__ == "__main__":
    import sys

    path = Path(sys.argv[1])
    path.write_text(renewed(path.read_text("utf-8")), "utf-8")

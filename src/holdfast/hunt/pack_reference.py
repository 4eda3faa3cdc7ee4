"""Writes the table of rules in ``docs/reference/hunt.md`` from the rules of the pack.

``python -m holdfast.hunt.pack_reference PAGE`` renews the page between its two marks; ``make docs`` calls it.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from holdfast.hunt.techniques import techniques_of
from holdfast.text.markdown import Part, table

if TYPE_CHECKING:
    from collections.abc import Iterator


def _lines() -> Iterator[str]:
    yield from table(("rule", "level", "techniques", "log", "file"), _rules())


def _rules() -> Iterator[tuple[str, ...]]:
    """A row for each rule that shows matches."""
    base = Path(str(resources.files("holdfast.hunt").joinpath("rules")))
    for file in sorted(base.rglob("*.yml")):
        for document in yaml.safe_load_all(file.read_text("utf-8")):
            if "name" not in document:  # those with a name are only counted by a correlation
                mark = " ◆" if document["holdfast"].get("telling") else ""
                yield (
                    f"{document['title']}{mark}",
                    document["level"],
                    ", ".join(techniques_of(document["tags"])),
                    _source(document),
                    f"`{file.relative_to(base).as_posix()}`",
                )


def _source(document: dict[str, Any]) -> str:
    source = document.get("logsource")
    if source is None:
        return "several events"
    return " ".join(str(source[part]) for part in ("product", "category", "service") if part in source)


PART = Part("rules", _lines)

if __name__ == "__main__":
    import sys

    place = Path(sys.argv[1])
    place.write_text(PART.renewed(place.read_text("utf-8")), encoding="utf-8")

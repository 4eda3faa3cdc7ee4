"""Parts of reference pages that are written from the tables which the program itself uses, so that they cannot differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in a page between the marks ``<!-- NAME: written by make docs -->`` and ``<!-- end of NAME -->``."""

    name: str
    lines: Callable[[], Iterable[str]]
    """Its lines, in Markdown."""

    def renewed(self, page: str) -> str:
        """The page with this part written anew."""
        begin, end = f"<!-- {self.name}: written by make docs -->", f"<!-- end of {self.name} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        content = "\n".join(self.lines()).rstrip("\n")
        return f"{before}{begin}\n\n{content}\n\n{end}{after}"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """The lines of a table, and an empty one."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def codes(names: Iterable[str]) -> str:
    """Names as code, by commas."""
    return ", ".join(f"`{name}`" for name in names)

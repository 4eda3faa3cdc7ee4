"""The table of traffic layouts: which field of a log is which column of ours (``data/traffic_layouts.toml``)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows of one kind of log are read."""

    family: str
    name: str
    kind: str
    """``flows``, or what a row of names is: ``dns``, ``tls``, ``http``, ``certificate``, ``file``."""
    columns: Mapping[str, tuple[str, ...]]
    """Column of ours, and the fields that may hold it."""
    path: str = ""
    """Zeek's name of the log."""
    needs: tuple[str, ...] = ()
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """A field, and the values of it that are taken."""
    ends: str = ""
    """First word of the line after which a table is over."""

    def fits(self, fields: Collection[str]) -> bool:
        """Whether all fields that the layout needs are there."""
        return all(field in fields for field in self.needs)


@cache
def layouts(family: str) -> tuple[Layout, ...]:
    """Those of one family, in the order of the table."""
    text = files("holdfast.records").joinpath("data/traffic_layouts.toml").read_text("utf-8")
    return tuple(_layout(item) for item in tomllib.loads(text)["layout"] if item["family"] == family)


def _layout(item: Mapping[str, Any]) -> Layout:
    return Layout(
        family=item["family"],
        name=item["name"],
        kind=item["kind"],
        columns={column: tuple(fields) for column, fields in item["columns"].items()},
        path=item.get("path", ""),
        needs=tuple(item.get("needs", ())),
        when=tuple((field, tuple(values)) for field, values in item.get("when", {}).items()),
        ends=item.get("ends", ""),
    )

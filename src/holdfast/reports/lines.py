"""Findings and statuses as JSON Lines: canonical, sorted keys, so that equal results are equal bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def render(rows: Iterable[Mapping[str, object]]) -> bytes:
    """One line each, UTF-8, keys sorted."""
    import orjson

    options = orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return b"".join(orjson.dumps(row, option=options) for row in rows)

"""What payments need of an edition besides the screening index, worked out once and kept beside it.

Codes and long names are functions of the edition's lists alone, so the next process reads them instead of every party.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import orjson

from holdfast.model.party import IDENTIFIER_TYPES
from holdfast.screen.beginnings import Beginning, beginnings_of
from holdfast.screen.codes import Code, codes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from holdfast.model.watchlist import Watchlist

_LAYOUT = "payments-2"
"""Name of the folder; another one when what is kept changes, so that no old file is misread."""


def kept_codes(watchlist: Watchlist) -> list[Code]:
    """The edition's codes of every type."""
    place = watchlist.derived(_LAYOUT) / "codes.json"
    rows = _read(place)
    if rows is not None:
        return [Code(*row) for row in rows]
    codes = list(codes_of(watchlist.parties(), IDENTIFIER_TYPES | {"other"}))
    _keep(place, ((code.party, code.type, code.value) for code in codes))
    return codes


def kept_beginnings(watchlist: Watchlist) -> list[Beginning]:
    """The edition's long names."""
    place = watchlist.derived(_LAYOUT) / "beginnings.json"
    rows = _read(place)
    if rows is not None:
        return [Beginning(*row) for row in rows]
    beginnings = list(beginnings_of(watchlist.parties()))
    _keep(place, beginnings)
    return beginnings


def _read(place: Path) -> list[Any] | None:
    try:
        rows: list[Any] = orjson.loads(place.read_bytes())
    except (OSError, ValueError):  # not there yet, or damaged: made anew
        return None
    return rows


def _keep(place: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Write beside and rename, so that a reader sees all or nothing; a folder that cannot be written is no loss."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, delete=False) as stream:
            stream.write(orjson.dumps([list(row) for row in rows]))
        Path(stream.name).replace(place)
    except OSError:
        return

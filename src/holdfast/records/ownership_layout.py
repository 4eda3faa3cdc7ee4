"""A register that was read, in a folder: columns that are mapped, and what is small as JSON.

=================== ==================================================================================
``stakes_*.npy``    the columns of :data:`holdfast.model.stakes.KINDS`
``names_*.npy``     names as bytes with their offsets, and the sorted hashes by which they are found
``holders.arrow``   a row a party (:class:`~holdfast.records.holders.Holders`)
``register.json``   shares as fractions, records of control, flags, and holders who are not named
=================== ==================================================================================
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from holdfast.model.holding import Control, Joint
from holdfast.model.mapped import load, save
from holdfast.model.names import Index, NameBook
from holdfast.model.origin import Origin
from holdfast.model.stakes import KINDS, Bounds, Stakes
from holdfast.records.holders import Holders
from holdfast.records.ownership import Ownership

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def save_ownership(found: Ownership, folder: Path) -> None:
    """Write the register."""
    stakes = found.holdings
    files = list(stakes.files)
    holders, names = found.parties, stakes.names
    if not isinstance(holders, Holders) or holders.has_more:
        names = names.with_more(())
        holders = Holders.of(found.parties.values(), names, files)
    names = names.flat()
    save(folder, **{f"stakes_{name}": stakes.column(name) for name in KINDS})
    save(folder, names_offsets=names.offsets, names_content=names.content)
    save(folder, **{f"names_{name}": column for name, column in names.index._asdict().items()})
    with (
        pa.OSFile(str(folder / "holders.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, holders.columns.schema) as file,
    ):
        file.write_table(holders.columns)
    about = {
        "shares": [
            [str(share.low), str(share.high), share.low_open, share.high_open] for share in stakes.shares
        ],
        "files": files,
        "records": stakes.records,
        "flags": stakes.flags,
        "controls": [asdict(item) for item in found.controls],
        "joints": [asdict(item) for item in found.joints],
        "unnamed": sorted(found.unnamed),
        "plain": found.plain,
    }
    (folder / "register.json").write_bytes(orjson.dumps(about, option=orjson.OPT_NON_STR_KEYS))


def open_ownership(folder: Path) -> Ownership:
    """The register, mapped."""
    about = orjson.loads((folder / "register.json").read_bytes())
    stakes = Stakes()
    stakes.names = NameBook(
        load(folder, "names_offsets"),
        load(folder, "names_content"),
        Index(*(load(folder, f"names_{name}") for name in Index._fields)),
    )
    stakes.shares = [
        Bounds(Fraction(low), Fraction(high), low_open, high_open)
        for low, high, low_open, high_open in about["shares"]
    ]
    stakes.files = about["files"]
    stakes.columns = {name: load(folder, f"stakes_{name}") for name in KINDS}
    stakes.records = {int(row): said for row, said in about["records"].items()}
    stakes.flags = {int(row): tuple(said) for row, said in about["flags"].items()}
    with pa.memory_map(str(folder / "holders.arrow")) as source:
        columns = pa.ipc.open_file(source).read_all()
    return Ownership(
        holdings=stakes,
        controls=[Control(**_typed(item)) for item in about["controls"]],
        joints=[Joint(**_typed(item) | {"parties": tuple(item["parties"])}) for item in about["joints"]],
        parties=Holders(stakes.names, stakes.files, columns),
        unnamed=set(about["unnamed"]),
        plain=about["plain"],
    )


def _typed(item: Mapping[str, Any]) -> dict[str, Any]:
    """A record of control with its dates and its origin as they were."""
    days = {
        name: date.fromisoformat(item[name]) if item[name] else None for name in ("valid_from", "valid_to")
    }
    return {**item, **days, "origin": Origin(**item["origin"]) if item["origin"] else None}

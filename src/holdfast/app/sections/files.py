"""The files that a table of ``holdfast.toml`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.inputs.folder import files_below
from holdfast.model.errors import InputError, UsageError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG = "holdfast.toml"
"""Says which file of an assessed folder is what."""


def find_files(folder: Path, entry: Mapping[str, Any], key: str = "file") -> list[Path]:
    """The file, or all files below the folder, that ``entry[key]`` names; sorted.

    Raises :class:`InputError` when there is none, and :class:`UsageError` when the key is absent or its path leaves
    the assessed folder: a configuration that came with someone else's records must not read yours.
    """
    named = entry.get(key)
    if not isinstance(named, str):
        raise UsageError(f"a table lacks the key {key!r}", origin=Origin(str(folder / CONFIG)))
    base = folder.resolve()
    path = (base / named).resolve()
    if not path.is_relative_to(base):
        raise UsageError(
            f"{key} = {named!r} leaves the assessed folder",
            origin=Origin(str(folder / CONFIG)),
            advice="Put the records into the folder",
        )
    if path.is_file():
        return [folder / path.relative_to(base)]
    if path.is_dir():
        files = (file for file in files_below(path) if file.resolve().is_relative_to(base))
        if found := sorted(folder / file.relative_to(base) for file in files):
            return found
        raise InputError(
            "holds no file", origin=Origin(str(folder / named)), advice=f"Check {key} in {CONFIG}"
        )
    raise InputError("no such file", origin=Origin(str(folder / named)), advice=f"Check {key} in {CONFIG}")

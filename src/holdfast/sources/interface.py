"""What a reader of a published list is: where its files are found, and a function from files to parties."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from holdfast.model.party import Party
    from holdfast.model.status import Problems


@dataclass(frozen=True, slots=True)
class Slot:
    """One file of a publication."""

    name: str
    """As the publisher calls it, in lower case; a local file may be named in any case, or end in ``.gz`` or ``.zst``."""
    address: str = ""
    """Where the publisher offers it; empty when it has to be fetched by hand."""
    required: bool = True
    """Whether the list makes no sense without it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader took from the files."""

    parties: tuple[Party, ...]
    records: int
    """Rows or elements of the main file."""
    unread: int = 0
    """Records of which no party was made; each is a problem with its line."""
    remarks: int = 0
    """Pieces of free text that were parsed."""
    published: str = ""
    """ISO date or time, where the files carry one."""


@dataclass(frozen=True, slots=True)
class ListFormat:
    """A plug of this room: one list in the format its authority publishes."""

    source: str
    """Source id: ``us_ofac_sdn``."""
    title: str
    """For a person: who publishes what."""
    slots: tuple[Slot, ...]
    """Its files; a list of one slot may come as a file of any name."""
    read: Callable[[Mapping[str, Path], Problems], Reading] = field(repr=False)
    """From the files by slot name to parties. Raises :class:`~holdfast.model.errors.SourceError` when a file is not what
    it claims to be; what is wrong with single records goes to the problems."""

"""A network device as its owner's records describe it, and the saved text that was read of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Device:
    """One device of a fleet; every text is as the record shows it."""

    name: str
    """Host name, serial or whatever the owner calls it; the file's name when the text does not say."""
    vendor: str = ""
    family: str = ""
    """Id of a family in ``devices/data/families.toml``, or the owner's own word when none fits."""
    product: str = ""
    """Product as the record names it (``FortiOS-6K7K``, ``USG FLEX 50(W) firmware``)."""
    model: str = ""
    """Hardware model (``C9300-24P``); empty when not shown."""
    version: str = ""
    """Release as shown; empty when not shown."""
    hardware: str = ""
    """Hardware revision, where firmware depends on it."""
    engineering: bool = False
    """Whether the image is an experimental or internal build, which has no release number."""
    config: str = ""
    """Path of its configuration, relative to the inventory; empty when none is named."""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class DeviceText:
    """A configuration, command output or log of one device."""

    device: str
    platform: str
    """Which dialect: ``ios``, ``ios_xr``, ``nxos``, ``asa``, ``fortios``, ``junos``, ``panos``, ``log``, ``output``."""
    kind: str
    """``config``, ``output`` or ``log``."""
    file: str
    first_line: int
    """Line of the file on which :attr:`lines` starts, from 1."""
    lines: tuple[str, ...]
    complete: bool = True
    """``False`` when the text is known to be cut off, so that what it lacks proves nothing."""

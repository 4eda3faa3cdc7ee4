"""The table of release schemes: one file each, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.devices.releases import (
    cisco_asa,
    cisco_ios,
    cisco_ios_xe,
    cisco_ios_xr,
    cisco_nxos,
    dotted,
    draytek,
    firmware,
    ivanti,
    junos,
    netscaler,
    panos,
    qnap,
    routeros,
    sonicwall,
    sophos,
    synology,
    zyxel,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from holdfast.devices.releases.release import Release

SCHEMES: dict[str, Callable[[str], Release | None]] = {
    "cisco_ios": cisco_ios.parse,
    "cisco_ios_xe": cisco_ios_xe.parse,
    "cisco_ios_xr": cisco_ios_xr.parse,
    "cisco_nxos": cisco_nxos.parse,
    "cisco_asa": cisco_asa.parse,
    "dotted": dotted.parse,
    "panos": panos.parse,
    "junos": junos.parse,
    "netscaler": netscaler.parse,
    "ivanti": ivanti.parse,
    "routeros": routeros.parse,
    "zyxel": zyxel.parse,
    "qnap": qnap.parse,
    "synology": synology.parse,
    "sophos": sophos.parse,
    "sonicwall": sonicwall.parse,
    "draytek": draytek.parse,
    "firmware": firmware.parse,
}
"""Name of the scheme in ``families.toml``, and the function from text to release."""

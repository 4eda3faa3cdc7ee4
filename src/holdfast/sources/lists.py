"""The table of lists: one file each, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.sources import (
    au_dfat,
    ca_sema,
    ch_seco,
    eu_fsf,
    gb_uksl,
    private,
    un_sc,
    us_bis_entity,
    us_ofac_cons,
    us_ofac_sdn,
)

if TYPE_CHECKING:
    from holdfast.sources.interface import ListFormat

LISTS: dict[str, ListFormat] = {
    plug.source: plug
    for plug in (
        us_ofac_sdn.LIST,
        us_ofac_cons.LIST,
        us_bis_entity.LIST,
        gb_uksl.LIST,
        eu_fsf.LIST,
        au_dfat.LIST,
        ca_sema.LIST,
        ch_seco.LIST,
        un_sc.LIST,
        private.LIST,
    )
}
"""Every list that can be read, by source id."""

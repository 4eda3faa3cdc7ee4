"""OFAC's non-SDN lists, published together: sectoral, Chinese military companies, menu-based and others."""

from __future__ import annotations

from functools import partial

from holdfast.sources.interface import ListFormat, Slot
from holdfast.sources.ofac import OfacFiles, read_ofac

_SERVICE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports"
_FILES = OfacFiles("cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv")

LIST = ListFormat(
    source="us_ofac_cons",
    title="US Treasury, OFAC: consolidated list of the non-SDN lists",
    slots=(
        Slot("cons_prim.csv", f"{_SERVICE}/CONS_PRIM.CSV"),
        Slot("cons_alt.csv", f"{_SERVICE}/CONS_ALT.CSV"),
        Slot("cons_add.csv", f"{_SERVICE}/CONS_ADD.CSV"),
        Slot("cons_comments.csv", f"{_SERVICE}/CONS_COMMENTS.CSV"),
    ),
    read=partial(read_ofac, "us_ofac_cons", _FILES),
)

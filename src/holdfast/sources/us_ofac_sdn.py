"""OFAC's list of Specially Designated Nationals and Blocked Persons, in its four CSV files."""

from __future__ import annotations

from functools import partial

from holdfast.sources.interface import ListFormat, Slot
from holdfast.sources.ofac import OfacFiles, read_ofac

_SERVICE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports"
_FILES = OfacFiles("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")

LIST = ListFormat(
    source="us_ofac_sdn",
    title="US Treasury, OFAC: Specially Designated Nationals and Blocked Persons",
    slots=(
        Slot("sdn.csv", f"{_SERVICE}/SDN.CSV"),
        Slot("alt.csv", f"{_SERVICE}/ALT.CSV"),
        Slot("add.csv", f"{_SERVICE}/ADD.CSV"),
        Slot("sdn_comments.csv", f"{_SERVICE}/SDN_COMMENTS.CSV"),
    ),
    read=partial(read_ofac, "us_ofac_sdn", _FILES),
)

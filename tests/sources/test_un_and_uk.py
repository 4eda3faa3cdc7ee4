"""The UN list and the UK list, whole, and hostile XML."""

from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.model.effect import effect_on
from holdfast.model.errors import SourceError
from holdfast.model.party import Strength
from holdfast.model.status import Problems
from holdfast.sources import gb_uksl, un_sc
from holdfast.sources.interface import Reading

UN = """<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-08-01T23:00:03.110Z"><INDIVIDUALS><INDIVIDUAL>
<DATAID>1</DATAID><FIRST_NAME>JOHN</FIRST_NAME><SECOND_NAME>EXAMPLE</SECOND_NAME>
<UN_LIST_TYPE>DRC</UN_LIST_TYPE><REFERENCE_NUMBER>CDi.999</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>
<NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY><STRANGE>kept</STRANGE>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Johnny; Jack</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1970</FROM_YEAR><TO_YEAR>1972</TO_YEAR>
</INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>A1</NUMBER>
<ISSUING_COUNTRY>Rwanda</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL></INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>"""


def read_un(path: Path) -> Reading:
    return un_sc.LIST.read({"consolidated.xml": path}, Problems())


def test_an_individual_of_the_un_list(tmp_path: Path) -> None:
    """Names, weak aliases, date ranges, documents and the listing are read; an unknown element is left over."""
    (tmp_path / "un.xml").write_text(UN, encoding="utf-8")
    reading = read_un(tmp_path / "un.xml")
    (party,) = reading.parties
    assert reading.published == "2026-08-01"
    assert [(n.text, n.strength) for n in party.names[1:]] == [
        ("Johnny", Strength.WEAK),
        ("Jack", Strength.WEAK),
    ]
    assert (party.dates[0].low, party.dates[0].high) == ("1970-01-01", "1972-12-31")
    assert (party.identifiers[0].type, party.identifiers[0].country) == ("passport", "RW")
    assert party.leftovers == ("kept",)
    assert effect_on(party).kind == "frozen"


@pytest.mark.parametrize(
    "content",
    [
        UN[:400],
        "<html><body>503</body></html>",
        '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><CONSOLIDATED_LIST>&x;</CONSOLIDATED_LIST>',
    ],
)
def test_cut_or_hostile_xml_is_refused(tmp_path: Path, content: str) -> None:
    """A cut file, an error page and entity tricks are refused, and no entity is ever followed."""
    (tmp_path / "un.xml").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError):
        read_un(tmp_path / "un.xml")


def test_the_whole_un_list(shared: Callable[[str], Path]) -> None:
    """All 1,011 entries are read, each with a known effect, and next to nothing is left over."""
    reading = read_un(shared("lists/un/un_consolidated_2026-08-01.xml"))
    assert len(reading.parties) == len({party.id for party in reading.parties}) == 1_011
    assert all(effect_on(party).kind in {"frozen", "restricted"} for party in reading.parties)
    assert sum(len(party.leftovers) for party in reading.parties) < 10


def test_the_whole_uk_list(shared: Callable[[str], Path]) -> None:
    """Every row is a party or a counted problem, and an asset freeze decides the effect."""
    problems = Problems()
    reading = gb_uksl.LIST.read(
        {"uk_sanctions_list.csv": shared("lists/uk/uk_sanctions_list_2025-08-11.csv")}, problems
    )
    assert reading.records == 5_302
    assert reading.unread == problems.lost <= 2
    assert sum(effect_on(party).kind == "frozen" for party in reading.parties) > 4_800

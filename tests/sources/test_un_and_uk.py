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


UK = """<?xml version="1.0" encoding="utf-8"?><Designations><DateGenerated>20/08/2026</DateGenerated>
<Designation><LastUpdated>14/04/2026</LastUpdated><DateDesignated>09/12/2025</DateDesignated><UniqueID>CYB9001</UniqueID>
<OFSIGroupID>70001</OFSIGroupID><Names>
<Name><Name1>Vera</Name1><Name2>Maria</Name2><Name6>EXAMPLE</Name6><NameType>Primary name</NameType></Name>
<Name><Name6>Little Vera</Name6><NameType>ALias</NameType><AliasStrength>Low quality a.k.a</AliasStrength></Name></Names>
<NonLatinNames><NonLatinName><NameNonLatinScript>Вера Пример</NameNonLatinScript></NonLatinName></NonLatinNames>
<RegimeName>The Cyber (Sanctions) (EU Exit) Regulations 2020</RegimeName><IndividualEntityShip>Individual</IndividualEntityShip>
<DesignationSource>UK</DesignationSource><SanctionsImposed>Asset freeze|Travel Ban</SanctionsImposed>
<SanctionsImposedIndicators><AssetFreeze>true</AssetFreeze><TravelBan>true</TravelBan></SanctionsImposedIndicators>
<Addresses><Address><AddressLine1>1 Long Street</AddressLine1><AddressLine6>Minsk</AddressLine6>
<AddressPostalCode>220000</AddressPostalCode><AddressCountry>Belarus</AddressCountry></Address></Addresses>
<IndividualDetails><Individual><DOBs><DOB>dd/mm/1970</DOB><DOB>27/08/1971</DOB><DOB>unknown</DOB></DOBs>
<PassportDetails><Passport><PassportNumber>MP1</PassportNumber><PassportAdditionalInformation>expired</PassportAdditionalInformation>
</Passport></PassportDetails><Nationalities><Nationality>Belarus</Nationality></Nationalities>
<BirthDetails><Location><TownOfBirth>Brest</TownOfBirth><CountryOfBirth>Belarus</CountryOfBirth></Location></BirthDetails>
</Individual></IndividualDetails></Designation>
<Designation><UniqueID>DPR9002</UniqueID><Names><Name><Name6>GREY GULL 8</Name6><NameType>Primary Name</NameType></Name></Names>
<RegimeName>The DPRK (Sanctions) (EU Exit) Regulations 2019</RegimeName><IndividualEntityShip>Ship</IndividualEntityShip>
<SanctionsImposed>Prohibition of port entry</SanctionsImposed><ShipDetails><Ship><IMONumbers><IMONumber>IMO9074729</IMONumber></IMONumbers>
<CurrentOwnerOperators><CurrentOwnerOperator>Gull Lines</CurrentOwnerOperator></CurrentOwnerOperators>
<CurrentBelievedFlagOfShips><CurrentBelievedFlagOfShip>Comoros</CurrentBelievedFlagOfShip></CurrentBelievedFlagOfShips></Ship>
</ShipDetails></Designation>
<Designation><UniqueID>DPR9003</UniqueID><Names/><IndividualEntityShip>Entity</IndividualEntityShip></Designation>
</Designations>"""

UK_TABLE = """Report Date: 20-Aug-2026
Unique ID,OFSI Group ID,Name 6,Name 1,Name 2,Name type,Alias strength,Name non-latin script,Regime Name,"Individual, Entity, Ship",\
Designation source,Sanctions Imposed,Address Line 1,Address Line 6,Address Postal Code,Address Country,Date Designated,D.O.B,\
Nationality(/ies),Passport number,Passport additional information,Town of birth,Country of birth,IMO number,\
Current owner/operator (s),Current believed flag of ship
CYB9001,70001,EXAMPLE,Vera,Maria,Primary name,,Вера Пример,The Cyber (Sanctions) (EU Exit) Regulations 2020,Individual,UK,\
Asset freeze|Travel Ban,1 Long Street,Minsk,220000,Belarus,09/12/2025,dd/mm/1970,Belarus,MP1,expired,Brest,Belarus,,,
CYB9001,70001,EXAMPLE,Vera,Maria,Primary name,,Вера Пример,The Cyber (Sanctions) (EU Exit) Regulations 2020,Individual,UK,\
Asset freeze|Travel Ban,1 Long Street,Minsk,220000,Belarus,09/12/2025,27/08/1971,Belarus,MP1,expired,Brest,Belarus,,,
CYB9001,70001,Little Vera,,,ALias,Low quality a.k.a,,The Cyber (Sanctions) (EU Exit) Regulations 2020,Individual,UK,\
Asset freeze|Travel Ban,1 Long Street,Minsk,220000,Belarus,09/12/2025,unknown,Belarus,MP1,expired,Brest,Belarus,,,
DPR9002,,GREY GULL 8,,,Primary Name,,,The DPRK (Sanctions) (EU Exit) Regulations 2019,Ship,,Prohibition of port entry,,,,,,,,,,,,\
IMO9074729,Gull Lines,Comoros
DPR9003,,,,,,,,The DPRK (Sanctions) (EU Exit) Regulations 2019,Entity,,,,,,,,,,,,,,,,
""".replace("\\\n", "")


def read_uk(path: Path, problems: Problems | None = None) -> Reading:
    return gb_uksl.LIST.read({"uk-sanctions-list.xml": path}, problems or Problems())


def test_the_uk_list_as_published(tmp_path: Path) -> None:
    """Names in natural order, weak aliases, half-known dates, documents, ships and measures are read; a nameless entry is a problem."""
    (tmp_path / "uk.xml").write_text(UK, encoding="utf-8")
    problems = Problems()
    reading = read_uk(tmp_path / "uk.xml", problems)
    assert (reading.published, reading.records, reading.unread, problems.lost) == ("2026-08-20", 3, 1, 1)
    person, ship = reading.parties
    assert [(name.text, name.strength) for name in person.names] == [
        ("Vera Maria EXAMPLE", Strength.STRONG),
        ("Little Vera", Strength.WEAK),
        ("Вера Пример", Strength.STRONG),
    ]
    assert (person.names[0].given, person.names[0].family) == ("Vera Maria", "EXAMPLE")
    assert [(date.low, date.high) for date in person.dates] == [
        ("1970-01-01", "1970-12-31"),
        ("1971-08-27", "1971-08-27"),
    ]
    assert [(each.type, each.value, each.note) for each in person.identifiers] == [
        ("passport", "MP1", "expired")
    ]
    assert person.addresses[0].text == "1 Long Street, Minsk, 220000, Belarus"
    assert (person.addresses[0].city, person.addresses[0].country) == ("Minsk", "BY")
    assert person.designations[0].listed_on == "2025-12-09"
    assert person.leftovers == ("dob: unknown",)
    assert effect_on(person).kind == "frozen"
    assert (ship.type, ship.identifiers[0].value, ship.relations[0].target_name) == (
        "Vessel",
        "IMO9074729",
        "Gull Lines",
    )
    assert effect_on(ship).kind == "restricted"


def test_the_uk_list_is_the_same_in_either_form(tmp_path: Path) -> None:
    """The published CSV, its date above the header, gives the parties of the XML."""
    (tmp_path / "uk.xml").write_text(UK, encoding="utf-8")
    (tmp_path / "uk.csv").write_text(UK_TABLE, encoding="utf-8-sig")
    parties = read_uk(tmp_path / "uk.xml").parties
    table = read_uk(tmp_path / "uk.csv")
    assert table.published == "2026-08-20"
    assert {part for party in table.parties for part in party.names} == {
        part for party in parties for part in party.names
    }
    for one, other in zip(parties, table.parties, strict=True):
        assert (one.id, one.type, one.names[0], one.designations, one.relations) == (
            other.id,
            other.type,
            other.names[0],
            other.designations,
            other.relations,
        )
        assert set(one.dates) == set(other.dates)
        assert (set(one.identifiers), set(one.addresses), set(one.features)) == (
            set(other.identifiers),
            set(other.addresses),
            set(other.features),
        )
        assert one.leftovers == other.leftovers


@pytest.mark.parametrize("name", ["uk_sanctions_list_2025-08-11.csv", "FCDO_SL_2025-08-11.ods"])
def test_the_whole_uk_list(shared: Callable[[str], Path], name: str) -> None:
    """Every row is a party or a counted problem, and an asset freeze decides the effect."""
    problems = Problems()
    reading = read_uk(shared(f"lists/uk/{name}"), problems)
    assert reading.records == 5_302
    assert reading.unread == problems.lost <= 2
    assert sum(effect_on(party).kind == "frozen" for party in reading.parties) > 4_800

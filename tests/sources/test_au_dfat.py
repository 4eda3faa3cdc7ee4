"""Australia's list, row by row and whole."""

from collections.abc import Callable
from pathlib import Path

from holdfast.model.effect import effect_on
from holdfast.model.party import Strength
from holdfast.model.status import Problems
from holdfast.sources import au_dfat
from holdfast.sources.interface import Reading

TABLE = """Reference,Name of Individual or Entity,Type,Name Type,Alias Strength,Date of Birth,Citizenship,Address,Listing Information,\
IMO Number,Committees,Targeted Financial Sanction,Travel Ban,Arms Embargo,Maritime Restriction
9001a,Little Example,Individual,Alias,Weak,,,,,,Autonomous (Cyber),true,true,false,false
9001,Vera EXAMPLE,Individual,Primary Name,,"Approximately 1963, 30/01/1972, 08/1974, spring","Belarus, Russia","a) 1 Long Street, Minsk, \
Belarus b) Brest, Belarus","Listed on 25 Jan. 2001 (amended on 3 Sep. 2003)",,Autonomous (Cyber),true,true,false,false
9002,GREY GULL 8,Vessel,Primary Name,,,,,,9074729,Autonomous (Vessels),false,false,false,true
,Nobody,Entity,Primary Name,,,,,,,Autonomous (Cyber),true,false,false,false
""".replace("\\\n", "")


def read(path: Path, problems: Problems) -> Reading:
    return au_dfat.LIST.read({"consolidated-list.xlsx": path}, problems)


def test_rows_of_one_reference_are_one_party(tmp_path: Path) -> None:
    """Primary name first wherever it stands, weak aliases, dates of every form, addresses one by one; measures decide."""
    (tmp_path / "au.csv").write_text(TABLE, encoding="utf-8")
    problems = Problems()
    reading = read(tmp_path / "au.csv", problems)
    assert (reading.records, reading.unread, problems.lost) == (4, 1, 1)
    person, ship = reading.parties
    assert [(name.text, name.strength) for name in person.names] == [
        ("Vera EXAMPLE", Strength.STRONG),
        ("Little Example", Strength.WEAK),
    ]
    assert [(date.low, date.high, date.circa) for date in person.dates] == [
        ("1963-01-01", "1963-12-31", True),
        ("1972-01-30", "1972-01-30", False),
        ("1974-08-01", "1974-08-31", False),
    ]
    assert person.leftovers == ("Date of Birth: spring",)
    assert [(address.text, address.country) for address in person.addresses] == [
        ("1 Long Street, Minsk, Belarus", "BY"),
        ("Brest, Belarus", "BY"),
    ]
    assert [each.value for each in person.features if each.type == "nationality"] == ["BY", "RU"]
    assert person.designations[0].listed_on == "2001-01-25"
    assert effect_on(person).kind == "frozen"
    assert (ship.type, ship.identifiers[0].value, effect_on(ship).kind) == ("Vessel", "9074729", "restricted")


def test_the_whole_list(shared: Callable[[str], Path]) -> None:
    """Every row belongs to a party, every party has a known effect, and next to no date is left over."""
    problems = Problems()
    reading = read(shared("lists/au/dfat_2026-08.xlsx"), problems)
    assert (reading.records, len(reading.parties), problems.lost) == (11_068, 3_846, 0)
    assert sum(len(party.names) for party in reading.parties) > 10_900
    assert {effect_on(party).kind for party in reading.parties} == {"frozen", "restricted"}
    assert sum(len(party.leftovers) for party in reading.parties) < 5

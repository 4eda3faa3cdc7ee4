"""Canada's and Switzerland's lists, in files written from the descriptions of their formats."""

from pathlib import Path

import pytest

from holdfast.model.effect import effect_on
from holdfast.model.errors import SourceError
from holdfast.model.party import NameKind, Strength
from holdfast.model.status import Problems
from holdfast.sources import ca_sema, ch_seco
from holdfast.sources.interface import ListFormat, Reading

CANADA = """<?xml version="1.0"?><data-set>
<record><Country>Belarus / Bélarus</Country><LastName>EXAMPLE</LastName><GivenName>Vera</GivenName>
<Aliases>Wera Example; Vera Primer</Aliases><DateOfBirthOrShipBuildDate>1970-08-27</DateOfBirthOrShipBuildDate>
<Schedule>1, Part 1</Schedule><Item>7</Item><DateOfListing>2022-03-16</DateOfListing><Strange>kept</Strange></record>
<record><Country-Pays>Russia / Russie</Country-Pays>
<EntityOrShip-EntiteOuNavire>Gull Lines (also known as GL Shipping and Gull)</EntityOrShip-EntiteOuNavire>
<Schedule-Annexe>1</Schedule-Annexe><Item-NumeroDarticle>12</Item-NumeroDarticle></record>
<record><Country-Pays>Russia / Russie</Country-Pays><EntityOrShip-EntiteOuNavire>Grey Gull</EntityOrShip-EntiteOuNavire>
<ShipIMONumber-NumeroOMIDuNavire>IMO 9074729</ShipIMONumber-NumeroOMIDuNavire><Schedule-Annexe>1</Schedule-Annexe>
<Item-NumeroDarticle>12</Item-NumeroDarticle></record>
<record><Country>Russia / Russie</Country><Schedule>1</Schedule><Item>13</Item></record></data-set>"""

SWITZERLAND = """<?xml version="1.0"?><swiss-sanctions-list date="2026-09-28" list-type="whole-list">
<place ssid="5"><location>Minsk</location><country iso-code="BY">Belarus</country></place>
<sanctions-program ssid="20"><program-key lang="eng">Belarus</program-key><program-key lang="ger">Belarus</program-key>
<sanctions-set ssid="4387" lang="eng">Annex 13</sanctions-set></sanctions-program>
<target ssid="100"><sanctions-set-id>4387</sanctions-set-id>
<modification modification-type="amended" effective-date="2024-01-05"><removed><identity><name><name-part><value>Old</value></name-part>
</name></identity></removed></modification><modification modification-type="listed" effective-date="2022-03-16"/>
<individual sex="female"><identity ssid="1" main="true"><name name-type="primary-name">
<name-part order="1" name-part-type="family-name"><value>Prymer</value><spelling-variant script="LATN">Primer</spelling-variant>
<spelling-variant script="CYRL">Прымер</spelling-variant></name-part>
<name-part order="2" name-part-type="given-name"><value>Vera</value><spelling-variant script="CYRL">Вера</spelling-variant></name-part>
</name><name name-type="alias" quality="low"><name-part order="1" name-part-type="whole-name"><value>Little Vera</value></name-part></name>
<day-month-year day="27" month="8" year="1971"/><nationality><country iso-code="BY">Belarus</country></nationality>
<place-of-birth place-id="5"/><address place-id="5"><address-details>1 Long Street</address-details><zip-code>220000</zip-code></address>
<identification-document document-type="passport"><number>MP1</number><issuer code="BY">Belarus</issuer></identification-document>
<strange>kept</strange></identity></individual></target>
<target ssid="101"><sanctions-set-id>4387</sanctions-set-id><modification modification-type="de-listed" effective-date="2025-01-01"/>
<modification modification-type="listed" effective-date="2022-03-16"/><entity><identity main="true"><name name-type="primary-name">
<name-part name-part-type="whole-name"><value>Gone Ltd</value></name-part></name></identity></entity></target>
<target ssid="102"><sanctions-set-id>4387</sanctions-set-id><entity><identity main="true"/></entity></target>
<target ssid="103"><sanctions-set-id>4387</sanctions-set-id><object object-type="vessel"><identity main="true">
<name name-type="primary-name"><name-part name-part-type="whole-name"><value>Grey Gull</value></name-part></name>
<name name-type="formerly-known-as"><name-part name-part-type="whole-name"><value>White Gull</value></name-part></name></identity>
</object></target></swiss-sanctions-list>"""


def read(plug: ListFormat, path: Path, content: str, problems: Problems) -> Reading:
    path.write_text(content, encoding="utf-8")
    return plug.read({plug.slots[0].name: path}, problems)


def test_the_list_of_canada(tmp_path: Path) -> None:
    """English and bilingual fields, names in brackets, ships, two parties under one item; a nameless record is a problem."""
    problems = Problems()
    reading = read(ca_sema.LIST, tmp_path / "a.xml", CANADA, problems)
    assert (reading.records, reading.unread, problems.lost) == (4, 1, 1)
    person, firm, ship = reading.parties
    assert [name.text for name in person.names] == ["Vera EXAMPLE", "Wera Example", "Vera Primer"]
    assert (person.id, person.dates[0].low, person.leftovers) == (
        "ca_sema:BY/1-Part-1/7",
        "1970-08-27",
        ("strange: kept",),
    )
    assert person.designations[0].listed_on == "2022-03-16"
    assert [name.text for name in firm.names] == ["Gull Lines", "GL Shipping", "Gull"]
    assert (ship.type, ship.identifiers[0].value) == ("Vessel", "9074729")
    assert len({party.id for party in reading.parties}) == 3
    assert {effect_on(party).kind for party in reading.parties} == {"frozen"}


def test_the_list_of_switzerland(tmp_path: Path) -> None:
    """Who was taken off is left out, history is no party, parts of names have their spellings, places stand elsewhere."""
    problems = Problems()
    reading = read(ch_seco.LIST, tmp_path / "a.xml", SWITZERLAND, problems)
    assert (reading.published, reading.records, reading.unread, problems.lost) == ("2026-09-28", 3, 1, 1)
    person, ship = reading.parties
    assert [(name.text, name.strength) for name in person.names] == [
        ("Vera Prymer", Strength.STRONG),
        ("Vera Primer", Strength.STRONG),
        ("Вера Прымер", Strength.STRONG),
        ("Little Vera", Strength.WEAK),
    ]
    assert person.names[0].kind is NameKind.PRIMARY
    assert person.dates[0].low == "1971-08-27"
    assert person.addresses[0].text == "1 Long Street, 220000, Minsk, Belarus"
    assert (person.identifiers[0].type, person.identifiers[0].country) == ("passport", "BY")
    assert (person.designations[0].programme, person.designations[0].listed_on) == ("Belarus", "2022-03-16")
    assert person.leftovers == ("kept",)
    assert (ship.type, ship.names[1].kind) == ("Vessel", NameKind.FORMER)
    assert effect_on(ship).kind == "frozen"


@pytest.mark.parametrize("plug", [ca_sema.LIST, ch_seco.LIST])
def test_another_document_is_refused(tmp_path: Path, plug: ListFormat) -> None:
    """An error page is no list."""
    with pytest.raises(SourceError):
        read(plug, tmp_path / "a.xml", "<html><body>503</body></html>", Problems())

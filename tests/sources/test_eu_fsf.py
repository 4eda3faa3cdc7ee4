"""The EU list, on a sample written from the published description."""

from pathlib import Path

from holdfast.model.effect import effect_on
from holdfast.model.party import Strength
from holdfast.model.status import Problems
from holdfast.sources import eu_fsf

SAMPLE = """<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-08-19T12:00:00.000+02:00">
<sanctionEntity designationDate="2026-03-16" euReferenceNumber="EU.1.1" logicalId="1">
 <remark>a note</remark>
 <regulation programme="CYB" numberTitle="2026/589 (OJ L)" entryIntoForceDate="2026-03-16">
  <publicationUrl>https://eur-lex.example/1</publicationUrl></regulation>
 <subjectType code="enterprise" classificationCode="E"/>
 <nameAlias wholeName="Example Technology Group" strong="true" nameLanguage="EN"/>
 <nameAlias wholeName="例子科技" strong="true" nameLanguage="ZH"/>
 <nameAlias wholeName="EXTECH" strong="false"/>
 <address street="1 Road" city="Beijing" countryIso2Code="CN" countryDescription="CHINA"/>
 <identification identificationTypeCode="regnumber" number="9111" countryIso2Code="CN"/>
 <novelty kind="new">unseen</novelty>
</sanctionEntity>
<sanctionEntity logicalId="2"><subjectType code="person"/>
 <nameAlias wholeName="Jane Doe" firstName="Jane" lastName="Doe" function="Director"/>
 <birthdate birthdate="1986-12-08" circa="false" countryDescription="CHINA"/>
 <birthdate circa="true"/>
 <citizenship countryIso2Code="CN"/>
</sanctionEntity>
<sanctionEntity logicalId="3"><subjectType code="person"/></sanctionEntity>
</export>"""


def test_entities_of_the_eu_list(tmp_path: Path) -> None:
    """Names with strength and language, identifiers, dates and the freeze are read; the unknown is left over."""
    (tmp_path / "eu.xml").write_text(SAMPLE, encoding="utf-8")
    problems = Problems()
    reading = eu_fsf.LIST.read({"eu_fsf.xml": tmp_path / "eu.xml"}, problems)
    company, person = reading.parties
    assert (reading.published, reading.records, reading.unread, problems.lost) == ("2026-08-19", 3, 1, 1)
    assert [(n.text, n.strength) for n in company.names] == [
        ("Example Technology Group", Strength.STRONG),
        ("例子科技", Strength.STRONG),
        ("EXTECH", Strength.WEAK),
    ]
    assert (company.id, company.identifiers[0].type, company.addresses[0].country) == (
        "eu_fsf:EU.1.1",
        "registration",
        "CN",
    )
    assert company.designations[0].listed_on == "2026-03-16"
    assert effect_on(company).kind == "frozen"
    assert company.leftovers == ("novelty: kind=new unseen",)
    assert (person.dates[0].low, person.names[0].family, person.countries) == ("1986-12-08", "Doe", ("CN",))

"""The EU list, on a sample written from the published description."""

from pathlib import Path

import pytest

from holdfast.model.effect import effect_on
from holdfast.model.errors import SourceError
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


TABLE = """\ufefffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;Entity_UnitedNationId;Entity_DesignationDate;Entity_Remark;\
Entity_SubjectType;Entity_SubjectType_ClassificationCode;Entity_Regulation_Type;Entity_Regulation_EntryIntoForceDate;\
Entity_Regulation_NumberTitle;Entity_Regulation_Programme;Entity_Regulation_PublicationUrl;NameAlias_LastName;NameAlias_FirstName;\
NameAlias_WholeName;NameAlias_NameLanguage;NameAlias_Function;NameAlias_LogicalId;NameAlias_Remark;NameAlias_Regulation_Programme;\
Address_City;Address_Street;Address_CountryIso2Code;Address_CountryDescription;BirthDate_BirthDate;BirthDate_Circa;\
BirthDate_CountryDescription;Identification_Number;Identification_TypeCode;Identification_CountryIso2Code;Citizenship_CountryIso2Code
19/08/2026;1;EU.1.1;;2026-03-16;a note;E;enterprise;regulation;2026-03-16;2026/589 (OJ L);CYB;https://eur-lex.example/1;;;\
"Example; Technology Group";EN;;11;;CYB;;;;;;;;;;;
19/08/2026;1;EU.1.1;;2026-03-16;a note;E;enterprise;regulation;2026-03-16;2026/589 (OJ L);CYB;https://eur-lex.example/1;;;\
EXTECH;;;12;low quality alias;CYB;;;;;;;;;;;
19/08/2026;1;EU.1.1;;2026-03-16;a note;E;enterprise;regulation;2026-03-16;2026/589 (OJ L);CYB;https://eur-lex.example/1;;;\
;;;;;;Beijing;1 Road;CN;CHINA;;;;9111;regnumber;CN;
19/08/2026;2;EU.2.2;;;;P;person;regulation;2026-03-16;2026/589 (OJ L);CYB;https://eur-lex.example/1;Doe;Jane;Jane Doe;;Director;21;;CYB;;;;;\
1986-12-08;false;CHINA;;;;CN
19/08/2026;3;EU.3.3;;;;P;person;regulation;2026-03-16;2026/589 (OJ L);CYB;https://eur-lex.example/1;;;;;;;;;;;;;;;;;;;
"""


def test_the_csv_of_the_list(tmp_path: Path) -> None:
    """The rows of an entity are one party, with what the XML would have said; repeated cells are said once."""
    (tmp_path / "eu.csv").write_text(TABLE, encoding="utf-8")
    problems = Problems()
    reading = eu_fsf.LIST.read({"eu_fsf.xml": tmp_path / "eu.csv"}, problems)
    company, person = reading.parties
    assert (reading.published, reading.records, reading.unread, problems.lost) == ("2026-08-19", 3, 1, 1)
    assert [(name.text, name.strength) for name in company.names] == [
        ("Example; Technology Group", Strength.STRONG),
        ("EXTECH", Strength.WEAK),
    ]
    assert (company.id, company.type, company.identifiers[0].type) == (
        "eu_fsf:EU.1.1",
        "Organization",
        "registration",
    )
    assert (company.addresses[0].text, company.addresses[0].country) == ("1 Road, Beijing, CHINA", "CN")
    (designation,) = company.designations
    assert (designation.listed_on, designation.source) == ("2026-03-16", "https://eur-lex.example/1")
    assert effect_on(company).kind == "frozen"
    assert company.leftovers == ()
    assert (person.type, person.dates[0].low, person.names[0].family, person.countries) == (
        "Person",
        "1986-12-08",
        "Doe",
        ("CN",),
    )


@pytest.mark.parametrize("content", ["celex,recordId,name\n1,2,Foo\n", "", "Please log in"])
def test_another_table_is_refused_with_the_names_of_the_files(tmp_path: Path, content: str) -> None:
    """The message says which files the Commission publishes."""
    (tmp_path / "eu.csv").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match="csvFullSanctionsList_1_1"):
        eu_fsf.LIST.read({"eu_fsf.xml": tmp_path / "eu.csv"}, Problems())

"""Customer files as offices export them: headers in many words, names in parts, dates in the order of the country."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.errors import InputError
from holdfast.model.status import Problems
from holdfast.records.birth_dates import BirthDates
from holdfast.records.parties import PartyRecord, read_parties


def parties_of(
    folder: Path, text: str, mapping: dict[str, str] | None = None, name: str = "a.csv"
) -> tuple[list[PartyRecord], list[str]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    return list(read_parties(path, problems, mapping)), [problem.says for problem in problems.items]


@pytest.mark.parametrize(
    "header",
    [
        "Kunden-Nr.;Firmenname;Land;Anschrift",
        "Kundennummer;Firma;Sitzland;Adresse",
        "N° client;Raison sociale;Pays;Adresse",
        "Identifiant;Nom;Pays;Adresse",
        "Código;Razón social;País;Domicilio",
        "ID cliente;Nombre;País;Dirección",
        "CUSTOMER_NUMBER;FULL NAME;COUNTRY_CODE;ADDRESS",
        "Vendor No;Vendor;Country;Street",
    ],
)
def test_columns_by_the_words_of_the_country(tmp_path: Path, header: str) -> None:
    """The fields are found, nothing is left over, and what was taken by a word is told."""
    (record,), told = parties_of(tmp_path, f"{header}\nK-1;Foo GmbH;DE;Weg 1\n")
    assert (record.id, record.name, record.country, record.address, record.extra) == (
        "K-1",
        "Foo GmbH",
        "DE",
        "Weg 1",
        {},
    )
    assert told[0].startswith("takes ")


@pytest.mark.parametrize(
    "header", ["Kunde;Vorname;Nachname", "no;Prénom;Nom", "Código;Nombre;Apellidos", "id;First Name;Name"]
)
def test_names_in_parts(tmp_path: Path, header: str) -> None:
    """Given and family name are one name, also where the family name's column says only name."""
    (record,), _ = parties_of(tmp_path, f"{header}\nK-1;Jane;Doe\n")
    assert (record.id, record.name, record.extra) == ("K-1", "Jane Doe", {})


def test_contact_of_a_company(tmp_path: Path) -> None:
    """A person beside the company of a row is screened as another name of it."""
    (record,), _ = parties_of(tmp_path, "company,first name,last name\nFoo Ltd,Jane,Doe\n")
    assert (record.name, record.aliases) == ("Foo Ltd", ("Jane Doe",))


def test_own_names_and_mappings_come_first(tmp_path: Path) -> None:
    """A column with the field's own name, or the mapped one, is taken whatever words stand beside it, and nothing is told."""
    (record,), told = parties_of(tmp_path, "name,company,id\nFoo,Bar,1\n")
    assert (record.name, record.extra, told) == ("Foo", {"company": "Bar"}, [])
    (record,), told = parties_of(tmp_path, "name,company,id\nFoo,Bar,1\n", {"name": "company"})
    assert (record.name, record.extra, told) == ("Bar", {"name": "Foo"}, [])


def test_identifiers_by_column_and_by_mapping(tmp_path: Path) -> None:
    """A column called like a type of identifier, or mapped to one, holds some."""
    (record,), _ = parties_of(tmp_path, "name,LEI,Ship no\nFoo,5493,9074729; 9000001\n", {"imo": "Ship no"})
    found = {(one.type, one.value) for one in record.identifiers}
    assert found == {("lei", "5493"), ("imo", "9074729"), ("imo", "9000001")}
    assert record.extra == {}


def test_keys_of_each_object(tmp_path: Path) -> None:
    """JSON objects differ in their keys."""
    records, _ = parties_of(
        tmp_path, '{"name": "Foo"}\n{"name": "Bar", "country": "CN", "imo": "9074729"}\n', name="a.jsonl"
    )
    assert [(record.name, record.country, len(record.identifiers)) for record in records] == [
        ("Foo", "", 0),
        ("Bar", "CN", 1),
    ]


@pytest.mark.parametrize("content", ["", "<html><body>Please log in</body></html>", "1,Foo,US\n2,Bar,US\n"])
def test_no_table_of_parties_is_refused(tmp_path: Path, content: str) -> None:
    """An empty file, a page of HTML or a table without a header never passes as one in which nobody is listed."""
    with pytest.raises(InputError):
        parties_of(tmp_path, content)


def test_a_table_without_rows_is_told(tmp_path: Path) -> None:
    """Nobody was screened, and it is said."""
    assert parties_of(tmp_path, "id,name\n") == ([], ["has no rows, so nobody was screened"])
    assert parties_of(tmp_path, "", name="a.jsonl") == ([], ["has no rows, so nobody was screened"])


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("1986-12-08", "1986-12-08"),
        ("1986-12-08 00:00:00", "1986-12-08"),
        ("19861208", "1986-12-08"),
        ("8.12.1986", "1986-12-08"),
        ("25/12/1986", "1986-12-25"),
        ("12/25/1986", "1986-12-25"),
        ("08/08/1986", "1986-08-08"),
        ("8 December 1986", "1986-12-08"),
        ("Dec 8, 1986", "1986-12-08"),
        ("1986", "1986"),
        ("1986-12", "1986-12"),
        ("08/12/1986", "1986"),
        ("31.02.1986", ""),
        ("n/a", ""),
    ],
)
def test_dates_of_birth(printed: str, read: str) -> None:
    """A day is taken only where it is the only one that can be meant."""
    assert BirthDates().read(printed) == read


@given(st.dates(), st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d %B %Y"]))
def test_no_date_is_read_as_another(day: date, form: str) -> None:
    """What is printed in any order is that day or its year, never another day."""
    if day.year >= 1000:
        read = BirthDates().read(day.strftime(form))
        assert read in {day.isoformat(), day.isoformat()[:4]}


def test_open_dates_are_told_once(tmp_path: Path) -> None:
    """However many there are."""
    rows = "".join(f"{number},Foo,08/12/1986\n{number},Foo,soon\n" for number in range(300))
    _, told = parties_of(tmp_path, "id,name,birth_date\n" + rows)
    assert told == [
        "300 dates of birth can be read day first or month first ('08/12/1986'); only the year is compared",
        "300 dates of birth are not understood ('soon') and not compared; write 1986-12-08",
    ]

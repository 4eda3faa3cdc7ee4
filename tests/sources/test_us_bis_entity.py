"""The lists of the Bureau of Industry and Security, out of the Consolidated Screening List."""

from pathlib import Path

from holdfast.model.effect import effect_on
from holdfast.model.status import Problems
from holdfast.sources import us_bis_entity

TABLE = """_id,source,entity_number,type,name,addresses,federal_register_notice,start_date,license_requirement,alt_names
a1,Entity List (EL) - Bureau of Industry and Security,,,Gull Lines,"1 Long Street, Minsk, BY; 2 Short Street, Brest, BY",\
87 FR 1,2022-03-16,All items subject to the EAR,GL Shipping; Gull
a2,Military End User (MEU) List - Bureau of Industry and Security,,,Grey Works,"Minsk, BY",,2020-12-23,,
a3,Specially Designated Nationals (SDN) - Treasury Department,9,Individual,Somebody Else,,,,,
a4,Entity List (EL) - Bureau of Industry and Security,,,,"Minsk, BY",,,,
"""


def test_rows_of_the_two_lists(tmp_path: Path) -> None:
    """Rows of other departments are not taken, a nameless one is a problem, and neither list blocks."""
    (tmp_path / "consolidated.csv").write_text(TABLE, encoding="utf-8")
    problems = Problems()
    reading = us_bis_entity.LIST.read({"consolidated.csv": tmp_path / "consolidated.csv"}, problems)
    assert (reading.records, reading.unread, problems.lost) == (3, 1, 1)
    firm, works = reading.parties
    assert [name.text for name in firm.names] == ["Gull Lines", "GL Shipping", "Gull"]
    assert [address.country for address in firm.addresses] == ["BY", "BY"]
    assert (firm.designations[0].programme, firm.designations[0].listed_on) == ("EL", "2022-03-16")
    assert works.designations[0].programme == "MEU"
    assert effect_on(firm).kind == effect_on(works).kind == "restricted"

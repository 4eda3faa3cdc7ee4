import pytest

from holdfast.cases.licences import Licence, Subject, covering, licence_of
from holdfast.inputs.table import Row
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin
from holdfast.model.payment import Transfer


def row(**cells: str) -> Row:
    return Row(Origin("licences.csv", 2), cells)


LICENCE = licence_of(
    row(
        id="L1",
        parties="us_ofac_sdn:1; us_ofac_sdn:2",
        currencies="USD",
        max_amount="500",
        valid_from="2026-01-01",
        valid_to="2026-12-31",
    )
)


@pytest.mark.parametrize(
    ("party", "amount", "currency", "day", "covered"),
    [
        ("us_ofac_sdn:1", "500", "USD", "2026-12-31", True),
        ("us_ofac_sdn:1", "500.01", "USD", "2026-06-01", False),
        ("us_ofac_sdn:1", "", "USD", "2026-06-01", False),
        ("us_ofac_sdn:1", "10", "EUR", "2026-06-01", False),
        ("us_ofac_sdn:1", "10", "USD", "2027-01-01", False),
        ("us_ofac_sdn:1", "10", "USD", "2025-12-31", False),
        ("us_ofac_sdn:3", "10", "USD", "2026-06-01", False),
    ],
)
def test_what_is_not_within_is_not_covered(
    party: str, amount: str, currency: str, day: str, covered: bool
) -> None:
    """Party, amount, currency and time must all fit; what is unknown does not fit."""
    assert LICENCE.covers(Subject((party,)), Transfer(amount=amount, currency=currency), day) is covered


def test_one_without_conditions_is_taken_first() -> None:
    """Of two that cover, the one that authorises by itself."""
    bound = Licence("A", "OFAC", ("p",), conditions="report monthly")
    free = Licence("B", "OFAC", ("p",))
    assert covering([bound, free], Subject(("p",)), Transfer(), "2026-01-01") is free


def test_other_listings_and_owned_entities() -> None:
    """A party is meant by any of its listings; an entity that is blocked for its owners only where the licence says so."""
    licence = Licence("A", "OFAC", ("us_ofac_sdn:1",))
    wider = Licence("B", "OFAC", ("us_ofac_sdn:1",), with_owned=True)
    twin, owned = Subject(("dossier:x", "us_ofac_sdn:1")), Subject(("owned:Kites",), ("us_ofac_sdn:1",))
    shared = Subject(("owned:Ropes",), ("us_ofac_sdn:1", "us_ofac_sdn:2"))
    answers = {
        (which.id, subject.ids[0]): which.covers(subject, Transfer(), "2026-01-01")
        for which in (licence, wider)
        for subject in (twin, owned, shared)
    }
    assert answers == {
        ("A", "dossier:x"): True,
        ("A", "owned:Kites"): False,
        ("A", "owned:Ropes"): False,
        ("B", "dossier:x"): True,
        ("B", "owned:Kites"): True,
        ("B", "owned:Ropes"): False,
    }


@pytest.mark.parametrize(
    "cells",
    [
        {"id": "", "parties": "p"},
        {"id": "L", "parties": ""},
        {"id": "L", "parties": "p", "max_amount": "lots"},
        {"id": "L", "parties": "p", "valid_to": "31/12/2026"},
    ],
)
def test_a_row_without_sense_is_refused(cells: dict[str, str]) -> None:
    """A licence that is not understood authorises nothing and is named."""
    with pytest.raises(InputError, match=r"licences\.csv, line 2"):
        licence_of(row(**cells))

"""Which end of a finding is the operator's, and whose business it is."""

import pytest

from holdfast.flows.contact import Concern, read_contacts
from holdfast.flows.finding import TrafficFinding
from holdfast.flows.inside import Inside, Place
from holdfast.model.errors import UsageError


def finding(source: str, destination: str, listed: str = "destination") -> TrafficFinding:
    return TrafficFinding(
        "indicator",
        source,
        destination,
        0.9,
        (),
        0.0,
        1.0,
        1,
        destination,
        {"listed": listed, "timing": "window"},
    )


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.1.2.3", Place.PRIVATE),
        ("100.64.0.1", Place.CARRIER_NAT),
        ("100.128.0.1", Place.OUTSIDE),
        ("fd00::1", Place.PRIVATE),
        ("203.0.113.9", Place.OWN),
        ("203.0.113.200", Place.SHARED),
        ("2001:db8:20::1", Place.OWN),
        ("2001:db8:21::1", Place.OUTSIDE),
        ("w8510.com", Place.OUTSIDE),
    ],
)
def test_place_of_an_address(address: str, place: Place) -> None:
    """Private and carrier space are known; public ranges are the operator's when it says so, and NAT pools win."""
    inside = Inside(["203.0.113.0/24", "2001:db8:20::/48"], ["203.0.113.192/27"])
    assert inside.place(address) is place


def test_a_range_that_is_none_is_a_usage_error() -> None:
    """A slip in the configuration is named."""
    with pytest.raises(UsageError, match=r"'203\.0\.113\.0/33' is no network"):
        Inside(["203.0.113.0/33"])


def test_the_subscriber_is_the_end_that_is_not_listed() -> None:
    """In both directions, and without any range told every other end counts as the operator's."""
    contacts = list(
        read_contacts(
            [finding("203.0.113.9", "192.0.2.1"), finding("192.0.2.1", "8.0.0.1", "source")], Inside()
        )
    )
    assert [(item.subscriber, item.controller, item.came) for item in contacts] == [
        ("203.0.113.9", "192.0.2.1", False),
        ("8.0.0.1", "192.0.2.1", True),
    ]
    assert {item.concern for item in contacts} == {Concern.SUBSCRIBER}


def test_transit_and_hosted_are_told_apart() -> None:
    """A carrier that names its ranges sees what only passes through, and a listed address of its own."""
    found = [
        finding("203.0.113.9", "192.0.2.1"),
        finding("198.51.100.1", "192.0.2.1"),
        finding("192.0.2.1", "203.0.113.7"),
    ]
    contacts = read_contacts(found, Inside(["203.0.113.0/24"]))
    assert [item.concern for item in contacts] == [Concern.SUBSCRIBER, Concern.TRANSIT, Concern.HOSTED]

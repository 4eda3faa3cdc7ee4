"""Addresses against overlapping lists: exactly what an oracle of one comparison a pair says."""

import ipaddress
import itertools
import random

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.flows.address_index import AddressIndex, merge
from holdfast.model.indicator import Indicator
from holdfast.text.addresses import pack


def listed(*values: str) -> list[Indicator]:
    kinds = {32: "ipv4", 128: "ipv6"}
    found = []
    for value in values:
        network = ipaddress.ip_network(value)
        found.append(Indicator("cidr" if "/" in value else kinds[network.prefixlen], value, source=value))
    return found


def test_an_address_inside_a_listed_block_counts_for_both() -> None:
    """The overlap that nfdump loses: the block, the address in it, and the block around both."""
    index = AddressIndex(listed("92.187.116.0/22", "92.187.119.171", "92.0.0.0/8"))
    packed = pack("92.187.119.171")
    assert packed is not None
    assert [item.value for item in index.covering(packed)] == [
        "92.187.119.171",
        "92.187.116.0/22",
        "92.0.0.0/8",
    ]
    numbers = np.array([int(ipaddress.ip_address("92.187.119.171")), 1], dtype=np.uint32)
    assert index.find(numbers).tolist() == [0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_matching_equals_the_oracle(seed: int) -> None:
    """On random overlapping lists, the positions and the covering networks are those of ipaddress itself."""
    draw = random.Random(seed)
    base = draw.getrandbits(32) & 0xFFFF0000
    networks = {
        ipaddress.ip_network(
            (base | draw.getrandbits(16), draw.choice((17, 22, 24, 28, 31, 32))), strict=False
        )
        for _ in range(40)
    }
    index = AddressIndex(listed(*map(str, networks)))
    numbers = [base | draw.getrandbits(16) for _ in range(300)] + [0, 2**32 - 1]
    expected = [
        place
        for place, number in enumerate(numbers)
        if any(ipaddress.ip_address(number) in network for network in networks)
    ]
    assert index.find(np.array(numbers, dtype=np.uint32)).tolist() == expected
    for number in numbers[:40]:
        address = ipaddress.ip_address(number)
        covering = {str(network) for network in networks if address in network}
        assert {item.value for item in index.covering(address.packed)} == covering


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_networks_wider_than_a_bitmap_s_block_are_found_from_edge_to_edge(seed: int) -> None:
    """Lists of every prefix length: the first and the last address of each network, and those just outside."""
    draw = random.Random(seed)
    networks = [
        ipaddress.ip_network((draw.getrandbits(32), draw.randint(6, 32)), strict=False) for _ in range(12)
    ]
    edges = {
        edge
        for network in networks
        for end in (int(network.network_address), int(network.broadcast_address))
        for edge in (end - 1, end, end + 1)
        if 0 <= edge < 2**32
    }
    # More than are sieved at once, the edges last.
    numbers = [draw.getrandbits(32) for _ in range(5000)] + sorted(edges)
    expected = [
        place
        for place, number in enumerate(numbers)
        if any(
            int(network.network_address) <= number <= int(network.broadcast_address) for network in networks
        )
    ]
    assert AddressIndex(listed(*map(str, networks))).find(np.array(numbers, np.uint32)).tolist() == expected


def test_ipv6_is_matched_like_ipv4() -> None:
    """Blocks and addresses of 128 bits, with nulls between."""
    index = AddressIndex(listed("2001:db8::/32", "2001:db8::1", "2a10:1fc0:7::f19c:39b3"))
    texts = ["2001:db8::1", None, "2001:db9::1", "2a10:1fc0:7::f19c:39b3", "2001:db8:ffff::"]
    column = pa.array([pack(text) if text else None for text in texts], pa.binary(16))
    assert index.find_wide(column).tolist() == [0, 3, 4]
    assert len(index.covering(pack("2001:db8::1") or b"")) == 2


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)).map(lambda pair: (pair[0], sum(pair)))))
def test_merged_ranges_are_sorted_disjoint_and_equal(ranges: list[tuple[int, int]]) -> None:
    """Merging changes the ranges, never what they cover."""
    merged = merge(ranges)
    assert all(left[1] + 1 < right[0] for left, right in itertools.pairwise(merged))
    covered = {number for first, last in ranges for number in range(first, last + 1)}
    assert {number for first, last in merged for number in range(first, last + 1)} == covered

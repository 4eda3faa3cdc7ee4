"""Names by suffix, pages and hashes."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.flows.name_index import NameIndex
from holdfast.model.indicator import Indicator

LABELS = st.sampled_from(["a", "b", "w8510", "com", "net", "x-y", "W8510", "co"])
NAMES = st.lists(LABELS, min_size=1, max_size=6).map(".".join)


def test_a_domain_stands_for_all_below_it_and_for_nothing_else() -> None:
    """Any depth, any case, a trailing dot; but not a name that merely ends in the same letters."""
    index = NameIndex([Indicator("domain", "w8510.com"), Indicator("domain", "sub.w8510.com")])
    names = [
        "w8510.com",
        "a.b.c.d.e.f.W8510.COM.",
        "notw8510.com",
        "w8510.com.cn",
        None,
        "x.sub.w8510.com",
        "",
    ]
    found = index.find_domains(pa.array(names))
    assert sorted(found) == [
        (0, "w8510.com"), (1, "w8510.com"), (5, "sub.w8510.com"), (5, "w8510.com"),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, max_size=8), st.lists(NAMES, max_size=30))
def test_suffix_matching_equals_the_oracle(domains: list[str], names: list[str]) -> None:
    """The compiled walk finds what a walk over labels finds."""
    listed = {domain.lower() for domain in domains}
    index = NameIndex([Indicator("domain", domain) for domain in listed])
    expected = set()
    for row, name in enumerate(names):
        labels = name.lower().split(".")
        expected |= {
            (row, suffix) for cut in range(len(labels)) if (suffix := ".".join(labels[cut:])) in listed
        }
    assert set(index.find_domains(pa.array(names, pa.string()))) == expected


def test_pages_are_found_by_host_and_path_and_in_proxy_logs() -> None:
    """The scheme does not count, the path does."""
    index = NameIndex([Indicator("url", "http://209.141.49.178/r/s.sh")])
    hosts = pa.array(["209.141.49.178", "209.141.49.178", None, "other.example"])
    urls = pa.array(["/r/s.sh", "/r/other", "http://209.141.49.178/r/s.sh", "/r/s.sh"])
    assert [row for row, _ in index.find_pages(hosts, urls)] == [0, 2]


def test_hashes_are_found_in_lists() -> None:
    """Certificates and files by any of their hashes."""
    digest = "2aa12e5989065951be84ce932b65bd197dd6be3fa987838bad48536c0c74d145"
    index = NameIndex([Indicator("certificate", digest)])
    column = pa.array([None, ["00", digest], []], pa.list_(pa.string()))
    assert index.find_hashes(column) == [(1, digest)]

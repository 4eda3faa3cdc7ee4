"""The indicators as a file for Zeek's intelligence framework, so that its sensors watch from now on.

Those that were touched in their time raise a notice; the others are only logged, since a list that is years old would
raise one for every new tenant of a rented address. https://docs.zeek.org/en/master/frameworks/intel.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from holdfast.model.indicator import Indicator

FIELDS = ("indicator", "indicator_type", "meta.source", "meta.desc", "meta.url", "meta.do_notice")
TYPES = {
    "ipv4": "Intel::ADDR", "ipv6": "Intel::ADDR", "cidr": "Intel::SUBNET", "domain": "Intel::DOMAIN", "url": "Intel::URL",
    "md5": "Intel::FILE_HASH", "sha1": "Intel::FILE_HASH", "sha256": "Intel::FILE_HASH", "email": "Intel::EMAIL",
    "file-name": "Intel::FILE_NAME",
}  # fmt: skip
"""Zeek's types by ours; a certificate is known to Zeek by its SHA-1 only."""
_SHA1 = 40


def render(indicators: Iterable[Indicator], touched: AbstractSet[str]) -> str:
    """The file; of several entries for one value the one that ends last."""
    chosen: dict[tuple[str, str], Indicator] = {}
    for indicator in sorted(indicators, key=lambda item: (item.last_seen, item.first_seen)):
        kind = TYPES.get(indicator.type)
        if indicator.type == "certificate" and len(indicator.value) == _SHA1:
            kind = "Intel::CERT_HASH"
        if kind is not None:
            chosen[kind, indicator.value] = indicator
    lines = ["#fields\t" + "\t".join(FIELDS)]
    lines += [
        "\t".join(map(_cell, _fields(kind, value, indicator, touched)))
        for (kind, value), indicator in sorted(chosen.items(), key=lambda item: item[0])
    ]
    return "\n".join(lines) + "\n"


def _fields(kind: str, value: str, indicator: Indicator, touched: AbstractSet[str]) -> tuple[str, ...]:
    if kind == "Intel::URL":
        value = value.partition("://")[2] or value  # Zeek wants it without the scheme
    window = f"{indicator.first_seen or '...'} to {indicator.last_seen or '...'}"
    says = f"{indicator.actor or 'unnamed actor'} {indicator.role}".strip() + f", listed {window}"
    return value, kind, indicator.source, says, "", "T" if indicator.value in touched else "F"


def _cell(text: str) -> str:
    """One cell: a tab or a line end in it would make another; a dash is Zeek's word for nothing."""
    return " ".join(text.split()) or "-"

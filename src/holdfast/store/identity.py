"""Names made of content: the same publication gives the same snapshot id, the same snapshots the same edition id."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from holdfast.model.publication import Publication

LENGTH = 16
"""Hexadecimal digits of an id: 64 bits, enough that two editions of one home never meet."""


def snapshot_id(publication: Publication) -> str:
    """Hash of the source, the raw bytes and everything that was read from them."""
    digest = hashlib.sha256(publication.source.encode())
    for file in publication.files:
        digest.update(f"\n{file.name}\t{file.sha256}".encode())
    for kind in (publication.parties, publication.indicators, publication.attributions):
        for noun in kind:
            digest.update(b"\n" + orjson.dumps(plain(noun)))
    data = publication.vulnerabilities
    for item in (*data.statements, *data.exploitations, *data.exploited.values()):
        digest.update(b"\n" + orjson.dumps(plain(item)))
    if data.likelihood:
        digest.update(b"\n" + orjson.dumps(data.likelihood, option=orjson.OPT_SORT_KEYS))
    return digest.hexdigest()[:LENGTH]


def edition_id(snapshots: Mapping[str, str]) -> str:
    """Hash of which snapshot of which source."""
    lines = "\n".join(f"{source}\t{snapshot}" for source, snapshot in sorted(snapshots.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:LENGTH]


def plain(noun: Any) -> dict[str, Any]:
    """A frozen noun as nested dictionaries and lists, in the order of its fields."""
    return {name: _plain_value(getattr(noun, name)) for name in noun.__slots__}


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    return plain(value) if hasattr(value, "__slots__") and not isinstance(value, str) else value

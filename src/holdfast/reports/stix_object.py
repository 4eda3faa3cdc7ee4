"""What all STIX 2.1 objects made here share: heads, and ids that come out the same on every run.

Ids of domain objects are UUID version 5 over our own content. Those of observables follow section 2.9 of the standard:
version 5 over the canonical JSON of the properties that it names, in its namespace.
https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NAMESPACE = uuid.UUID("1f0f3cf1-7c0b-5e6f-9d0c-3b8f1d1f6f10")
"""Of all ids of domain objects made here; drawn once."""
OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The standard's own, for observables."""


def head(kind: str, moment: str, *parts: str) -> dict[str, Any]:
    """Type, version, id and times of an object that the parts tell apart."""
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": make_id(kind, *parts),
        "created": moment,
        "modified": moment,
    }


def make_id(kind: str, *parts: str) -> str:
    """The id of a domain object."""
    return f"{kind}--{uuid.uuid5(NAMESPACE, chr(10).join((kind, *parts)))}"


def observable(kind: str, properties: Mapping[str, Any], contributing: Iterable[str]) -> dict[str, Any]:
    """An observable; ``contributing`` are the properties that make its id, none for kinds that have none.

    Kinds without them are to have a random id (version 4); here the bits of that version come from a hash of the
    content, so that a rerun gives the same bundle.
    """
    import hashlib

    import orjson

    chosen = {name: properties[name] for name in contributing if name in properties}
    if chosen:
        name = uuid.uuid5(OBSERVABLES, orjson.dumps(chosen, option=orjson.OPT_SORT_KEYS).decode())
    else:
        content = orjson.dumps([kind, properties], option=orjson.OPT_SORT_KEYS)
        name = uuid.UUID(bytes=hashlib.sha256(content).digest()[:16], version=4)
    return {"type": kind, "spec_version": "2.1", "id": f"{kind}--{name}", **properties}


def bundle(objects: Mapping[str, Mapping[str, Any]], *parts: str) -> bytes:
    """The objects in order of their ids, as indented JSON."""
    import orjson

    content = {
        "type": "bundle",
        "id": make_id("bundle", *parts, *objects),
        "objects": [objects[key] for key in sorted(objects)],
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

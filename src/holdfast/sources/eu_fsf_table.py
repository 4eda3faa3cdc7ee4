"""The EU's consolidated list in its CSV form (``csvFullSanctionsList_1_1``), as the elements of its XML form.

A row holds one entity and one of its parts: a name, an address, a date of birth, a document, a citizenship. The columns are those of
the XML, as ``Part_Attribute`` (``NameAlias_WholeName``); cells are parted by semicolons. What the CSV lacks is whether a name is strong:
only a remark on it says that it is of low quality. Written from the list's columns and single rows of it; no whole file was at hand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from holdfast.inputs.table import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

REQUIRED = ("Entity_LogicalId", "Entity_SubjectType_ClassificationCode", "NameAlias_WholeName")
_PARTS = {
    "Entity_Regulation": "regulation",
    "NameAlias": "nameAlias",
    "Address": "address",
    "BirthDate": "birthdate",
    "Identification": "identification",
    "Citizenship": "citizenship",
}
_ATTRIBUTES = {
    "EU_ReferenceNumber": "euReferenceNumber",
    "BirthDate": "birthdate",
    "TypeCode": "identificationTypeCode",
    "TypeDescription": "identificationTypeDescription",
}
"""Columns whose attribute is not simply their name with a small first letter."""
_TEXTS = {"remark": "remark", "publicationUrl": "publicationUrl"}
"""What the XML writes as an element with a text."""
_SELDOM = ("Regulation", "LogicalId")
"""Columns of a part that say on which act it rests and how it is numbered, which no reader needs."""


def read_eu_table(path: Path, problems: Problems) -> etree._Element:
    """The root of the tree that the XML form would have; :class:`InputError` when a column is missing."""
    root = etree.Element("export")
    entities: dict[str, etree._Element] = {}
    seen: set[tuple[str, str, tuple[tuple[str, str], ...]]] = set()
    for row in read_rows(path, problems, required=REQUIRED):
        cells = {column: value.strip() for column, value in row.cells.items() if value.strip()}
        number = cells.get("Entity_LogicalId", "")
        if not number:
            problems.add("has no Entity_LogicalId; left out", row.origin)
            continue
        entity = entities.get(number)
        if entity is None:
            if day := _iso(cells.get("fileGenerationDate", "")):
                root.set("generationDate", day)
            entity = entities[number] = _entity(root, cells)
        for prefix, name in _PARTS.items():
            part = tuple(_of(cells, prefix))
            if part and (number, name, part) not in seen:
                seen.add((number, name, part))
                _add(entity, name, part)
    return root


def _entity(root: etree._Element, cells: Mapping[str, str]) -> etree._Element:
    own = [
        (name, value)
        for name, value in _of(cells, "Entity")
        if not name.startswith(("regulation_", "subjectType"))
    ]
    entity = _add(root, "sanctionEntity", own)
    _add(entity, "subjectType", [("code", cells.get("Entity_SubjectType_ClassificationCode", ""))])
    return entity


def _of(cells: Mapping[str, str], prefix: str) -> Iterable[tuple[str, str]]:
    """Attributes of one part of a row."""
    for column, value in cells.items():
        name = column.removeprefix(f"{prefix}_")
        if name != column and not (prefix != "Entity" and name.startswith(_SELDOM)):
            yield _ATTRIBUTES.get(name, name[:1].lower() + name[1:]), value


def _add(parent: etree._Element, name: str, attributes: Iterable[tuple[str, str]]) -> etree._Element:
    element = etree.SubElement(parent, name)
    for attribute, value in attributes:
        clean = _UNPRINTED.sub(" ", value)
        if attribute in _TEXTS:
            etree.SubElement(element, _TEXTS[attribute]).text = clean
        else:
            element.set(attribute, clean)
    return element


_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML may hold."""


def _iso(day: str) -> str:
    """The day of ``05/08/2026``, which is day first, or of an ISO date."""
    match = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", day)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else day[:10]

"""Published XML, read as hostile: no entities, no network, no huge trees, and a clear error for what is not it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from holdfast.inputs.stream import read_bounded
from holdfast.model.errors import SourceError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 256 << 20
"""Bytes of one XML list; the largest today has some 30 million."""


def read_tree(path: Path, root: str) -> etree._Element:
    """The root element, which must have that name; :class:`SourceError` when it is not well-formed or another one."""
    content = read_bounded(path, LARGEST)
    if b"<!DOCTYPE" in content[:65536]:
        raise SourceError(
            "declares a document type, which no published list does",
            origin=Origin(path.name),
            why="it is an error page, or made to harm whoever reads it",
            advice="Fetch the file again",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        tree = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(
            "is not well-formed XML",
            origin=Origin(path.name),
            why=f"it was cut, or is an error page: {error}",
            advice="Fetch the file again",
        ) from error
    if local(tree) != root:
        raise SourceError(f"is {local(tree)}, not {root}", origin=Origin(path.name))
    return tree


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def all_text(element: etree._Element) -> str:
    """All texts of an element and of what is below it, by commas."""
    return ", ".join(part for part in (text(element), *map(text, element.iterdescendants())) if part)


def text(element: etree._Element | None) -> str:
    """The text of an element, blanks at its ends removed."""
    return (element.text or "").strip() if element is not None else ""

"""OpenDocument spreadsheets whose XML is indented, as some publishers' are: the blanks between cells are no cells."""

from __future__ import annotations

import io
import zipfile
from typing import IO

from holdfast.inputs.stream import ARCHIVE_ERRORS, chunks
from holdfast.model.errors import InputError
from holdfast.model.origin import Origin

_CONTENT = "content.xml"


def without_indents(stream: IO[bytes], name: str, limit: int) -> IO[bytes]:
    """The same spreadsheet without blanks between its elements, which readers of the format stumble over.

    Raises :class:`InputError` when it is no ZIP archive, or its content has more than ``limit`` bytes.
    """
    from lxml import etree

    parser = etree.XMLParser(
        remove_blank_text=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        with zipfile.ZipFile(stream) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size > limit:
                raise InputError(
                    f"has {size:,} bytes unpacked, more than {limit:,}",
                    origin=Origin(name),
                    advice="Save it as CSV",
                )
            parts = {entry.filename: _content(archive, entry, name) for entry in archive.infolist()}
        parts[_CONTENT] = etree.tostring(etree.fromstring(parts[_CONTENT], parser), encoding="utf-8")
    except (*ARCHIVE_ERRORS, KeyError, etree.XMLSyntaxError) as error:
        raise InputError("is not a spreadsheet", origin=Origin(name), why=str(error)) from error
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    target.seek(0)
    return target


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    with archive.open(entry) as stream:
        return b"".join(chunks(stream, name))

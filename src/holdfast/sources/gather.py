"""Brings the files of one list together: from a folder, a file, standard input, or the publisher's addresses.

They are copied, unpacked, into a folder of the run under the names of their slots, or their own where a list is one file, so that what is hashed is what is
read. Downloads go by HTTPS only, with a bound on size and time; nothing but GET is ever sent.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from holdfast import __version__
from holdfast.inputs.stream import CHUNK, chunks, open_input
from holdfast.model.errors import SourceError, UsageError
from holdfast.model.origin import Origin

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from holdfast.model.progress import Progress
    from holdfast.sources.interface import ListFormat, Slot

LARGEST = 512 << 20
"""Bytes that one published file may have when unpacked; the largest today has some 100 million."""
_PATIENCE = 600
"""Seconds that one download may take."""
_SILENCE = 30
"""Seconds without an answer after which a download is given up."""
_DATE = re.compile(r"(?<!\d)(20\d\d-[01]\d-[0-3]\d)(?!\d)")


@dataclass(slots=True)
class Gathered:
    """The files of one publication, and what is known of its date."""

    origin: str
    files: dict[str, Path] = field(default_factory=dict)
    """By slot name."""
    published: str = ""
    published_by: str = ""
    missing: list[str] = field(default_factory=list)
    """Required files that are not there; the caller decides."""


def gather(plug: ListFormat, place: str | None, folder: Path, progress: Progress) -> Gathered:
    """The files of a list, in ``folder``.

    ``place`` is a folder, a file, ``-``, an address, or nothing for the publisher's own addresses.
    """
    if place is None or "://" in place:
        return _download_all(plug, place, folder, progress)
    if place == "-":
        return _from_input(plug, folder)
    path = Path(place)
    if not path.exists():
        raise SourceError(
            "no such file or folder", origin=Origin(place), advice="Check the path given for the list"
        )
    return _from_disk(plug, path, folder)


def _from_input(plug: ListFormat, folder: Path) -> Gathered:
    if len(plug.slots) != 1:
        raise UsageError(f"{plug.source} has {len(plug.slots)} files and cannot come from standard input")
    slot = plug.slots[0]
    target = folder / slot.name
    with open_input("-") as stream:
        copy_bounded(stream, "-", target)
    return Gathered("-", {slot.name: target})


def _from_disk(plug: ListFormat, path: Path, folder: Path) -> Gathered:
    gathered = Gathered(str(path))
    if path.is_file() and len(plug.slots) == 1:
        found = {plug.slots[0].name: path}
    else:
        found = _find(plug, path if path.is_dir() else path.parent)
    if path.is_file() and path not in found.values():
        found[plug.slots[0].name] = path
    newest = 0.0
    for slot in plug.slots:
        source = found.get(slot.name)
        if source is None:
            gathered.missing += [slot.name] if slot.required else []
            continue
        own = source.name.removesuffix(".gz").removesuffix(".zst")  # by which a message names it
        target = folder / (slot.name if len(plug.slots) > 1 else own)
        with open_input(source) as stream:
            copy_bounded(stream, str(source), target)
        gathered.files[slot.name] = target
        newest = max(newest, source.stat().st_mtime)
    if not gathered.files:
        raise SourceError(
            "holds no file of the list",
            origin=Origin(str(path)),
            why=f"looked for {', '.join(slot.name for slot in plug.slots)}, in any case, also .gz or .zst",
            advice="Name the folder that holds them"
            if len(plug.slots) > 1
            else "Name the file itself, whatever it is called",
        )
    gathered.published, gathered.published_by = date_of_path(path, newest)
    return gathered


def _find(plug: ListFormat, folder: Path) -> dict[str, Path]:
    present = {
        entry.name.lower().removesuffix(".gz").removesuffix(".zst"): entry
        for entry in sorted(folder.iterdir())
        if entry.is_file()
    }
    return {slot.name: present[slot.name] for slot in plug.slots if slot.name in present}


def date_of_path(path: Path, newest: float | None = None) -> tuple[str, str]:
    """The date in the name of a file or its folder, else of its last change (``newest``), and which of the two it is."""
    named = _DATE.findall(path.name) or _DATE.findall(path.resolve().parent.name if path.is_file() else "")
    if named:
        return named[-1], "name"
    changed = path.stat().st_mtime if newest is None else newest
    return datetime.fromtimestamp(changed, UTC).date().isoformat(), "file"


def copy_bounded(stream: IO[bytes], name: str, target: Path) -> None:
    """The unpacked stream into a file; :class:`SourceError` beyond :data:`LARGEST` bytes."""
    size = 0
    with target.open("wb") as out:
        for chunk in chunks(stream, name):
            size += len(chunk)
            if size > LARGEST:
                raise SourceError(
                    f"is larger than {LARGEST:,} bytes",
                    origin=Origin(name),
                    advice="Check that it is the list you meant",
                )
            out.write(chunk)


def _download_all(plug: ListFormat, base: str | None, folder: Path, progress: Progress) -> Gathered:
    gathered = Gathered(base or plug.slots[0].address)
    for slot in plug.slots:
        address = _address(plug, slot, base)
        target = folder / slot.name
        dated = download(address, target, progress)
        gathered.files[slot.name] = target
        if dated > gathered.published:
            gathered.published, gathered.published_by = dated, "server"
    return gathered


def _address(plug: ListFormat, slot: Slot, base: str | None) -> str:
    if base is None:
        if not slot.address:
            raise UsageError(
                f"{plug.source} has no public address",
                advice=f"Give its file with --from {plug.source}=PATH",
            )
        return slot.address
    return base if len(plug.slots) == 1 else f"{base.rstrip('/')}/{slot.name.upper()}"


def download(address: str, target: Path, progress: Progress) -> str:
    """The file into ``target``; the day of its last change as the server tells it, or nothing."""
    origin = Origin(address)
    if urlsplit(address).scheme != "https":
        raise UsageError("lists are fetched by https only", origin=origin, advice="Use an https address")
    request = Request(address, headers={"User-Agent": f"holdfast/{__version__}"})  # noqa: S310 - https, checked above
    try:
        with urlopen(request, timeout=_SILENCE) as response:  # noqa: S310 - https, checked above
            return _receive(response, target, origin, progress)
    except (URLError, OSError) as error:
        raise SourceError(
            "cannot be fetched",
            origin=origin,
            why=str(getattr(error, "reason", error)),
            advice="Check the connection, or fetch the file by hand and name it with --from",
        ) from error


def _receive(response: HTTPResponse, target: Path, origin: Origin, progress: Progress) -> str:
    if urlsplit(response.url).scheme != "https":
        raise SourceError("was redirected away from https", origin=origin, why=response.url)
    announced = int(response.headers.get("Content-Length") or 0)
    progress.start(f"fetching {target.name}", announced or None)
    until = time.monotonic() + _PATIENCE
    size = 0
    with target.open("wb") as out:
        while chunk := response.read(CHUNK):
            size += len(chunk)
            if size > LARGEST or time.monotonic() > until:
                raise SourceError(
                    f"takes more than {LARGEST:,} bytes or {_PATIENCE} seconds; given up", origin=origin
                )
            out.write(chunk)
            progress.advance(len(chunk))
    if announced and size != announced:
        raise SourceError(
            f"was cut: {size:,} of {announced:,} bytes came", origin=origin, advice="Run the update again"
        )
    changed = response.headers.get("Last-Modified")
    return parsedate_to_datetime(changed).date().isoformat() if changed else ""

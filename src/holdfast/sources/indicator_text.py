"""Indicators from a text that people wrote: one value a line, under headings, with dates and remarks beside it.

So are Black Lotus Labs' lists, Maltrail's trails, blog appendices and plain block lists. Comment lines and headings name
what follows; a line of ``First Seen: …; Last Seen: …; Description: …`` belongs to the value above it; YARA rules are
passed over. A word counts as a domain only at the start of a line, after a label, or where it is defanged: prose is
full of dots.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from holdfast.inputs.lines import read_lines
from holdfast.model.indicator import Indicator
from holdfast.sources.indicator_dates import find_dates
from holdfast.sources.indicator_value import Value, read_value, refang, role_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from holdfast.model.status import Problems

_WORD = re.compile(r"[^\s,|]+")
_LABEL = re.compile(r"^[a-z][a-z0-9 -]{1,20}:(?!/|\d{1,5}$)(?=\S)", re.IGNORECASE)
_QUOTES = re.compile(r"^[\[({]?['\"]|['\"][\])}]?$")
_COLUMN_NAMES = re.compile(r"first seen|last seen|^iocs?\b|^ip address\b.*domain|timeframe", re.IGNORECASE)
_DEFANGED = re.compile(r"\[\.|\(\.\)|\[dot\]|hxxp", re.IGNORECASE)
_DETAILS = re.compile(r"^(first seen|last seen|description)\s*:", re.IGNORECASE)
_TYPE_WORDS = re.compile(
    r"\b(tls cert domain|tls fingerprint|x\.?509|ip address|ip|domain|url)\b(?=\s|$)", re.IGNORECASE
)
_SCALE = 100
"""Characters of the longest heading; a longer line without values is prose."""


def recognises(head: bytes, _name: str) -> bool:
    """Any text will do; the other formats are asked first."""
    return b"\0" not in head[:4096]


def read(stream: IO[bytes], name: str, problems: Problems) -> Iterator[Indicator]:
    """The indicators of the text, in its order."""
    heading = ""
    depth = 0
    waiting: list[Indicator] = []
    for _, raw in read_lines(stream, name, problems):
        line = raw.strip()
        if depth or re.match(r"(private\s+|global\s+)*rule\s+\w+.*", line):
            depth = max(depth + line.count("{") - line.count("}"), 0)
            if depth == 0 and "{" not in line and "}" not in line and line:
                depth = -1  # the brace stands on the next line
            depth = max(depth, 0)
            continue
        if _DETAILS.match(line):
            waiting = [_detailed(indicator, line) for indicator in waiting]
            continue
        found = list(_of_line(line, heading, name))
        if found:
            yield from waiting
            waiting = found
        elif line and (text := line.strip("#/;•*- \t:")) and len(text) <= _SCALE:
            heading = "" if _COLUMN_NAMES.search(text) or "://" in text else text
    yield from waiting


def _of_line(line: str, heading: str, name: str) -> Iterator[Indicator]:
    if line.startswith(("#", "//")):
        return
    values = _values(line, heading)
    if not values:
        return
    dates = find_dates(_without(line, values))
    header_dates = find_dates(heading) if not (dates.first or dates.last) else dates
    kind = _TYPE_WORDS.search(dates.rest)
    remark = " ".join(_TYPE_WORDS.sub(" ", dates.rest, count=1).split()).strip(" ,;-–|\t:")
    category = remark or heading
    role = role_of((kind[0] if kind else "") + " " + remark) or role_of(heading)
    for text, value in values:
        typed = read_value(text, kind[0]) if kind else None
        value = typed or value  # noqa: PLW2901 - the list's own word decides
        indicator = Indicator(
            type=value.type,
            value=value.value,
            first_seen=dates.first,
            last_seen=dates.last,
            role=role,
            port=value.port,
            source=name,
            category=category[:_SCALE],
        )
        if header_dates is not dates and header_dates.first and "active" in heading.lower():
            indicator = replace(indicator, first_seen=header_dates.first)
        yield indicator
        if value.type == "url" and (_DEFANGED.search(text) or _is_host_only(value.value)):
            yield from _host(indicator)


def _host(indicator: Indicator) -> Iterator[Indicator]:
    """The host of an address that the list made harmless or names alone; weak beside a path: it may be an abused site."""
    host = indicator.value.partition("://")[2].partition("/")[0]
    value = read_value(host, "domain")
    if value is not None and value.type in {"domain", "ipv4", "ipv6"}:
        strength = indicator.strength if _is_host_only(indicator.value) else "weak"
        yield replace(indicator, type=value.type, value=value.value, port=value.port, strength=strength)


def _is_host_only(url: str) -> bool:
    return url.partition("://")[2].partition("/")[2] == ""


def _values(line: str, heading: str) -> list[tuple[str, Value]]:
    """Words of the line that are indicators: the first, those behind a label, and any other but a bare domain."""
    found: list[tuple[str, Value]] = []
    for place, match in enumerate(_WORD.finditer(_joined(line))):
        text = _LABEL.sub("", _QUOTES.sub("", match[0]).strip(".:;"))
        hash_of = "certificate" if re.search(r"x\.?509|cert|fingerprint", heading, re.IGNORECASE) else ""
        value = read_value(text, hash_of)
        labelled = match.start() > 0 and line[: match.start()].rstrip().endswith(":")
        bare = value is not None and value.type in {"domain", "file-name", "email", "url"}
        if value is None or (bare and place and not _DEFANGED.search(match[0]) and not labelled):
            continue
        if value.type in {"file-name", "email"} or _is_path(match[0]):
            continue
        found.append((text, value))
    return found


def _joined(line: str) -> str:
    """Blanks inside a defanged dot would split the word: ``a [.] b``."""
    return re.sub(r"\s*(\[\.\]|\[dot\]|\(\.\))\s*", r"\1", line, flags=re.IGNORECASE)


def _is_path(text: str) -> bool:
    return text.startswith("/") or "\\" in text


def _without(line: str, values: list[tuple[str, Value]]) -> str:
    for text, _ in values:
        line = _joined(line).replace(text, " ", 1)
    return re.sub(r"\b[A-Za-z0-9+/]{40,}={0,2}(?=\s|$)", " ", line)


def _detailed(indicator: Indicator, line: str) -> Indicator:
    parts = {
        key.strip().lower(): value.strip()
        for key, mark, value in (part.partition(":") for part in line.split(";"))
        if mark
    }
    first = find_dates(parts.get("first seen", "")).first or indicator.first_seen
    last = find_dates(parts.get("last seen", "")).last or indicator.last_seen
    says = refang(parts.get("description", indicator.category))
    typed = read_value(indicator.value, says) if indicator.type in {"sha1", "sha256", "md5"} else None
    return replace(
        indicator,
        type=typed.type if typed else indicator.type,
        first_seen=first,
        last_seen=last,
        category=says[:_SCALE],
        role=role_of(says) or indicator.role,
    )

"""OFAC's CSV files: main, aliases, addresses and remarks that did not fit, joined by the entry number.

No header; a null is ``-0-`` and a blank; the file ends in one byte 0x1A. Every party has at least one row in the
address file, an all-null one if need be, and all files go up by entry number, which is how a file that was cut
between two rows is noticed. https://ofac.treasury.gov/sanctions-list-service describes the columns.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from holdfast.inputs.lines import read_lines
from holdfast.inputs.stream import open_input
from holdfast.inputs.table import read_csv_records
from holdfast.model.errors import SourceError
from holdfast.model.origin import Origin
from holdfast.model.party import (
    Address,
    Designation,
    Feature,
    Identifier,
    Name,
    NameKind,
    Party,
    Relation,
    Strength,
)
from holdfast.sources.interface import Reading
from holdfast.sources.names import person_name, plain_name
from holdfast.sources.remarks import Remarks, read_remarks
from holdfast.text.country import as_country

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from holdfast.model.status import Problems

_TYPES = {"": "Organization", "individual": "Person", "vessel": "Vessel", "aircraft": "Airplane"}
_KINDS = {"aka": NameKind.ALIAS, "fka": NameKind.FORMER, "nka": NameKind.ALIAS}
_COMPANY_IDS = {"uscc", "lei", "ticker", "registration", "isin", "duns"}
_OVERFLOW = 1000
"""Characters that the Remarks column holds; longer remarks go on in the comments file, in the middle of a word."""
_END = "\x1a"
_MOST_WITHOUT_ADDRESS = 0.2
"""Share of parties that may lack the address row that each should have, before the set is refused."""
_MOST_ORPHANS = 0.01
"""Share of alias and address rows that may belong to no party."""
_LONGEST_TAIL = 0.05
"""Share of the last parties that may all be without an alias."""


@dataclass(frozen=True, slots=True)
class OfacFiles:
    """The slot names of one set."""

    main: str
    aliases: str
    addresses: str
    comments: str


@dataclass(slots=True)
class _Companions:
    """Rows of the other three files, by entry number."""

    aliases: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[str, str] = field(default_factory=dict)


def read_ofac(source: str, names: OfacFiles, files: Mapping[str, Path], problems: Problems) -> Reading:
    """The parties of one set of files; a companion that is absent is simply not joined."""
    rows = list(_records(files[names.main], 12, problems))
    companions = _Companions()
    if names.aliases in files:
        for row in _records(files[names.aliases], 5, problems):
            companions.aliases[row[0]].append(row)
        _check_aliases(rows, companions, files[names.aliases].name)
    if names.addresses in files:
        for row in _records(files[names.addresses], 6, problems):
            companions.addresses[row[0]].append(row)
        _check_addresses(rows, companions, files[names.addresses].name)
    if names.comments in files:
        for number, comment in _records(files[names.comments], 2, problems):
            companions.comments[number] = companions.comments.get(number, "") + comment
    unread = problems.lost
    drafts = [_party(source, row, companions) for row in rows]
    parties = _resolve([party for party, _ in drafts])
    return Reading(tuple(parties), len(rows) + unread, unread, sum(items for _, items in drafts))


def _records(path: Path, width: int, problems: Problems) -> Iterator[list[str]]:
    """The rows, nulls emptied. Raises when the file is empty, a page of HTML, or ends within a row."""
    name, count, short = path.name, 0, 0
    with open_input(path) as stream:
        for number, cells in read_csv_records(read_lines(stream, name, problems), name, problems):
            short = 0
            if cells and cells[0].startswith(_END):
                break
            if count == 0 and cells and cells[0].lstrip().startswith("<"):
                raise SourceError(
                    "is a page of HTML or XML, not the CSV file",
                    origin=Origin(name),
                    advice="The server sent an error page; fetch the file again",
                )
            if len(cells) != width or not cells[0].strip().isdigit():
                short = number
                problems.add(
                    f"has {len(cells)} columns or no entry number, {width} columns are expected; left out",
                    Origin(name, number),
                )
                continue
            count += 1
            # The last column is free text that may be cut at a blank, so its ends are left alone.
            values = [*(cell.strip() for cell in cells[:-1]), cells[-1]]
            yield ["" if cell.strip() == "-0-" else cell for cell in values]
    if not count:
        raise SourceError("holds no rows", origin=Origin(name), advice="Fetch the file again")
    if short or _ends_in_a_row(path):
        raise SourceError(
            "ends in the middle of a row",
            origin=Origin(name, short or None),
            why="the download was cut",
            advice="Fetch the file again",
        )


def _ends_in_a_row(path: Path) -> bool:
    content = path.read_bytes()[-64:].removesuffix(_END.encode())
    return not content.endswith((b"\n", b'"', b"-0- "))


def _check_addresses(rows: list[list[str]], companions: _Companions, name: str) -> None:
    _check_orphans(rows, companions.addresses, name)
    without = [row[0] for row in rows if row[0] not in companions.addresses]
    if (without and without[-1] == rows[-1][0]) or len(without) > _MOST_WITHOUT_ADDRESS * len(rows):
        raise SourceError(
            f"lacks the rows of {len(without):,} of {len(rows):,} parties",
            origin=Origin(name),
            why="each party has at least one row there; the file was cut, or is of another date than the main file",
            advice="Fetch all files of the set again",
        )


def _check_aliases(rows: list[list[str]], companions: _Companions, name: str) -> None:
    _check_orphans(rows, companions.aliases, name)
    tail = next((n for n, row in enumerate(reversed(rows)) if row[0] in companions.aliases), len(rows))
    if tail > max(100, _LONGEST_TAIL * len(rows)):
        raise SourceError(
            f"has no row for any of the last {tail:,} of {len(rows):,} parties",
            origin=Origin(name),
            why="the file was cut, or is of another date than the main file",
            advice="Fetch all files of the set again",
        )


def _check_orphans(rows: list[list[str]], companions: Mapping[str, list[list[str]]], name: str) -> None:
    known = {row[0] for row in rows}
    orphans = sum(len(lines) for number, lines in companions.items() if number not in known)
    if orphans > max(5, _MOST_ORPHANS * sum(len(lines) for lines in companions.values())):
        raise SourceError(
            f"has {orphans:,} rows of parties that the main file does not have",
            origin=Origin(name),
            why="the main file was cut, or the files are of different dates",
            advice="Fetch all files of the set again",
        )


def _party(source: str, row: list[str], companions: _Companions) -> tuple[Party, int]:
    number, printed, kind, programmes, title = row[:5]
    remarks = read_remarks(_whole_remarks(row[11], companions.comments.get(number, "")))
    schema = _TYPES.get(kind, "LegalEntity")
    if schema == "Organization" and any(i.type in _COMPANY_IDS for i in remarks.identifiers):
        schema = "Company"
    leftovers = [*remarks.leftovers, *([] if kind in _TYPES else [f"type {kind}"])]
    party = Party(
        id=f"{source}:{number}",
        type=schema,
        names=tuple(_names(printed, schema, companions.aliases.get(number, ()), remarks)),
        identifiers=(*remarks.identifiers, *([Identifier("call-sign", row[5])] if row[5] else [])),
        addresses=tuple(_addresses(companions.addresses.get(number, ()))),
        dates=tuple(remarks.dates),
        designations=tuple(
            Designation(source, tag.strip(), measures=tuple(remarks.measures))
            for tag in programmes.split("] [")
            if tag.strip()
        ),
        relations=(*remarks.relations, *([Relation("owned-by", row[10])] if row[10] else [])),
        features=(*_column_features(row, title), *remarks.features),
        leftovers=tuple(leftovers),
    )
    return party, remarks.items


def _whole_remarks(remarks: str, comment: str) -> str:
    """The remarks with their overflow; a comment to remarks that did not overflow is an item of its own."""
    if not comment:
        return remarks
    return remarks + comment if len(remarks) >= _OVERFLOW else f"{remarks}; {comment}"


def _names(printed: str, schema: str, aliases: Iterable[list[str]], remarks: Remarks) -> Iterator[Name]:
    build = person_name if schema == "Person" else plain_name
    seen = {(printed.casefold(), Strength.STRONG)}
    yield build(printed)
    strong = [(row[3], _KINDS.get(row[2], NameKind.ALIAS), Strength.STRONG) for row in aliases]
    weak = [
        (alias.text, NameKind.FORMER if alias.former else NameKind.ALIAS, Strength.WEAK)
        for alias in remarks.aliases
    ]
    for text, kind, strength in strong + weak:
        if text and (text.casefold(), strength) not in seen:
            seen.add((text.casefold(), strength))
            yield build(text, kind, strength)


def _addresses(rows: Iterable[list[str]]) -> Iterator[Address]:
    for _, _, street, city, country, remark in rows:
        parts = [part for part in (street, city, country, remark) if part]
        if parts:
            yield split_address(street, city, "" if country == "undetermined" else country, ", ".join(parts))


def split_address(street: str, place: str, country: str, text: str) -> Address:
    """OFAC's second column holds city, region and postal code: ``Deyang, Sichuan 618000``."""
    city, _, region = place.partition(", ")
    head, _, tail = (region or city).rpartition(" ")
    code = tail if any(char.isdigit() for char in tail) else ""
    if code and region:
        region = head
    elif code:
        city = head
    return Address(street, city, region, code, as_country(country), text)


def _column_features(row: list[str], title: str) -> Iterator[Feature]:
    if title:
        yield Feature("position", title, "Title")
    for index, kind in ((6, "vessel-type"), (7, "tonnage"), (8, "gross-tonnage")):
        if row[index]:
            yield Feature(kind, row[index])
    if row[9]:
        yield Feature("flag", as_country(row[9]))


def _resolve(parties: list[Party]) -> list[Party]:
    """Relations whose target is named like exactly one party lead to its id; primary names go before aliases."""
    primary: dict[str, list[tuple[str, str]]] = defaultdict(list)
    aliases: dict[str, dict[str, str]] = defaultdict(dict)
    for party in parties:
        primary[_key(party.names[0].as_listed)].append((party.id, party.names[0].as_listed))
        for name in party.names[1:]:
            if name.strength is Strength.STRONG:
                aliases[_key(name.as_listed)][party.id] = name.as_listed

    def lead(relation: Relation) -> Relation:
        key = _key(relation.target_name)
        found = primary.get(key) or list(aliases.get(key, {}).items())
        if len(found) == 1:
            party_id, listed = found[0]
            printed = relation.target_name.rstrip(".") + ("." if listed.endswith(".") else "")
            return replace(relation, target=party_id, target_name=printed)
        return relation

    return [
        replace(party, relations=tuple(lead(relation) for relation in party.relations))
        if party.relations
        else party
        for party in parties
    ]


def _key(name: str) -> str:
    """A full stop may end the name or the remark, so it does not tell names apart."""
    return name.casefold().strip().rstrip(".")

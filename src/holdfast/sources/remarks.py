"""The grammar of the Remarks column of OFAC's CSV files.

``item; item; item.`` where an item is ``[alt. ]label value [(country)] [issued D] [expires D]``, or a weak alias in
single quotes (``a.k.a. 'NAME'``), or free text. Labels stand in ``data/ofac_labels.csv``, the words that tell what
free text is in ``data/ofac_words.csv``. Whatever is neither is left over, as printed: nothing is dropped.

OFAC prints weak aliases only here, never in ALT.CSV (FAQs 122-125 say what weak means).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from holdfast.model.party import Feature, Identifier, PartyDate, Relation
from holdfast.sources.dates import read_date
from holdfast.text.country import as_country, country_code

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Label:
    """One row of the table of labels."""

    text: str
    """As OFAC prints it."""
    kind: str
    """``id``, ``country``, ``fact``, ``date``, ``tie``, ``measure`` or ``flag``."""
    type: str
    """Our type of identifier, feature, date or relation."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name in the remarks, as printed."""

    text: str
    former: bool


@dataclass(slots=True)
class Remarks:
    """What was read from one party's remarks."""

    aliases: list[Alias] = field(default_factory=list)
    identifiers: list[Identifier] = field(default_factory=list)
    dates: list[PartyDate] = field(default_factory=list)
    features: list[Feature] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)
    items: int = 0


_ALIAS = re.compile(r"([adfn])\.[kb]\.a\.,? ['\"](.*)['\"]\.?", re.DOTALL)
_ALTERNATIVE = re.compile(r"alt\.\s+", re.IGNORECASE)
_JOINT = re.compile(r"\s*(?:[:#]|-(?=\s))?\s*")
_NOTE = re.compile(r"[\s,]*\b((?:issued|expires|expired|expiry|valid|effective|dated)\b.*)$", re.IGNORECASE)
_COUNTRY = re.compile(r"\s*\(([^()]*(?:\([^()]*\))?[^()]*)\)$")
_BARE = re.compile(
    r"((?P<email>[\w.+-]+@[\w.-]+\w)|(?:https?://|www\.)\S+?)(?: \((?:email|website)\))?\.?", re.IGNORECASE
)
_KIN = re.compile(r"([\w-]+) of (.+)")


def read_remarks(text: str) -> Remarks:
    """Everything in one party's remarks, overflow included."""
    remarks = Remarks()
    for item in split_items(text):
        remarks.items += 1
        _read_item(item, remarks)
    return remarks


def split_items(text: str) -> Iterator[str]:
    """The items as printed; joined again by ``;`` and blanks they give the text.

    A semicolon inside the quotes of an alias does not end the item.
    """
    pending = ""
    for piece in text.split(";"):
        pending = f"{pending};{piece}" if pending else piece
        item = pending.strip()
        if re.match(r"[adfn]\.[kb]\.a\.,? ['\"]", item) and not _ALIAS.fullmatch(item) and len(item) < 300:
            continue
        if item:
            yield item
        pending = ""
    if pending.strip():
        yield pending.strip()


def _read_item(item: str, remarks: Remarks) -> None:
    if match := _ALIAS.fullmatch(item):
        remarks.aliases.append(Alias(match[2].strip(), former=match[1] == "f"))
        return
    alternative = _ALTERNATIVE.match(item)
    body = item[alternative.end() :] if alternative else item
    label = _label_of(body)
    if label is None:
        _read_free(item, remarks)
        return
    rest = body[len(label.text) :]
    value = rest[_JOINT.match(rest).end() :]  # type: ignore[union-attr]  # the pattern matches the empty string
    if not _READERS[label.kind](label, value.strip(), body, remarks):
        remarks.leftovers.append(item)


def _read_id(label: Label, value: str, _body: str, remarks: Remarks) -> bool:
    bare = value.removesuffix(".") if label.type != "website" else value.rstrip(".")
    note = ""
    if found := _NOTE.search(bare):
        bare, note = bare[: found.start()].rstrip(" ,"), found[1]
    country = ""
    if (found := _COUNTRY.search(bare)) and (country_code(found[1]) or found[1].startswith("Region:")):
        bare, country = bare[: found.start()], as_country(found[1])
    name = label.text
    if label.type == "wallet":
        name, _, bare = bare.partition(" ")
    kind, bare = _exact_type(label, bare.strip())
    if not bare:
        return False
    remarks.identifiers.append(Identifier(kind, bare, country, name, note))
    return True


def _exact_type(label: Label, value: str) -> tuple[str, str]:
    """Vessels' IMO numbers share their label with other registrations; so do LEIs with other entity numbers."""
    if label.type == "imo":
        digits = value.removeprefix("IMO").strip()
        if re.fullmatch(r"\d{7}", digits):
            return "imo", digits
        return ("national-id" if label.text.startswith("Identification") else "registration"), value
    if label.type == "national-id" and re.fullmatch(r"IMO \d{7}", value):
        return "imo", value.removeprefix("IMO ")
    if label.type == "lei" and not re.fullmatch(r"[0-9A-Z]{18}\d{2}", value):
        return "registration", value
    return label.type, value


def _read_country(label: Label, value: str, _body: str, remarks: Remarks) -> bool:
    printed = value.removesuffix(".").strip()
    if not printed:
        return False
    remarks.features.append(Feature(label.type, as_country(printed), label.text))
    return True


def _read_fact(label: Label, value: str, _body: str, remarks: Remarks) -> bool:
    if not value:
        return False
    printed = value if label.type.endswith("sanctions") else value.removesuffix(".")
    text = printed.lower() if label.type == "gender" else printed
    remarks.features.append(Feature(label.type, text, label.text))
    return True


def _read_date(label: Label, value: str, _body: str, remarks: Remarks) -> bool:
    found = read_date(label.type, value)
    if found is None:
        return False
    remarks.dates.append(found)
    return True


def _read_tie(label: Label, value: str, _body: str, remarks: Remarks) -> bool:
    if not value:
        return False
    remarks.relations.append(Relation(label.type, value))
    return True


def _read_measure(label: Label, value: str, _body: str, remarks: Remarks) -> bool:
    if not value:
        return False
    remarks.measures.append(value.removesuffix("."))
    remarks.features.append(Feature(label.type, value, label.text))
    return True


def _read_flag(label: Label, _value: str, body: str, remarks: Remarks) -> bool:
    remarks.features.append(Feature(label.type, body))
    return True


_READERS = {
    "id": _read_id,
    "country": _read_country,
    "fact": _read_fact,
    "date": _read_date,
    "tie": _read_tie,
    "measure": _read_measure,
    "flag": _read_flag,
}


def _read_free(item: str, remarks: Remarks) -> None:
    kinds = _words()
    kin = _KIN.fullmatch(item)
    if kin and kinds.get(kin[1].lower()) == "kin":
        remarks.relations.append(Relation("family-of", kin[2], note=kin[1]))
        return
    if any(kinds.get(word) == "position" for word in re.findall(r"[a-z]+", item.lower())):
        remarks.features.append(Feature("position", item.removesuffix(".")))
        return
    if bare := _BARE.fullmatch(item):
        remarks.identifiers.append(Identifier("email" if bare["email"] else "website", bare[1]))
        return
    remarks.leftovers.append(item)


def _label_of(text: str) -> Label | None:
    """The longest label that the text starts with, at a word's end."""
    first = _first_word(text)
    folded = text.casefold()
    for label in _labels().get(first, ()):
        if folded.startswith(label.text.casefold()):
            after = text[len(label.text) : len(label.text) + 1]
            if not after.isalnum():
                return label
    return None


def _first_word(text: str) -> str:
    return re.match(r"[\w']*", text.casefold())[0]  # type: ignore[index]  # the pattern matches the empty string


@cache
def _labels() -> dict[str, list[Label]]:
    by_word: dict[str, list[Label]] = {}
    for row in _table("ofac_labels.csv"):
        label = Label(row["label"], row["kind"], row["type"])
        by_word.setdefault(_first_word(label.text), []).append(label)
    for labels in by_word.values():
        labels.sort(key=lambda label: -len(label.text))
    return by_word


@cache
def _words() -> dict[str, str]:
    return {row["word"]: row["kind"] for row in _table("ofac_words.csv")}


def _table(name: str) -> Iterator[dict[str, str]]:
    text = files("holdfast.sources.data").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))

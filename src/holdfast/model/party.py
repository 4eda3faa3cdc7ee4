"""Who is listed: a party with its names, identifiers, addresses, designations and relations.

``type`` is a FollowTheMoney schema name (https://followthemoney.tech/explorer/): ``Person``, ``Company``,
``Organization``, ``LegalEntity``, ``Vessel``, ``Airplane``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class NameKind(StrEnum):
    """What a name is to its party."""

    PRIMARY = "primary"
    ALIAS = "alias"
    FORMER = "former"


class Strength(StrEnum):
    """How far a name alone identifies: OFAC's strong and weak a.k.a. (FAQs 122-125), the EU's ``strong`` flag."""

    STRONG = "strong"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is listed, and in the order in which it is spoken."""

    text: str
    """In natural order: ``Kecheng YIN`` where the list prints ``YIN, Kecheng``."""
    kind: NameKind = NameKind.PRIMARY
    strength: Strength = Strength.STRONG
    listed: str = ""
    """Exactly as the list prints it; empty when the same as ``text``."""
    family: str = ""
    """The family name, where the list marks it."""
    given: str = ""
    """The given names, where the list marks them."""
    language: str = ""
    """ISO 639-1, where the list says."""

    @property
    def as_listed(self) -> str:
        """The name as the list prints it."""
        return self.listed or self.text


IDENTIFIER_TYPES = frozenset(
    {
        "uscc", "lei", "imo", "mmsi", "bic", "passport", "national-id", "tax-id", "registration", "wallet", "ticker",
        "isin", "duns", "website", "email", "phone", "tail-number", "call-sign", "account",
    }
)  # fmt: skip
"""Types of identifier that have a meaning; any other is ``other``."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number or code that points at one party.

    ``type`` is one of :data:`IDENTIFIER_TYPES`, or ``other``.
    """

    type: str
    value: str
    """As printed."""
    country: str = ""
    """ISO 3166-1 alpha-2 where the printed country is known, else as printed."""
    label: str = ""
    """The list's own word for the type, and the currency of a wallet (``XBT``)."""
    note: str = ""
    """Dates of issue and expiry and other remarks."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address; every part may be empty."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2 where known, else as printed."""
    text: str = ""
    """The whole, as printed."""


@dataclass(frozen=True, slots=True)
class PartyDate:
    """A dated fact: birth, establishment, build.

    ``low`` and ``high`` are the first and last day (ISO 8601) of what is printed; ``circa`` says that the list itself
    says about, and how far that widens it is the policy of whoever compares.
    """

    kind: str
    """``birth``, ``established``, ``built``."""
    low: str
    high: str
    circa: bool = False
    text: str = ""
    """As printed."""


@dataclass(frozen=True, slots=True)
class Designation:
    """That an authority put the party on a list, and under which programme."""

    list: str
    """``us_ofac_sdn``, ``gb_uksl``, ``eu_fsf``, ``un_sc``, ``au_dfat``, ``ca_sema``, ``ch_seco``, ``us_ofac_cons``, ``us_bis_entity``, ``private``, ``dossier``."""
    programme: str
    """The authority's tag: ``CYBER2``, ``EU-CYB``."""
    authority: str = ""
    """Legal basis as the list or the notice states it."""
    listed_on: str = ""
    """ISO date, where known."""
    ended_on: str = ""
    """ISO date of the delisting, where known."""
    source: str = ""
    """Document or address the fact was taken from."""
    measures: tuple[str, ...] = ()
    """What the list says is imposed (``Asset freeze``, ``Travel ban``); empty where it says nothing."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A tie between two parties as the list states it; a lead, never an ownership percentage."""

    kind: str
    """``linked-to``, ``owned-or-controlled-by``, ``acting-for``, ``family-of``, ``leader-of``, …"""
    target_name: str
    target: str = ""
    """Party id, where it could be resolved."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Feature:
    """Anything else a list says of a party, under a type of ours: ``nationality``, ``gender``, ``birth-place`` and so on."""

    type: str
    value: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One listed party of one list."""

    id: str
    """``SOURCE:ID``, for instance ``us_ofac_sdn:50543``."""
    type: str
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...] = ()
    addresses: tuple[Address, ...] = ()
    dates: tuple[PartyDate, ...] = ()
    designations: tuple[Designation, ...] = ()
    relations: tuple[Relation, ...] = ()
    features: tuple[Feature, ...] = ()
    leftovers: tuple[str, ...] = field(default=())
    """Pieces of the row that no parser took, as printed: counted and shown, never dropped."""

    @property
    def name(self) -> str:
        """The primary name, in natural order."""
        return self.names[0].text

    @property
    def source(self) -> str:
        """The list that the party stands on."""
        return self.id.partition(":")[0]

    @property
    def programmes(self) -> tuple[str, ...]:
        """Programme tags, each once, in the list's order."""
        return tuple(dict.fromkeys(designation.programme for designation in self.designations))

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries of addresses, nationalities and identifiers, each once."""
        found = [address.country for address in self.addresses]
        found += [
            f.value for f in self.features if f.type in {"nationality", "citizenship", "flag", "country"}
        ]
        found += [identifier.country for identifier in self.identifiers]
        return tuple(dict.fromkeys(country for country in found if country))

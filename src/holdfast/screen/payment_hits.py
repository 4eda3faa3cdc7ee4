"""The hits of one message: made from what was recognised, and kept once a field and party."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from holdfast.screen.payment_decision import FieldHit, HitKind
from holdfast.screen.query import Why

if TYPE_CHECKING:
    from holdfast.model.payment import PaymentField
    from holdfast.screen.codes import CodeHit
    from holdfast.screen.geography import Place, PlaceHit
    from holdfast.screen.payments import Desk
    from holdfast.screen.query import Hit


class Span(NamedTuple):
    """A text as it was read, and the part of it that was recognised."""

    text: str
    start: int
    end: int

    @classmethod
    def whole(cls, text: str) -> Span:
        """All of a text."""
        return cls(text, 0, len(text))


class Spot(NamedTuple):
    """Where in the message a hit stands."""

    where: str
    role: str
    transaction: int

    @classmethod
    def of(cls, field: PaymentField) -> Spot:
        """That of a field."""
        return cls(field.where, field.role, field.transaction)


class HitBook:
    """Collects the hits of one message."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._hits: dict[tuple[str, str, HitKind], FieldHit] = {}

    def all(self) -> list[FieldHit]:
        """Those that hold and those that were cleared, strongest first.

        Of equals, an official list comes before the dossier, then the order of the transactions decides.
        """
        return sorted(self._hits.values(), key=_rank)

    def held_fields(self) -> set[str]:
        """Where something holds the message already."""
        return {hit.field for hit in self._hits.values() if hit.holds}

    def match(self, field: PaymentField, span: Span, hit: Hit, kind: HitKind, cleared: str = "") -> None:
        """A party that the screener recognised; ``cleared`` says why it holds nothing."""
        self._keep(
            FieldHit(
                field=field.where,
                role=field.role,
                text=span.text,
                start=span.start,
                end=span.end,
                party=hit.party,
                listed_name=hit.listed_name,
                score=hit.score,
                holds=hit.hit and not cleared,
                why=(Why("cleared", 0.0, cleared), *hit.why) if cleared else hit.why,
                kind=HitKind.OWNED if hit.party.startswith("owned:") else kind,
                transaction=field.transaction,
                lists=hit.lists,
                programmes=hit.programmes,
                effect=self._desk.effect_of(hit.party).kind,
            )
        )

    def code(self, field: PaymentField, text: str, code: CodeHit, says: str, kind: HitKind) -> None:
        """A listed code."""
        reason = Why(f"identifier-{code.type}", 1.0, says)
        self.known(field, Span(text, code.start, code.end), code.party, reason, kind)

    def known(
        self,
        field: PaymentField,
        span: Span,
        party_id: str,
        reason: Why,
        kind: HitKind = HitKind.PARTY,
    ) -> None:
        """A listed party for one reason that is enough."""
        party = self._desk.party(party_id)
        self._keep(
            FieldHit(
                field=field.where,
                role=field.role,
                text=span.text,
                start=span.start,
                end=span.end,
                party=party_id,
                listed_name=party.names[0].as_listed,
                score=reason.score,
                holds=True,
                why=(reason,),
                kind=HitKind.OWNED if party_id.startswith("owned:") else kind,
                transaction=field.transaction,
                lists=tuple(dict.fromkeys(designation.list for designation in party.designations)),
                programmes=party.programmes,
                effect=self._desk.effect_of(party_id).kind,
            )
        )

    def found_place(self, field: PaymentField, text: str, found: PlaceHit) -> None:
        """A place that the gazetteer found in a text."""
        span = Span(text, found.start, found.end)
        self.place(Spot.of(field), span, found.place, found.says, holds=found.counts)

    def place(self, spot: Spot, span: Span, place: Place, says: str, *, holds: bool = True) -> None:
        """An embargoed place, or what only looks like one."""
        score = 1.0 if holds else 0.3
        self._keep(
            FieldHit(
                field=spot.where,
                role=spot.role,
                text=span.text,
                start=span.start,
                end=span.end,
                party=f"place:{place.key}",
                listed_name=place.name,
                score=score,
                holds=holds,
                why=(Why("place", score, says),),
                kind=HitKind.PLACE,
                transaction=spot.transaction,
                effect=place.advice,
            )
        )

    def _keep(self, hit: FieldHit) -> None:
        """Once a field and party: the reading that says most."""
        key = (hit.field, hit.party, HitKind.PLACE if hit.kind is HitKind.PLACE else HitKind.PARTY)
        known = self._hits.get(key)
        if known is None or (hit.holds, hit.score) > (known.holds, known.score):
            self._hits[key] = hit


def _rank(hit: FieldHit) -> tuple[object, ...]:
    return -hit.score, hit.party.startswith("dossier:"), hit.transaction, hit.field, hit.party

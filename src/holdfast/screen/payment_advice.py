"""Block or reject: what a hold means for the money, by programme and by whose interest it is.

A listed person's interest in the property, of any nature, direct or indirect, means that it is blocked: frozen where it
is, moved to a blocked account, never returned, set off or cancelled (31 CFR 501.603; OFAC FAQ 53 and its family). A
dealing that is prohibited without such an interest (an embargoed place, a sectoral directive) is rejected: refused, and
the funds go back (31 CFR 501.604). Under UK and EU law funds of a designated person are frozen; sending them back to
the sender is itself a breach. Where both stand in one message, nothing goes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.screen.payment_decision import Advice, FieldHit, HitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from holdfast.model.effect import Effect
    from holdfast.model.payment import PaymentMessage
    from holdfast.screen.geography import Place

_RETURNS = (
    "pacs.004",
    "camt.056",
    "camt.055",
    "pacs.007",
    "pain.007",
    "camt.029",
    "MT192",
    "MT292",
    "MT195",
    "MT295",
)
_ORDER = ("block", "freeze", "hold", "reject", "review")
_NEVER_BACK = "Do not return, set off or cancel the funds"


def advise(
    message: PaymentMessage,
    hits: Iterable[FieldHit],
    effect_of: Callable[[str], Effect],
    places: dict[str, Place],
) -> Advice | None:
    """The gravest advice that the hits ask for; None when no hit holds the message."""
    found = [_of_hit(hit, effect_of, places) for hit in hits]
    if not found:
        return None
    gravest = min(found, key=lambda advice: _ORDER.index(advice.act))
    blocking = [advice for advice in found if advice.act in {"block", "freeze"}]
    says = gravest.says
    if blocking and message.type.startswith(_RETURNS):
        says = f"{says} This message asks for a return or a recall: do not carry it out."
    bases = dict.fromkeys(advice.basis for advice in found if advice.act == gravest.act and advice.basis)
    return Advice(gravest.act, says, "; ".join(bases), gravest.report)


def _of_hit(hit: FieldHit, effect_of: Callable[[str], Effect], places: dict[str, Place]) -> Advice:
    if hit.kind is HitKind.PLACE:
        return _of_place(hit, places[hit.party.removeprefix("place:")])
    effect = effect_of(hit.party)
    whose = f"{hit.listed_name} as {hit.role}" if hit.role else hit.listed_name
    if not effect.blocks:
        act = effect.advice if effect.advice in _ORDER else "hold"
        return Advice(
            "hold" if act == "review" else act, f"{whose}: {effect.sentence}", effect.basis, effect.report
        )
    act, verb = ("block", "Block") if effect.kind == "blocked" else ("freeze", "Freeze")
    if hit.kind is HitKind.MENTION:
        says = (
            f"Hold: {hit.listed_name} is named in the text. Find out whether it has any interest in the payment, direct or "
            f"indirect; if it has, {act}. {_NEVER_BACK} meanwhile."
        )
        return Advice("hold", says, effect.basis, effect.report)
    owned = " (owned by half or more by blocked persons)" if hit.kind is HitKind.OWNED else ""
    where = " and move it to a blocked, interest-bearing account" if act == "block" else ""
    says = f"{verb} the payment{where}: {whose}{owned} has an interest in it. {_NEVER_BACK}."
    return Advice(act, says, effect.basis, effect.report)


def _of_place(hit: FieldHit, place: Place) -> Advice:
    where = f"{place.name} ({hit.field})"
    if place.advice == "block":
        says = f"Block the payment: {where}. {place.says} {_NEVER_BACK}."
        return Advice("block", says, place.basis, "us-blocking-report")
    if place.advice == "reject":
        says = (
            f"Reject the payment unless a blocked person has an interest in it: {where}. {place.says} "
            "Check that before any funds go back."
        )
        return Advice("reject", says, place.basis, "us-reject-report")
    return Advice("hold", f"Hold for review: {where}. {place.says}", place.basis)

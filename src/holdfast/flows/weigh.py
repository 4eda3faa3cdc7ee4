"""What a touch is worth, and why, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.flows.finding import Why
from holdfast.flows.timing import Timing, days_after

if TYPE_CHECKING:
    from holdfast.flows.policy import Policy
    from holdfast.flows.touches import Touch
    from holdfast.model.indicator import Indicator

_HOW = {
    "flow": "connected to",
    "dns": "asked for a name under",
    "tls": "opened TLS to a name under",
    "http": "asked by HTTP for",
    "certificate": "was shown",
    "file": "received",
    "answer": "resolved a name to",
}


def weigh(touch: Touch, policy: Policy) -> tuple[float, tuple[Why, ...]]:
    """Score and reasons of a touch."""
    whys = [_listed(touch, policy), *_ports(touch, policy)]
    strong = [item for item in touch.indicators if item.strength != "weak"]
    if not strong:
        whys.append(Why("weak", policy.score["weak"], "the list itself grades the indicator as weak"))
    if touch.indicators[0].type == "cidr":
        says = f"a whole network is listed ({touch.indicators[0].value}), not this address"
        whys.append(Why("network", policy.score["network"], says))
    if touch.how == "answer":
        says = "the name resolved to the listed address; whether it was then reached, flows would tell"
        whys.append(Why("resolved", policy.score["resolved"], says))
    if touch.answered is False:
        says = "no flow shows an answer: the server may be gone, or the answer was not seen"
        whys.append(Why("unanswered", policy.score["unanswered"], says))
    whys += _roles(touch, policy)
    score = whys[0].score
    for why in whys[1:]:
        score *= why.score
    return min(score, 1.0), tuple(whys)


def _listed(touch: Touch, policy: Policy) -> Why:
    timing = touch.timing
    indicator = touch.indicators[0]
    named = indicator.value if touch.side != "source" else f"{indicator.value}, which came to it"
    who = f" ({indicator.actor})" if indicator.actor else ""
    verb = _HOW[touch.how] if touch.side != "source" else "was reached from"
    sources = "; ".join(sorted({item.source for item in touch.indicators if item.source}))
    says = f"{verb} {named}{who}, listed by {sources or 'an unnamed list'}: {_when(touch, timing, policy)}"
    return Why(timing.value, policy.score[timing.value], says)


def _when(touch: Touch, timing: Timing, policy: Policy) -> str:
    nearest = _nearest(touch)
    span = f"{nearest.first_seen or '…'} to {nearest.last_seen or '…'}"
    share = f"{touch.timings[timing]} of {touch.flows} flows"
    match timing:
        case Timing.WINDOW:
            return f"{share} in the published window, {span}"
        case Timing.GRACE:
            days = policy.timing["grace_after_days"]
            return f"{share} within {days} days after the published window, {span}; servers are kept about so long"
        case Timing.EARLY:
            return f"before the published window, {span}"
        case Timing.STALE:
            days = days_after(nearest, touch.first)
            return f"{days} days after the published window, {span}: the address has probably changed hands"
        case Timing.UNDATED:
            return "the list gives no dates"


def _nearest(touch: Touch) -> Indicator:
    """Of several windows the one that ends last."""
    return max(touch.indicators, key=lambda item: item.last_seen or item.first_seen)


def _ports(touch: Touch, policy: Policy) -> list[Why]:
    wanted = {item.port for item in touch.indicators if item.port is not None}
    if not wanted or not touch.ports or touch.how != "flow":
        return []
    shown = ", ".join(map(str, sorted(wanted)))
    if wanted & set(touch.ports):
        return [Why("port", policy.score["port"], f"on the published port {shown}")]
    used = ", ".join(map(str, sorted(touch.ports)[:5]))
    return [Why("other_port", policy.score["other_port"], f"on port {used}, not on the published {shown}")]


def _roles(touch: Touch, policy: Policy) -> list[Why]:
    roles = {item.role for item in touch.indicators}
    if "sinkhole" in roles:
        return [Why("sinkhole", 1.0, "a sinkhole answers in the actor's place: who asks for it is infected")]
    if "scanner" in roles and touch.side == "source":
        says = "a listed scanner came to it: an attack, not an infection"
        return [Why("inbound_scan", policy.score["inbound_scan"], says)]
    if "management" in roles and touch.side == "source":
        return [
            Why(
                "inbound_management",
                1.0,
                "the management tier came to it: it may be one of the servers itself",
            )
        ]
    return []

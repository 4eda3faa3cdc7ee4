"""How deep values may lie within values: what looks into an event goes down level by level, and must come to an end."""

from __future__ import annotations

DEEPEST = 100
"""Levels of an event; no log has so many."""
TOO_DEEP = f"is nested deeper than {DEEPEST} levels; skipped"


def may_be_deep(raw: bytes) -> bool:
    """Whether JSON has brackets enough to be too deep; quick to ask of every event, most of which have none inside."""
    return _has_many(raw, b"{") or _has_many(raw, b"[")


def _has_many(raw: bytes, bracket: bytes) -> bool:
    place = 0
    for _ in range(DEEPEST // 2):
        place = raw.find(bracket, place) + 1
        if not place:
            return False
    return True


def is_deep(event: object) -> bool:
    """Whether it is nested too deeply."""
    level = [event]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True

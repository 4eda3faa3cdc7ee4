"""Correlation rules as they are written.

https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-correlation-rules-specification.md (2.1.0)
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.hunt.modifiers import RuleError
from holdfast.hunt.rule import Correlation

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES = {
    "event_count", "value_count", "temporal", "temporal_ordered", "value_sum", "value_avg", "value_percentile",
}  # fmt: skip
COMPARISONS = {"gt", "gte", "lt", "lte", "eq", "neq"}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "M": 30 * 86400, "y": 365 * 86400}
_NEEDS_FIELD = {"value_count", "value_sum", "value_avg", "value_percentile"}


def parse_correlation(document: Mapping[str, Any], file: str) -> Correlation:
    """One correlation rule; :class:`RuleError` when it makes no sense."""
    section = document["correlation"]
    if not isinstance(section, dict):
        raise RuleError("the correlation is not a map")
    kind = str(section.get("type") or "")
    if kind not in TYPES:
        raise RuleError(f"the correlation type {kind!r} is not one of {', '.join(sorted(TYPES))}")
    rules = _texts(section.get("rules"))
    if not rules:
        raise RuleError("the correlation names no rules")
    conditions, fields, percentile = _condition(section.get("condition"), kind, len(rules))
    return Correlation(
        id=str(document.get("id") or document.get("name") or document.get("title") or Path(file).stem),
        title=str(document.get("title") or document.get("name") or Path(file).stem),
        level=str(document.get("level") or "medium").lower(),
        type=kind,
        rules=rules,
        group_by=_texts(section.get("group-by")),
        timespan=_timespan(section.get("timespan") or section.get("timeframe")),
        conditions=conditions,
        fields=fields,
        percentile=percentile,
        aliases=_aliases(section.get("aliases")),
        generate=bool(section.get("generate", document.get("generate", False))),
        name=str(document.get("name") or ""),
        tags=_texts(document.get("tags")),
        description=str(document.get("description") or ""),
        file=file,
        details={"own": True} if isinstance(document.get("holdfast"), dict) else {},
    )


def _condition(
    section: Any, kind: str, rules: int
) -> tuple[tuple[tuple[str, float], ...], tuple[str, ...], float]:
    if section is None and kind in {"temporal", "temporal_ordered"}:
        return (("gte", float(rules)),), (), 50.0
    if not isinstance(section, dict):
        raise RuleError("the correlation has no condition")
    unknown = section.keys() - COMPARISONS - {"field", "percentile"}
    if unknown:
        raise RuleError(f"the correlation's condition has {min(map(str, unknown))!r}, which is unknown")
    fields = _texts(section.get("field"))
    if kind in _NEEDS_FIELD and not fields:
        raise RuleError(f"{kind} needs a field in its condition")
    try:
        comparisons = tuple((name, float(section[name])) for name in section if name in COMPARISONS)
        percentile = float(section.get("percentile", 50))
    except (TypeError, ValueError) as error:
        raise RuleError(f"the correlation's condition compares with no number ({error})") from error
    if not comparisons:
        raise RuleError("the correlation's condition compares nothing")
    return comparisons, fields, percentile


def _timespan(text: Any) -> float:
    found = re.fullmatch(r"(\d+)([smhdwMy])", str(text or ""))
    if found is None:
        raise RuleError(f"the timespan {text!r} is not a number with s, m, h or d")
    return int(found.group(1)) * float(_UNITS[found.group(2)])


def _aliases(section: Any) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    if section is None:
        return ()
    if not isinstance(section, dict) or not all(isinstance(fields, dict) for fields in section.values()):
        raise RuleError("the aliases are not maps of rule to field")
    return tuple(
        (str(alias), tuple((str(rule), str(field)) for rule, field in fields.items()))
        for alias, fields in section.items()
    )


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)

"""Fields that a log does not hold as Sigma names them, made from those it holds.

Each form is a function of the values of some fields of one event; which fields, and for which log, stands in
``data/logsources.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.model.event import ABSENT, Column, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_INTEGRITY = {
    "S-1-16-0": "Untrusted", "S-1-16-4096": "Low", "S-1-16-8192": "Medium", "S-1-16-8448": "MediumPlus",
    "S-1-16-12288": "High", "S-1-16-16384": "System", "S-1-16-20480": "Protected",
}  # fmt: skip
"""Mandatory integrity labels (learn.microsoft.com, well-known SIDs)."""

_REGISTRY_ROOTS = (
    ("\\REGISTRY\\MACHINE\\", "HKLM\\"),
    ("\\REGISTRY\\USER\\", "HKU\\"),
    ("\\REGISTRY\\A\\", "HKA\\"),
)
_CONTROL_SETS = ("ControlSet001", "ControlSet002", "ControlSet003")
_REGISTRY_OPERATIONS = {"%%1904": "SetValue", "%%1905": "SetValue", "%%1906": "DeleteValue"}
"""Operation types of event 4657: a value was created, changed, deleted."""
_DWORD, _QWORD = "%%1876", "%%1883"


def _text(value: Value) -> str:
    if isinstance(value, tuple):
        return value[0] if value else ""
    return "" if value is None or value == "-" else value


def _first(values: Sequence[Value]) -> Value:
    return next((value for value in values if value), None)


def _account(values: Sequence[Value]) -> Value:
    r"""``DOMAIN\name`` of the target account where the event names one, else of the subject."""
    texts = [_text(value) for value in values]
    if len(texts) == 4 and texts[3]:
        return f"{texts[2]}\\{texts[3]}"
    if not texts[1]:
        return None
    known = {"SYSTEM", "LOCAL SERVICE", "NETWORK SERVICE"}
    domain = "NT AUTHORITY" if texts[1].upper() in known else texts[0]
    return f"{domain}\\{texts[1]}"


def _integrity(values: Sequence[Value]) -> Value:
    return _INTEGRITY.get(_text(values[0]).removeprefix("Mandatory Label\\"), _text(values[0]) or None)


def _registry_path(values: Sequence[Value]) -> Value:
    r"""As Sysmon writes it: ``HKLM\System\CurrentControlSet\…\Name``."""
    key, name = _text(values[0]), _text(values[1])
    if not key:
        return None
    for native, short in _REGISTRY_ROOTS:
        if key.upper().startswith(native):
            key = short + key[len(native) :]
    for numbered in _CONTROL_SETS:
        key = key.replace(numbered, "CurrentControlSet")
    return f"{key}\\{name}" if name else key


def _registry_value(values: Sequence[Value]) -> Value:
    """As Sysmon writes it: ``DWORD (0x00000001)``."""
    kind, value = _text(values[0]), _text(values[1])
    if kind in {_DWORD, "REG_DWORD", _QWORD, "REG_QWORD"}:
        try:
            number = int(value, 0)
        except ValueError:
            return value
        if kind in {_DWORD, "REG_DWORD"}:
            return f"DWORD (0x{number:08x})"
        return f"QWORD (0x{number >> 32:08x}-0x{number & 0xFFFFFFFF:08x})"
    return value


def _registry_event(values: Sequence[Value]) -> Value:
    return _REGISTRY_OPERATIONS.get(_text(values[0]), "SetValue")


FORMS: dict[str, Callable[[Sequence[Value]], Value]] = {
    "first": _first,
    "account": _account,
    "integrity": _integrity,
    "registry-path": _registry_path,
    "registry-value": _registry_value,
    "registry-event": _registry_event,
}


def derive(form: str, parts: Sequence[Column]) -> Column:
    """The column that the form makes of others; computed once for each different combination of values."""
    import numpy as np

    make = FORMS[form]
    stacked = np.stack([part.codes for part in parts], axis=1)
    combinations, places = np.unique(stacked, axis=0, return_inverse=True)
    table: dict[Value, int] = {}
    codes = np.empty(len(combinations), np.int32)
    for number, combination in enumerate(combinations.tolist()):
        value = make(
            [
                None if code == ABSENT else part.values[code]
                for code, part in zip(combination, parts, strict=True)
            ]
        )
        codes[number] = ABSENT if value is None else table.setdefault(value, len(table))
    return Column(codes[places.reshape(-1)], list(table))

"""Where a value came from, precisely enough to find it again years later."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in an input: file, line or record, field."""

    file: str
    """Path as the user gave it, ``-`` for standard input, or the name of a published file."""
    line: int | None = None
    """Line, counted from 1, where the format has lines."""
    record: str | None = None
    """Record number or id, where the format has records."""
    field: str | None = None
    """Column, element path or tag."""

    def __str__(self) -> str:
        """``customers.csv, line 17, field name``."""
        parts = [self.file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.record is not None:
            parts.append(f"record {self.record}")
        if self.field is not None:
            parts.append(f"field {self.field}")
        return ", ".join(parts)

    def to_dict(self) -> dict[str, str | int]:
        """Only the parts that are known, for JSON."""
        known = {"file": self.file, "line": self.line, "record": self.record, "field": self.field}
        return {key: value for key, value in known.items() if value is not None}

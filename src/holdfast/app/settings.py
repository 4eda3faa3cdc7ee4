"""Where things live; the only place that reads the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Fixed for a run."""

    home: Path
    """Folder of editions, indexes and the ledger."""

    @classmethod
    def from_environment(cls, home: Path | None = None) -> Settings:
        """``home`` if given, else ``HOLDFAST_HOME``, else the user's data folder (``XDG_DATA_HOME``)."""
        if home is not None:
            return cls(home)
        if named := os.environ.get("HOLDFAST_HOME"):
            return cls(Path(named))
        data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        return cls(Path(data) / "holdfast")

"""ATT&CK techniques named by the tags of rules."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TECHNIQUE = re.compile(r"attack\.(t\d{4}(?:\.\d{3})?)$", re.IGNORECASE)


def techniques_of(tags: Iterable[str]) -> list[str]:
    """Ids such as ``T1059.001`` among tags such as ``attack.t1059.001``, each once, in order."""
    found = (_TECHNIQUE.match(tag) for tag in tags)
    return list(dict.fromkeys(match.group(1).upper() for match in found if match))

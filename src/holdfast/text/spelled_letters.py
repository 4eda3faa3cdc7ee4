"""Letters written by their names: Es Di Es and Esdies for SDS, as Russian spells foreign abbreviations out.

Lists romanise what a register in Cyrillic writes, so that an English abbreviation comes back as a row of syllables.
"""

from __future__ import annotations

from functools import lru_cache

FEWEST = 3
"""Letters of an abbreviation that is written as one word; apart, two do."""
_NAMES = {
    "ey": "a", "ei": "a", "bi": "b", "be": "b", "si": "c", "di": "d", "de": "d", "i": "e", "ef": "f", "dzhi": "g",
    "eich": "h", "eych": "h", "ay": "i", "ai": "i", "dzhey": "j", "dzhei": "j", "key": "k", "kei": "k", "ka": "k", "el": "l",
    "em": "m", "en": "n", "ou": "o", "pi": "p", "pe": "p", "kyu": "q", "ar": "r", "er": "r", "es": "s", "ti": "t", "te": "t",
    "yu": "u", "vi": "v", "ve": "v", "dablyu": "w", "dabl": "w", "iks": "x", "eks": "x", "uay": "y", "vay": "y",
    "zed": "z", "zet": "z",
}  # fmt: skip
_LONGEST = max(map(len, _NAMES))


def letter_runs(texts: list[str]) -> list[tuple[int, int, str]]:
    """Where names of letters begin and end, and the letters; two words or more, or one that is nothing else."""
    found = []
    start = 0
    for place in range(len(texts) + 1):
        if place < len(texts) and len(texts[place]) > 1 and texts[place] in _NAMES:
            continue
        if place - start > 1:
            found.append((start, place, "".join(_NAMES[text] for text in texts[start:place])))
        start = place + 1
        if place < len(texts) and len(texts[place]) >= 2 * FEWEST and (letters := _in_one_word(texts[place])):
            found.append((place, place + 1, letters))
    return found


@lru_cache(maxsize=1 << 14)
def _in_one_word(word: str) -> str:
    """The letters of a word that is names of letters and nothing else; empty for all others."""
    letters, rest = "", word
    while rest:
        size = next((n for n in range(min(_LONGEST, len(rest)), 1, -1) if rest[:n] in _NAMES), 0)
        if not size:
            return ""
        letters, rest = letters + _NAMES[rest[:size]], rest[size:]
    return letters if len(letters) >= FEWEST else ""

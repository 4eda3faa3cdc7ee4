"""Any script to plain Latin letters, one word at a time.

Tables per script (``data/romanise.csv``), longest match first; Hangul is taken apart by arithmetic (The Unicode
Standard, 3.12) and written in the Revised Romanization; Han characters and scripts without a table go through
``anyascii``. The result is a spelling to compare, not one to print.
"""

from __future__ import annotations

import re
from functools import cache

from anyascii import anyascii

from holdfast.text.script import script_of
from holdfast.text.tables import rows

_INITIALS = [
    "g",
    "kk",
    "n",
    "d",
    "tt",
    "r",
    "m",
    "b",
    "pp",
    "s",
    "ss",
    "-",
    "j",
    "jj",
    "ch",
    "k",
    "t",
    "p",
    "h",
]
_VOWELS = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_FINALS = [
    "-",
    "k",
    "k",
    "ks",
    "n",
    "nj",
    "nh",
    "t",
    "l",
    "lk",
    "lm",
    "lb",
    "ls",
    "lt",
    "lp",
    "lh",
    "m",
    "p",
    "ps",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "h",
]
_CODAS = [
    "-",
    "g",
    "kk",
    "gs",
    "n",
    "nj",
    "nh",
    "d",
    "l",
    "lg",
    "lm",
    "lb",
    "ls",
    "lt",
    "lp",
    "lh",
    "m",
    "b",
    "bs",
    "s",
    "ss",
    "ng",
    "j",
    "ch",
    "k",
    "t",
    "p",
    "h",
]


def romanise(word: str, script: str) -> str:
    """The word, all of one script and in lower case, in Latin letters."""
    if script == "hangul":
        return "".join(map(_syllable, word))
    if script == "kana":
        word = "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in word)
    table = _tables().get(script)
    if table is None:
        return "".join(char if char.isalnum() else "" for char in anyascii(word).lower())
    pattern, letters = table
    marked = f"^{word}$"
    return pattern.sub(lambda match: letters[match.group()], marked).strip("^$")


def syllables(word: str) -> list[str]:
    """The reading of each Han character, in pinyin."""
    return [anyascii(char).lower() for char in word]


def parts_of_syllable(char: str) -> tuple[str, ...]:
    """The parts of a Hangul syllable by place: ``g<``, ``i``, ``m>``; a silent one is left out."""
    code = ord(char) - 0xAC00
    if not 0 <= code < 11172:
        return (char,)
    first, rest = divmod(code, 588)
    vowel, final = divmod(rest, 28)
    opening = (f"{_INITIALS[first]}<",) if _INITIALS[first] != "-" else ()
    closing = (f"{_CODAS[final]}>",) if final else ()
    return (*opening, _VOWELS[vowel], *closing)


def _syllable(char: str) -> str:
    code = ord(char) - 0xAC00
    if not 0 <= code < 11172:
        return anyascii(char).lower()
    first, rest = divmod(code, 588)
    vowel, final = divmod(rest, 28)
    return (_INITIALS[first] + _VOWELS[vowel] + _FINALS[final]).replace("-", "")


@cache
def _tables() -> dict[str, tuple[re.Pattern[str], dict[str, str]]]:
    letters: dict[str, dict[str, str]] = {}
    for row in rows("romanise"):
        letters.setdefault(row["script"], {})[row["from"]] = row["to"]
    return {script: (_longest_first(table), table) for script, table in letters.items()}


def _longest_first(table: dict[str, str]) -> re.Pattern[str]:
    keys = sorted(table, key=len, reverse=True)
    return re.compile("|".join(re.escape(key) for key in keys))


def script_runs(word: str) -> list[tuple[str, str]]:
    """The word in pieces of one script each; digits and signs go with what stands before them."""
    runs: list[tuple[str, str]] = []
    for char in word:
        script = script_of(char)
        if runs and (script in {runs[-1][1], "other"}):
            runs[-1] = (runs[-1][0] + char, runs[-1][1])
        else:
            runs.append((char, script))
    return runs

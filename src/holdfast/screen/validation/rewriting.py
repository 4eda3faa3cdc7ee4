"""A name written otherwise: one function a way, each giving ``None`` where the name has nothing to change."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from holdfast.text.fold import without_accents, words
from holdfast.text.lexicon import legal

if TYPE_CHECKING:
    from random import Random

LONG_ENOUGH = 5
"""Letters of a word from which one wrong letter leaves it recognisable."""
FIELD = 35
"""Characters of a name in a SWIFT field line."""
_VOWELS = "aeiou"


@cache
def tables() -> dict[str, Any]:
    """Word lists of ``data/manipulations.toml``."""
    content = files("holdfast.screen.data").joinpath("manipulations.toml").read_text("utf-8")
    return tomllib.loads(content)


def turn_order(text: str, _dice: Random) -> str | None:
    """The last word first: surname first, or given name first."""
    parts = text.replace(",", " ").split()
    return " ".join([parts[-1], *parts[:-1]]) if len(parts) > 1 else None


def swap_letters(text: str, dice: Random) -> str | None:
    """Two letters that stand side by side, in a word that is long enough."""
    places = [place for place in _inner(text) if text[place].casefold() != text[place + 1].casefold()]
    if not places:
        return None
    place = dice.choice(places)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def leave_letter_out(text: str, dice: Random) -> str | None:
    """A letter that is not there."""
    return _repeat(text, dice, _inner(text), 0)


def double_letter(text: str, dice: Random) -> str | None:
    """A letter typed twice."""
    return _repeat(text, dice, _inner(text), 2)


def single_letter(text: str, dice: Random) -> str | None:
    """A double letter typed once."""
    places = [place for place in _inner(text) if text[place].casefold() == text[place + 1].casefold()]
    return _repeat(text, dice, places, 0)


def change_vowel(text: str, dice: Random) -> str | None:
    """Another vowel."""
    places = [place for place in _inner(text) if text[place].casefold() in _VOWELS]
    if not places:
        return None
    place = dice.choice(places)
    other = dice.choice([vowel for vowel in _VOWELS if vowel != text[place].casefold()])
    return text[:place] + (other.upper() if text[place].isupper() else other) + text[place + 1 :]


def question_marks(text: str, _dice: Random) -> str | None:
    """Letters that a code page lacks, as it would print them."""
    changed = "".join(char if char.isascii() else "?" for char in text)
    return changed if changed != text and _mostly_latin(text) else None


def drop_foreign(text: str, _dice: Random) -> str | None:
    """Letters that a code page lacks, lost."""
    changed = "".join(char for char in text if char.isascii())
    return changed if changed != text and _mostly_latin(text) else None


def drop_accents(text: str, _dice: Random) -> str | None:
    """Plain letters for accented ones."""
    changed = without_accents(text)
    return changed if changed != text else None


def other_blanks(text: str, _dice: Random) -> str | None:
    """Blanks that do not break."""
    return text.replace(" ", "\N{NO-BREAK SPACE}") if " " in text else None


def lower(text: str, _dice: Random) -> str | None:
    """No capital letters."""
    return text.lower() if text.lower() != text else None


def drop_punctuation(text: str, _dice: Random) -> str | None:
    """Letters, digits and blanks only."""
    changed = " ".join(re.sub(r"[^\w\s]|_", " ", text).split())
    return changed if changed != text else None


def join_words(text: str, dice: Random) -> str | None:
    """Two words written as one."""
    places = [place for place, char in enumerate(text) if char == " " and 0 < place < len(text) - 1]
    return _repeat(text, dice, [p for p in places if text[p - 1].isalpha() and text[p + 1].isalpha()], 0)


def split_word(text: str, dice: Random) -> str | None:
    """A long word written as two."""
    runs = list(re.finditer(r"[^\W\d_]{8,}", text))
    if not runs:
        return None
    run = dice.choice(runs)
    place = dice.randint(run.start() + 3, run.end() - 3)
    return f"{text[:place]} {text[place:]}"


def initial(text: str, _dice: Random) -> str | None:
    """The first given name as an initial."""
    first, blank, rest = text.partition(" ")
    return f"{first[0]}. {rest}" if blank and len(first) > 2 and first.isalpha() and " " in rest else None


def leave_middle_out(text: str, _dice: Random) -> str | None:
    """No name between the first and the last."""
    parts = text.split()
    return f"{parts[0]} {parts[-1]}" if len(parts) == 3 and min(map(len, (parts[0], parts[-1]))) > 2 else None


def other_form(text: str, dice: Random) -> str | None:
    """The legal form written another way."""
    lowered = text.casefold()
    found = [
        (one, other)
        for pair in tables()["forms"]
        for one, other in (pair, pair[::-1])
        if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", lowered)
    ]
    if not found:
        return None
    one, other = dice.choice(found)
    return re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", other.upper(), text, count=1, flags=re.IGNORECASE)


def drop_form(text: str, _dice: Random) -> str | None:
    """No legal form at the end."""
    parts = text.split()
    kept = list(parts)
    while len(kept) > 1 and _is_form(kept[-1]):
        kept.pop()
    return " ".join(kept).rstrip(" ,") if 1 < len(kept) < len(parts) else None


def add_form(text: str, dice: Random) -> str | None:
    """A legal form where the list has none."""
    parts = text.split()
    if len(parts) < 2 or any(map(_is_form, parts)):
        return None
    return f"{text} {dice.choice(tables()['added_forms'])}"


def add_words(text: str, dice: Random) -> str | None:
    """What forms and messages put before a name."""
    return f"{dice.choice(tables()['before'])}{text}"


def cut_off(text: str, _dice: Random) -> str | None:
    """As much as a line of a message holds."""
    return text[:FIELD] if FIELD < len(text) <= 2 * FIELD else None


def other_spelling(text: str, dice: Random) -> str | None:
    """One group of letters as another system of romanisation writes it."""
    found: list[tuple[re.Match[str], str]] = []
    for pair in tables()["spellings"]:
        for one, other in (pair, pair[::-1]):
            found += [(match, other) for match in re.finditer(rf"(?<=\w){one}", text, re.IGNORECASE)]
    if not found:
        return None
    match, other = dice.choice(found)
    written: str = other.upper() if match[0].isupper() else other
    return text[: match.start()] + written + text[match.end() :]


def look_alike(text: str, dice: Random) -> str | None:
    """Cyrillic letters that look Latin, in one word."""
    known = tables()["lookalikes"]
    runs = [run for run in re.finditer(r"[A-Za-z]{5,}", text) if sum(char in known for char in run[0]) > 1]
    if not runs:
        return None
    run = dice.choice(runs)
    return text[: run.start()] + "".join(known.get(char, char) for char in run[0]) + text[run.end() :]


def cyrillic(text: str, _dice: Random) -> str | None:
    """As a Russian newspaper would write it."""
    if not re.fullmatch(r"[A-Za-z' .-]+", text):
        return None
    table = tables()["cyrillic"]
    pattern = "|".join(sorted(table, key=len, reverse=True))
    return re.sub(pattern, lambda match: table[match[0]], text.casefold()).title()


def _inner(text: str) -> list[int]:
    """Places inside words that are long enough, the first and last letter left alone."""
    found: list[int] = []
    for run in re.finditer(r"[^\W\d_]+", text):
        if len(run[0]) >= LONG_ENOUGH:
            found += range(run.start() + 1, run.end() - 2)
    return found


def _repeat(text: str, dice: Random, places: list[int], times: int) -> str | None:
    """The character at one of the places so many times."""
    if not places:
        return None
    place = dice.choice(places)
    return text[:place] + times * text[place] + text[place + 1 :]


def _mostly_latin(text: str) -> bool:
    return 2 * sum(char.isascii() for char in text) > len(text)


def _is_form(word: str) -> bool:
    folded = words(word)
    return len(folded) == 1 and legal().word(folded[0].text) is not None

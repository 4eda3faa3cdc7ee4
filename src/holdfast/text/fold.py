"""Text as typed to words that can be compared: lower case, Latin, no accents, no tricks.

Invisible and direction-changing characters go, full-width forms become plain, letters that only look Latin are read
as Latin inside a Latin word (Unicode UTS 39), every other script is romanised. The cost is linear in the length of
the text, and no more than :data:`LONGEST` characters of it are read.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from holdfast.text.romanise import romanise, script_runs
from holdfast.text.script import script_of
from holdfast.text.tables import rows

LONGEST = 1000
"""Characters of a name that are read; no name on any list has half as many."""

_BREAK = re.compile(r"[\s\-_/\\,;:|+*=<>()\[\]{}\"“”„«»‹›!?#@%$^~·•・、。，；：（）「」【】《》‐‑‒–—―&＆.]+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_DAMAGE = re.compile(r"(?<=\w)[?^~{}](?=[^\W\d_])")
"""A sign in the middle of a word, where a wrong character set or a bad scan put it in a letter's place: M?ller."""
_CONTROLS = dict.fromkeys(range(32), " ")
_EASTERN = frozenset({"han", "kana", "hangul"})
_MARKED = frozenset({"greek", "arabic", "hebrew"})
"""Scripts whose accents and vowel points are often left out."""


class Word(NamedTuple):
    """One word of a name."""

    text: str
    """In plain lower-case Latin letters and digits; never empty."""
    native: str
    """As typed, in lower case and without accents where it was Latin; Han characters in the form of the mainland."""
    script: str
    """Script of ``native``: ``latin`` also for digits."""


def clean(text: str) -> str:
    """Without control, format and direction characters, in compatibility form, case folded, cut to :data:`LONGEST`."""
    text = text[:LONGEST]
    if text.isascii():
        return text.translate(_CONTROLS).lower()
    plain = unicodedata.normalize("NFKC", text)
    if not plain.isprintable():
        kept = (char for char in plain if unicodedata.category(char) != "Cf")
        plain = "".join(" " if unicodedata.category(char) == "Cc" else char for char in kept)
    return unicodedata.normalize("NFKC", plain.casefold())[:LONGEST]


def without_accents(text: str) -> str:
    """The text in compatibility form, without the marks that are set on letters (é, ø is a letter of its own)."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


@lru_cache(maxsize=1 << 10)
def words(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    if text.isascii():
        plain = text[:LONGEST].lower()
        if plain.replace(" ", "").isalpha():
            return tuple(map(_plain_word, plain.split()))
        plain = _DAMAGE.sub("", plain.replace("'", "").replace("`", ""))
        return tuple(map(_plain_word, _ASCII_WORD.findall(plain)))
    found: list[Word] = []
    cleaned = clean(text)
    if cleaned.replace(" ", "").isalpha():
        pieces = cleaned.split()
    else:
        pieces = [piece for piece in _BREAK.split(_DAMAGE.sub("", cleaned)) if piece]
    latin_around = any(map(str.isascii, pieces)) and any(
        piece.isascii() and piece.isalpha() for piece in pieces
    )
    for piece in pieces:
        found += _fold_word(piece, latin_around)
    return tuple(found)


def folded(text: str) -> str:
    """The words of a text joined by blanks: for a human eye or an exact key."""
    return " ".join(word.text for word in words(text))


@lru_cache(maxsize=1 << 15)
def _plain_word(text: str) -> Word:
    return Word(text, text, "latin")


@lru_cache(maxsize=1 << 15)
def _fold_word(piece: str, latin_around: bool) -> tuple[Word, ...]:
    if piece.isascii():
        plain = piece.replace("'", "").replace("`", "")
        return tuple(Word(text, text, "latin") for text in _ASCII_WORD.findall(plain))
    piece = _read_lookalikes(piece, latin_around)
    return tuple(word for run, script in script_runs(piece) if (word := _fold_run(run, script)) is not None)


def _fold_run(run: str, script: str) -> Word | None:
    if script in {"latin", "other"}:
        text = _plain_latin(run)
        return Word(text, text, "latin") if text else None
    native = run
    if script in _MARKED:
        native = "".join(char for char in unicodedata.normalize("NFD", run) if not _is_mark(char))
    if script not in _EASTERN:
        native = unicodedata.normalize("NFC", native)
    elif script == "han":
        native = native.translate(_han_forms())
    text = "".join(_ASCII_WORD.findall(_plain_latin(romanise(native, script))))
    return Word(text, native, script) if text else None


def _is_mark(char: str) -> bool:
    """Accents and vowel points, but not the vowel signs and letters with marks that a script's table knows."""
    return unicodedata.category(char) == "Mn" and char not in "ٓٔ"


def _plain_latin(text: str) -> str:
    if text.isascii():
        return "".join(_ASCII_WORD.findall(text.lower()))
    letters = _letters()
    spelled = "".join(letters.get(char, char) for char in text)
    decomposed = unicodedata.normalize("NFKD", spelled)
    plain = "".join(letters.get(char, char) for char in decomposed if unicodedata.category(char) != "Mn")
    return "".join(_ASCII_WORD.findall(plain.lower()))


def _read_lookalikes(piece: str, latin_around: bool) -> str:
    """A word of two alphabets in one of them: in that of the letters which the other one cannot imitate.

    Cyrillic, Greek or Armenian letters as the Latin ones they imitate (Рutin), or Latin ones typed into a word of another
    alphabet as the letters of that one (Iванавiч). A word of nothing but letters that both have follows its company.
    """
    scripts = {script_of(char) for char in piece} - {"other"}
    if not scripts & _IMITATED:
        return piece
    table = _lookalikes()
    if "latin" in scripts:
        own = [script_of(char) for char in piece if char in _POOR or not (char in table or char in _IMITABLE)]
        foreign = sum(script in _IMITATED for script in own)
        if foreign > own.count("latin"):
            (script,) = scripts - {"latin"} if len(scripts) == 2 else ("",)
            plain = (
                unicodedata.normalize("NFD", char)[0] if script_of(char) == "latin" else char
                for char in piece
            )
            return "".join(_imitated().get((script, char), char) for char in plain)
        return "".join(table.get(char, char) for char in piece)
    if latin_around and all(char in table for char in piece if char.isalpha()):
        return "".join(table.get(char, char) for char in piece)
    return piece


_IMITATED = frozenset({"cyrillic", "greek", "armenian"})
_IMITABLE = frozenset("abcehijkĸmopstxyv")
"""Latin letters that some letter of those alphabets prints like, small or capital."""
_POOR = frozenset("бгзп")
"""Letters that pass for Latin ones (6 r 3 n) only at a glance."""


@cache
def _imitated() -> dict[tuple[str, str], str]:
    """By alphabet, the letter that a Latin one imitates."""
    found: dict[tuple[str, str], str] = {}
    for letter, latin in _lookalikes().items():
        if latin in _IMITABLE:
            found.setdefault((script_of(letter), latin), letter)
    return found | {("cyrillic", "b"): "в", ("cyrillic", "ĸ"): "к"}


@cache
def _han_forms() -> dict[int, str]:
    """Characters of Taiwan, Hong Kong and Japan to those of the mainland."""
    return {ord(char): row["simplified"] for row in rows("han_forms") for char in row["others"]}


@cache
def _letters() -> dict[str, str]:
    return {row["letter"]: row["latin"] or "" for row in rows("letters")}


@cache
def _lookalikes() -> dict[str, str]:
    return {row["letter"]: row["latin"] for row in rows("lookalikes")}

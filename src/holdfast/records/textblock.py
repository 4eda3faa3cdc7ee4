"""The text block of a FIN message: tags, party lines, numbered lines, codewords, and words broken over lines."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from holdfast.model.payment import FieldKind, PaymentField, Transfer, Unscreened, plain_amount
from holdfast.records.tags import Tag, fin_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TAG = re.compile(r":(\d{2}[A-Z]?):")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_NUMBERED = re.compile(r"([1-8])/(.*)")
_CODEWORD = re.compile(r"/([A-Z0-9]{1,11})/(.*)")
_COUNTRY = re.compile(r"([A-Z]{2})(?:/+(.*))?$")
_PARTY_CODE = re.compile(r"([A-Z]{4})/([A-Z]{2})/(.+)")
_MONEY = re.compile(r"(\d{6})?([A-Z]{3})([\d,.]+)$")
_NEARLY_FULL = 5
"""Characters by which a line may fall short of the limit and still be taken for broken: blanks are lost on the way,
and some systems break a little earlier."""
_MOST_BREAKS = 3
"""Breaks that are read in every combination; with more of them, all of them one way and all the other."""


def split_tags(body: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Tags with their values, and what was broken about the block."""
    tags: list[tuple[str, list[str]]] = []
    odd: list[str] = []
    for line in body.split("\n"):
        match = _TAG.match(line)
        if match is not None:
            tags.append((match.group(1), [line[match.end() :]]))
        elif tags:
            tags[-1][1].append(line)
        elif line.strip():
            odd.append(f"its text block begins with {line.strip()[:40]!r}, which belongs to no field")
            tags.append(("??", [line]))
    return [(tag, "\n".join(lines).strip("\n")) for tag, lines in tags], odd


def readings(lines: Sequence[str], width: int, *, both: bool = False) -> tuple[str, ...]:
    """The ways to read several lines as one text; nothing for a single line.

    A line that reaches the limit may have been broken inside a word or between two; a shorter one was broken between
    words, unless ``both`` asks to try it either way. The first reading puts blanks everywhere.
    """
    kept = [line.strip() for line in lines if line.strip()]
    if len(kept) < 2:
        return ()
    found = {" ".join(kept): None}
    full = [len(line) >= width - _NEARLY_FULL for line in kept[:-1]]
    choices: list[tuple[str, ...]] = [("", " ") if broken else (" ",) for broken in full]
    if both or any(full):
        found["".join(kept)] = None
    if 0 < sum(full) <= _MOST_BREAKS:
        for joints in product(*choices):
            found["".join(part + joint for part, joint in zip(kept, (*joints, ""), strict=True))] = None
    elif any(full):
        tight = ["" if broken else " " for broken in full]
        found["".join(part + joint for part, joint in zip(kept, (*tight, ""), strict=True))] = None
    return tuple(found)


class TagReading:
    """Reads the tags of one message, in order."""

    def __init__(self, number: str, cover: bool, uetr: str) -> None:
        self.fields: list[PaymentField] = []
        self.unscreened: list[Unscreened] = []
        self.broken: list[str] = []
        self.reference = ""
        self.has_sequence_b = cover
        self._cover = cover or number in {"202", "205"}
        self._in_b = False
        self._uetr = uetr
        self._starter = fin_table().transactions.get(number, "")
        self._transaction = 0
        self._parties = 0
        self._parts: list[dict[str, str]] = [{}]
        self._forms: dict[str, Callable[[str, Tag, list[str]], None]] = {
            "lines": self._lines,
            "numbered": self._numbered_lines,
            "bic": self._bic,
            "location": self._location,
            "account": self._account,
            "name": self._name,
            "text": self._text,
        }

    def read(self, tag: str, value: str) -> None:
        """One field."""
        self._place(tag, value)
        how = fin_table().tag(tag)
        path = f"sequence B {tag}" if self._in_b else tag
        if how.form == "unscreened":
            if value.strip():
                self.unscreened.append(Unscreened(path, how.why))
            return
        lines = [line for line in value.split("\n") if line.strip()]
        if not lines:
            return
        if how.form not in {"text", "account"}:
            self._parties += 1
        self._forms[how.form](path, how, lines)

    def transfers(self) -> list[Transfer]:
        """The transactions; what stands above them holds for each."""
        common, *own = self._parts
        return [
            Transfer(
                self._uetr if len(own) < 2 else "",
                parts.get("reference") or common.get("reference", ""),
                parts.get("amount") or common.get("amount", ""),
                parts.get("currency") or common.get("currency", ""),
                parts.get("date") or common.get("date", ""),
            )
            for parts in own or [common]
        ]

    def _place(self, tag: str, value: str) -> None:
        """Note what the tag says of the message's structure and of its transfer."""
        text = value.strip()
        if tag == "20" and not self.reference:
            self.reference = text
        if self._cover and tag in {"50A", "50F", "50K"} and not self._in_b:
            self._in_b = self.has_sequence_b = True
        if tag == self._starter:
            self._transaction += 1
            self._parts.append({})
        parts = self._parts[-1]
        if tag in {self._starter, "20"}:
            parts.setdefault("reference", text)
        elif tag == "21" and self._cover and text.upper() != "NONREF":
            parts["reference"] = text
        elif tag == "30" and len(text) == 6:
            parts["date"] = f"20{text[:2]}-{text[2:4]}-{text[4:]}"
        elif tag in {"32A", "32B"} and (money := _MONEY.match(text)):
            day = money.group(1)
            if day:
                parts["date"] = f"20{day[:2]}-{day[2:4]}-{day[4:]}"
            parts["currency"], parts["amount"] = money.group(2), plain_amount(money.group(3))
        elif tag in {"32A", "32B"}:
            self.broken.append(f"{tag} is no amount: {text[:40]!r}")

    def _add(self, path: str, role: str, kind: FieldKind, text: str, ways: tuple[str, ...] = ()) -> None:
        cut = kind is FieldKind.NAME and text.rstrip().endswith("+")
        party = 0 if kind is FieldKind.TEXT else self._parties
        self.fields.append(PaymentField(path, role, kind, text, party, self._transaction, ways, cut))

    def _party_id(self, path: str, role: str, lines: list[str]) -> list[str]:
        """Read an account or clearing line, and return the lines after it."""
        first = lines[0].strip()
        if not first.startswith("/"):
            return lines
        if first.startswith("//"):
            self._add(path, role, FieldKind.IDENTIFIER, first[2:])
        elif first[1:3] in {"C/", "D/"}:
            self._add(path, role, FieldKind.ACCOUNT, first[3:])
        else:
            self._add(path, role, FieldKind.ACCOUNT, first[1:])
        return lines[1:]

    def _lines(self, path: str, how: Tag, lines: list[str]) -> None:
        """[/account], then a name and up to three address lines; the name may run on into the second."""
        rest = self._party_id(path, how.role, lines)
        if rest and _NUMBERED.match(rest[0]) and any(line.startswith("1/") for line in rest):
            self._numbered_lines(path, how, rest)
            return
        if not rest:
            return
        ways: tuple[str, ...] = ()
        if len(rest) > 1:
            ways = (rest[0].strip(), *readings(rest[:2], how.width))
        self._add(path, how.role, FieldKind.NAME, rest[0].strip(), ways)
        if len(rest) > 1:
            self._add(path, how.role, FieldKind.ADDRESS, "\n".join(rest[1:]), readings(rest[1:], how.width))

    def _numbered_lines(self, path: str, how: Tag, lines: list[str]) -> None:
        """[/account or CODE/CC/number], then lines ``1/`` to ``8/`` (options F of 50 and 59)."""
        rest = self._party_id(path, how.role, lines)
        parts: dict[str, list[str]] = {}
        alone: dict[str, tuple[str, ...]] = {}
        last = ""
        for line in rest:
            match = _NUMBERED.match(line)
            if match is not None:
                last = match.group(1)
                parts.setdefault(last, []).append(match.group(2))
            elif last:
                # Either the line before goes on, or somebody forgot a number: a name is read both ways.
                alone.setdefault(last, tuple(parts[last]))
                parts[last].append(line)
            elif (code := _PARTY_CODE.match(line)) is not None:
                self._add(path, how.role, FieldKind.COUNTRY, code.group(2))
                self._add(path, how.role, FieldKind.IDENTIFIER, code.group(3).rpartition("/")[2])
                if "/" in code.group(3):
                    self._add(path, how.role, FieldKind.TEXT, code.group(3).rpartition("/")[0])
            else:
                parts.setdefault("1", []).append(line)
                self.broken.append(f"{path} has a line without its number: {line[:40]!r}")
        for number, texts in sorted(parts.items()):
            self._numbered(path, how, number, texts, alone.get(number, ()))

    def _numbered(self, path: str, how: Tag, number: str, texts: list[str], alone: tuple[str, ...]) -> None:
        kind = fin_table().numbered[number]
        ways = readings(texts, how.width - 2, both=kind == "name")
        text = "\n".join(texts)
        if kind == "name":
            short = readings(alone, how.width - 2, both=True) or tuple(line.strip() for line in alone)
            self._add(path, how.role, FieldKind.NAME, text, (*ways, *short))
        elif kind == "address":
            self._add(path, how.role, FieldKind.ADDRESS, text, ways)
        elif kind == "birth-date":
            day = texts[0].strip()
            born = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 and day.isdecimal() else day
            self._add(path, how.role, FieldKind.BIRTH_DATE, born)
        elif kind == "more":
            self._add(path, how.role, FieldKind.TEXT, text, ways)
        else:
            self._with_country(path, how.role, kind, texts)

    def _with_country(self, path: str, role: str, kind: str, texts: list[str]) -> None:
        """Lines that begin with a country code: residence, birth place, numbers issued by somebody."""
        match = _COUNTRY.match(texts[0].strip())
        if match is None:
            self._add(path, role, FieldKind.ADDRESS, "\n".join(texts), readings(texts, 33))
            return
        self._add(path, role, FieldKind.COUNTRY, match.group(1))
        rest = [text for text in (match.group(2) or "", *texts[1:]) if text.strip()]
        if not rest:
            return
        if kind in {"issued-number", "national-number"}:
            issuer, _, number = "".join(rest).rpartition("/")
            self._add(path, role, FieldKind.IDENTIFIER, number)
            if issuer:
                self._add(path, role, FieldKind.TEXT, issuer)
            return
        self._add(path, role, FieldKind.TOWN, "\n".join(rest), readings(rest, 33))

    def _bic(self, path: str, how: Tag, lines: list[str]) -> None:
        """[/account], then a BIC; what is no BIC is read as a name, so that it is screened."""
        for line in self._party_id(path, how.role, lines):
            text = line.strip()
            kind = FieldKind.BIC if _BIC.fullmatch(text) else FieldKind.NAME
            self._add(path, how.role, kind, text)

    def _location(self, path: str, how: Tag, lines: list[str]) -> None:
        """[/account], then a place."""
        rest = self._party_id(path, how.role, lines)
        if rest:
            self._add(path, how.role, FieldKind.ADDRESS, "\n".join(rest), readings(rest, how.width))

    def _account(self, path: str, how: Tag, lines: list[str]) -> None:
        """An account, or a clearing code behind ``//``."""
        self._parties += 1
        rest = self._party_id(path, how.role, lines)
        for line in rest:
            kind = FieldKind.BIC if _BIC.fullmatch(line.strip()) else FieldKind.ACCOUNT
            self._add(path, how.role, kind, line.strip())

    def _name(self, path: str, how: Tag, lines: list[str]) -> None:
        """A name alone."""
        self._add(path, how.role, FieldKind.NAME, "\n".join(lines), readings(lines, how.width, both=True))

    def _text(self, path: str, how: Tag, lines: list[str]) -> None:
        """Free text, in pieces that begin with a codeword; ``//`` goes on with the piece before it."""
        piece: list[str] = []
        word = ""
        for line in lines:
            match = _CODEWORD.match(line)
            if match is None:
                piece.append(line.removeprefix("//"))
                continue
            self._segment(path, how, word, piece)
            word, piece = match.group(1), [match.group(2)]
        self._segment(path, how, word, piece)

    def _segment(self, path: str, how: Tag, word: str, lines: list[str]) -> None:
        kept = [line for line in lines if line.strip()]
        if not kept:
            return
        where = f"{path} /{word}/" if word else path
        # The codeword stands on the first line and takes part of its width; a continuation loses two characters.
        ways = readings(kept, how.width - len(word) - 2 if word and len(kept) == 2 else how.width)
        said = fin_table().codewords.get(word, {})
        kind = said.get("kind", "")
        role = said.get("role", how.role)
        if kind == "institution":
            self._parties += 1
            text = "\n".join(kept).strip()
            if _BIC.fullmatch(text):
                self._add(where, role, FieldKind.BIC, text)
            if not _BIC.fullmatch(text) or text.isalpha():  # eight letters may also be a name
                self._add(where, role, FieldKind.NAME, text, ways)
            return
        if kind == "residence" and (match := _COUNTRY.match(kept[0].strip())):
            self._parties += 1
            self._add(where, role, FieldKind.COUNTRY, match.group(1))
            kept = [line for line in (match.group(2) or "", *kept[1:]) if line.strip()]
            if not kept:
                return
            ways = readings(kept, how.width)
        self._add(where, role, FieldKind.TEXT, "\n".join(kept).strip(), ways)

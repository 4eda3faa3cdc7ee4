"""Identifiers in the form in which they are compared: no blanks, no punctuation, one spelling.

A website is its host, an e-mail address its own host besides; a ticker is its symbol with the country of the exchange,
in whatever vendor's notation. Check digits: USCC (GB 32100-2015), LEI (ISO 17442), IMO (resolution A.1117(30)).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NOT_WORD = re.compile(r"[^0-9A-Za-z]+")
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^@/\s]*@)?([^/:?#\s]+)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"^(?:[a-z0-9\u0080-\U0010ffff](?:[a-z0-9-\u0080-\U0010ffff]{0,61}[a-z0-9\u0080-\U0010ffff])?\.)+[a-z\u0080-\U0010ffff][a-z0-9-\u0080-\U0010ffff]{1,62}$"
)
_EXCHANGES = {
    "SS": "CN", "SH": "CN", "SZ": "CN", "CH": "CN", "CG": "CN", "CS": "CN", "SHSE": "CN", "SSE": "CN", "SZSE": "CN",
    "XSHG": "CN", "XSHE": "CN", "CN": "CN", "SHA": "CN", "SHE": "CN", "HK": "HK", "XHKG": "HK", "HKG": "HK",
    "SEHK": "HK", "HKEX": "HK", "RM": "RU", "RX": "RU", "MCX": "RU", "MOEX": "RU", "MM": "RU", "US": "US",
    "UN": "US", "UQ": "US", "NYSE": "US", "NASDAQ": "US", "LN": "GB", "L": "GB", "LSE": "GB", "LON": "GB", "KS": "KR",
    "KQ": "KR", "JP": "JP", "T": "JP", "TYO": "JP", "TT": "TW", "TW": "TW", "IN": "IN", "NS": "IN", "BO": "IN",
}  # fmt: skip
_MADE_UP = frozenset({"", "NA", "NONE", "NULL", "UNKNOWN", "0", "00000000"})
COMMON_HOSTS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "yahoo.com",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "icloud.com",
        "aol.com",
        "mail.ru",
        "yandex.ru",
        "ya.ru",
        "bk.ru",
        "list.ru",
        "inbox.ru",
        "qq.com",
        "163.com",
        "126.com",
        "sina.com",
        "foxmail.com",
        "protonmail.com",
        "proton.me",
        "gmx.de",
        "gmx.net",
        "web.de",
        "msn.com",
        "me.com",
        "rambler.ru",
        "ukr.net",
        "naver.com",
        "daum.net",
        "hanmail.net",
        "facebook.com",
        "twitter.com",
        "x.com",
        "t.me",
        "instagram.com",
        "linkedin.com",
        "youtube.com",
        "vk.com",
        "telegram.me",
        "telegram.org",
        "whatsapp.com",
        "github.com",
        "wordpress.com",
        "blogspot.com",
        "google.com",
        "wikipedia.org",
        "tiktok.com",
        "weibo.com",
        "baidu.com",
        "ok.ru",
        "github.io",
    ]
)
"""Hosts that belong to everybody: an address there points at one mailbox or page, never by its host."""


def comparable(kind: str, value: str) -> str:
    """The value as it is compared; empty when nothing is left of it."""
    value = value.strip()
    if kind == "website":
        return host(value)
    if kind == "email":
        return value.lower()
    if kind == "ticker":
        return ticker(value)
    if kind == "wallet":
        return (
            value
            if value.isascii() and value.isalnum() and not value.lower().startswith("0x")
            else value.lower()
        )
    plain = _NOT_WORD.sub("", value).upper()
    if kind == "imo":
        plain = plain.removeprefix("IMO").removeprefix("NO")
    if kind == "bic":
        plain = plain[:8] if plain.endswith("XXX") and len(plain) == 11 else plain
    if kind == "phone":
        plain = plain.lstrip("0")
    return "" if plain in _MADE_UP else plain


def host(address: str) -> str:
    """The host of a URL, a bare host or an e-mail address, lower case, without ``www.``; empty when there is none."""
    match = _HOST.match(address.strip().lower())
    if match is None:
        return ""
    name = match.group(1).rstrip(".").removeprefix("www.")
    return name if _DOMAIN.match(name) else ""


def hosts_above(name: str) -> Iterator[str]:
    """The host and every domain above it that has at least two labels."""
    labels = name.split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def ticker(value: str) -> str:
    """``688244@CN`` for 688244 CH, 688244.SH, SHSE:688244; the symbol alone when no exchange is given."""
    parts = [part for part in re.split(r"[\s.:/]+", value.upper().strip()) if part]
    if not parts:
        return ""
    if len(parts) == 1:
        return parts[0]
    first, last = parts[0], parts[-1]
    if first in _EXCHANGES and (last not in _EXCHANGES or len(first) > 2):
        return f"{last}@{_EXCHANGES[first]}"
    if last in _EXCHANGES:
        return f"{first}@{_EXCHANGES[last]}"
    return f"{first}@{last}"


_TELLING = re.compile(r"[\d@.:]|^[!-~]+$")
"""Without any of this a text is words, and may be a ticker of two at most: a digit or sign, one plain word."""


_IMO = re.compile(r"(IMO\W*)?\d{7}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_WALLET = re.compile(r"0x[0-9a-fA-F]{40}|(bc1|ltc1|[13LMDXtTR])[0-9A-Za-z]{24,90}|[48][0-9A-Za-z]{94}")
_LONGEST_TICKER = 14
_TICKER = re.compile(r"[A-Z0-9]{1,7}[ .:][A-Z]{1,6}|[A-Z]{2,6}:[A-Z0-9]{1,7}")


def guesses(text: str) -> tuple[tuple[str, str], ...]:
    """Which identifiers a text by itself may be: pairs of type and comparable value. Only forms that no name has."""
    value = text.strip()
    if not 4 <= len(value) <= 120:
        return ()
    if _TELLING.search(value) is None:
        return tuple(_tickers(value)) if len(value) <= _LONGEST_TICKER else ()
    return tuple(_guesses(value))


def _guesses(value: str) -> Iterator[tuple[str, str]]:
    plain = _NOT_WORD.sub("", value).upper()
    if is_uscc(plain):
        yield "uscc", plain
    if is_lei(plain):
        yield "lei", plain
    if _IMO.fullmatch(value.upper()) and is_imo(plain.removeprefix("IMO")):
        yield "imo", plain.removeprefix("IMO")
    if _BIC.fullmatch(value):
        yield "bic", comparable("bic", value)
    if _WALLET.fullmatch(value):
        yield "wallet", comparable("wallet", value)
    yield from _tickers(value)
    if "@" in value:
        yield "email", value.lower()
    if ("." in value or "@" in value) and (name := host(value)):
        yield "website", name
    if sum(char.isdigit() for char in plain) >= 5 and len(plain) >= 6:
        yield "", plain


def _tickers(value: str) -> Iterator[tuple[str, str]]:
    if _TICKER.fullmatch(value.upper()) and "@" in (found := ticker(value)):
        yield "ticker", found


_USCC = {char: number for number, char in enumerate("0123456789ABCDEFGHJKLMNPQRTUWXY")}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def is_uscc(value: str) -> bool:
    """Whether it is a Unified Social Credit Code with a right check digit."""
    if len(value) != 18 or any(char not in _USCC for char in value):
        return False
    total = sum(_USCC[char] * weight for char, weight in zip(value, _USCC_WEIGHTS, strict=False))
    return (31 - total % 31) % 31 == _USCC[value[17]]


def is_lei(value: str) -> bool:
    """Whether it is a Legal Entity Identifier with right check digits (ISO 7064 MOD 97-10)."""
    if len(value) != 20 or not value.isascii() or not value.isalnum() or not value[18:].isdigit():
        return False
    return int("".join(str(int(char, 36)) for char in value)) % 97 == 1


def is_imo(value: str) -> bool:
    """Whether it is an IMO ship number with a right check digit."""
    if len(value) != 7 or not value.isascii() or not value.isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, range(7, 1, -1), strict=False))
    return total % 10 == int(value[6])

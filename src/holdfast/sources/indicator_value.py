"""One value of an indicator list: without its defanging, in canonical form, with its type and port."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from holdfast.text.addresses import network, show_address

_DEFANGED = (
    (re.compile(r"h(?:xx|\*\*|tt)p(s?)(?:\[:\]|:)", re.IGNORECASE), r"http\1:"),
    (re.compile(r"\s*[\[({]\s*(?:\.|dot)\s*[\])}]\s*", re.IGNORECASE), "."),
    (re.compile(r"\[\.(?=\w)"), "."),  # 178.130.47[.10, as printed in one list
    (re.compile(r"[\[({](:|@|//?)[\])}]"), r"\1"),
)
_HASHES = {32: "md5", 40: "sha1", 64: "sha256"}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?:[a-z]{{2,24}}|xn--[a-z0-9-]{{2,59}})")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,24}")
_FILE_ENDINGS = frozenset(
    [
        "exe",
        "dll",
        "sys",
        "elf",
        "bin",
        "dat",
        "txt",
        "log",
        "zip",
        "rar",
        "gz",
        "tgz",
        "tar",
        "7z",
        "sh",
        "bat",
        "cmd",
        "ps1",
        "py",
        "pl",
        "php",
        "asp",
        "aspx",
        "jsp",
        "jar",
        "apk",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "pdf",
        "rtf",
        "lnk",
        "hta",
        "vbs",
        "vbe",
        "js",
        "css",
        "html",
        "htm",
        "xml",
        "json",
        "yml",
        "yaml",
        "conf",
        "cfg",
        "ini",
        "tmp",
        "db",
        "pdb",
        "so",
        "test",
        "arm",
        "arm4",
        "arm5",
        "arm6",
        "arm7",
        "mips",
        "mipsel",
        "mpsl",
        "ppc",
        "x86",
        "spc",
        "sparc",
        "m68k",
        "sh4",
        "i386",
        "i586",
        "i686",
    ]
)
"""Last labels that are file endings; of those, ``sh``, ``zip``, ``py``, ``pl``, ``so`` are also countries or open
domains, so a name that ends in one counts as a domain only where the list defangs it."""
_WIDEST = {4: 8, 6: 19}
"""A network with a shorter prefix is a mistake, not an actor."""


@dataclass(frozen=True, slots=True)
class Value:
    """What a text names."""

    type: str
    value: str
    port: int | None = None


def refang(text: str) -> str:
    """The text as it was before somebody made it harmless: ``hxxp://a[.]b`` is ``http://a.b``."""
    for pattern, plain in _DEFANGED:
        text = pattern.sub(plain, text)
    return text


def read_value(text: str, kind: str = "") -> Value | None:
    """Type, canonical value and port of a text, or nothing when it is no indicator.

    ``kind`` is the list's own word for the type; it decides where the text alone cannot (a hash of a certificate).
    """
    plain = refang(text).strip().strip("\"'`<>,;").strip()
    defanged = plain != text.strip().strip("\"'`<>,;").strip()
    word = kind.strip().lower()
    if not plain:
        return None
    if "://" in plain[:12]:
        return _url(plain)
    found = _address(plain) or _hash(plain, word)
    if found is not None:
        return found
    low = plain.lower().rstrip(".")
    if word in {"filename", "file-name", "file name", "file"}:
        return Value("file-name", plain)
    if word in {"url", "uri", "link"}:
        return Value("url", plain)
    if _EMAIL.fullmatch(low):
        return Value("email", low)
    host, _, port = low.partition(":")
    name = host.removeprefix("*.").lstrip(".")
    if _DOMAIN.fullmatch(name) and len(name) <= 253:
        named = "domain" in word or "host" in word or "fqdn" in word or word.startswith("dns")
        if name.rpartition(".")[2] in _FILE_ENDINGS and not defanged and not named:
            return Value("file-name", plain)
        return Value("domain", name, int(port) if port.isdigit() and int(port) < 65536 else None)
    return None


def _url(plain: str) -> Value:
    scheme, _, rest = plain.partition("://")
    host, slash, path = rest.partition("/")
    return Value("url", f"{scheme.lower()}://{host.lower()}{slash}{path}")


def _address(plain: str) -> Value | None:
    body, port = plain, None
    bracketed = re.fullmatch(r"\[([0-9a-fA-F:.]+)\](?::(\d{1,5}))?", plain)
    if bracketed:
        body, port = bracketed[1], bracketed[2]
    elif plain.count(":") == 1:
        body, _, port = plain.partition(":")
    found = network(body)
    if found is None or (port and not port.isdigit()):
        return None
    version, first, last = found
    width = 4 if version == 4 else 16
    text = show_address(first.to_bytes(width, "big"))
    number = int(port) if port and int(port) < 65536 else None
    if first == last:
        return Value(f"ipv{version}", text, number)
    return Value("cidr", f"{text}/{width * 8 - (last - first).bit_length()}", number)


def _hash(plain: str, word: str) -> Value | None:
    digits = plain.lower()
    if ":" in digits:
        prefix, _, rest = digits.partition(":")
        digits = rest.strip() if re.fullmatch(r"(md5|sha-?1|sha-?256)", prefix) else digits.replace(":", "")
    if len(digits) not in _HASHES or not re.fullmatch(r"[0-9a-f]+", digits):
        return None
    of_certificate = re.search(r"cert|x\.?509|tls|ssl|jarm", word) is not None and "jarm" not in word
    if of_certificate and len(digits) >= 32:
        return Value("certificate", digits)
    return Value(_HASHES[len(digits)], digits)


def never(value: Value) -> str:
    """Why a value cannot be an actor's; empty when it can."""
    if value.type in {"ipv4", "ipv6", "cidr"}:
        return _never_network(value)
    if value.type == "domain":
        reason, source = _never_table()[1].get(value.value, ("", ""))
        return f"{reason} ({source})" if reason else ""
    return ""


def _never_network(value: Value) -> str:
    found = network(value.value)
    if found is None:
        return "no network"
    version, first, last = found
    prefix = (32 if version == 4 else 128) - (last - first).bit_length()
    if prefix < _WIDEST[version]:
        return f"wider than /{_WIDEST[version]}"
    for (their_version, their_first, their_last), reason, source in _never_table()[0]:
        if version == their_version and their_first <= first and last <= their_last:
            return f"{reason} ({source})"
    return ""


@cache
def _never_table() -> tuple[list[tuple[tuple[int, int, int], str, str]], dict[str, tuple[str, str]]]:
    networks = []
    domains = {}
    for row in read_table("never_indicators.csv"):
        found = network(row["value"])
        if found is None:
            domains[row["value"]] = (row["reason"], row["source"])
        else:
            networks.append((found, row["reason"], row["source"]))
    return networks, domains


def role_of(text: str) -> str:
    """What the words of a list say that an indicator was for; empty when they say nothing."""
    return next((role for word, role in _roles() if word.search(text)), "")


@cache
def _roles() -> list[tuple[re.Pattern[str], str]]:
    """Words count from their start: ``scan`` also stands for ``scanning``; a ``$`` in the table ends them."""
    return [
        (
            re.compile(
                rf"(?<!\w){re.escape(row['word'].rstrip('$'))}"
                + (r"s?\b" if row["word"].endswith("$") else ""),
                re.IGNORECASE,
            ),
            row["role"],
        )
        for row in read_table("indicator_roles.csv")
    ]


def read_table(name: str) -> list[dict[str, str]]:
    """A CSV table of the package, without its comments."""
    text = files("holdfast.sources").joinpath(f"data/{name}").read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))

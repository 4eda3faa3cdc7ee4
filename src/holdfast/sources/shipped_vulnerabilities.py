"""What ships with the package: the CVEs that the two watched actors are said to use, and what is said of them.

``data/actor_cves.csv`` holds who says that an actor uses a CVE; ``data/actor_statements.jsonl`` holds the releases. Both
are facts with source and date, compiled by Holdfast, and belong to the dossier; ``update`` and ``--data`` add whole
records.

A claim is one short text: ``17.9.4`` a release, ``>=7.2.0 <=7.2.6`` or ``<1.5.1`` a range, ``12.1.*`` a train, ``*``
everything, ``?`` nothing said of releases; ``!`` in front means unaffected, ``@train`` and ``@major`` at the end say how
far a bound reaches (see :class:`holdfast.model.vulnerability.Anchor`).
"""

from __future__ import annotations

import csv
import io
from importlib.resources import files

from holdfast.model.publication import PublishedFile
from holdfast.model.vulnerability import (
    Anchor,
    Claim,
    Exploitation,
    KnownExploited,
    Shape,
    Statement,
    VulnerabilityData,
)

_DATA = files("holdfast.sources") / "data"
_FILES = ("actor_cves.csv", "actor_statements.jsonl")


def shipped_files() -> tuple[PublishedFile, ...]:
    """The two files themselves, to be kept with an edition."""
    return tuple(PublishedFile(name, (_DATA / name).read_bytes()) for name in _FILES)


def read_shipped() -> VulnerabilityData:
    """Everything that ships."""
    import orjson

    data = VulnerabilityData()
    table = (_DATA / "actor_cves.csv").read_text(encoding="utf-8")
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    for row in csv.DictReader(io.StringIO("\n".join(lines))):
        cve = row["cve"]
        data.exploitations.append(
            Exploitation(cve, row["actor"], row["source"], row["date"], row["strength"])
        )
        if row["kev_added"]:
            data.exploited[cve] = KnownExploited(cve, row["kev_added"], "", row["ransomware"] == "yes")
        if row["epss"]:
            data.likelihood[cve] = float(row["epss"])
    # Dates of the two public catalogues the columns were taken from.
    data.catalogue_date, data.likelihood_date = "2026-08-07", "2026-08-22"
    for line in (_DATA / "actor_statements.jsonl").read_text(encoding="utf-8").splitlines():
        item = orjson.loads(line)
        if "cve" not in item:
            continue
        data.statements.append(
            Statement(
                cve=item["cve"],
                source=item["source"],
                date=item.get("date", ""),
                vendor=item["vendor"],
                product=item["product"],
                claims=tuple(read_claim(text) for text in item["claims"]),
                platforms=tuple(item.get("platforms", ())),
                default=item.get("default", ""),
                fixed=tuple(item.get("fixed", ())),
                needs=item.get("needs", ""),
            )
        )
    return data


def read_claim(text: str) -> Claim:
    """A claim from its short text."""
    affected = not text.startswith("!")
    body = text.removeprefix("!")
    anchor = Anchor.LITERAL
    for name in (Anchor.TRAIN, Anchor.MAJOR):
        if body.endswith(f" @{name.value}"):
            body, anchor = body.removesuffix(f" @{name.value}"), name
    if body in {"*", "?"}:
        return Claim(Shape.ALL if body == "*" else Shape.NONE, affected)
    if body.endswith(".*"):
        return Claim(Shape.TRAIN, affected, body.removesuffix(".*"))
    if body[:1] not in {"<", ">"}:
        return Claim(Shape.RELEASE, affected, body)
    low, _, end = body.partition("<") if not body.startswith("<") else ("", "", body[1:])
    inclusive = end.startswith("=")
    highs = tuple(part.strip() for part in end.removeprefix("=").split(",") if part.strip())
    return Claim(Shape.RANGE, affected, low.removeprefix(">=").strip(), highs, inclusive, anchor)


def write_claim(claim: Claim) -> str:
    """The short text of a claim; :func:`read_claim` gives the claim back."""
    sign = "" if claim.affected else "!"
    if claim.shape in {Shape.ALL, Shape.NONE}:
        return sign + ("*" if claim.shape is Shape.ALL else "?")
    if claim.shape is Shape.TRAIN:
        return f"{sign}{claim.low}.*"
    if claim.shape is Shape.RELEASE:
        return sign + claim.low
    low = f">={claim.low}" if claim.low else ""
    end = f"<{'=' if claim.inclusive else ''}{', '.join(claim.highs)}" if claim.highs else ""
    anchor = "" if claim.anchor is Anchor.LITERAL else f" @{claim.anchor.value}"
    return sign + f"{low} {end}".strip() + anchor

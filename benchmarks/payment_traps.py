"""How many listed parties are missed in payments, by how their names are disfigured, and how many clean ones are held.

    python benchmarks/payment_traps.py LISTS [--clean LABELS] [--seed N] [--each N]

LISTS is a folder with OFAC's SDN.CSV and its companions; names are drawn from it at random. LABELS is a folder with
``clean_persons.csv.gz`` (``full_name, nationality``) and ``dnb_name_matching/test_names.csv`` (``company_name``), names of
nobody listed. A message counts as missed when it is passed. Ships and aircraft are left out: as creditors they are no party.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import re
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from holdfast.app.pay import decide_bytes
from holdfast.app.payments.desk import open_desk
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.app.watchlist import open_watchlist
from holdfast.model.party import Strength
from holdfast.model.progress import Silent
from holdfast.text.country import country_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from holdfast.screen.payments import Desk

PACS = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr><MsgId>T</MsgId></GrpHdr>'
    '<CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId></PmtId><IntrBkSttlmAmt Ccy="USD">7</IntrBkSttlmAmt>{before}'
    "<Dbtr><Nm>Marsh and Fen Rope Works</Nm></Dbtr><Cdtr>{creditor}</Cdtr>{after}<RmtInf><Ustrd>{text}</Ustrd></RmtInf>"
    "</CdtTrfTxInf></FIToFICstmrCdtTrf></Document>"
)
FIN = (
    "{{1:F01QQQQUS33AXXX0000000000}}{{2:I103VVVVSGSGXXXXN}}{{4:\n:20:T\n:23B:CRED\n:32A:261124USD7,\n:50K:/9\n{payer}\n:59:/1\n{payee}\n"
    "DUBAI AE\n{more}:71A:SHA\n-}}"
)


def pacs(
    before: str = "", creditor: str = "<Nm>Lantern Kites</Nm>", after: str = "", text: str = "KITES"
) -> str:
    return PACS.format(before=before, creditor=creditor, after=after, text=text)


def fin(payer: str = "MARSH AND FEN", payee: str = "LANTERN KITES", more: str = "") -> str:
    return FIN.format(payer=payer, payee=payee, more=more)


def broken(name: str, width: int = 35, before: str = "") -> str:
    plain = unicodedata.normalize("NFKD", name.upper())
    plain = re.sub(r"[^A-Z0-9/\-?:().,'+ ]", " ", "".join(c for c in plain if not unicodedata.combining(c)))
    plain = plain.lstrip("/:-")
    return "\n".join(before + plain[start : start + width] for start in range(0, len(plain), width))


PARTY: dict[str, Callable[[str], str]] = {
    "ultimate debtor": lambda name: pacs(before=f"<UltmtDbtr><Nm>{escape(name)}</Nm></UltmtDbtr>"),
    "creditor": lambda name: pacs(creditor=f"<Nm>{escape(name)}</Nm><PstlAdr><Ctry>AE</Ctry></PstlAdr>"),
    "agent": lambda name: pacs(
        before=f"<IntrmyAgt1><FinInstnId><Nm>{escape(name)}</Nm></FinInstnId></IntrmyAgt1>"
    ),
    "59": lambda name: fin(payee=broken(name)),
    "50K": lambda name: fin(payer=broken(name)),
    "59F": lambda name: (
        fin(payee=broken(name, 33, "1/")).replace(":59:", ":59F:").replace("DUBAI AE", "3/AE/DUBAI")
    ),
}
TEXT: dict[str, Callable[[str], str]] = {
    "Ustrd": lambda name: pacs(text=f"INV 8841 PAYMENT FOR {escape(name)} CONTRACT 12"),
    "instruction": lambda name: pacs(
        after=f"<InstrForNxtAgt><InstrInf>FOR {escape(name)}</InstrInf></InstrForNxtAgt>"
    ),
    "70": lambda name: fin(more=":70:" + broken(f"PAYMENT FOR {name} CONTRACT 12") + "\n"),
    "72": lambda name: fin(more=":72:/BNF/" + broken(f"FFC {name}", 30).replace("\n", "\n//") + "\n"),
}


def misspell(name: str, chance: random.Random) -> str:
    """One letter left out, exchanged with the next, or another one."""
    places = [place for place, char in enumerate(name) if char.isalpha() and place > 1]
    if len(places) < 8:
        return ""
    place, kind = chance.choice(places), chance.random()
    if kind < 0.4:
        return name[:place] + name[place + 1 :]
    if kind < 0.7 and place + 1 < len(name):
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[:place] + chance.choice("AEIOU") + name[place + 1 :]


def natural(name: str, schema: str) -> str:
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family}" if comma and schema == "Person" else name


def trap(settings: Settings, desk: Desk, chance: random.Random, each: int) -> None:
    parties = [p for p in open_watchlist(settings).parties() if p.type not in {"Vessel", "Airplane"}]
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    ways: dict[str, Callable[[str, str], str]] = {
        "as listed": lambda name, _: name,
        "given name first, small letters": lambda name, schema: natural(name, schema).lower(),
        "one letter misspelt": lambda name, schema: misspell(natural(name, schema), chance),
        "cut at 35, marked": lambda name, schema: natural(name, schema)[:34] + "+" if len(name) > 35 else "",
        "cut at 35": lambda name, schema: natural(name, schema)[:35] if len(name) > 36 else "",
    }
    for way, disfigure in ways.items():
        places = {**PARTY, **TEXT} if way in list(ways)[:2] else PARTY
        for where, make in places.items():
            kind = f"{way}, in a text" if where in TEXT else way
            for _ in range(each):
                party = chance.choice(parties)
                strong = [name.text for name in party.names if name.strength is not Strength.WEAK]
                name = disfigure(chance.choice(strong or [party.name]), party.type)
                if not name:
                    continue
                (made,) = decide_bytes(make(name).encode(), desk)
                tried[kind] += 1
                missed[kind] += made.outcome.value == "pass"
    for kind, count in tried.items():
        print(f"{kind:<46}{count:>7,} tried {missed[kind]:>6,} missed {100 * missed[kind] / count:>6.1f} %")


def clean(labels: Path, chance: random.Random, each: int) -> Iterator[tuple[str, str]]:
    with gzip.open(labels / "clean_persons.csv.gz", "rt", encoding="utf-8") as stream:
        persons = list(csv.DictReader(stream))
    with (labels / "dnb_name_matching/test_names.csv").open(encoding="utf-8") as stream:
        firms = [row["company_name"] for row in csv.DictReader(stream)]
    for row in chance.sample(persons, each):
        code = country_code(row["nationality"])
        if code not in {"CU", "IR", "KP", "SD", "SY"}:
            name = escape(row["full_name"])
            yield (
                "person, with country",
                pacs(creditor=f"<Nm>{name}</Nm><PstlAdr><Ctry>{code or 'US'}</Ctry></PstlAdr>"),
            )
            yield "person, in a text", pacs(text=f"RENT MARCH {name}")
    for firm in chance.sample(firms, min(each, len(firms))):
        yield (
            "firm, with country",
            pacs(creditor=f"<Nm>{escape(firm)}</Nm><PstlAdr><Ctry>US</Ctry></PstlAdr>"),
        )
        yield "firm, in a text", pacs(text=f"INV 2211 {escape(firm)} 2026")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("lists", type=Path)
    parser.add_argument("--clean", type=Path)
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--each", type=int, default=150, help="messages a place and way")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(Path(place) / "home")
        list(update(settings, UpdateOptions({"us_ofac_sdn": str(options.lists)}), Silent()).rows)
        desk = open_desk(settings)
        trap(settings, desk, chance, options.each)
        if options.clean:
            tried: Counter[str] = Counter()
            held: Counter[str] = Counter()
            for kind, text in clean(options.clean, chance, options.each * 5):
                (made,) = decide_bytes(text.encode(), desk)
                tried[kind] += 1
                held[kind] += made.outcome.value == "hold"
            for kind, count in tried.items():
                print(
                    f"clean {kind:<40}{count:>7,} tried {held[kind]:>6,} held   {100 * held[kind] / count:>6.1f} %"
                )


if __name__ == "__main__":
    main()

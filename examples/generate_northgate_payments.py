"""Writes a day of payments of Northgate Communications, a fictitious regional carrier.

Everything is invented but the listed parties that it is meant to touch. The same seed gives the same files:

    python examples/generate_northgate_payments.py
"""

from __future__ import annotations

import random
import unicodedata
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

FOLDER = Path(__file__).parent / "northgate" / "payments"
SEED = 20260105
DAY = "2026-11-20"
OWN_BANK = "NGLKUS44"

VENDORS = [
    ("Red Pine Software Co.", "3299 Grand Ave", "Green Bay", "US", "PNBKUS33"),
    ("Iron Range Tower Services LLC", "88 Howard St", "Hibbing", "US", "PNBKUS33"),
    ("Blue Heron Freight S.A. de C.V.", "Av. Juárez 410", "Monterrey", "MX", "BNRTMXMM"),
    ("Ateliers Beauséjour Câblage Inc", "12 rue Cartier", "Trois-Rivières", "CA", "CDLACATT"),
    ("Köhler & Söhne Messtechnik GmbH", "Lindenstraße 9", "Kassel", "DE", "HSSNDEFF"),
    ("Wójcik Światłowody Sp. z o.o.", "ul. Polna 3", "Lublin", "PL", "LBLNPLPW"),
    ("Công ty TNHH Cáp Quang Hải Vân", "45 Trần Phú", "Đà Nẵng", "VN", "HVBKVNVX"),
    ("Shenzhen Lantern Optics Co Ltd", "No 7 Keji Road", "Shenzhen", "CN", "LTRNCNBS"),
    ("Superior Duct and Splice Inc", "1402 Tower Ave", "Superior", "US", "PNBKUS33"),
    ("Agate Mining Supply Inc", "7 Harbor Dr", "Duluth", "US", "PNBKUS33"),
    ("Priya Okafor", "511 Woodland Ave", "Duluth", "US", "PNBKUS33"),
    ("Great Lakes Poles & Timber", "90 Quay St", "Ashland", "US", "PNBKUS33"),
]
PURPOSES = [
    "INVOICE {0}",
    "PO {0} FIBRE 48 CORE",
    "TOWER RENT NOV {0}",
    "SPLICE CREW {0}",
    "SFP+ MODULES {0}",
    "RMA CREDIT {0}",
]


@dataclass
class Payment:
    """One payment, before it is written in some format."""

    id: str
    amount: str
    name: str
    street: str
    town: str
    country: str
    bank: str
    text: str
    uetr: str
    currency: str = "USD"
    ultimate: str = ""


def make(chance: random.Random, number: int) -> Payment:
    name, street, town, country, bank = chance.choice(VENDORS)
    amount = f"{chance.randint(80, 90_000)}.{chance.randint(0, 99):02}"
    text = chance.choice(PURPOSES).format(chance.randint(10_000, 99_999))
    uetr = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    return Payment(
        f"NG{DAY[2:].replace('-', '')}{number:04}", amount, name, street, town, country, bank, text, uetr
    )


def planted(chance: random.Random) -> dict[str, Payment]:
    """Touches, near misses and oddities, by a name for each."""

    def one(number: int, **parts: str) -> Payment:
        return replace(make(chance, number), **parts)

    return {
        "cut": one(900, name="BEIJING INTEGRITY TECHNOLOGY COMPA+", street="No 9 Fenghao East Road", town="Beijing",
                   country="CN", bank="LTRNCNBJ", text="CYBER RANGE SEATS 2026"),
        "broken-word": one(901, name="INTEGRITY TECHNOLOGY GROUP, INCORPORATED", street="RM 103 BLDG 6 FENGHAO EAST RD",
                           town="BEIJING", country="CN", bank="LTRNCNBJ", text="/INV/2026-77"),
        "ultimate": one(902, name="Harbour Light Escrow Pte Ltd", street="1 Marina Walk", town="Singapore", country="SG",
                        bank="HBLTSGSG", text="ESCROW RELEASE 4", ultimate="Sichuan Juxinhe Network Technology Co Ltd"),
        "han": one(903, name="Shenzhen Lantern Optics Co Ltd", street="No 7 Keji Road", town="Shenzhen", country="CN",
                   bank="LTRNCNBS", text="代付 永信至诚科技集团股份有限公司 合同 2026-3"),
        "number": one(904, name="Chaoyang Consulting Services", street="", town="Beijing", country="CN", bank="LTRNCNBJ",
                      text="FOR CONTRACT PARTY USCC 91110108562135265P"),
        "roaming": one(905, name="Caribe Roaming Clearing SA", street="Calle 50", town="Panama", country="PA",
                       bank="CRBNPAPA", text="ROAMING SETTLEMENT LA HABANA OCT"),
        "near-name": one(906, name="Integrity Group Technologies LLC", street="5 Main Street", town="Omaha", country="US",
                         bank="PNBKUS33", text="INTEGRITY AUDIT FEE"),
        "near-place": one(907, name="Wellington Antenna Works Ltd", street="118 Cuba Street", town="Wellington",
                          country="NZ", bank="WLTNNZ22", text="PANEL ANTENNAS"),
        "near-town": one(908, name="Havana Grain Elevator Co", street="2 River Road", town="Havana", country="US",
                         bank="PNBKUS33", text="SITE LEASE"),
    }  # fmt: skip


def pacs008(payment: Payment) -> str:
    street = f"<StrtNm>{escape(payment.street)}</StrtNm>" if payment.street else ""
    ultimate = f"<UltmtCdtr><Nm>{escape(payment.ultimate)}</Nm></UltmtCdtr>" if payment.ultimate else ""
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>
<GrpHdr><MsgId>{payment.id}</MsgId><CreDtTm>{DAY}T14:00:00-06:00</CreDtTm><NbOfTxs>1</NbOfTxs><SttlmInf><SttlmMtd>CLRG</SttlmMtd></SttlmInf></GrpHdr>
<CdtTrfTxInf><PmtId><InstrId>{payment.id}</InstrId><EndToEndId>{payment.id}</EndToEndId><UETR>{payment.uetr}</UETR></PmtId>
<IntrBkSttlmAmt Ccy="{payment.currency}">{payment.amount}</IntrBkSttlmAmt><IntrBkSttlmDt>{DAY}</IntrBkSttlmDt><ChrgBr>SHAR</ChrgBr>
<InstgAgt><FinInstnId><BICFI>{OWN_BANK}</BICFI></FinInstnId></InstgAgt><InstdAgt><FinInstnId><BICFI>PNBKUS33</BICFI></FinInstnId></InstdAgt>
<Dbtr><Nm>Northgate Communications Inc</Nm><PstlAdr><StrtNm>W Michigan St</StrtNm><BldgNb>200</BldgNb><TwnNm>Duluth</TwnNm><Ctry>US</Ctry></PstlAdr></Dbtr>
<DbtrAcct><Id><Othr><Id>4400017781</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>{OWN_BANK}</BICFI></FinInstnId></DbtrAgt>
<CdtrAgt><FinInstnId><BICFI>{payment.bank}</BICFI></FinInstnId></CdtrAgt>
<Cdtr><Nm>{escape(payment.name)}</Nm><PstlAdr>{street}<TwnNm>{escape(payment.town)}</TwnNm><Ctry>{payment.country}</Ctry></PstlAdr></Cdtr>{ultimate}
<RmtInf><Ustrd>{escape(payment.text)}</Ustrd></RmtInf></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>"""


def plain(text: str) -> str:
    """What the character set X of FIN leaves of a text."""
    text = (
        text.replace("ß", "ss")
        .replace("Đ", "D")
        .replace("đ", "d")
        .replace("ł", "l")
        .replace("Ł", "L")
        .replace("&", "+")
    )
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return bare.upper()


def wrap(text: str, width: int = 35) -> list[str]:
    """Broken at the limit, inside words if it falls so."""
    return [text[start : start + width] for start in range(0, len(text), width)]


def mt103(payment: Payment) -> str:
    lines = [
        *wrap(plain(payment.name))[:2],
        plain(payment.street)[:35],
        f"{plain(payment.town)} {payment.country}"[:35],
    ]
    beneficiary = "\n".join(line for line in lines if line)
    amount = payment.amount.replace(".", ",")
    return (
        f"{{1:F01{OWN_BANK}AXXX0000000000}}{{2:I103{payment.bank}XXXXN}}{{3:{{121:{payment.uetr}}}}}{{4:\n"
        f":20:{payment.id}\n:23B:CRED\n:32A:{DAY[2:].replace('-', '')}{payment.currency}{amount}\n"
        f":50K:/4400017781\nNORTHGATE COMMUNICATIONS INC\n200 W MICHIGAN ST\nDULUTH MN US\n:52A:{OWN_BANK}\n"
        f":57A:{payment.bank}\n:59:/00{payment.id[-6:]}\n{beneficiary}\n:70:{plain(payment.text)[:35]}\n:71A:SHA\n-}}"
    )


def cover(payment: Payment) -> str:
    return (
        f"{{1:F01{OWN_BANK}AXXX0000000000}}{{2:I202PNBKUS33XXXXN}}{{3:{{119:COV}}{{121:{payment.uetr}}}}}{{4:\n"
        f":20:{payment.id}C\n:21:{payment.id}\n:32A:{DAY[2:].replace('-', '')}USD{payment.amount.replace('.', ',')}\n"
        f":52A:{OWN_BANK}\n:58A:{payment.bank}\n:50F:/4400017781\n1/NORTHGATE COMMUNICATIONS INC\n2/200 W MICHIGAN ST\n"
        f"3/US/DULUTH\n:59F:/000551\n1/SICHUAN JUXINHE NETWORK TECHNOLOG\n1/Y CO LTD\n3/CN/CHENGDU\n:70:/INV/2026-9\n"
        f":33B:USD{payment.amount.replace('.', ',')}\n-}}"
    )


def pain001(payments: list[Payment]) -> str:
    transfers = "\n".join(
        f'<CdtTrfTxInf><PmtId><EndToEndId>{p.id}</EndToEndId></PmtId><Amt><InstdAmt Ccy="USD">{p.amount}</InstdAmt></Amt>'
        f"<CdtrAgt><FinInstnId><BICFI>{p.bank}</BICFI></FinInstnId></CdtrAgt><Cdtr><Nm>{escape(p.name)}</Nm><PstlAdr>"
        f"<TwnNm>{escape(p.town)}</TwnNm><Ctry>{p.country}</Ctry></PstlAdr></Cdtr>"
        + (f"<UltmtCdtr><Nm>{escape(p.ultimate)}</Nm></UltmtCdtr>" if p.ultimate else "")
        + f"<RmtInf><Ustrd>{escape(p.text)}</Ustrd></RmtInf></CdtTrfTxInf>"
        for p in payments
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">'
        f"<CstmrCdtTrfInitn><GrpHdr><MsgId>NGVENDOR{DAY.replace('-', '')}</MsgId><CreDtTm>{DAY}T09:00:00</CreDtTm>"
        f"<NbOfTxs>{len(payments)}</NbOfTxs><InitgPty><Nm>Northgate Communications Inc</Nm></InitgPty></GrpHdr>"
        f"<PmtInf><PmtInfId>NGV1</PmtInfId><PmtMtd>TRF</PmtMtd><ReqdExctnDt><Dt>{DAY}</Dt></ReqdExctnDt>"
        "<Dbtr><Nm>Northgate Communications Inc</Nm></Dbtr><DbtrAcct><Id><Othr><Id>4400017781</Id></Othr></Id></DbtrAcct>"
        f"<DbtrAgt><FinInstnId><BICFI>{OWN_BANK}</BICFI></FinInstnId></DbtrAgt>\n{transfers}\n</PmtInf></CstmrCdtTrfInitn></Document>\n"
    )


def recall(payment: Payment) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08">'
        f"<FIToFIPmtCxlReq><Assgnmt><Id>NGCXL1</Id><Assgnr><Agt><FinInstnId><BICFI>{OWN_BANK}</BICFI></FinInstnId></Agt></Assgnr>"
        f"<CreDtTm>{DAY}T17:00:00-06:00</CreDtTm></Assgnmt><Undrlyg><TxInf><OrgnlEndToEndId>{payment.id}</OrgnlEndToEndId>"
        f'<OrgnlUETR>{payment.uetr}</OrgnlUETR><OrgnlIntrBkSttlmAmt Ccy="USD">{payment.amount}</OrgnlIntrBkSttlmAmt>'
        f"<CxlRsnInf><Rsn><Cd>CUST</Cd></Rsn><AddtlInf>ORDERED BY MISTAKE</AddtlInf></CxlRsnInf><OrgnlTxRef><Cdtr><Pty><Nm>"
        f"{escape(payment.name)}</Nm></Pty></Cdtr></OrgnlTxRef></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>\n"
    )


def main() -> None:
    chance = random.Random(SEED)
    special = planted(chance)
    ordinary = [make(chance, number) for number in range(70)]
    day = [*ordinary[:30], special["han"], special["near-name"], special["near-place"], special["number"]]
    chance.shuffle(day)
    wires = [*ordinary[30:52], special["broken-word"], special["roaming"]]
    chance.shuffle(wires)
    batch = [*ordinary[52:64], special["ultimate"], special["near-town"]]
    files = {
        f"outgoing-{DAY}.xml": "<Batch>\n" + "\n".join(map(pacs008, day)) + "\n</Batch>\n",
        f"wires-{DAY}.rje": "$\n".join(map(mt103, wires)) + "\n",
        f"vendors-{DAY}.xml": pain001(batch),
        "invoice-training.xml": pacs008(special["cut"]) + "\n",
        "recall-training.xml": recall(special["cut"]),
        "cover-0551.fin": cover(special["near-name"]) + "\n",
        "queue-dump.xml": pacs008(ordinary[64])[:900] + "\n",
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

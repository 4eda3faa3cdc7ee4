"""Writes the customers, suppliers and holdings of Northgate Communications, a fictitious regional carrier.

Everything is invented but the listed parties that it is meant to touch: any likeness of a customer, a supplier or a
subsidiary to a real one is chance. The same seed gives the same files, byte for byte:

    python examples/generate_northgate.py
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

FOLDER = Path(__file__).parent / "northgate"
SEED = 20250103

GIVEN = {
    "US": [
        "James",
        "Mary",
        "Robert",
        "Patricia",
        "John",
        "Jennifer",
        "Michael",
        "Linda",
        "David",
        "Elizabeth",
        "Carlos",
        "Latoya",
        "Wei",
        "Priya",
    ],
    "MX": [
        "José",
        "María",
        "Luis",
        "Guadalupe",
        "Juan",
        "Verónica",
        "Ángel",
        "Sofía",
        "Jesús",
        "Fernanda",
        "Raúl",
        "Inés",
    ],
    "CA": ["Émilie", "Liam", "Noémie", "Benoît", "Chloé", "Étienne", "Gabrielle", "Owen", "Maéva", "Cédric"],
    "CN": ["Wei", "Fang", "Xiuying", "Jun", "Min", "Lei", "Jing", "Yan", "Hao", "Ting", "Kecheng", "Shuai"],
    "VN": ["Nguyên", "Hương", "Minh", "Lan", "Dũng", "Phương", "Tuấn", "Thảo"],
    "DE": ["Jürgen", "Anneliese", "Björn", "Käthe", "Günther", "Heike", "Sören", "Ulrike"],
    "PL": ["Łukasz", "Małgorzata", "Paweł", "Agnieszka", "Wojciech", "Żaneta", "Stanisław"],
}
FAMILY = {
    "US": [
        "Smith",
        "Johnson",
        "Williams",
        "Brown",
        "Jones",
        "Garcia",
        "Miller",
        "Davis",
        "Okafor",
        "Nakamura",
        "Cohen",
        "O'Brien",
        "McAllister",
    ],
    "MX": ["Hernández", "García", "Martínez", "López", "González", "Pérez", "Muñoz", "Núñez", "Ibáñez"],
    "CA": ["Tremblay", "Gagnon", "Roy", "Côté", "Bouchard", "Gauthier", "Lefebvre", "Beauséjour"],
    "CN": ["Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Zhao", "Huang", "Zhou", "Wu", "Yin"],
    "VN": ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng"],
    "DE": ["Müller", "Schäfer", "Weiß", "Köhler", "Jäger", "Größmann", "Böhm"],
    "PL": ["Kowalski", "Wiśniewska", "Zieliński", "Dąbrowska", "Wójcik"],
}
PLACES = {
    "US": [
        ("Duluth", "MN"),
        ("Marquette", "MI"),
        ("Green Bay", "WI"),
        ("Bemidji", "MN"),
        ("Ironwood", "MI"),
        ("Superior", "WI"),
    ],
    "CA": [("Thunder Bay", "ON"), ("Sault Ste. Marie", "ON"), ("Gatineau", "QC")],
    "MX": [("Monterrey", "N.L."), ("Mérida", "Yuc.")],
    "CN": [("Shenzhen", "Guangdong"), ("Hangzhou", "Zhejiang"), ("Chengdu", "Sichuan")],
    "VN": [("Đà Nẵng", ""), ("Hà Nội", "")],
    "DE": [("Köln", "NRW"), ("Lübeck", "SH")],
    "PL": [("Łódź", ""), ("Kraków", "")],
}
STREETS = [
    "Superior St",
    "3rd Ave W",
    "Lakeshore Dr",
    "Miller Trunk Hwy",
    "Canal Park Dr",
    "Grand Ave",
    "W Michigan St",
    "Haines Rd",
    "Mesaba Ave",
]
WORDS = [
    "North Shore",
    "Iron Range",
    "Lake Country",
    "Boreal",
    "Agate",
    "Birchwood",
    "Granite",
    "Great Lakes",
    "Timber",
    "Copper Harbor",
    "Aurora",
    "Arrowhead",
    "Pioneer",
    "Summit",
    "Harbor View",
    "Blue Heron",
    "Red Pine",
    "Falcon",
    "Keystone",
    "Beacon",
    "Meridian",
    "Integrity",
    "Sterling",
]
TRADES = [
    "Logistics",
    "Dental",
    "Credit Union",
    "Software",
    "Hardware",
    "Clinics",
    "Farms",
    "Broadcasting",
    "Paper",
    "Mining Supply",
    "Freight",
    "Insurance Agency",
    "Brewing",
    "Outfitters",
    "Technology",
    "Systems",
    "Networks",
    "Realty",
    "Charter School",
    "Media",
    "Marine",
]
FORMS = {
    "US": ["LLC", "Inc.", "Inc", "Corp.", "Co.", "L.L.C.", ""],
    "CA": ["Ltée", "Inc.", "Ltd."],
    "MX": ["S.A. de C.V.", "S. de R.L."],
    "CN": ["Co., Ltd.", "Company Limited"],
    "VN": ["JSC", "Co., Ltd"],
    "DE": ["GmbH", "AG", "GmbH & Co. KG"],
    "PL": ["sp. z o.o.", "S.A."],
}

CUSTOMER_COLUMNS = [
    "id",
    "name",
    "type",
    "birth_date",
    "country",
    "address",
    "identifiers",
    "segment",
    "since",
]
SUPPLIER_COLUMNS = [
    "Vendor No",
    "Vendor Name",
    "Kind",
    "Country",
    "Address",
    "Registration",
    "Category",
    "Open Orders USD",
]

# What is planted among the customers: touches first, then near misses. `why` stays here; the file has none of it.
PLANTED_CUSTOMERS = [
    # The listed alias in other case, order and legal form.
    {
        "id": "C-10417",
        "name": "Beijing Integrity Technology Co Ltd",
        "type": "Company",
        "country": "CN",
        "address": "Fenghao East Road, Haidian District, Beijing",
        "segment": "wholesale transit",
    },
    # A brand on the invoice, the listed number in the register.
    {
        "id": "C-11873",
        "name": "YXZC Range Services",
        "type": "Company",
        "country": "HK",
        "address": "Wan Chai, Hong Kong",
        "identifiers": "uscc:91110108562135265P",
        "segment": "hosting",
    },
    # A listed person, with the birth date of the entry.
    {
        "id": "C-12290",
        "name": "YIN KECHENG",
        "type": "Person",
        "birth_date": "1986-12-08",
        "country": "CN",
        "address": "Shanghai",
        "segment": "hosting",
    },
    # Not listed anywhere: 50 percent rule, see holdings.csv.
    {
        "id": "C-10944",
        "name": "Harbourline Cyber Range Pte. Ltd.",
        "type": "Company",
        "country": "SG",
        "address": "1 Fusionopolis Way, Singapore 138632",
        "segment": "colocation",
    },
    {
        "id": "C-12005",
        "name": "Lakehead Training Labs Inc.",
        "type": "Company",
        "country": "CA",
        "address": "Thunder Bay, ON",
        "segment": "business internet",
    },
    {
        "id": "C-11502",
        "name": "Qiantang Data Works Co., Ltd.",
        "type": "Company",
        "country": "CN",
        "address": "Hangzhou, Zhejiang",
        "segment": "wholesale transit",
    },
    # Near misses: the words, not the company; the name, not the person; one point below the line.
    {
        "id": "C-10088",
        "name": "Integrity Technology Solutions LLC",
        "type": "Company",
        "country": "US",
        "address": "214 W Superior St, Duluth, MN",
        "segment": "business internet",
    },
    {
        "id": "C-10755",
        "name": "Integrity Insurance Group, Inc.",
        "type": "Company",
        "country": "US",
        "address": "Green Bay, WI",
        "segment": "business internet",
    },
    {
        "id": "C-11331",
        "name": "Yin Kecheng",
        "type": "Person",
        "birth_date": "2001-05-30",
        "country": "US",
        "address": "88 Grand Ave, Superior, WI",
        "segment": "residential",
    },
    {
        "id": "C-11640",
        "name": "Shuai Zhou",
        "type": "Person",
        "birth_date": "1998-02-11",
        "country": "CN",
        "address": "Shenzhen, Guangdong",
        "segment": "mobile",
    },
    {
        "id": "C-12118",
        "name": "Great Slave Simulation Ltd.",
        "type": "Company",
        "country": "CA",
        "address": "Yellowknife, NT",
        "segment": "business internet",
    },
]
PLANTED_SUPPLIERS = [
    # The weak alias, as a purchasing clerk would type it; and the Chinese name.
    {
        "Vendor No": "V-2207",
        "Vendor Name": "Yongxin Zhicheng Technology Group",
        "Kind": "Company",
        "Country": "China",
        "Address": "Beijing, Haidian",
        "Category": "security training",
        "Open Orders USD": "48200.00",
    },
    {
        "Vendor No": "V-2391",
        "Vendor Name": "永信至诚科技集团股份有限公司",
        "Kind": "Company",
        "Country": "CN",
        "Address": "北京市海淀区丰豪东路9号院6号楼103",
        "Category": "cyber range licence",
        "Open Orders USD": "17500.00",
    },
    # Only the mail domain of the contact gives it away.
    {
        "Vendor No": "V-2450",
        "Vendor Name": "ITG Exhibition Desk",
        "Kind": "",
        "Country": "CN",
        "Address": "",
        "Registration": "website:www.integritytech.com.cn",
        "Category": "trade show",
        "Open Orders USD": "900",
    },
    # Salt Typhoon's contractor, legal form spelt out, a typing error.
    {
        "Vendor No": "V-2188",
        "Vendor Name": "Sichuan Juxinhe Network Technolgy Company Limited",
        "Kind": "Company",
        "Country": "CN",
        "Address": "Chengdu",
        "Category": "router refurbishing",
        "Open Orders USD": "121000",
    },
    # Near misses.
    {
        "Vendor No": "V-2019",
        "Vendor Name": "Integrity Staffing & Technology Group LLC",
        "Kind": "Company",
        "Country": "US",
        "Address": "Marquette, MI",
        "Category": "temporary staff",
        "Open Orders USD": "3300",
    },
    {
        "Vendor No": "V-2077",
        "Vendor Name": "Sichuan Garden Restaurant Inc",
        "Kind": "Company",
        "Country": "US",
        "Address": "Duluth MN",
        "Category": "catering",
        "Open Orders USD": "240",
    },
    {
        "Vendor No": "V-2333",
        "Vendor Name": "<b>Bold & Partners</b> Signs",
        "Kind": "Company",
        "Country": "US",
        "Address": "=2+3 Industrial Park",
        "Category": "signage",
        "Open Orders USD": "75",
    },
]
ITG = "INTEGRITY TECHNOLOGY GROUP, INCORPORATED"
JUXINHE = "SICHUAN JUXINHE NETWORK TECHNOLOGY CO., LTD."
PLANTED_HOLDINGS = [
    # Blocked at the third level: undiluted, each link counts whole (60 -> 50 -> 50).
    (ITG, "Wuhan Anheng Range Holding Co., Ltd.", "60", "2019-04-01", "", "annual report 2024"),
    (
        "Wuhan Anheng Range Holding Co., Ltd.",
        "Anheng International (HK) Limited",
        "50",
        "2020-07-15",
        "",
        "HK register",
    ),
    (
        "Anheng International (HK) Limited",
        "Harbourline Cyber Range Pte. Ltd.",
        "50",
        "2021-01-01",
        "",
        "ACRA extract",
    ),
    ("Tan Family Trust", "Harbourline Cyber Range Pte. Ltd.", "50", "2021-01-01", "", "ACRA extract"),
    # Two listed owners that know nothing of each other: 30 + 20 reaches the line.
    (ITG, "Qiantang Data Works Co., Ltd.", "30", "2022-03-01", "", "register"),
    (JUXINHE, "Qiantang Data Works Co., Ltd.", "20", "2023-06-01", "", "register"),
    ("Hangzhou Municipal Investment", "Qiantang Data Works Co., Ltd.", "50", "2022-03-01", "", "register"),
    # A band: between 25 and 50, and exactly 50 would block.
    (ITG, "Lakehead Training Labs Inc.", "25-50", "2023-01-01", "", "beneficial owner filing"),
    (
        "Thunder Bay Angels LP",
        "Lakehead Training Labs Inc.",
        "",
        "2023-01-01",
        "",
        "questionnaire, no share given",
    ),
    # A minority stake: the company is free, the stake is blocked property.
    (ITG, "Great Slave Simulation Ltd.", "49", "2022-10-01", "", "register"),
    ("Denendeh Ventures", "Great Slave Simulation Ltd.", "51", "2022-10-01", "", "register"),
    # Sold before the designation.
    (ITG, "Superior Exam Centers LLC", "80", "2018-01-01", "2023-12-31", "closing statement"),
    ("Lakehead Holdings LLC", "Superior Exam Centers LLC", "100", "2024-01-01", "", "closing statement"),
]


def make_person(dice: random.Random, country: str) -> str:
    return f"{dice.choice(GIVEN[country])} {dice.choice(FAMILY[country])}"


def make_company(dice: random.Random, country: str) -> str:
    middle = dice.choice(TRADES)
    return " ".join(filter(None, [dice.choice(WORDS), middle, dice.choice(FORMS[country])]))


def make_address(dice: random.Random, country: str) -> str:
    city, region = dice.choice(PLACES[country])
    street = f"{dice.randint(1, 4999)} {dice.choice(STREETS)}"
    return ", ".join(filter(None, [street, city, region]))


def roughen(dice: random.Random, name: str) -> str:
    """The dirt of real records: case, blanks, swapped order, lost accents."""
    roll = dice.random()
    if roll < 0.08:
        return name.upper()
    if roll < 0.11:
        return name.lower()
    if roll < 0.13:
        return f"  {name} "
    if roll < 0.15 and " " in name:
        first, _, rest = name.partition(" ")
        return f"{rest}, {first}"
    return name


def make_customers(dice: random.Random) -> list[dict[str, str]]:
    countries = ["US"] * 82 + ["CA"] * 8 + ["MX"] * 4 + ["CN", "VN", "VN", "DE", "DE", "PL"]
    rows: list[dict[str, str]] = []
    for number in range(10001, 13001):
        country = dice.choice(countries)
        person = dice.random() < 0.72
        rows.append({
            "id": f"C-{number}",
            "name": roughen(dice, make_person(dice, country) if person else make_company(dice, country)),
            "type": dice.choice(["Person", "Person", "Person", ""]) if person else dice.choice(["Company", "Company", ""]),
            "birth_date": f"{dice.randint(1938, 2006)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}" if person and dice.random() < 0.8 else "",
            "country": country if dice.random() < 0.93 else dice.choice(["", "USA", "united states", "Canada"]),
            "address": make_address(dice, country) if dice.random() < 0.95 else "",
            "segment": dice.choice(["residential", "residential", "mobile", "business internet"]),
            "since": f"{dice.randint(2004, 2026)}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
        })  # fmt: skip
    by_id = {row["id"]: row for row in rows}
    for planted in PLANTED_CUSTOMERS:
        by_id[planted["id"]].update({"birth_date": "", "identifiers": "", **planted})
    for row in dice.sample(rows, 40):  # entered twice, under another number
        rows.append({**row, "id": f"C-{13001 + len(rows) - 3000}", "name": row["name"].title()})
    return rows


def make_suppliers(dice: random.Random) -> list[dict[str, str]]:
    rows = []
    for number in range(2001, 2461):
        country = dice.choice(["US"] * 14 + ["CN", "CN", "DE", "CA", "MX", "VN", "PL"])
        rows.append({
            "Vendor No": f"V-{number}",
            "Vendor Name": roughen(dice, make_company(dice, country)),
            "Kind": dice.choice(["Company", ""]),
            "Country": country,
            "Address": make_address(dice, country) if dice.random() < 0.9 else "",
            "Registration": f"lei:{dice.randint(10**17, 10**18 - 1)}00" if dice.random() < 0.04 else "",
            "Category": dice.choice(["fibre", "optics", "poles", "vehicles", "software", "consulting", "power"]),
            "Open Orders USD": f"{dice.lognormvariate(8, 1.5):.2f}",
        })  # fmt: skip
    by_id = {row["Vendor No"]: row for row in rows}
    for planted in PLANTED_SUPPLIERS:
        by_id[planted["Vendor No"]].update({"Registration": "", **planted})
    return rows


def make_holdings(dice: random.Random, customers: list[dict[str, str]]) -> list[list[str]]:
    companies = [row["name"].strip() for row in customers if row["type"] == "Company" and row["id"] not in
                 {planted["id"] for planted in PLANTED_CUSTOMERS}]  # fmt: skip
    rows: list[list[str]] = []
    for company in dice.sample(sorted(set(companies)), 330):
        left = 100
        while left > 0 and dice.random() < 0.9:
            share = left if dice.random() < 0.3 else dice.randint(1, left)
            left -= share
            owner = dice.choice(
                [make_person(dice, "US"), f"{dice.choice(WORDS)} Holdings LLC", dice.choice(companies)]
            )
            written = dice.choice([str(share)] * 12 + [f"{share}.0", "", f">{max(0, share - 5)}"])
            rows.append([owner, company, written, f"{dice.randint(1999, 2025)}-01-01", "", "customer file"])
    rows += [list(row) for row in PLANTED_HOLDINGS]
    dice.shuffle(rows)
    # What every such file has: a share that cannot be, a date the wrong way round, a row cut short, one twice.
    rows.insert(
        120, ["Aurora Holdings LLC", "Blue Heron Marine LLC", "140", "2015-01-01", "", "customer file"]
    )
    rows.insert(
        310, ["Agate Holdings LLC", "Red Pine Media Inc.", "25", "2022-01-01", "2019-01-01", "customer file"]
    )
    rows.insert(455, ["Summit Holdings LLC", "Falcon Freight Co."])
    rows.insert(500, list(rows[20]))
    return rows


def write(path: Path, header: list[str], rows: list[list[str]], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    dice = random.Random(SEED)
    customers = make_customers(dice)
    suppliers = make_suppliers(dice)
    holdings = make_holdings(dice, customers)
    FOLDER.mkdir(exist_ok=True)
    write(
        FOLDER / "customers.csv",
        CUSTOMER_COLUMNS,
        [[row.get(c, "") for c in CUSTOMER_COLUMNS] for row in customers],
    )
    write(
        FOLDER / "suppliers.csv",
        SUPPLIER_COLUMNS,
        [[row.get(c, "") for c in SUPPLIER_COLUMNS] for row in suppliers],
    )
    write(
        FOLDER / "holdings.csv", ["owner", "owned", "percent", "valid_from", "valid_to", "source"], holdings
    )
    spoil(FOLDER / "customers.csv")


def spoil(path: Path) -> None:
    """Two lines from another system's export, one in its old encoding, and a quote that nobody closed."""
    lines = path.read_bytes().split(b"\n")
    lines.insert(
        900,
        "C-13901,Brasserie Zum Löwen GmbH,Company,,DE,Köln,,business internet,2011-03-02".encode("cp1252"),
    )
    lines.insert(
        1800, b'C-13902,"Ore Dock 24" Bar & Grill,Company,,US,Marquette MI,,business internet,2016-07-19'
    )
    lines.insert(2400, b"C-13903,Kay O\xe2\x80\x99Brien,Person")
    path.write_bytes(b"\n".join(lines))


if __name__ == "__main__":
    main()

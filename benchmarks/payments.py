"""How fast payments are decided: one at a time in process, in bulk over processes, and beside nomenklatura.

    python benchmarks/payments.py LISTS [--peer PYTHON]

LISTS is a folder with OFAC's SDN.CSV, ALT.CSV, ADD.CSV and SDN_COMMENTS.CSV. PYTHON is an interpreter that has
nomenklatura (``pip install nomenklatura`` in an environment of its own; it needs ICU headers and a compiler); with it, the
parties of the same messages are matched by logic-v2 against the candidates that its own blocking finds, on one core.

Every message has names of its own, so that no cache answers for it.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from holdfast.app.pay import PaymentRun, PayOptions, decide_bytes
from holdfast.app.payments.desk import DeskOptions, open_desk, settle
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.model.payment import FieldKind
from holdfast.model.progress import Silent
from holdfast.records.payments import read_bytes

SEED = 5
ONE_BY_ONE, BULK = 3_000, 30_000
FIRST = ["Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Ivory", "Juniper", "Kestrel", "Larch", "Maple", "Nimbus", "Orchid", "Prairie", "Quartz", "Raven", "Slate", "Tundra", "Umber", "Vertex", "Willow", "Yarrow", "Zephyr", "Atlas", "Borealis", "Cinder", "Drift", "Eastgate"]  # fmt: skip
SECOND = ["Logistics", "Trading", "Foods", "Textiles", "Optics", "Software", "Marine", "Freight", "Timber", "Ceramics", "Energy", "Chemicals", "Machinery", "Paper", "Robotics", "Shipping", "Metals", "Glass", "Tools", "Packaging", "Consulting", "Electronics", "Agro", "Pharma", "Motors", "Cables"]  # fmt: skip
FORMS = ["Ltd", "LLC", "GmbH", "Inc", "SA", "Sarl", "BV", "Oy", "AB", "SpA", "Lda", "AS", "Pte", "Corp"]
GIVEN = [
    "Anna",
    "Bruno",
    "Carla",
    "Diego",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Karin",
    "Luca",
    "Mira",
    "Nils",
    "Olga",
    "Pavel",
    "Rosa",
    "Sven",
    "Tara",
    "Uwe",
]
FAMILY = ["Arnold", "Becker", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Hoffmann", "Ivanova", "Jensen", "Kowalski", "Lindholm", "Moreau", "Novak", "Olsen", "Petrov", "Rossi", "Santos", "Tanaka", "Ullmann"]  # fmt: skip
TOWNS = [("Lisboa", "PT"), ("Kassel", "DE"), ("Lyon", "FR"), ("Bergen", "NO"), ("Omaha", "US"), ("Osaka", "JP"), ("Da Nang", "VN"), ("Leeds", "GB")]  # fmt: skip

PACS008 = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf>
<GrpHdr><MsgId>{id}</MsgId><CreDtTm>2026-11-24T09:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs><SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>
<CdtTrfTxInf><PmtId><InstrId>{id}</InstrId><EndToEndId>{id}</EndToEndId><UETR>{uetr}</UETR></PmtId>
<IntrBkSttlmAmt Ccy="USD">{amount}</IntrBkSttlmAmt><IntrBkSttlmDt>2026-11-24</IntrBkSttlmDt><ChrgBr>SHAR</ChrgBr>
<InstgAgt><FinInstnId><BICFI>QQQQUS33</BICFI></FinInstnId></InstgAgt><InstdAgt><FinInstnId><BICFI>VVVVUS33</BICFI></FinInstnId></InstdAgt>
<Dbtr><Nm>{debtor}</Nm><PstlAdr><StrtNm>{street}</StrtNm><BldgNb>{number}</BldgNb><TwnNm>{town1}</TwnNm><Ctry>{country1}</Ctry></PstlAdr></Dbtr>
<DbtrAcct><Id><Othr><Id>{account}</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><BICFI>QQQQDEFF</BICFI></FinInstnId></DbtrAgt>
<CdtrAgt><FinInstnId><BICFI>VVVVFRPP</BICFI></FinInstnId></CdtrAgt>
<Cdtr><Nm>{creditor}</Nm><PstlAdr><TwnNm>{town2}</TwnNm><Ctry>{country2}</Ctry><AdrLine>{street} {number}</AdrLine></PstlAdr></Cdtr>
<CdtrAcct><Id><Othr><Id>{account2}</Id></Othr></Id></CdtrAcct><UltmtCdtr><Nm>{ultimate}</Nm></UltmtCdtr>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></CdtTrfTxInf></FIToFICstmrCdtTrf></Document>
"""


def message(chance: random.Random, number: int) -> bytes:
    """A pacs.008 with three named parties, none of them listed."""
    town1, country1 = chance.choice(TOWNS)
    town2, country2 = chance.choice(TOWNS)
    return PACS008.format(
        id=f"B{number:08}",
        uetr=uuid.UUID(int=chance.getrandbits(128), version=4),
        amount=f"{chance.randint(1, 99_999)}.{chance.randint(10, 99)}",
        debtor=firm(chance),
        creditor=firm(chance) if chance.random() < 0.7 else person(chance),
        ultimate=person(chance) if chance.random() < 0.5 else firm(chance),
        street=f"{chance.choice(FIRST)} Street",
        number=chance.randint(1, 300),
        town1=town1,
        country1=country1,
        town2=town2,
        country2=country2,
        account=chance.randint(10**9, 10**10),
        account2=chance.randint(10**9, 10**10),
        text=f"INVOICE {chance.randint(10_000, 99_999)} {chance.choice(SECOND).upper()} ORDER {chance.choice(FIRST).upper()}",
    ).encode()


def firm(chance: random.Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(FIRST)} {chance.choice(SECOND)} {chance.choice(FORMS)}"


def person(chance: random.Random) -> str:
    return f"{chance.choice(GIVEN)} {chance.choice(GIVEN)[0]}. {chance.choice(FAMILY)}"


def one_by_one(settings: Settings, messages: list[bytes]) -> None:
    started = time.perf_counter()
    desk = open_desk(settings, DeskOptions())
    decide_bytes(messages[0], desk)
    print(f"desk open and first decision{1000 * (time.perf_counter() - started):>12.0f} ms")
    settle()
    walls, works, held = [], [], 0
    for data in messages[:300]:
        decide_bytes(data, desk)
    for data in messages[300:]:
        start, began = time.perf_counter(), time.thread_time()
        (decision,) = decide_bytes(data, desk)
        walls.append(time.perf_counter() - start)
        works.append(time.thread_time() - began)
        held += decision.outcome.value == "hold"
    print("pacs.008 to decision, ms      median      p99    p99.9   goals 1 and 5")
    for what, seconds in (("on the clock", walls), ("of the processor", works)):
        cuts = statistics.quantiles(seconds, n=1000)
        print(f"  {what:<26}{1000 * cuts[499]:>8.2f} {1000 * cuts[989]:>8.2f} {1000 * cuts[998]:>8.2f}")
    print(f"clean messages held         {held:>12,} of {len(works):,}")
    started = time.process_time()
    for data in messages[300:1300]:
        decide_bytes(data, desk)
    print(f"all parties seen before     {time.process_time() - started:>12.2f} ms of the processor a message")


def in_bulk(settings: Settings, messages: list[bytes], place: Path) -> None:
    file = place / "batch.xml"
    file.write_bytes(b"".join(messages))
    run = PaymentRun([file], settings, PayOptions(processes=2), Silent())
    decisions = iter(run)
    for _ in range(2_000):  # both processes are at work
        next(decisions)
    started, began, count = time.perf_counter(), _processor(), 0
    for _ in decisions:
        count += 1
    rate = count / (time.perf_counter() - started)
    print(f"bulk, two processes         {rate:>12,.0f} messages/s   goal 3,000")
    del decisions
    gc.collect()  # ends the processes, whose time is known only then
    spent = _processor() - began
    print(f"bulk, processor time        {1000 * spent / BULK:>12.2f} ms a message, opening included")


def _processor() -> float:
    """Seconds that this process and those it has seen end have computed."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


PEER = """
import csv, json, sys, time
from collections import defaultdict
from followthemoney import model
from nomenklatura.matching.logic_v2.model import LogicV2
lists, names = sys.argv[1], json.load(sys.stdin)
parties = {}
with open(f"{lists}/SDN.CSV", encoding="latin-1") as stream:
    for row in csv.reader(stream):
        if len(row) > 2:
            schema = "Person" if row[2].strip() == "individual" else "LegalEntity"
            parties[row[0]] = (schema, [row[1]])
with open(f"{lists}/ALT.CSV", encoding="latin-1") as stream:
    for row in csv.reader(stream):
        if len(row) > 3 and row[0] in parties:
            parties[row[0]][1].append(row[3])
def entity(key, schema, names):
    return model.get_proxy({"id": key, "schema": schema, "properties": {"name": names}})
listed = {key: entity(key, *value) for key, value in parties.items()}
index = defaultdict(set)
for key, (_, own) in parties.items():
    for name in own:
        for token in name.lower().replace(",", " ").split():
            index[token].add(key)
config = LogicV2.default_config()
done, pairs, started = 0, 0, time.process_time()
for group in names:
    for name in group:
        query = entity("q", "LegalEntity", [name])
        counts = defaultdict(float)
        for token in name.lower().split():
            for key in index.get(token, ()):
                counts[key] += 1 / len(index[token])
        for key in sorted(counts, key=counts.get, reverse=True)[:50]:
            LogicV2.compare(query, listed[key], config)
            pairs += 1
    done += 1
    if time.process_time() - started > 30:
        break
seconds = time.process_time() - started
print(json.dumps({"messages": done, "pairs": pairs, "seconds": seconds}))
"""


def beside_peer(peer: str, lists: Path, messages: list[bytes], settings: Settings) -> None:
    """The named parties of the same messages: both on one core, reading not counted."""
    read = [next(iter(read_bytes(data, "in"))) for data in messages]
    names = [[field.text for field in one.fields if field.kind is FieldKind.NAME] for one in read]
    command = [peer, "-c", PEER, str(lists)]
    answer = subprocess.run(command, input=json.dumps(names), capture_output=True, text=True, check=False)
    if answer.returncode:
        print(f"peer failed: {answer.stderr.strip().splitlines()[-1]}")
        return
    theirs = json.loads(answer.stdout)
    rate = theirs["messages"] / theirs["seconds"]
    from holdfast.screen.payments import decide

    desk = open_desk(settings, DeskOptions())
    for one in read[:200]:
        decide(one, desk)
    started = time.process_time()
    for one in read[200:]:
        decide(one, desk)
    own = (len(read) - 200) / (time.process_time() - started)
    print(f"nomenklatura logic-v2, names{rate:>12,.1f} messages/s of CPU ({theirs['pairs']:,} pairs)")
    print(f"holdfast, whole decision    {own:>12,.1f} messages/s of CPU, {own / rate:,.0f} times that")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("lists", type=Path)
    parser.add_argument("--peer", default="")
    options = parser.parse_args()
    chance = random.Random(SEED)
    messages = [message(chance, number) for number in range(BULK)]
    print(
        f"Python {platform.python_version()} on {platform.machine()}, {platform.system()} {platform.release()}"
    )
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(Path(place) / "home")
        for _ in update(settings, UpdateOptions({"us_ofac_sdn": str(options.lists)}), Silent()).rows:
            pass
        one_by_one(settings, messages[:ONE_BY_ONE])
        in_bulk(settings, messages, Path(place))
        if options.peer:
            beside_peer(options.peer, options.lists, messages[:ONE_BY_ONE], settings)


if __name__ == "__main__":
    sys.exit(main())

"""How fast and how right the hunt in logs is, beside Zircolite on the same logs and rules.

    python benchmarks/hunt.py LOGS [--peer CHECKOUT --python PYTHON] [--events N] [--only PART]

LOGS is a folder with `sigma/` (rules and regression cases of SigmaHQ), `security-datasets/` (archives of Windows events
as JSON Lines), `evtx-attack-samples/` and `benign/`. CHECKOUT is a checkout of https://github.com/wagga40/Zircolite and
PYTHON an interpreter of an environment with its requirements and `sqlparse`; without them the peer's columns are left out.

The large input is made of the real events of `security-datasets`, replicated until there are N. Each copy stands for
another host and another day: host names, times, process and logon numbers, ports and GUIDs differ in every copy, the
digits in messages too, and every twentieth command line, script, path and registry key. Every run is a process of its
own; times are CPU seconds of the whole process, interpreter and imports included, unless said otherwise.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

PEER_EVENTS = 20_000
"""Events of the sample that both are given; the peer takes half a minute for it."""
FOLDERS = ("rules/windows", "rules-emerging-threats", "rules-threat-hunting")
"""Rules for the measurements of speed."""
EACH = {"TimeCreated", "UtcTime", "CreationUtcTime", "@timestamp", "EventTime", "EventReceivedTime", "ProcessId", "ProcessID", "ParentProcessId",
        "NewProcessId", "LogonId", "SubjectLogonId", "TargetLogonId", "SourcePort", "IpPort", "RecordNumber", "ProcessGuid",
        "ParentProcessGuid", "LogonGuid", "SourceProcessGUID", "TargetProcessGUID", "SourceProcessId", "TargetProcessId", "Message"}  # fmt: skip
"""Fields that differ in every copy."""
SOME = {
    "CommandLine",
    "ParentCommandLine",
    "ScriptBlockText",
    "TargetFilename",
    "TargetObject",
    "ContextInfo",
}
"""Fields that differ in every twentieth event of a copy."""
DIGITS = "0123456789"
SPRAY = """
title: failed
name: failed
id: failed
logsource: {product: windows, service: security}
detection: {one: {EventID: 4625}, condition: one}
---
title: many names
id: names
correlation: {type: value_count, rules: [failed], group-by: [IpAddress], timespan: 1d,
              condition: {gte: 250000, field: TargetUserName}}
---
title: few at the start of a period
id: few
correlation: {type: event_count, rules: [failed], group-by: [IpAddress], timespan: 1d, condition: {lte: 900000000}}
"""
UNEXPLAINED = "not explained"
NO_COLUMN = "a field of the rule is in no event at all, so that its query fails"


# The large input ---------------------------------------------------------------------------------------------------


def real_events(folder: Path) -> list[dict[str, Any]]:
    """The events of all archives."""
    events = []
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".zip":
            with zipfile.ZipFile(file) as archive:
                members = [archive.read(entry) for entry in archive.infolist() if not entry.is_dir()]
        elif file.name.endswith(".tar.gz"):
            with tarfile.open(file) as tape:
                members = [tape.extractfile(item).read() for item in tape if item.isfile()]  # type: ignore[union-attr]
        else:
            continue
        events.extend(
            orjson.loads(line) for member in members for line in member.splitlines() if line[:1] == b"{"
        )
    return events


def write_copies(events: list[dict[str, Any]], count: int, place: Path) -> None:
    """``count`` events, copy after copy, one a line; in a ``.json`` file as one array."""
    array = place.suffix == ".json"
    with place.open("wb") as file:
        for number in range(count):
            copy, position = divmod(number, len(events))
            before = b"" if not array else b",\n" if number else b"["
            file.write(before + orjson.dumps(varied(events[position], copy, position)) + b"\n" * (not array))
        file.write(b"]" * array)


def varied(event: dict[str, Any], copy: int, position: int) -> dict[str, Any]:
    """The event as it might stand in the log of another host on another day; copy 0 is the event itself."""
    if not copy:
        return event
    shift = copy % 9 + 1
    table = str.maketrans(DIGITS[1:], DIGITS[1 + shift :] + DIGITS[1 : 1 + shift])
    some = SOME if (position + copy) % 20 == 0 else set()
    changed = dict(event)
    for name, value in event.items():
        if name == "Hostname":
            changed[name] = f"{str(value).partition('.')[0]}-{copy:04}"
        elif name in {"TimeCreated", "UtcTime", "CreationUtcTime", "@timestamp", "EventTime"}:
            changed[name] = f"{str(value)[:8]}{copy % 28 + 1:02}{str(value)[10:]}"
        elif isinstance(value, str) and (name in EACH or name in some):
            changed[name] = value.translate(table)
    return changed


# One run of Holdfast, in a process of its own -----------------------------------------------------------------------


def child(job: str, home: str, rules: list[str], paths: list[str]) -> dict[str, Any]:
    """What the process is asked to measure."""
    from holdfast.app.hunt import HuntOptions, load_pack, prepare
    from holdfast.app.settings import Settings
    from holdfast.model.status import Problems

    settings, options = Settings(Path(home)), HuntOptions(tuple(rules), indicators=False)
    if job == "copies":
        write_copies(real_events(Path(paths[0]))[:: int(rules[1])], int(rules[0]), Path(paths[1]))
        return {}
    if job == "background":
        import pyarrow.parquet as pq

        table = pq.read_table(paths[0])
        pq.write_table(table.drop_columns(["src"]), paths[1], row_group_size=100_000)
        return {}
    started = time.process_time()
    if job == "pack":
        pack = load_pack(settings, options, Problems())
        return {"seconds": time.process_time() - started, "rules": len(pack.rules)}
    if job == "alone":
        return alone(load_pack(settings, options, Problems()), paths)
    if job == "causes":
        wanted = set(rules.pop().split(","))
        options = HuntOptions(tuple(rules), indicators=False)
        return causes(load_pack(settings, options, Problems()), wanted, paths)
    run = prepare(paths, settings, options)
    matches: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    by_file: Counter[str] = Counter()
    for sighting in run.sightings():
        matches[sighting.rule] += 1
        levels[sighting.level] += 1
        by_file[f"{sighting.rule} {sighting.file}"] += 1
    stories = run.teller.stories()
    return {
        "events": run.logs.events,
        "matches": matches,
        "levels": levels,
        "by_file": by_file if job == "regression" else {},
        "verdicts": Counter(story.verdict for story in stories),
        "problems": [status.to_dict() for status in run.statuses() if status.state != "ok"][:20],
    }


def alone(pack: Any, paths: list[str]) -> dict[str, Any]:
    """Evaluation only: the columns are made by a first pass, and a second evaluator, which knows nothing yet, is timed."""
    from holdfast.hunt.evaluate import Evaluator
    from holdfast.model.progress import Silent
    from holdfast.records.logs.open import Logs

    blocks = [block for group in Logs(tuple(paths), Silent()).blocks() for block in group]
    events = sum(map(len, blocks))
    matches = sum(len(hit.places) for block in blocks for hit in Evaluator(pack).hits(block))
    for matcher in pack.matchers.values():
        matcher.forget()
    gc.disable()  # as a hunt does
    started = time.process_time()
    evaluator = Evaluator(pack)
    again = sum(len(hit.places) for block in blocks for hit in evaluator.hits(block))
    seconds = time.process_time() - started
    if again != matches:
        raise SystemExit("the second pass found something else")
    return {"seconds": seconds, "events": events, "matches": matches}


def causes(pack: Any, wanted: set[str], paths: list[str]) -> dict[str, Counter[str]]:
    """For each rule what in the events that Holdfast matches, or in the rule, the peer is known to read otherwise."""
    from holdfast.hunt.evaluate import Evaluator
    from holdfast.hunt.logsource import demands
    from holdfast.model.progress import Silent
    from holdfast.records.logs.open import Logs

    rules = {rule.id: rule for rule in pack.rules if rule.id in wanted}
    pack.rules = list(rules.values())
    found: dict[str, Counter[str]] = {identity: Counter() for identity in rules}
    for identity, rule in rules.items():
        if rule.source.product not in {"", "windows"}:
            found[identity][f"a rule for {rule.source.product} asked of events of Windows"] = 0
        elif demands(rule.source):
            found[identity]["the kind of change that the log source names is not asked for"] = 0
    fields = {rule.id: {pack.atoms[number].field for number in atoms(rule.tree)} for rule in pack.rules}
    unseen = set().union(*fields.values()) - {"", "EventID", "Channel"}
    evaluator = Evaluator(pack)
    for blocks in Logs(tuple(paths), Silent()).blocks():
        for block in blocks:
            unseen -= {name for name in unseen if (block.column(name).codes >= 0).any()}
            for hit in evaluator.hits(block):
                under_not = {pack.atoms[number].field for number in atoms(hit.rule.tree, below_not=True)}
                for place, evidence in zip(hit.places, hit.evidence, strict=True):
                    cause = cause_of(block, place, evidence, under_not)
                    found[hit.rule.id][cause] += 1
    for identity, names in fields.items():
        if names & unseen and found[identity]:
            found[identity][NO_COLUMN] = found[identity].total()
    return found


def atoms(tree: Any, *, below_not: bool = False) -> Iterator[int]:
    """Atoms of a tree: all, or those below a ``not``."""
    if isinstance(tree, int):
        if not below_not:
            yield tree
        return
    operator, below = tree
    for one in [below] if operator == "not" else below:
        yield from atoms(one, below_not=below_not and operator != "not")


def cause_of(block: Any, place: int, evidence: dict[str, str], under_not: set[str]) -> str:
    """The first reason that applies to a match."""
    from holdfast.records.logs.layout import WINDOWS_FLAT, WINLOGBEAT

    raw = block.fields(place)
    if block.sort.layout is WINLOGBEAT:
        return "the event is laid out as Winlogbeat does"
    if block.kind.channel == block.kind.channel.lower():
        return "the channel is written in another case"
    if block.sort.layout is WINDOWS_FLAT and "Provider_Name" in evidence and "Provider_Name" not in raw:
        return "the provider stands under another name"
    if block.kind.channel == "Security" and block.kind.event_id == "4688":
        return "process creation is event 4688 of the security log too"
    if any(isinstance(raw.get(name), bool) for name in evidence):
        return "a truth value is true, not 1"
    if "Data" in evidence:
        return "event data without names"
    if any(not value for value in evidence.values()):
        return "an empty text is a text"
    if any(block.column(name).value(place) is None for name in under_not):
        return "what is asked below a not is absent"
    return UNEXPLAINED


def run_child(job: str, home: Path, rules: list[Path | str], paths: list[Path]) -> dict[str, Any]:
    """The child's answer with its CPU seconds and peak memory."""
    command = [sys.executable, __file__, "--child", job, "--home", str(home)]
    command += ["--rules", *map(str, rules), "--paths", *map(str, paths)]
    answer, seconds, peak = timed(command, Path.cwd())
    return {"cpu": seconds, "peak": peak, **json.loads(answer.splitlines()[-1])}


def timed(command: list[str], folder: Path) -> tuple[str, float, float]:
    """Standard output, CPU seconds and peak memory in MB of a process."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.PIPE, text=False)
        error = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status and not error.strip().startswith(b"["):
            sys.stderr.write(error.decode(errors="replace")[-2000:])
        output.seek(0)
        return output.read().decode(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


# Parts --------------------------------------------------------------------------------------------------------------


class Bench:
    """The folders and the peer of one run."""

    def __init__(self, options: argparse.Namespace, work: Path) -> None:
        self.logs: Path = options.logs.resolve()
        self.peer: Path | None = options.peer.resolve() if options.peer else None
        self.python = str(options.python or sys.executable)
        self.count: int = options.events
        self.repeats: int = options.repeats
        self.work = work
        self.home = work / "home"
        self.converted: list[Path | str] = []
        """The rules as the peer wants them, once they are."""
        self.rules: list[Path | str] = [self.logs / "sigma" / folder for folder in FOLDERS]

    def loading(self) -> None:
        """Rules that load, and how long a set takes to be ready."""
        everything: list[Path | str] = sorted((self.logs / "sigma").glob("rules*"))
        files = sum(1 for folder in everything for _ in Path(folder).rglob("*.yml"))
        cold = run_child("pack", self.work / "cold", everything, [])
        print(f"rules that load             {cold['rules']} of {files} files of all folders")
        cold = run_child("pack", self.home, self.rules, [])
        print(f"compiling {cold['rules']} rules        {cold['seconds']:.1f} s")
        warm = [run_child("pack", self.home, self.rules, []) for _ in range(5)]
        median = statistics.median(one["seconds"] for one in warm)
        whole = statistics.median(one["cpu"] for one in warm)
        print(f"from the compiled pack      {1000 * median:.0f} ms (whole process {whole:.2f} s)")

    def regression(self) -> None:
        """The regression cases of the rule repository: an event log per rule, with a declared count."""
        base = self.logs / "sigma"
        rules: list[Path | str] = sorted(base.glob("rules*"))
        answer = run_child("regression", self.home, rules, [base / "regression_data"])
        tally: Counter[str] = Counter()
        for file, rule, declared in cases(base):
            found = answer["by_file"].get(f"{rule} {file}", 0)
            says = "exact" if found == declared else "more" if found > declared else "fewer"
            tally[says] += 1
            if says != "exact":
                print(f"  {says}: {file.relative_to(base)} declares {declared}, {found} events match")
        total = sum(tally.values())
        print(
            f"regression cases            {total - tally['fewer']} of {total} pass, {tally['exact']} with the exact count"
        )
        if self.peer:
            report = self.work / "peer-regression"
            command = [self.python, "tools/sigma-regression.py", "--regression-data", str(base / "regression_data"), "-r", str(base)]  # fmt: skip
            timed([*command, "--report", str(report)], self.peer)
            says = json.loads(report.with_suffix(".json").read_text("utf-8"))
            print(f"  Zircolite                 {says['passed']} pass (exact count), {says['failed']} fail, {says['skipped']} skipped")  # fmt: skip

    def speed(self) -> None:
        """End to end from JSON Lines: a sample for both, then the large input."""
        archives = self.logs / "security-datasets"
        sample, large = self.work / "sample.ndjson", self.work / "large.ndjson"
        run_child("copies", self.home, [str(PEER_EVENTS), "2"], [archives, sample])
        run_child("copies", self.home, [str(self.count), "1"], [archives, large])
        ours = self.measure("JSON Lines, sample", sample)
        self.measure("JSON Lines, large", large)
        if self.peer:
            self.beside(ours, sample, ["-j"])

    def array(self) -> None:
        """End to end from the same events as one array of JSON."""
        place = self.work / "large.json"
        run_child("copies", self.home, [str(self.count), "1"], [self.logs / "security-datasets", place])
        self.measure("JSON, one array", place)
        place.unlink()

    def spray(self) -> None:
        """Correlation over failed logons of one address, all within a day."""
        place, rules = self.work / "spray.ndjson", self.work / "spray.yml"
        rules.write_text(SPRAY, "utf-8")
        with place.open("w", encoding="utf-8") as file:
            for number in range(self.count):
                file.write(f'{{"Channel":"Security","EventID":4625,"IpAddress":"192.0.2.1","TargetUserName":"u{number % 300_000}",'
                           f'"@timestamp":"2026-01-01T{number * 86_400 // self.count // 3600:02}:{number % 60:02}:00Z"}}\n')  # fmt: skip
        found = run_child("hunt", self.home, [rules], [place])
        print(f"correlation                 {found['events']:,} matches in one window: {found['cpu']:.1f} s CPU, "
              f"peak {found['peak']:,.0f} MB, alerts {found['matches']}")  # fmt: skip
        place.unlink()

    def evtx(self) -> None:
        """End to end from event logs: the attack samples as they are, then again and again."""
        sample = self.logs / "evtx-attack-samples"
        ours = self.measure("EVTX, 277 small files", sample)
        large = self.work / "evtx"
        large.mkdir()
        files = [file for file in sorted(sample.rglob("*.evtx")) if file.stat().st_size > 1_000_000]
        for copy in range(30):
            for file in files:
                (large / f"{copy:02}-{file.name}").hardlink_to(file) if same_disk(file, large) else (
                    large / f"{copy:02}-{file.name}"
                ).write_bytes(file.read_bytes())
        self.measure("EVTX, the larger 30 times", large)
        if self.peer:
            self.beside(ours, sample, [])

    def parquet(self) -> None:
        """End to end from Parquet: 182 columns in one row group, one of them with a dictionary of 690 MB."""
        self.measure("Parquet, one row group", self.logs / "benign/secds_background_777k.parquet")

    def measure(self, title: str, path: Path) -> dict[str, Any]:
        """Holdfast over the path, with the rules for speed."""
        runs = [run_child("hunt", self.home, self.rules, [path]) for _ in range(self.repeats)]
        best = sorted(runs, key=lambda one: one["cpu"])[len(runs) // 2]
        files = path.rglob("*") if path.is_dir() else [path]
        size = sum(file.stat().st_size for file in files if file.is_file())
        rate = best["events"] / best["cpu"]
        print(f"{title:28}{best['events']:,} events, {size / 1e6:,.0f} MB: {best['cpu']:.2f} s CPU, {rate:,.0f} events/s, "
              f"{size / best['cpu'] / 1e6:,.0f} MB/s, peak {best['peak']:,.0f} MB, {sum(best['matches'].values()):,} matches")  # fmt: skip
        return best

    def beside(self, ours: dict[str, Any], path: Path, options: list[str]) -> None:
        """Zircolite over the same, its rules converted beforehand, and where the matches differ."""
        if self.peer is None:
            return
        if not self.converted:
            few = self.work / "few.ndjson"
            few.write_text('{"Channel":"Security","EventID":1}\n', "utf-8")
            before = set(self.peer.glob("ruleset-*.json"))
            self.zircolite(few, self.rules, ["-j", "-sr", "-p", "sysmon", "-p", "windows-logsources"])
            for made in sorted(set(self.peer.glob("ruleset-*.json")) - before):
                self.converted.append(self.work / made.name)
                shutil.move(made, self.converted[-1])
        output, seconds, peak = self.zircolite(path, self.converted, options)
        matches = Counter({one["id"]: one["count"] for one in json.loads(output.read_text("utf-8"))})
        print(f"  Zircolite                 {seconds:.1f} s CPU, {ours['events'] / seconds:,.0f} events/s, peak {peak:,.0f} MB, {sum(matches.values()):,} matches")  # fmt: skip
        mine = Counter(ours["matches"])
        same = sum(1 for rule in mine if mine[rule] == matches[rule])
        print(f"  rules that fire: both the same count {same}, only Holdfast {len(mine.keys() - matches.keys())}, "
              f"only Zircolite {len(matches.keys() - mine.keys())}")  # fmt: skip
        differ = sorted(rule for rule in mine.keys() | matches.keys() if mine[rule] != matches[rule])
        asked: list[Path | str] = [*self.rules, ",".join(differ)]
        why = run_child("causes", self.home, asked, [path])
        tally: dict[str, list[int]] = {}
        for rule in differ:
            gap = abs(mine[rule] - matches[rule])
            # A rule of which one match differs may have others that could have: the rarest cause that suffices is taken.
            known = why[rule]
            likely = [cause for cause, count in known.items() if count >= gap or not count]
            likely = [cause for cause in likely if cause != NO_COLUMN or not matches[rule]]
            likely.sort(key=lambda cause: (cause != NO_COLUMN, cause == UNEXPLAINED, known[cause]))
            cause = likely[0] if likely else UNEXPLAINED
            print(f"    {rule}: Holdfast {mine[rule]}, Zircolite {matches[rule]}: {cause}")
            counts = tally.setdefault(cause, [0, 0])
            counts[0] += 1
            counts[1] += gap
        for cause, (number, gap) in sorted(tally.items(), key=lambda pair: -pair[1][1]):
            print(f"  {gap} matches of {number} rules: {cause}")

    def zircolite(self, path: Path, rules: list[Path | str], options: list[str]) -> tuple[Path, float, float]:
        """One run of the peer: the file of its matches, CPU seconds, peak memory in MB."""
        output = self.work / "peer.json"
        command = [self.python, "zircolite.py", "-q", "-e", str(path), "-o", str(output), "-r"]
        _, seconds, peak = timed([*command, *map(str, rules), *options], self.peer or Path.cwd())
        return output, seconds, peak

    def without_source(self) -> Path:
        """The background events without the column that names the attack they were recorded beside."""
        place = self.work / "background.parquet"
        if not place.exists():
            run_child(
                "background", self.home, [], [self.logs / "benign/secds_background_777k.parquet", place]
            )
        return place

    def evaluation(self) -> None:
        """Evaluation alone over columns in memory."""
        background = self.without_source()
        runs = [run_child("alone", self.home, self.rules, [background]) for _ in range(self.repeats)]
        rates = [one["events"] / one["seconds"] for one in runs]
        print(f"evaluation alone            {statistics.median(rates):,.0f} events/s over {runs[0]['events']:,} events in columns")  # fmt: skip

    def background(self) -> None:
        """False positives on recurring background events: public rules, then the rules that ship with Holdfast."""
        background = self.without_source()
        for title, rules in (("public rules", self.rules), ("own rules", ["own"])):
            found = run_child("hunt", self.home, rules, [background])
            high = found["levels"].get("high", 0) + found["levels"].get("critical", 0)
            print(f"background, {title:16}{found['levels']}, high and above {1e6 * high / found['events']:.0f} per million; "
                  f"verdicts {found['verdicts']}")  # fmt: skip


def same_disk(one: Path, other: Path) -> bool:
    """Whether a hard link can be made."""
    return one.stat().st_dev == other.stat().st_dev and os.access(one, os.W_OK)


def cases(base: Path) -> Iterator[tuple[Path, str, int]]:
    """Event log, rule and declared count of each regression case."""
    for file in sorted((base / "regression_data").rglob("info.yml")):
        info = yaml.safe_load(file.read_text("utf-8"))
        for case in info.get("regression_tests_info") or []:
            yield base / case["path"], info["rule_metadata"][0]["id"], case.get("match_count", 1)


PARTS = ("loading", "regression", "speed", "array", "spray", "evtx", "parquet", "evaluation", "background")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("logs", type=Path, nargs="?")
    parser.add_argument("--peer", type=Path)
    parser.add_argument("--python", type=Path)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--home", help=argparse.SUPPRESS)
    parser.add_argument("--rules", nargs="*", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--paths", nargs="*", default=[], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(child(options.child, options.home, options.rules, options.paths)))
        return
    if options.logs is None:
        parser.error("name the folder of logs")
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(options, Path(work))
        for part in options.only or PARTS:
            getattr(bench, part)()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()

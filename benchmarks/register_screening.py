"""The parties of a register against the watchlist: ``holdfast owners`` beside ``holdfast screen`` on the same parties.

    python benchmarks/register_screening.py LISTS PERSONS BODS [--parties N] [--rounds N]

LISTS is a folder with OFAC's SDN files, PERSONS a CSV file (also .gz) with the column full_name, BODS a file of BODS statements
(JSON Lines). A register is made of them: half persons, put together from the given names of one and the surname of another, half
companies, put together from a surname or the first word of one company and the other words of another; each company is owned by a person.
Nothing real with so many names can be had freely. Each verb runs as a whole process with ``--jobs 1``, by turns, and the CPU
time that it takes for one party only is taken off. Once the register says who is a person and who a company; once it does not, as a table with
the columns owner, owned and percent alone, so that each name is read in every way.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.app.screen import prepare
from holdfast.app.settings import Settings
from holdfast.app.update import UpdateOptions, update
from holdfast.model.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Callable

ENTITY, PERSON = "Company", "Person"


def read_words(persons: Path, statements: Path) -> tuple[list[list[str]], list[list[str]]]:
    """The words of Latin names of persons and of companies, two and more."""
    opener: Callable[..., Any] = gzip.open if persons.suffix == ".gz" else open
    with opener(persons, "rt", encoding="utf-8", newline="") as stream:
        people = {row["full_name"] for row in csv.DictReader(stream)}
    companies = set()
    with statements.open(encoding="utf-8") as stream:
        for line in stream:
            details = json.loads(line)["recordDetails"]
            if "entityType" in details:
                companies.add(details.get("name") or "")
    return [
        [name.split() for name in sorted(names) if name.isascii() and " " in name.strip()]
        for names in (people, companies)
    ]


def make_register(people: list[list[str]], companies: list[list[str]], count: int) -> list[tuple[str, str]]:
    """Owner and company, each name once."""
    draw = random.Random(11)
    owners: dict[str, None] = {}
    owned: dict[str, None] = {}
    while len(owners) < count // 2:
        owners[" ".join([*draw.choice(people)[:-1], draw.choice(people)[-1]])] = None
    while len(owned) < count // 2:
        head = draw.choice([draw.choice(people)[-1], draw.choice(companies)[0]])
        owned[" ".join([head, *draw.choice(companies)[1:]])] = None
    return list(zip(owners, owned, strict=True))


def write(folder: Path, rows: list[tuple[str, str]], *, typed: bool) -> tuple[Path, Path]:
    """The same parties as a register and as input of ``screen``."""
    label = f"{'typed' if typed else 'untyped'}-{len(rows)}"
    register, parties = folder / f"register-{label}.csv", folder / f"parties-{label}.csv"
    with register.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["owner", "owned", "percent", *(["owner_type", "owned_type"] if typed else [])])
        for owner, owned in rows:
            writer.writerow([owner, owned, 60, *([PERSON, ENTITY] if typed else [])])
    with parties.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "name", "type"])
        for owner, owned in rows:
            writer.writerow([owner, owner, PERSON if typed else ""])
            writer.writerow([owned, owned, ENTITY if typed else ""])
    return register, parties


def cpu(home: Path, *arguments: str) -> float:
    """CPU seconds of one whole run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(Path(sys.executable).with_name("holdfast")), "--home", str(home), *arguments]
    done = subprocess.run(
        [*command, "--jobs", "1", "--quiet", "--output", os.devnull],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lists", type=Path)
    parser.add_argument("persons", type=Path)
    parser.add_argument("bods", type=Path)
    parser.add_argument("--parties", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    rows = make_register(*read_words(arguments.persons, arguments.bods), arguments.parties)
    print(f"Python {platform.python_version()}, {2 * len(rows):,} parties", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        list(update(Settings(home), UpdateOptions({"us_ofac_sdn": str(arguments.lists)}), Silent()).rows)
        prepare(Settings(home), Silent())
        for typed in (True, False):
            taken: dict[str, list[float]] = {"owners": [], "screen": []}
            idle: dict[str, list[float]] = {"owners": [], "screen": []}
            for number in range(arguments.rounds):
                # Under another name each time, since a register is kept.
                place = Path(folder) / str(number)
                place.mkdir(exist_ok=True)
                register, parties = write(place, rows, typed=typed)
                few, fewer = write(place, rows[:1], typed=typed)
                for verb, file, small in (("owners", register, few), ("screen", parties, fewer)):
                    more = ["--touched"] if verb == "owners" else []
                    idle[verb].append(cpu(home, verb, str(small), *more))
                    taken[verb].append(cpu(home, verb, str(file), *more))
            rates = {verb: 2 * len(rows) / (min(taken[verb]) - min(idle[verb])) for verb in taken}
            print(
                f"{'types stated' if typed else 'no types'}: owners {rates['owners']:,.0f}, screen {rates['screen']:,.0f} "
                f"parties a CPU second ({rates['owners'] / rates['screen']:.2f})"
            )


if __name__ == "__main__":
    main()

"""Large inputs: the same rows from any number of processes, and from a run that was stopped and continued."""

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from holdfast.app import screen_parts
from holdfast.app.screen import ScreenRequest, screen
from holdfast.app.screen_run import Asked, Batch, Screening, ScreenRun
from holdfast.app.settings import Settings
from holdfast.cli import main
from holdfast.model.origin import Origin
from holdfast.model.status import State
from holdfast.screen.query import Query
from holdfast.screen.screener import Screener

LISTED = (
    "Integrity Technology Group Inc",
    "ZHOU Shuai",
    "Sichuan Juxinhe Network Technology Co., Ltd.",
    "Flax Typhoon",
)


def customers(path: Path, count: int) -> Path:
    """A file in which every seventh customer is listed; some have birth dates, and one line has no name."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "name", "type", "birth_date"])
        for number in range(count):
            name = LISTED[number // 7 % 4] if number % 7 == 0 else f"Joan{number % 50} Doe{number % 31} Smith"
            writer.writerow([number, "" if number == 11 else name, "", "1970-01-01" if number % 3 else ""])
    return path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], int]:
    """The command line, called with arguments; gives its exit code."""

    def call(arguments: list[str]) -> int:
        monkeypatch.setattr("sys.argv", ["holdfast", *arguments])
        return main.run()

    return call


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts small enough for a test to have many of them."""
    monkeypatch.setattr(screen_parts, "PART", 40)
    monkeypatch.setattr(screen_parts, "MANY", 80)


@pytest.mark.usefixtures("small_parts")
def test_any_number_of_processes_gives_the_same_rows(home: Path, tmp_path: Path) -> None:
    """One process and two print the same rows in the order of the input, and the same problem for the broken line."""
    file = customers(tmp_path / "customers.csv", 400)
    outcomes = [screen(ScreenRequest((str(file),), jobs=jobs), Settings(home)) for jobs in (1, 2)]
    one, two = ([dict(row) for row in outcome.rows] for outcome in outcomes)
    assert len(one) >= 30
    assert one == two
    assert [int(str(row["query"])) for row in one] == sorted(int(str(row["query"])) for row in one)
    for outcome in outcomes:
        (status,) = outcome.statuses()
        assert status.state is State.PARTIAL
        assert status.problems[0].origin.line == 13
        assert status.counts == {"parties": 399}


def test_alone_and_among_others(home: Path) -> None:
    """A party gets the same hits asked alone and anywhere in a block."""
    screening = Screening(ScreenRequest(parties=()), Settings(home))
    names = [
        *LISTED,
        "Joan Doe",
        "Zhou Shuaï",
        "Juxinhe Sichuan",
        "永信至诚科技集团股份有限公司",
        "",
        "x",
        "А Б",
    ]
    asked = [Asked(Query(str(number), name), Origin("names")) for number, name in enumerate(names * 3)]
    alone = [row for one in asked for row in screening.screen([one]).rows]
    assert alone == screening.screen(asked).rows
    assert alone


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("shape", ["jsonl", "csv"])
def test_a_stopped_run_goes_on_where_it_stopped(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[[list[str]], int], shape: str
) -> None:
    """Stopped after some batches, with half a line of the next on disk, --resume makes the same file as a run in one go."""
    file = customers(tmp_path / "customers.csv", 300)
    command = [
        "--home",
        str(home),
        "screen",
        str(file),
        "--jobs",
        "1",
        "--format",
        shape,
        "--quiet",
        "--output",
    ]
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    assert run([*command, str(whole)]) == 1
    real = ScreenRun.batches

    def break_off(self: ScreenRun, skip: int = 0) -> Iterator[Batch]:
        for batch in real(self, skip):
            if batch.done > 120:
                raise KeyboardInterrupt
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(ScreenRun, "batches", break_off)
        assert run([*command, str(stopped)]) == 130
    assert json.loads((tmp_path / "stopped.progress").read_bytes())["done"] == 120
    with stopped.open("a") as stream:
        stream.write('{"query": "half a li')
    assert run([*command, str(stopped), "--resume"]) == 1
    assert stopped.read_bytes() == whole.read_bytes()
    assert not (tmp_path / "stopped.progress").exists()


@pytest.mark.usefixtures("small_parts")
def test_a_changed_input_is_not_continued(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[[list[str]], int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """When the input is not the same any more, --resume refuses, and leaves what is there alone."""
    file = customers(tmp_path / "customers.csv", 200)
    output = tmp_path / "hits.jsonl"
    command = ["--home", str(home), "screen", str(file), "--output", str(output), "--quiet"]

    def break_off(self: ScreenRun, skip: int = 0) -> Iterator[Batch]:
        del self, skip
        yield Batch([{"query": "1"}], 40)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ScreenRun, "batches", break_off)
        assert run(command) == 130
    before = output.read_bytes()
    customers(file, 201)
    assert run([*command, "--resume"]) == 2
    assert "have changed since" in capsys.readouterr().err
    assert output.read_bytes() == before
    assert run([*command, "--resume", "--top", "3"]) == 2
    output.unlink()
    assert run([*command, "--resume"]) == 1


def test_nothing_to_resume(
    home: Path, tmp_path: Path, run: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A finished file is not continued, and --resume without a file to continue is wrong use."""
    file = customers(tmp_path / "customers.csv", 20)
    output = tmp_path / "hits.jsonl"
    command = ["--home", str(home), "screen", str(file), "--quiet"]
    assert run([*command, "--output", str(output)]) == 1
    assert run([*command, "--output", str(output), "--resume"]) == 2
    assert "nothing to resume" in capsys.readouterr().err
    assert run([*command, "--resume"]) == 2
    assert run([*command, "--output", str(output), "--format", "table", "--resume"]) == 2


def test_one_party_that_breaks_costs_no_other(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the screener fails on one row, the row is a problem at its line and all others are screened."""
    file = tmp_path / "customers.csv"
    file.write_text("id,name\n1,Integrity Technology Group Inc\n2,Breaker\n3,ZHOU Shuai\n", "utf-8")
    real = Screener._ask

    def faulty(self: Screener, query: Query) -> object:
        if query.name == "Breaker":
            raise ZeroDivisionError("a fault")
        return real(self, query)

    monkeypatch.setattr(Screener, "_ask", faulty)
    outcome = screen(ScreenRequest((str(file),)), Settings(home))
    assert {row["query"] for row in outcome.rows} == {"1", "3"}
    (status,) = outcome.statuses()
    assert status.state is State.PARTIAL
    (problem,) = status.problems
    assert problem.origin.line == 3
    assert "could not be screened: ZeroDivisionError: a fault" in problem.says

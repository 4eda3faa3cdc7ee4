"""Whoever reads the rows may go away (head, less): what a command leaves besides is whole, and nothing is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

NORTHGATE = Path(__file__).parents[2] / "examples" / "northgate"


def run_unread(folder: Path, *arguments: str) -> int:
    """The exit code of a command whose standard output nobody reads."""
    command = [sys.executable, "-c", "from holdfast.cli.main import main; main()", *arguments]
    home = {**os.environ, "HOLDFAST_HOME": str(folder / "home")}
    with subprocess.Popen(
        command, cwd=folder, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read().decode()
    assert "Traceback" not in told
    assert "Broken" not in told
    return process.returncode


@pytest.fixture
def holdings(tmp_path: Path) -> Path:
    (tmp_path / "b.csv").write_text("entity\nX\n", "utf-8")
    table = "".join(f"X,Company {number},50\n" for number in range(150))
    (tmp_path / "h.csv").write_text(f"owner,owned,percent\n{table}", "utf-8")
    return tmp_path


def test_the_page_of_chains_is_whole(holdings: Path) -> None:
    """``holdfast owners ... --report page.html | head`` draws what all rows say, and says that something was found."""
    assert run_unread(holdings, "owners", "h.csv", "--blocked", "b.csv", "--report", "page.html") == 1
    assert (holdings / "page.html").read_text("utf-8").count("<svg") == 150


def test_a_command_that_leaves_nothing_ends(holdings: Path) -> None:
    """Quietly, without a verdict."""
    assert run_unread(holdings, "owners", "h.csv", "--blocked", "b.csv") == 0


@pytest.mark.parametrize(
    ("verb", "folder", "option"),
    [("devices", "devices", "--report"), ("hunt", "logs", "--navigator"), ("flows", "flows", "--misp")],
)
def test_what_a_command_leaves_is_there(tmp_path: Path, verb: str, folder: str, option: str) -> None:
    """Though nobody reads the rows, and with the exit code of a run that is read."""
    assert run_unread(tmp_path, verb, str(NORTHGATE / folder), option, "left") in {1, 3}
    assert (tmp_path / "left").exists()

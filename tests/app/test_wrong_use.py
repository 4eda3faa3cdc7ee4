"""What a person gets who names the wrong file, no file, or a place that cannot be written: a sentence and exit code 2, never silence."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast.cli.main import run


@pytest.fixture
def place(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with an empty file and an empty folder."""
    del home
    folder = tmp_path / "here"
    (folder / "nothing").mkdir(parents=True)
    (folder / "empty").touch()
    (folder / "empty.csv").touch()
    (folder / "page.csv").write_text("<html><body>Please log in</body></html>\n", "utf-8")
    (folder / "letters").mkdir()
    (folder / "letters" / "a.txt").write_text("Dear all,\n\nnothing of it is here.\n", "utf-8")
    (folder / "letters" / "b.xml").write_text("<letters/>\n", "utf-8")
    (folder / "header.csv").write_text("id,name\n", "utf-8")
    monkeypatch.chdir(folder)
    return folder


def ended(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str]:
    """Exit code and messages."""
    monkeypatch.setattr("sys.argv", ["holdfast", *command.split()])
    code = run()
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        ("screen empty", 2, "empty: is empty"),
        ("screen empty.csv", 2, "empty.csv: is empty"),
        ("screen page.csv", 2, "has no column 'name'"),
        ("screen header.csv", 0, "has no rows, so nobody was screened"),
        ("screen nothing", 2, "is a directory"),
        ("screen --name x --output nothing", 2, "nothing: Is a directory"),
        ("screen --name x --min-score 7", 2, ""),
        ("compare empty", 2, "has no column 'name1'"),
        ("pay absent", 2, "no such file or folder"),
        ("pay nothing", 0, "nothing: holds no message"),
        ("hunt absent", 2, "there is no file to read"),
        ("hunt nothing", 2, "there is no file to read"),
        ("hunt letters", 3, "no event in any file"),
        ("devices letters", 3, "no device, configuration or log"),
        ("devices empty", 3, "empty: is empty"),
        ("devices page.csv", 3, "is empty"),
        ("assess empty", 2, "empty: is no folder"),
        ("assess absent", 2, "absent: is no folder"),
        ("assess nothing", 2, "has no holdfast.toml"),
    ],
)
def test_wrong_places(
    command: str,
    code: int,
    says: str,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing that was not checked passes as clean."""
    del place
    found, told = ended(command, capsys, monkeypatch)
    assert found == code, told
    assert says in told
    assert "Traceback" not in told


def test_an_empty_name_is_no_question(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable of a script that is not set does not pass as a name that nobody has."""
    del place
    monkeypatch.setattr("sys.argv", ["holdfast", "screen", "--name", " "])
    assert run() == 2
    assert "--name is empty" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "code", "says"), [(errno.ENOSPC, 4, "Make room"), (errno.EACCES, 2, "who may write there")]
)
def test_a_full_or_forbidden_disk_is_told_without_a_traceback(
    number: int,
    code: int,
    says: str,
    place: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The operating system's word, the file, and what to do."""
    del place

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "hits.jsonl")

    monkeypatch.setattr(Path, "open", refuse)
    found, told = ended("screen --name x --format table --output hits.jsonl", capsys, monkeypatch)
    assert found == code
    assert "hits.jsonl: " in told
    assert says in told
    assert "Traceback" not in told


@pytest.mark.parametrize("closed", ["", ">&-", "2>&-"])
def test_streams_of_any_kind(place: Path, closed: str) -> None:
    """A locale that knows no Chinese, and streams that a service manager closed, stop nothing."""
    del place
    command = f"{sys.executable} -c 'from holdfast.cli.main import main; main()' screen --name 'Yongxin Zhicheng' --format table {closed}"
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = subprocess.run(command, shell=True, capture_output=True, env={**os.environ, **plain}, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert ("“" in done.stdout.decode("utf-8")) is (closed != ">&-")


@pytest.mark.skipif(sys.platform == "darwin", reason="names of files are UTF-8 there")
@pytest.mark.parametrize("shape", ["jsonl", "csv"])
def test_a_name_of_a_file_that_is_no_utf8(
    shape: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence from another machine is read, and its name printed so that it can be told."""
    source = Path(__file__).parents[2] / "examples/northgate/logs/routers.log"
    Path(os.fsdecode(os.fsencode(place) + b"/r\xe9.log")).write_bytes(source.read_bytes())
    code, told = ended(f"hunt . --format {shape} --output found", capsys, monkeypatch)
    assert (code, "Traceback" in told) == (1, False)
    assert "\\" in (place / "found").read_text("utf-8")


@pytest.mark.parametrize(("verb", "code"), [("pay", 1), ("hunt", 3), ("flows", 2), ("devices", 2)])
def test_a_folder_that_may_not_be_looked_into(
    verb: str, code: int, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not pass as one with nothing in it, at any depth."""
    closed = place / "in" / "closed"
    closed.mkdir(parents=True)
    real = os.scandir

    def scandir(path: str) -> object:
        if os.fspath(path) == str(closed):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    found, told = ended(f"{verb} {closed.parent}", capsys, monkeypatch)
    assert (found, f"{closed}" in told) == (code, True), told


def test_help_loads_nothing_heavy() -> None:
    """Whoever asks how a verb is used does not wait for compilers and tables."""
    heavy = "{'numpy', 'pyarrow', 'numba', 'hyperscan', 'jinja2', 'lxml', 'duckdb'}"
    code = f"import sys, holdfast.cli.main; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""What a person gets who names the wrong file, no file, or a place that cannot be written: a sentence and exit code 2, never silence."""

import errno
import os
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

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from holdfast.app.payments.watch import Journal, WatchOptions, watch
from holdfast.model.errors import HoldfastError
from payment_fakes import make_desk
from payment_samples import mt103, pacs008

TESTS = Path(__file__).resolve().parent.parent
PROGRAM = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from payment_fakes import make_desk
    from holdfast.app.payments.watch import WatchOptions, watch
    for row in watch(WatchOptions(Path(sys.argv[1]), Path(sys.argv[2]), once=True), make_desk()):
        print(row["file"], row["number"], flush=True)
        sys.stdin.readline()
    """
)


def run(folder: Path, journal: Path) -> list[dict[str, object]]:
    return list(watch(WatchOptions(folder, journal, once=True), make_desk()))


def lines(journal: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in journal.read_bytes().splitlines()]


def fill(folder: Path, count: int) -> int:
    """Files of one, two and three messages; returns how many messages."""
    folder.mkdir()
    total = 0
    for number in range(count):
        many = number % 3 + 1
        texts = [mt103(reference=f"R{number}-{part}") for part in range(many)]
        (folder / f"{number:03}.rje").write_text("$".join(texts))
        total += many
    return total


def test_nothing_is_lost_or_repeated_over_kill_9(tmp_path: Path) -> None:
    """A watcher killed again and again with SIGKILL decides each message exactly once."""
    folder, journal = tmp_path / "out", tmp_path / "journal.jsonl"
    total = fill(folder, 60)
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    for stop_after in (1, 9, 30, 17):
        command = [sys.executable, "-c", PROGRAM, str(folder), str(journal)]
        with subprocess.Popen(
            command, env=environment, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            for _ in range(stop_after):
                process.stdout.readline()
                process.stdin.write("\n")
            process.send_signal(signal.SIGKILL)  # in the middle of the next message
        assert process.returncode == -signal.SIGKILL
    seen = len(journal.read_bytes().splitlines())
    assert 57 <= seen < total
    run(folder, journal)
    keys = [(row["content"], row["number"]) for row in lines(journal)]
    assert len(keys) == len(set(keys)) == total
    assert run(folder, journal) == []


@pytest.mark.parametrize("torn", range(1, 400, 37))
def test_half_a_line_is_cut_off_and_decided_again(tmp_path: Path, torn: int) -> None:
    """A crash inside a write leaves part of a line; the message is decided again and stands in the journal once."""
    folder, journal = tmp_path / "out", tmp_path / "journal.jsonl"
    total = fill(folder, 3)
    run(folder, journal)
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-torn])
    assert len(run(folder, journal)) >= 1
    assert len(lines(journal)) == total
    assert len({(row["content"], row["number"]) for row in lines(journal)}) == total


def test_a_case_outlives_the_process(tmp_path: Path) -> None:
    """The same payment, in a file that comes after a restart, keeps its case and says where it was seen."""
    folder, journal = tmp_path / "out", tmp_path / "journal.jsonl"
    folder.mkdir()
    held = pacs008(id="FIRST", text="TRAVEL TO HABANA")
    (folder / "a.xml").write_text(held)
    (first,) = run(folder, journal)
    (folder / "b.xml").write_text(held.replace("FIRST", "SECOND"))
    (second,) = run(folder, journal)
    assert first["case"] == second["case"] != ""
    assert "a.xml#1 (FIRST)" in str(second["repeats"])


def test_a_file_that_changes_is_new(tmp_path: Path) -> None:
    """Other content under the same name is other messages; unfinished files wait for their name."""
    folder, journal = tmp_path / "out", tmp_path / "journal.jsonl"
    folder.mkdir()
    (folder / "a.xml").write_text(pacs008(id="ONE"))
    (folder / "b.xml.part").write_text(pacs008(id="UNFINISHED"))
    run(folder, journal)
    (folder / "a.xml").write_text(pacs008(id="TWO"))
    (row,) = run(folder, journal)
    assert row["message_id"] == "TWO"
    assert {line["message_id"] for line in lines(journal)} == {"ONE", "TWO"}


def test_only_files_that_stand_still_are_read(tmp_path: Path) -> None:
    """A file is decided once two looks find it the same."""
    folder, journal = tmp_path / "out", tmp_path / "journal.jsonl"
    folder.mkdir()
    (folder / "a.xml").write_text(pacs008())
    looks = iter([False, False, True])
    rows = list(watch(WatchOptions(folder, journal, interval=0.0), make_desk(), stop=lambda: next(looks)))
    assert len(rows) == 1


def test_unreadable_files_are_held_once(tmp_path: Path) -> None:
    """Junk in the folder is a held message like any other."""
    folder, journal = tmp_path / "out", tmp_path / "journal.jsonl"
    folder.mkdir()
    (folder / "junk.xml").write_bytes(b"<Document><broken")
    (row,) = run(folder, journal)
    assert (row["decision"], bool(row["not_read"])) == ("hold", True)
    assert run(folder, journal) == []


def test_a_journal_serves_one_watcher_and_is_never_overwritten(tmp_path: Path) -> None:
    """A second watcher is refused, and a file that is no journal stays as it is."""
    folder, journal = tmp_path / "out", tmp_path / "journal.jsonl"
    folder.mkdir()
    with Journal(journal), pytest.raises(HoldfastError, match="in use by another watcher"):
        run(folder, journal)
    other = tmp_path / "notes.txt"
    other.write_text("a shopping list\n")
    with pytest.raises(HoldfastError, match="no journal of payments"):
        run(folder, other)
    assert other.read_text() == "a shopping list\n"

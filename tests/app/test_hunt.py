"""``hunt`` from the command line."""

import json
from pathlib import Path

import pytest

from holdfast.cli.main import run
from hunting import event_of, write_events

RULE = """
title: Process of an administrator
id: 0b1f3f8c-3b1e-4b39-9f2f-0d4c2a7c1111
logsource: {category: process_creation, product: windows}
detection:
  selection:
    User|expand: '%admins%'
  condition: selection
"""


def test_placeholders_are_given_or_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule with a placeholder uses all values that are given for it; without any it is told as not checked."""
    (tmp_path / "rule.yml").write_text(RULE, "utf-8")
    users = ["CORP\\root", "CORP\\anna", "CORP\\guest"]
    events = write_events(
        tmp_path / "events.ndjson", [event_of({"log": "sysmon/1", "User": user}) for user in users]
    )

    def ask(*more: str) -> tuple[int, list[str], str]:
        question = ["hunt", str(events), "--rules", str(tmp_path / "rule.yml"), *more]
        monkeypatch.setattr("sys.argv", ["holdfast", "--home", str(tmp_path / "home"), *question])
        code = run()
        printed = capsys.readouterr()
        return code, [json.loads(line)["account"] for line in printed.out.splitlines()], printed.err

    given = ("--placeholder", "admins=CORP\\root", "--placeholder", "%admins%=CORP\\anna")
    assert ask(*given)[:2] == (1, users[:2])
    code, found, said = ask()
    assert (code, found) == (3, [])
    assert "%admins% has no values" in said
    assert ask("--placeholder", "admins")[0] == 2

"""Rules that match what is ordinary in these logs are told once; what verdicts rest on never is."""

from pathlib import Path

from holdfast.app.hunt import HuntOptions, prepare
from holdfast.app.hunt_outputs import HuntOutputs, record
from holdfast.app.settings import Settings
from holdfast.hunt.prevalence import loud_rules
from hunting import write_events

RULES = """
title: Ordinary here
id: ordinary
level: high
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
---
title: Seldom
id: seldom
level: high
logsource: {product: windows, service: security}
detection: {s: {EventID: 1102}, condition: s}
---
title: Of the pack
id: pack
level: high
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
holdfast: {telling: false}
"""


def page(tmp_path: Path, logons: int) -> tuple[list[str], list[str], str]:
    """Loud rules, what is said on the terminal, and the page, of one host with so many sign-ins."""
    (tmp_path / "rules.yml").write_text(RULES, "utf-8")
    one = {"Channel": "Security", "Computer": "h", "@timestamp": "2026-01-01T00:00:00Z"}
    events = [{**one, "EventID": 4624}] * logons + [{**one, "EventID": 1102}]
    logs = write_events(tmp_path / "e.ndjson", events)
    outputs = HuntOutputs(page=tmp_path / "page.html")
    options = HuntOptions((str(tmp_path / "rules.yml"),), indicators=False, outputs=outputs)
    run = prepare([str(logs)], Settings(tmp_path / "home"), options)
    rows = list(record(run, outputs))
    assert len(rows) == 2 * logons + 1  # nothing is left out of the lines
    loud = loud_rules(run.teller.stories(), run.logs.events)
    return [one.rule for one in loud], list(run.says()), (tmp_path / "page.html").read_text("utf-8")


def test_a_rule_that_matches_often_is_told_once(tmp_path: Path) -> None:
    """With how often; the seldom one beside it and the one of the pack stand in the story."""
    loud, says, html = page(tmp_path, 300)
    assert loud == ["ordinary"]
    assert any("“Ordinary here” 300 times" in line for line in says)
    signs, _, rest = html.partition("Loud rules")
    assert "Seldom" in signs
    assert "Of the pack" in signs
    assert "Ordinary here" not in signs
    assert "Ordinary here" in rest
    assert "300 matches of 1" in html


def test_few_matches_are_never_loud(tmp_path: Path) -> None:
    """However small the log is that they stand in."""
    loud, says, html = page(tmp_path, 50)
    assert loud == []
    assert not any("says little" in line for line in says)
    assert "Loud rules" not in html

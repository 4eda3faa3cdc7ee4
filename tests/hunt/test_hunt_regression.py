"""The regression cases of the public Sigma repository: an event log per rule, with the number of matches it declares."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from holdfast.hunt.parse import read_rules, rule_files
from holdfast.model.status import Problems
from hunting import run

Shared = Callable[[str], Path]

OVER = {
    "8fbf3271-1ef6-4e94-8210-03c2317947f6": 3,  # declares 1; three files with names of dumps are written
    "c7dcacd0-cc59-4004-b0a4-1d6cdebe6f3e": 2,  # declares 1; both AutoShareWks and AutoShareServer are set
    "7124aebe-4cd7-4ccb-8df0-6d6b93c96795": 2,  # declares none; cmd.exe and the program it starts carry the same line
}
"""Cases with more matching events than declared; a declared count is a minimum."""


def test_every_rule_of_the_public_repository_loads(shared: Shared) -> None:
    """All rule files of all folders load; of those whose placeholders a user has to fill it is said what is missing."""
    problems = Problems()
    files = rule_files(sorted(shared("logs/sigma").glob("rules*")))
    rules = read_rules(files, problems)
    assert all("placeholder" in problem.says for problem in problems.items)
    assert len(rules.rules) == rules.documents == len(files)


@pytest.fixture(scope="module")
def counts(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, str]]:
    """Matches by rule and file, all rules over all files in one run."""
    base = shared("logs/sigma")
    rules = [str(folder) for folder in sorted(base.glob("rules*"))]
    rows = run([base / "regression_data"], tmp_path_factory.mktemp("home"), rules)
    return Counter((row["rule"], row["file"]) for row in rows)


def test_declared_counts(shared: Shared, counts: Counter[tuple[str, str]]) -> None:
    """Each event log gives at least the declared number of matches, and where more, the known ones."""
    base = shared("logs/sigma")
    checked = 0
    for file in sorted((base / "regression_data").rglob("info.yml")):
        info = yaml.safe_load(file.read_text("utf-8"))
        rule = info["rule_metadata"][0]["id"]
        for case in info.get("regression_tests_info") or []:
            declared = case.get("match_count", 1)
            assert counts[rule, str(base / case["path"])] == OVER.get(rule, declared), case["path"]
            checked += 1
    assert checked == 121


def test_json_of_the_same_event_matches_too(shared: Shared, counts: Counter[tuple[str, str]]) -> None:
    """The events that upstream also gives as JSON fire the same rules as the event log."""
    base = shared("logs/sigma/regression_data")
    for file in sorted(base.rglob("*.json")):
        assert counts[file.stem, str(file)] >= 1, file

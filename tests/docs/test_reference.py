"""The documentation says what the program does."""

import re
import subprocess
import sys
import tomllib
from dataclasses import fields, replace
from pathlib import Path

from holdfast.app.assess import SECTIONS, assess
from holdfast.app.owners import find_owners
from holdfast.app.ownership.register import OwnersRequest
from holdfast.app.settings import Settings
from holdfast.cli.verbs import VERBS
from holdfast.hunt import pack_reference
from holdfast.model.party import IDENTIFIER_TYPES
from holdfast.ownership import pack_reference as ownership_reference
from holdfast.records import payment_reference, register_reference
from holdfast.records.holdings import COLUMNS
from holdfast.records.holdings_columns import SIDES, SMALL
from holdfast.records.party_header import FIELDS
from holdfast.reports.assessment import sum_up
from holdfast.screen.explanation import FACTORS
from holdfast.screen.likeness import How
from holdfast.screen.policy import SCORINGS, WEAK, Policy, policies

ROOT = Path(__file__).resolve().parent.parent.parent


def test_command_reference_is_what_the_commands_say() -> None:
    """``docs/reference/cli.md`` equals what ``make docs`` would write now."""
    command = [sys.executable, "-m", "typer", "holdfast.cli.main", "utils", "docs", "--name", "holdfast"]
    made = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    kept = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    assert made.strip() == kept.strip(), "run make docs"


def test_every_verb_shows_an_example() -> None:
    """The help of each verb has at least one command to copy."""
    for name, verb in VERBS.items():
        assert f"`holdfast {name}" in (verb.__doc__ or ""), name


def test_links_between_pages_hold() -> None:
    """Every relative link in the documentation points at a file that is there."""
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert not broken


def test_registers_and_packs_are_those_of_the_program() -> None:
    """The tables of ``docs/reference/owners.md`` are what readers and rule packs say, and every column is in them."""
    page = (ROOT / "docs/reference/owners.md").read_text("utf-8")
    assert page == register_reference.PART.renewed(page), "run make docs"
    assert page == ownership_reference.PART.renewed(page), "run make docs"
    assert {*SMALL, *SIDES} <= set(COLUMNS)


def test_every_key_of_a_ruling_is_explained(tmp_path: Path) -> None:
    """A line of ``holdfast owners`` has no key that the reference does not name."""
    (tmp_path / "h.csv").write_text("owner,owned,percent\nX,A,60\nY,B,60\n", "utf-8")
    (tmp_path / "b.csv").write_text("entity\nX\n", "utf-8")
    request = OwnersRequest((tmp_path / "h.csv",), blocked=tmp_path / "b.csv", designate=("Y",))
    page = (ROOT / "docs/reference/owners.md").read_text("utf-8")
    for ask in (request, replace(request, designate=())):
        rows = list(find_owners(ask, Settings(tmp_path / "home")).rows)
        assert rows
        assert [key for row in rows for key in row if f"`{key}`" not in page] == []


def test_example_names_every_section() -> None:
    """The example folder shows every kind of record that an assessment reads."""
    config = tomllib.loads((ROOT / "examples/northgate/holdfast.toml").read_text("utf-8"))
    assert set(SECTIONS) <= set(config)


def test_payment_fields_are_those_of_the_readers() -> None:
    """The tables of fields in ``docs/reference/payments.md`` are what the readers' tables say."""
    page = (ROOT / "docs/reference/payments.md").read_text("utf-8")
    assert page == payment_reference.PART.renewed(page), "run make docs"


def test_rules_are_those_of_the_pack() -> None:
    """The table of rules in ``docs/reference/hunt.md`` is what the pack has."""
    page = (ROOT / "docs/reference/hunt.md").read_text("utf-8")
    assert page == pack_reference.PART.renewed(page), "run make docs"


def test_the_screening_reference_names_everything() -> None:
    """Columns, types of identifier, reasons of a name's score, keys and policies: each stands in the page."""
    page = (ROOT / "docs/reference/screening.md").read_text("utf-8")
    names = [
        *FIELDS,
        *IDENTIFIER_TYPES,
        *(how.value for how in How if how is not How.SAME),
        *FACTORS,
        *(field.name for field in fields(Policy) if field.name != "name"),
        *policies(),
        *WEAK,
        *SCORINGS,
    ]
    assert not [name for name in names if f"`{name}`" not in page]


def test_the_pages_show_what_the_demo_says(tmp_path: Path) -> None:
    """README and tutorial quote the result of the demo as it is."""
    assessment = assess(ROOT / "examples/northgate", Settings(tmp_path))
    for page in ("README.md", "docs/tutorial/first-assessment.md"):
        assert sum_up(assessment) in (ROOT / page).read_text("utf-8"), page

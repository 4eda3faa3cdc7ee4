"""``holdfast flows`` from files to lines, as a user runs it."""

import json
from pathlib import Path
from typing import Any

import pytest

from holdfast.cli import main

LIST = "value,type,first_seen,last_seen,category\n198.51.100.7,IP,2024-09-01,2024-09-06,Tier 2\n198.51.100.0/24,CIDR,,,\nw8510.example,Domain,2024-01-01,2024-09-04,C2\n"
FLOWS = (
    "ts,duration,src,sport,dst,dport,proto,orig_bytes,resp_bytes\n"
    "1725321600,1.5,10.0.0.5,51515,198.51.100.7,443,tcp,500,4000\n"  # 2024-09-03, in the window
    "1725321600,1.5,10.0.0.5,51515,198.51.100.7,443,tcp,500,4000\n"  # the same, exported twice
    "1727740800,1.5,10.0.0.6,51516,198.51.100.7,443,tcp,500,4000\n"  # 2024-10-01, in grace
    "1767225600,1.5,10.0.0.7,51517,198.51.100.7,443,tcp,500,4000\n"  # 2026-01-01, stale
    "1725321600,1.5,198.51.100.7,443,10.0.0.8,51518,tcp,500,4000\n"  # it came to us
    "1725321600,1.5,10.0.0.9,51518,203.0.113.1,443,tcp,500,4000\n"
)


pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "flows.csv").write_text(FLOWS)
    return tmp_path


def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, list[dict[str, Any]], str]:
    monkeypatch.setattr("sys.argv", ["holdfast", "flows", *words])
    code = main.run()
    out, err = capsys.readouterr()
    return code, [json.loads(line) for line in out.splitlines()], err


def test_touches_in_both_directions_for_every_list_entry_in_time(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line a source, destination and indicator; a duplicate export counts once; the time decides the score."""
    code, rows, _ = run(
        capsys, monkeypatch, str(folder / "flows.csv"), "-i", str(folder / "list.csv"), "--no-watchlist"
    )
    assert code == 1
    found = {
        (row["source"], row["destination"], row["indicator"]): row
        for row in rows
        if row["kind"] == "indicator"
    }
    assert len(found) == 8  # four pairs, each for the address and for the block
    timing = {
        source: found[source, "198.51.100.7", "198.51.100.7"]["timing"]
        for source in ("10.0.0.5", "10.0.0.6", "10.0.0.7")
    }
    assert timing == {"10.0.0.5": "window", "10.0.0.6": "grace", "10.0.0.7": "stale"}
    scores = [found[source, "198.51.100.7", "198.51.100.7"]["score"] for source in timing]
    assert scores == sorted(scores, reverse=True)
    assert found["10.0.0.5", "198.51.100.7", "198.51.100.7"]["flows"] == 1
    assert found["198.51.100.7", "10.0.0.8", "198.51.100.7"]["listed"] == "source"


def test_names_hit_by_suffix(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query below a listed domain is a hit, one that resolves to a listed address too."""
    (folder / "dns.jsonl").write_text(
        '{"ts": 1718000000, "src": "10.0.0.5", "query": "a.b.W8510.example."}\n'
        '{"ts": 1725321600, "src": "10.0.0.5", "query": "plain.example", "answers": ["198.51.100.7"]}\n'
    )
    code, rows, _ = run(
        capsys, monkeypatch, str(folder / "dns.jsonl"), "-i", str(folder / "list.csv"), "--no-watchlist"
    )
    assert code == 1
    assert {(row["destination"], row["indicator"], row["how"]) for row in rows} == {
        ("a.b.w8510.example", "w8510.example", "dns"),
        ("plain.example", "198.51.100.7", "answer"),
        ("plain.example", "198.51.100.0/24", "answer"),
    }


def test_an_unreadable_file_is_named_and_the_others_are_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing file beside a good one costs nothing but a message; alone it is exit code 2."""
    words = ("-i", str(folder / "list.csv"), "--no-watchlist")
    code, rows, err = run(capsys, monkeypatch, str(folder / "none.csv"), str(folder / "flows.csv"), *words)
    assert (code, bool(rows)) == (1, True)
    assert "none.csv: failed: no such file" in err
    code, rows, err = run(capsys, monkeypatch, str(folder / "none.csv"), *words)
    assert (code, rows) == (2, [])


def test_the_dossier_of_the_package_is_the_list_without_any_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A published controller of the botnet, on its published port, in its published days."""
    path = tmp_path / "f.csv"
    path.write_text("ts,src,sport,dst,dport,proto\n1725321600,100.64.0.9,40000,195.234.62.188,443,tcp\n")
    code, rows, _ = run(capsys, monkeypatch, str(path))
    assert code == 1
    assert (rows[0]["indicator"], rows[0]["actor"], rows[0]["timing"]) == (
        "195.234.62.188",
        "Raptor Train",
        "window",
    )
    assert rows[0]["score"] > 0.9

"""Members by structure, company, population, spread and length, from files to lines."""

import base64
import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.cli import main
from holdfast.flows.behaviour.members import hidden_domain

pytestmark = pytest.mark.usefixtures("home")
HEAD = "ts,duration,src,sport,dst,dport,proto,orig_bytes,resp_bytes\n"
START = 1_725_321_600


def hide(domain: str, key: int = 0x44, size: int = 80) -> str:
    return base64.b64encode(bytes(byte ^ key for byte in domain.encode().ljust(size, b"\0"))).decode()


def calls(
    source: str, destination: str, port: int, *, seed: int = 0, period: float = 600, count: int = 25
) -> str:
    random = np.random.default_rng(seed)
    return "".join(
        f"{START + number * period + random.integers(20)},1,{source},{40000 + number},{destination},{port},tcp,300,400\n"
        for number in range(count)
    )


@pytest.fixture
def find(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[dict[str, Any]]]:
    def run(**files: str) -> list[dict[str, Any]]:
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        monkeypatch.setattr("sys.argv", ["holdfast", "flows", str(tmp_path), "--no-watchlist"])
        main.run()
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_a_path_names_its_controller(find: Callable[..., list[dict[str, Any]]]) -> None:
    """Whatever host was asked and whatever stands around it; a look-alike with another key is none."""
    rows = find(
        http_jsonl="".join(
            json.dumps(
                {
                    "ts": START + n,
                    "id.orig_h": "10.0.0.5",
                    "id.resp_h": "203.0.113.4",
                    "method": "GET",
                    "trans_depth": 1,
                    "host": "203.0.113.4",
                    "uri": uri,
                }
            )
            + "\n"
            for n, uri in enumerate(
                [
                    f"/a/{hide('new.controller.example')}.sh",
                    f"/{hide('new.controller.example')}",
                    f"/{hide('x.example', 0x45)}",
                ]
            )
        )
    )
    assert [(row["kind"], row["source"], row["destination"], row["flows"]) for row in rows] == [
        ("member", "10.0.0.5", "new.controller.example", 2)
    ]
    assert rows[0]["score"] > 0.9


def test_published_paths_decode(shared: Callable[[str], Path]) -> None:
    """All published pairs of domain and path."""
    with shared("flows/iocs/raptor_train_url_paths.csv").open() as stream:
        pairs = [(row["c2_domain"], row["uri_path_fragment"]) for row in csv.DictReader(stream)]
    assert len(pairs) == 38
    assert [hidden_domain("/x/" + path) for _, path in pairs] == [domain for domain, _ in pairs]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_other_paths_name_nobody(path: str) -> None:
    """Text by chance is no domain in disguise, and nothing raises."""
    assert hidden_domain(path) == ""


@settings(max_examples=50, deadline=None)
@given(
    st.from_regex(r"\A[a-z0-9]{1,20}(\.[a-z0-9]{1,12}){1,3}\.[a-z]{2,6}\Z"),
    st.sampled_from(["", "/", "/x?y="]),
)
def test_every_disguise_is_seen_through(domain: str, around: str) -> None:
    """Any domain that fits, with other text before and after."""
    assert hidden_domain(around + hide(domain) + ".sh") == domain


def test_company_of_a_beacon(find: Callable[..., list[dict[str, Any]]]) -> None:
    """Who else reaches the same destination is a member, with less; three with one period are a population."""
    irregular = "".join(
        f"{START + at},1,10.0.0.9,50000,203.0.113.9,80,tcp,300,400\n" for at in (5, 900, 1000, 7000)
    )
    rows = find(
        flows_csv=HEAD
        + "".join(calls(f"10.0.0.{host}", "203.0.113.9", 443, seed=host) for host in (5, 6, 7))
        + irregular
        + f"{START},1,10.0.0.10,50000,203.0.113.9,80,tcp,300,400\n"
    )
    kinds = {(row["kind"], row["source"]) for row in rows}
    assert kinds == {
        ("beacon", "10.0.0.5"), ("beacon", "10.0.0.6"), ("beacon", "10.0.0.7"),
        ("member", "10.0.0.9"), ("population", "3 sources"),
    }  # fmt: skip
    score = {row["kind"]: row["score"] for row in rows}
    assert score["member"] < score["beacon"] < score["population"]


def test_a_population_accuses_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources that keep one rhythm are drawn, and none of them is on the list to notify."""
    text = HEAD + "".join(calls(f"10.0.0.{host}", "203.0.113.9", 443, seed=host) for host in (5, 6, 7))
    (tmp_path / "flows.csv").write_text(text)
    outputs = ["--notify", str(tmp_path / "notify.csv"), "--page", str(tmp_path / "pages")]
    question = ["flows", str(tmp_path / "flows.csv"), "--no-watchlist", "--inside", "10.0.0.0/8", *outputs]
    monkeypatch.setattr("sys.argv", ["holdfast", *question])
    assert main.run() == 1
    assert len((tmp_path / "notify.csv").read_text("utf-8").splitlines()) == 1
    (page,) = [page for page in (tmp_path / "pages").iterdir() if "203" in page.name]
    assert '<span class="figure">0</span><span class="label">to notify</span>' in page.read_text("utf-8")


def test_the_marks_of_the_botnet_strengthen_a_rhythm(find: Callable[..., list[dict[str, Any]]]) -> None:
    """An hourly fetch over HTTP, and a certificate for a throw-away name, are told among the reasons."""
    rows = find(
        flows_csv=HEAD
        + calls("10.0.0.5", "203.0.113.9", 80, period=3600)
        + calls("10.0.0.6", "203.0.113.10", 443)
        + calls("10.0.0.7", "203.0.113.11", 34125, count=4),
        tls_jsonl=json.dumps(
            {
                "ts": START,
                "id.orig_h": "10.0.0.6",
                "id.resp_h": "203.0.113.10",
                "version": "TLSv12",
                "cipher": "x",
                "subject": "CN=hfsdln.com",
            }
        )
        + "\n",
    )
    says = {row["source"]: " ".join(why["says"] for why in row["why"]) for row in rows}
    assert "every hour" in says["10.0.0.5"]
    assert "hfsdln.com" in says["10.0.0.6"]
    assert "34125" in says["10.0.0.7"]
    assert {row["kind"] for row in rows if row["source"] == "10.0.0.7"} == {"member"}


def test_spread_and_length(find: Callable[..., list[dict[str, Any]]]) -> None:
    """Telnet to sixty hosts is fan-out, the web on sixty is not; four hours of one connection are long, of NTP not."""
    spread = "".join(
        f"{START + n * 7},0,{source},{40000 + n},198.51.100.{n},{port},tcp,40,{got}\n"
        for n in range(60)
        for source, port, got in (("10.0.0.5", 23, 0), ("10.0.0.6", 443, 900))
    )
    long = (
        f"{START},20000,10.0.0.7,40000,203.0.113.9,8443,tcp,9000,9000\n"
        f"{START},20000,10.0.0.8,40000,203.0.113.10,123,udp,9000,9000\n"
    )
    rows = find(flows_csv=HEAD + spread + long)
    assert {(row["kind"], row["source"]) for row in rows} == {("fan-out", "10.0.0.5"), ("long", "10.0.0.7")}

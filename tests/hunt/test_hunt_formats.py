"""The same events as JSON Lines and as Parquet give the same matches, whatever kinds and fields share a batch."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.records.logs import parquet, parquet_chunk
from hunting import run

RULES = """
title: keyword
id: keyword
logsource: {product: windows}
detection: {words: [mimikatz, 'secret word'], condition: words}
---
title: data
id: data
logsource: {product: windows, service: powershell-classic}
detection: {s: {Data|contains: HostApplication}, condition: s}
---
title: filter
id: filter
logsource: {product: windows, category: process_creation}
detection: {s: {Image|endswith: '.exe'}, f: {Message|contains: known}, condition: s and not f}
---
title: provider
id: provider
logsource: {product: windows, service: system}
detection: {s: {Provider_Name: [Service, 7]}, condition: s}
"""
KINDS = [
    ("Windows PowerShell", 400), ("Microsoft-Windows-Sysmon/Operational", 1), ("Security", 4688), ("System", 7045),
]  # fmt: skip
TEXTS = st.sampled_from(["", "a.exe", "MimiKatz", "x HostApplication y", "well known", "a secret word", "é", "mimi", "katz"])  # fmt: skip
FIELDS = ["Image", "NewProcessName", "Message", "param1", "Data", "SourceName", "Other"]
EVENTS = st.lists(st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(FIELDS), TEXTS)), min_size=1, max_size=12)  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The rules in a file."""
    place = tmp_path / "rules.yml"
    place.write_text(RULES, "utf-8")
    return place


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.sampled_from([3, 16_384]), st.booleans(), st.data())
def test_json_lines_and_parquet_agree(
    tmp_path: Path,
    rules: Path,
    events: list[tuple[tuple[str, int], dict[str, str]]],
    rows: int,
    large: bool,
    data: st.DataObject,
) -> None:
    """Rows of a batch are put in order by kind; columns that many kinds share are not mixed up."""
    whole: list[dict[str, Any]] = [
        {"Channel": channel, "EventID": number, "Computer": "h", "Number": place, **fields}
        for place, ((channel, number), fields) in enumerate(events)
    ]
    if data.draw(st.booleans()):
        whole = [{**event, "Flag": True} for event in whole]
    names = list(dict.fromkeys(name for event in whole for name in event))
    lines = [json.dumps({name: event[name] for name in names if name in event}) + "\n" for event in whole]
    (tmp_path / "e.ndjson").write_text("".join(lines), "utf-8")
    table = pa.table({name: [event.get(name) for event in whole] for name in names})
    pq.write_table(table, tmp_path / "e.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "ROWS", rows)
        patch.setattr(parquet_chunk, "LARGE", 1 if large else 1 << 25)
        there = run([tmp_path / "e.parquet"], tmp_path, [str(rules)])
    here = run([tmp_path / "e.ndjson"], tmp_path, [str(rules)])
    assert [{**row, "file": ""} for row in there] == [{**row, "file": ""} for row in here]

"""Windows events as XML, as the event viewer exports them and as Splunk keeps them."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from evtx import PyEvtxParser
from hypothesis import given
from hypothesis import strategies as st

from holdfast.model.status import Problems
from holdfast.records.logs import eventxml
from holdfast.records.logs.eventxml import parse_event, read_event_xml
from holdfast.records.logs.formats import recognise
from holdfast.records.logs.sorting import Sorter

NAMES = st.text("abcÄ", min_size=1, max_size=4)
TEXTS = st.text("a<>&\"' ]-Ä\n", max_size=8)
SPACE = 'xmlns="http://schemas.microsoft.com/win/2004/08/events/event"'


def written(data: dict[str, str], channel: str = "Security", number: int = 4688) -> str:
    """An event as Windows writes it."""
    inside = "".join(f"<Data Name={quoteattr(name)}>{escape(text)}</Data>" for name, text in data.items())
    return (
        f"<Event {SPACE}><System><Provider Name='P'/><EventID Qualifiers='0'>{number}</EventID>"
        f"<TimeCreated SystemTime='2026-05-01T10:00:00.000Z'/><Channel>{channel}</Channel><Computer>h</Computer>"
        f"</System><EventData>{inside}</EventData></Event>"
    )


def read(content: bytes, problems: Problems | None = None) -> list[dict[str, object]]:
    found = read_event_xml(BytesIO(content), "e.xml", Sorter(), problems or Problems())
    return [{**record.row, "#": (record.sort.kind.channel, record.sort.kind.event_id)} for record in found]


@given(st.lists(st.dictionaries(NAMES, TEXTS, max_size=3), max_size=4), st.booleans())
def test_every_field_comes_as_it_was(some: list[dict[str, str]], wrapped: bool) -> None:
    """With or without a root element around the events, in UTF-8 and UTF-16."""
    text = "\n".join(map(written, some))
    content = f'<?xml version="1.0"?><Events>{text}</Events>' if wrapped else text
    wanted = [{**data, "#": ("Security", "4688")} for data in some]
    assert read(content.encode()) == wanted
    assert read(b"\xff\xfe" + content.encode("utf-16-le")) == wanted


@given(st.lists(st.sampled_from([written({"a": "b"}), "<Event ", "<Event>", "</Event>", "<Events>", "x", "&#x1;"])), st.integers(1, 30))  # fmt: skip
def test_pieces_and_damage(parts: list[str], size: int) -> None:
    """Wherever the pieces end the same comes out, and no whole event is lost to a broken one."""
    content = "".join(parts).encode()

    def pieces() -> Iterator[bytes]:
        return (content[start : start + size] for start in range(0, len(content), size))

    found = list(eventxml._events(pieces()))
    assert found == list(eventxml._events(iter([content])))
    whole = written({"a": "b"}).encode()
    assert found.count(whole) >= parts.count(whole.decode()) - parts.count("<Event ") - parts.count("<Event>")


def test_what_xml_does_not_allow_costs_nothing() -> None:
    """Control characters are left out; a broken event is named."""
    problems = Problems()
    rows = read(
        (written({"a": "b"}).replace(">b<", ">b\x01&#x1F;c<") + "<Event >oops</Event>").encode(), problems
    )
    assert [row["a"] for row in rows] == ["bc"]
    assert [problem.says for problem in problems.items] == ["is no event in XML; skipped"]


def test_a_document_type_is_no_event() -> None:
    """So nothing unfolds."""
    assert parse_event('<!DOCTYPE x [<!ENTITY a "b">]><Event>&a;</Event>') is None
    assert parse_event("<Event>&a;</Event>") is None


def test_an_event_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up after so many bytes."""
    monkeypatch.setattr(eventxml, "LARGEST", 100)
    whole = written({"a": "b"}).encode()
    found = list(eventxml._events(iter([b"<Event>" + b"x" * 60, b"x" * 60, whole])))
    assert found[-1] == whole


def test_it_is_recognised_and_found_in_other_wrappers() -> None:
    """The raw event of Splunk, as XML or as JSON, and the fields of Kibana."""
    assert recognise(written({}).encode(), "x") is read_event_xml
    sorter = Sorter()
    flat = {"Channel": "Security", "EventID": 4688, "a": "b"}
    for event in (
        {"result": {"_raw": written({"a": "b"}), "_time": "x"}},
        {"_raw": json.dumps(flat)},
        {"_index": "x", "fields": {"winlog.channel": ["Security"], "winlog.event_id": ["4688"], "winlog.event_data.a": ["b"]}},
    ):  # fmt: skip
        sort, row, _ = sorter.sort(event)
        assert (sort.kind.channel, sort.kind.event_id, row["a"]) == ("Security", "4688", "b")


def test_blanks_in_an_empty_element_are_no_value() -> None:
    """Whoever lays the document out puts a line break into an empty channel."""
    event = parse_event(written({}).replace(">Security<", ">\n    <"))
    assert event is not None
    assert event["System"]["Channel"] == ""


def test_event_logs_say_the_same_as_xml(shared: Callable[[str], Path]) -> None:
    """Recorded events, written as XML by the parser of event logs, have the data that it gives of them otherwise."""
    compared = 0
    for path in sorted(shared("logs/evtx-attack-samples/Lateral Movement").glob("*.evtx"))[:20]:
        as_xml = [record["data"] for record in PyEvtxParser(str(path)).records() if record]
        as_json = [
            json.loads(record["data"])["Event"] for record in PyEvtxParser(str(path)).records_json() if record
        ]
        for text, event in zip(as_xml, as_json, strict=True):
            found = parse_event(text.partition("?>")[2].strip())
            assert found is not None
            assert _plain(found.get("EventData")) == _plain(event.get("EventData"))
            assert found["System"]["Channel"] == event["System"]["Channel"]
            compared += 1
    assert compared


def _plain(data: dict[str, object] | None) -> dict[str, str]:
    """Named values as XML can say them: texts, without control characters and carriage returns."""
    named = {name: "" if value is None else str(value) for name, value in (data or {}).items()}
    return {
        name: "".join(char for char in {"True": "true", "False": "false"}.get(text, text) if char >= " " or char in "\t\n")
        for name, text in named.items()
        if name not in {"Data", "#attributes"}
    }  # fmt: skip

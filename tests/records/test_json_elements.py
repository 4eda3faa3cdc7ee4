"""JSON objects of a file one at a time: whatever its layout and however it is cut, the same as when read whole."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.model.progress import Silent
from holdfast.records.logs import elements
from holdfast.records.logs.elements import Elements, wraps
from holdfast.records.logs.formats import recognise
from holdfast.records.logs.ndjson import read_ndjson, read_objects
from holdfast.records.logs.open import Logs

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e9, 1e9) | st.text('aä"\\{}[],:\n\x00', max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab"\\{[', max_size=3), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
OBJECTS = st.lists(st.dictionaries(st.text('ab"{]\\', max_size=3), VALUES, max_size=4), max_size=5)
INDENT = st.sampled_from([None, 0, 1, 4])
LAYOUTS = st.sampled_from(["array", "one after another", "Records", "value", "hits", "results"])


def written(objects: list[dict[str, Any]], layout: str, indent: int | None) -> bytes:
    """The objects as some tool might write them."""
    if layout == "one after another":
        return "\n".join(json.dumps(one, indent=indent, ensure_ascii=False) for one in objects).encode()
    content: object = objects
    if layout == "hits":
        content = {
            "took": 3,
            "_shards": {"total": 1},
            "hits": {"total": {"value": 2}, "hits": objects, "max": 1},
        }
    elif layout != "array":
        content = {"@odata.context": "a[{", layout: objects, "next": {"a": ["b"]}}
    return json.dumps(content, indent=indent, ensure_ascii=False).encode()


def cut(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


@given(OBJECTS, LAYOUTS, INDENT, st.integers(1, 40))
@example([{"a": '\\"}, {'}, {}], "array", None, 1)
def test_every_object_comes_as_it_is(
    objects: list[dict[str, Any]], layout: str, indent: int | None, size: int
) -> None:
    """However the file is laid out, and wherever the pieces end."""
    content = written(objects, layout, indent)
    found = list(Elements(cut(content, size)))
    assert not any(element.lost for element in found)
    if objects or layout in {"array", "one after another"}:
        assert [orjson.loads(element.raw) for element in found] == objects


@given(
    st.lists(st.integers(0, 99), min_size=1, max_size=6), st.integers(0, 5), st.text('[]{}",:a1', max_size=8),
    INDENT, st.integers(1, 50),
)  # fmt: skip
def test_damage_costs_one_object_or_the_next(
    numbers: list[int], place: int, noise: str, indent: int | None, size: int
) -> None:
    """Objects before the damage all come, and those after it from the next but one on; something is said."""
    objects = [{"id": number, "text": 'a "quoted" {text}, [1]', "in": {"id": 1}} for number in numbers]
    place %= len(objects)
    parts = [json.dumps(one, indent=indent).encode() for one in objects]
    broken = [*parts]
    broken[place] = parts[place].replace(b'"text": "', b'"text": ' + noise.encode() + b'"x" "')
    found = Elements(cut(b"[" + b",\n".join(broken) + b"]", size))
    good, lost = [], 0
    for element in found:
        try:
            good.append(orjson.loads(element.raw))
        except orjson.JSONDecodeError:
            lost += 1
            if element.raw:
                found.refuse(element)
    assert good[:place] == objects[:place]
    rest = objects[place + 2 :]
    assert not rest or good[-len(rest) :] == rest
    assert lost


@given(st.binary(max_size=60) | st.text('[]{}",:\\ab1\n', max_size=60).map(str.encode), st.integers(1, 20))
def test_anything_at_all_ends(content: bytes, size: int) -> None:
    """With elements or with words, and never with an error."""
    assert all(element.raw or element.lost for element in Elements(cut(content, size)))


def test_an_object_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is lost, and what follows is found."""
    monkeypatch.setattr(elements, "LARGEST", 1000)
    good = b'{"id": 1}'
    content = b"[" + good + b',\n{"id": "' + b"x" * 100_000 + b'"},\n' + good + b"]"
    found = list(Elements(cut(content, 100)))
    assert [element.raw for element in found] == [good, b"", good]
    assert "longer than 1,000 bytes" in found[1].lost


def test_many_objects_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is gone through in vain, so that a file of them would take as long as its size squared."""
    monkeypatch.setattr(elements, "MOST_WASTED", 200_000)
    monkeypatch.setattr(elements, "SMALLEST_BOUND", 100)
    content = b'[{"id": 1},\n' + b",\n".join([b'{"id": {"a": [1, 2'] * 5_000)
    found = list(Elements(cut(content, 1 << 12)))
    assert found[0].raw == b'{"id": 1}'
    assert all(element.lost for element in found[1:])
    assert len(found) < 2_000
    assert "as does the rest" in found[-1].lost


def test_objects_within_objects_that_are_no_json_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested deeper than any parser goes, each inner one would be gone through again."""
    monkeypatch.setattr(elements, "MOST_WASTED", 200_000)
    content = b'{"id":\n' * 5_000 + b"1" + b"}" * 5_000 + b'\n{"id": 2}'
    found = Elements(cut(content, 1 << 12))
    refused = 0
    for element in found:
        if element.raw and element.event is elements.UNREAD:
            found.refuse(element)
            refused += 1
    assert 0 < refused < 20
    assert element.event == {"id": 2}


@pytest.mark.parametrize(
    ("head", "reader"),
    [
        (b'[{"a":1}]', read_objects),
        (b'{"Records":[{"a":1}]}', read_objects),
        (b'{\n "a": 1\n}\n{\n "a": 2\n}\n', read_objects),
        (b'{"a": 1,\n "b": 2}\n', read_objects),
        (b'{"a": 1}\n{"a": 2}\n', read_ndjson),
        (b'{"a": 1}\r\n\r\n{"a": 2}\r\n', read_ndjson),
        (b'{"a": 1\n{"a": 2}\n{"a": 3}\n', read_ndjson),
        (b'{"events":[{"a":1}],"actor":1}\n{"events":[{"a":1}],"actor":2}\n', read_ndjson),
        (b'{"a": "long', read_ndjson),
    ],
)
def test_lines_are_told_from_objects(head: bytes, reader: object) -> None:
    """Also in UTF-16, as PowerShell writes it, and with a mark of UTF-8."""
    assert recognise(head, "x.json") is reader
    assert recognise(b"\xef\xbb\xbf" + head, "x.json") is reader
    assert recognise(b"\xff\xfe" + head.decode().encode("utf-16-le"), "x.json") is reader


def test_an_event_with_a_list_is_no_export() -> None:
    """The key of a wrapper within an event of an array, or further down, wraps nothing."""
    event = {"value": [{"a": 1}], "x": {"Records": [{"b": 1}]}}
    assert [orjson.loads(one.raw) for one in Elements(iter([orjson.dumps([event])]))] == [event]
    assert not wraps(orjson.dumps({"x": event}))


@pytest.mark.parametrize(
    "content", [b'[{"a":1},{"a":2}]', b'{"a":1}\n{"a":2}\n', b'{"Records":[{"a":1},{"a":2}]}']
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_mark_at_the_start_is_no_event(mark: bytes, content: bytes, tmp_path: Path) -> None:
    """In whatever layout."""
    text = content.decode().encode("utf-16-le") if mark == b"\xff\xfe" else content
    (tmp_path / "a.json").write_bytes(mark + text)
    logs = Logs((str(tmp_path / "a.json"),), Silent())
    assert sum(len(block) for blocks in logs.blocks() for block in blocks) == 2
    assert logs.statuses[0].state == "ok"

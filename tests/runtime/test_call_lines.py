"""JSON Lines and server-sent events at every byte split."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.events import Event, EventParser, EventTooLong
from clientpress.runtime.wire.lines import (
    Line,
    LineSplitter,
    Undecodable,
    read_lines,
    read_lines_async,
)

BOM = b"\xef\xbb\xbf"


def cut(data: bytes, places: Sequence[int]) -> Iterator[bytes]:
    """The data in pieces, some of them empty."""
    ends = sorted(place % (len(data) + 1) for place in places)
    for start, end in zip([0, *ends], [*ends, len(data)], strict=True):
        yield data[start:end]


def split(chunks: Iterator[bytes], longest: int = 1000) -> list[Line]:
    splitter = LineSplitter(longest)
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    return lines + splitter.end()


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"", []),
        (b"1\n2\n", [(1, b"1"), (2, b"2")]),
        (b"1\n2", [(1, b"1"), (2, b"2")]),
        (b"1\r\n2\r\n", [(1, b"1"), (2, b"2")]),
        (b"1\n\n \t\r\n2\n", [(1, b"1"), (4, b"2")]),
        (BOM + b"1\n2", [(1, b"1"), (2, b"2")]),
        (BOM + b"\n2", [(2, b"2")]),
        (BOM, []),
        (b"1\n" + BOM + b"2", [(1, b"1"), (2, BOM + b"2")]),
        (
            '"\u2028\u0085\x0b\x0c"\n2'.encode(),
            [(1, '"\u2028\u0085\x0b\x0c"'.encode()), (2, b"2")],
        ),
        (b"a\rb\n", [(1, b"a\rb")]),
        (b"\n\n\n", []),
    ],
)
def test_lines_at_every_split(data: bytes, lines: list[tuple[int, bytes]]) -> None:
    expected = [Line(number, line) for number, line in lines]
    assert split(iter([data])) == expected
    for first in range(len(data) + 1):
        for second in range(first, len(data) + 1):
            assert split(cut(data, [first, second])) == expected
    assert split(cut(data, range(len(data)))) == expected


def test_a_line_that_is_too_long_is_cut_and_the_next_one_is_fine() -> None:
    data = b"1\n" + b"x" * 11 + b"\n2\n" + b"y" * 10 + b"\n" + b"z" * 50
    expected = [
        Line(1, b"1"),
        Line(2, b"x" * 10, True),
        Line(3, b"2"),
        Line(4, b"y" * 10),
        Line(5, b"z" * 10, True),
    ]
    assert split(iter([data]), 10) == expected
    assert split(cut(data, range(len(data))), 10) == expected


def test_broken_lines_are_values_with_their_number() -> None:
    data = b'{"a": 1}\nnot json\n\n[1, 2]\n\xff\n{"a": 2'
    decoder: Json[dict[str, int]] = Json(dict[str, int])
    values = list(read_lines([data], decoder))
    assert values[0] == {"a": 1}
    broken = [v for v in values[1:] if isinstance(v, Undecodable)]
    assert [(v.line, v.raw) for v in broken] == [
        (2, b"not json"),
        (4, b"[1, 2]"),
        (5, b"\xff"),
        (6, b'{"a": 2'),
    ]
    assert all(v.reason for v in broken)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    values=st.lists(json_values, max_size=6),
    ends=st.lists(
        st.sampled_from(["\n", "\r\n", "\n\n", " \n"]), min_size=6, max_size=6
    ),
    places=st.lists(st.integers(0, 2000), max_size=8),
    has_bom=st.booleans(),
    ends_open=st.booleans(),
    is_ascii=st.booleans(),
)
def test_any_values_come_through(
    values: list[Any],
    ends: list[str],
    places: list[int],
    has_bom: bool,
    ends_open: bool,
    is_ascii: bool,
) -> None:
    text = "".join(
        json.dumps(value, ensure_ascii=is_ascii) + end
        for value, end in zip(values, ends, strict=False)
    )
    data = (BOM if has_bom else b"") + text.encode()
    if ends_open:
        data = data.rstrip(b"\r\n ")
    decoder: Json[JsonValue] = Json(JsonValue)
    assert list(read_lines(cut(data, places), decoder)) == values

    async def chunks() -> AsyncIterator[bytes]:
        for chunk in cut(data, places):
            yield chunk

    async def collect() -> list[Any]:
        return [value async for value in read_lines_async(chunks(), decoder)]

    assert asyncio.run(collect()) == values


# ------------------------------------------------------------------ events
def parse(chunks: Iterator[bytes]) -> list[Event]:
    parser = EventParser()
    return [event for chunk in chunks for event in parser.feed(chunk)]


@pytest.mark.parametrize(
    ("data", "events"),
    [
        (b"", []),
        (b"data: a\n\n", [Event("a")]),
        (b"data: a\r\n\r\n", [Event("a")]),
        (b"data: a\r\r", [Event("a")]),
        (b"data: a\r\ndata: b\r\n\r\n", [Event("a\nb")]),
        (b"data:a\n\ndata:  b\n\n", [Event("a"), Event(" b")]),
        (b"data: a\ndata: b\n\n", [Event("a\nb")]),
        (b"data\ndata\n\n", [Event("\n")]),
        (b"data:\n\n", [Event("")]),
        (b": comment\n\ndata: a\n\n", [Event("a")]),
        (b"event: x\ndata: a\n\ndata: b\n\n", [Event("a", "x"), Event("b")]),
        (b"event: x\n\ndata: b\n\n", [Event("b")]),
        (b"id: 7\ndata: a\n\ndata: b\n\n", [Event("a", id="7"), Event("b", id="7")]),
        (b"id: 7\ndata: a\n\nid\ndata: b\n\n", [Event("a", id="7"), Event("b")]),
        (b"id: 7\0\ndata: a\n\n", [Event("a")]),
        (b"retry: 500\nretry: x\ndata: a\n\n", [Event("a", retry=500)]),
        (b"unknown: x\ndata: a\n\n", [Event("a")]),
        (BOM + b"data: a\n\n", [Event("a")]),
        (b"\n" + BOM + b"data: a\n\ndata: b\n\n", [Event("b")]),
        (b"data: a\n\ndata: unterminated\n", [Event("a")]),
        ("data: \u2028\u0085é\n\n".encode(), [Event("\u2028\u0085é")]),
        (b"data: \xff\n\n", [Event("\ufffd")]),
    ],
)
def test_events_at_every_split(data: bytes, events: list[Event]) -> None:
    assert parse(iter([data])) == events
    for first in range(len(data) + 1):
        for second in range(first, len(data) + 1):
            assert parse(cut(data, [first, second])) == events
    assert parse(cut(data, range(len(data)))) == events


def test_events_come_as_soon_as_they_are_complete() -> None:
    for end in (b"\n\n", b"\r\r", b"\r\n\r\n"):
        assert parse(iter([b"data: a" + end])) == [Event("a")]


def test_events_without_an_end_do_not_fill_the_memory() -> None:
    for chunk in (b"data: " + b"x" * 60, b"data: " + b"x" * 60 + b"\n", b"x" * 60):
        parser = EventParser(longest=100)
        with pytest.raises(EventTooLong):
            for _ in range(3):
                parser.feed(chunk)
    parser = EventParser(longest=100)
    for _ in range(10):
        assert len(parser.feed(b"data: " + b"x" * 60 + b"\n\n")) == 1


lines = st.sampled_from(
    [
        b"data: a",
        b"data:b",
        b"data",
        b"event: x",
        b"id: 1",
        b": c",
        b"",
        b"",
        b"retry: 5",
    ]
)


@given(
    st.lists(st.tuples(lines, st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=20),
    st.lists(st.integers(0, 500), max_size=6),
)
def test_a_second_opinion(parts: list[tuple[bytes, bytes]], places: list[int]) -> None:
    data = b"".join(line + end for line, end in parts) + b"\n\n"
    response = httpx2.Response(
        200,
        content=data,
        headers={"content-type": "text/event-stream"},
        request=httpx2.Request("GET", "http://h"),
    )
    theirs = [(e.event, e.data, e.id) for e in httpx2.EventSource(response)]
    ours = [(e.event, e.data, e.id) for e in parse(cut(data, places))]
    # httpx2 also hands out events without data, which the standard drops
    assert [e for e in ours if e[1]] == [e for e in theirs if e[1]]

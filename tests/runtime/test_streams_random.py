"""JSON Lines and server-sent events of random bytes at random splits, against plain references.

The references read everything at once, and are written after the texts of the standards.
"""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from clientpress.runtime.calls.core import Core
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.results.streams import Opening
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.wire.events import Event, EventParser
from clientpress.runtime.wire.lines import Line, LineSplitter
from clientpress.runtime.wire.messages import Headers, Request, Response
from clientpress.runtime.wire.operation import Operation

from .simulation import Simulation
from .test_call_lines import BOM, cut

PIECES = [
    *(b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n", b"\r\r"),
    *(b"data", b"event", b"id", b"retry", b":", b" ", b"  ", b"\t", b"0", b"10", b"x"),
    *(b"data: ", b"data:a", b"id: 1", b"event: e", b"retry: 7", b": comment"),
    *(BOM, b"\0", b"\xff", b"\xc3", b"\xa9", "é\u2028\u0085😀".encode()),
    *(b'"', b"{}", b"[1]", b"null"),
]
ENDS = [b"\n", b"\r", b"\r\n"]
FIELDS = [
    b"",
    b"",
    b"data:a",
    b"data: b",
    b"data",
    b"id: 1",
    b"id",
    b"event: e",
    b"[1]",
]
LISTED = st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(ENDS)), max_size=8)
BYTES = st.one_of(
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=30).map(
        b"".join
    ),
    LISTED.map(lambda lines: b"".join(part for line in lines for part in line)),
)
PLACES = st.lists(st.integers(0, 500), max_size=8)


# ------------------------------------------------------------------ the references
def lines_of(data: bytes) -> list[Line]:
    """Every line that is not blank, with its number."""
    found: list[Line] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        kept = line.removeprefix(BOM) if number == 1 else line
        if kept.strip(b" \t\r"):
            found.append(Line(number, kept[:-1] if kept.endswith(b"\r") else kept))
    return found


def events_of(data: bytes) -> list[Event]:
    """HTML, 9.2.6: interpreting an event stream."""
    text = data.removeprefix(BOM).decode("utf-8", "replace")
    *lines, _ = re.split("\r\n|\n|\r", text)  # the last one has no end
    events: list[Event] = []
    buffer, kind, last, retry = "", "", "", None
    for line in lines:
        if line == "":
            if buffer:
                events.append(Event(buffer[:-1], kind or "message", last, retry))
            buffer, kind = "", ""
            continue
        name, value = line, ""
        if ":" in line:
            name, value = line.split(":", 1)
            value = value[1:] if value[:1] == " " else value
        if name == "event":
            kind = value
        elif name == "data":
            buffer += value + "\n"
        elif name == "id" and "\0" not in value:
            last = value
        elif name == "retry" and re.fullmatch("[0-9]+", value):
            retry = int(value)
    return events


# ------------------------------------------------------------------ the parsers
@settings(max_examples=400, deadline=None)
@given(BYTES, PLACES)
def test_lines(data: bytes, places: list[int]) -> None:
    splitter = LineSplitter()
    found = [line for chunk in cut(data, places) for line in splitter.feed(chunk)]
    assert found + splitter.end() == lines_of(data)


@settings(max_examples=800, deadline=None)
@given(BYTES, PLACES)
def test_events(data: bytes, places: list[int]) -> None:
    parser = EventParser()
    found = [event for chunk in cut(data, places) for event in parser.feed(chunk)]
    assert found == events_of(data)


@settings(deadline=None)
@given(BYTES)
def test_every_split_in_two(data: bytes) -> None:
    expected = events_of(data)
    for place in range(len(data) + 1):
        parser = EventParser()
        assert parser.feed(data[:place]) + parser.feed(data[place:]) == expected


# ------------------------------------------------------------------ what streams make of them
LISTEN: Operation[JsonValue] = Operation(
    id="listen", method="GET", path="/", results={"200": Json(JsonValue)}
)


def opened(streaming: Streaming[Any]) -> Opening[Any]:
    """A stream whose answer has come, without its body."""
    core: Core = Simulation().core()
    opening: Opening[Any] = Opening(
        core=core,
        operation=LISTEN,
        streaming=streaming,
        arguments=(),
        body=None,
        options=None,
    )
    flow = opening.open()
    while True:
        try:
            assert isinstance(next(flow), Request)
            flow.send(Response(200, Headers(), b"", handle=object()))
        except StopIteration:
            return opening


class Text:
    """Items as they come."""

    def decode(self, data: bytes) -> str:
        return data.decode()


@settings(deadline=None)
@given(BYTES, PLACES)
def test_items_of_a_stream(data: bytes, places: list[int]) -> None:
    """Up to the terminator, with nothing lost at the end; events without data are no items."""
    opening = opened(Streaming(framing="sse", item=Text(), terminator="[1]"))
    items: list[str] = []
    for chunk in cut(data, places):
        items += opening.feed(chunk)
        if opening.is_over:
            break
    texts = [event.data for event in events_of(data) if event.data]
    ends = [place for place, text in enumerate(texts) if text.rstrip() == "[1]"]
    assert opening.is_over is bool(ends)
    assert items == texts[: ends[0] if ends else None]

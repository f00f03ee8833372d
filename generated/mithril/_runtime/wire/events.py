# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Server-sent events, as the HTML standard parses them."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import NamedTuple

DEFAULT_LONGEST = 64 * 1024 * 1024


class Event(NamedTuple):
    """One event."""

    data: str
    event: str = "message"
    id: str = ""
    """The last id that the stream sent."""
    retry: int | None = None
    """Milliseconds that clients have to wait before they reconnect."""


class EventTooLong(ValueError):
    """An event is longer than allowed."""


class EventParser:
    """Parses chunks of bytes to events, wherever the chunks are cut.

    Lines end with LF, CR or CR LF. A byte order mark at the start is skipped. An event without a
    blank line at its end is dropped, as the standard requires.
    """

    def __init__(self, longest: int = DEFAULT_LONGEST) -> None:
        self._longest = longest
        self._parts: list[bytes] = []  # of the line that has no end yet
        self._is_start = True
        self._after_cr = False
        self._data: list[str] = []
        self._length = 0  # bytes of the event's whole lines
        self._waiting = 0  # and of the parts
        self._event = ""
        self._id = ""
        self._retry: int | None = None

    @property
    def unfinished(self) -> str:
        """Data of an event that is not complete yet."""
        line = b"".join(self._parts).decode("utf-8", "replace").rstrip("\r")
        rest = [line[5:].removeprefix(" ")] if line.startswith("data:") else []
        return "\n".join([*self._data, *rest])

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that end in this chunk.

        Raises:
            EventTooLong: An event is longer than allowed.
        """
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")  # the second half of CR LF
            self._after_cr = False
        self._parts.append(chunk)
        self._waiting += len(chunk)
        events: list[Event] = []
        if b"\n" in chunk or b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            text = b"".join(self._parts).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            *lines, last = text.split(b"\n")
            self._parts = [last]
            self._waiting = len(last)
            for line in lines:
                self._take(line, events)
        if self._length + self._waiting > self._longest:
            raise EventTooLong(f"An event is longer than {self._longest} bytes")
        return events

    def _take(self, line: bytes, events: list[Event]) -> None:
        if self._is_start:
            line = line.removeprefix(BOM_UTF8)
            self._is_start = False
        if not line:
            self._dispatch(events)
            return
        self._length += len(line) + 1
        name, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry = int(value)

    def _dispatch(self, events: list[Event]) -> None:
        if self._data:
            data = "\n".join(self._data)
            event = Event(data, self._event or "message", self._id, self._retry)
            events.append(event)
        self._data.clear()
        self._length = 0
        self._event = ""

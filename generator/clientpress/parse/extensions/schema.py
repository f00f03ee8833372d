"""The extensions on schemas: `name`, `outcome`, `lines`, `table`, `upload` and `needs`.

Also `stream`, which is on media types, and `array-format`, which is on parameters and encodings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from clientpress.api.behaviours import Lines, Stream, Table
from clientpress.diagnostics import Place, Report
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import (
    PREFIX,
    Reader,
    extensions_on,
    text_of,
    texts,
)
from clientpress.parse.extensions.conditions import parse_condition
from clientpress.parse.extensions.tables import parse_table, parse_upload
from clientpress.runtime.batches.outcome_values import Case, Outcome


def schema_extensions(
    words: Mapping[str, Any], place: Place, context: Context
) -> dict[str, Any]:
    """Our extensions on a schema by short name, checked; wrong ones are reported and left out."""
    if not any(key.startswith(PREFIX) for key in words):
        return {}
    extensions = extensions_on("schema", words, place, context.report)
    checked = dict[str, Any]()
    if "name" in extensions:
        checked["name"] = text_of(extensions, "name", place, context.report)
    for short, parse in _PARSERS.items():
        if short in extensions:
            at = place.child(PREFIX + short)
            checked[short] = parse(extensions[short], at, context.report)
    if isinstance(table := checked.get("table"), Table):
        checked.setdefault("name", table.name)
    return {key: value for key, value in checked.items() if value is not None}


def parse_outcome(value: Any, place: Place, report: Report) -> Outcome[Any, Any] | None:
    """`x-clientpress-outcome`: which items of a batch succeeded, and which failed."""
    reader = Reader(value, place, report, "x-clientpress-outcome")
    if not reader.ok:
        return None
    id_ = reader.pointer("id", None)
    cases = [_case(item, at, reader) for item, at in reader.items("cases")]
    outcome = Outcome[Any, Any](id=id_, cases=tuple(case for case in cases if case))
    return outcome if reader.finish() else None


def _case(value: Any, place: Place, outer: Reader) -> Case | None:
    """Read one case."""
    reader = Reader(value, place, outer.report, "a case")
    case: Case | None = None
    if reader.ok:
        result = "failed" if reader.has("failed") else "succeeded"
        if reader.has("succeeded") and result == "failed":
            reader.fail(
                "", "a case is either 'succeeded' or 'failed'", "Make two cases."
            )
        pointer = reader.pointer(result, None)
        when = parse_condition(reader.value("when"), place.child("when"), reader)
        case = Case(result, pointer, when) if when else None
        reader.finish()
    outer.ok = outer.ok and reader.ok
    return case


ARRAY_FORMATS = ("indices", "brackets", "repeat")


def parse_array_format(value: Any, place: Place, report: Report) -> str:
    """`x-clientpress-array-format`: how arrays are sent inside of an object of style `deepObject`."""
    if value in ARRAY_FORMATS:
        return str(value)
    report.error("CP302", place, f"{value!r} is not one of {', '.join(ARRAY_FORMATS)}")
    return ""


def parse_lines(value: Any, place: Place, report: Report) -> Lines | None:
    """`x-clientpress-lines`: a JSON Lines file."""
    reader = Reader(value, place, report, "x-clientpress-lines")
    if not reader.ok:
        return None
    lines = Lines(
        item=reader.text("item"),
        id=reader.pointer("id"),
        max_lines=int(reader.number("max_lines", 0)),
        max_bytes=int(reader.number("max_bytes", 0)),
    )
    return lines if reader.finish() else None


def parse_needs(value: Any, place: Place, report: Report) -> tuple[str, ...] | None:
    """`x-clientpress-needs`: properties of which at least one must be given."""
    names = texts(value)
    if names is None:
        report.error("CP302", place, "x-clientpress-needs must be a list of properties")
    return names


def parse_stream(value: Any, place: Place, report: Report) -> Stream | None:
    """`x-clientpress-stream`: what ends a stream of events."""
    reader = Reader(value, place, report, "x-clientpress-stream")
    if not reader.ok:
        return None
    stream = Stream(
        terminator=reader.text("terminator"),
        error=reader.pointer("error"),
        resume=reader.flag("resume", False),
    )
    return stream if reader.finish() else None


_PARSERS: dict[str, Callable[[Any, Place, Report], Any]] = {
    "outcome": parse_outcome,
    "lines": parse_lines,
    "table": parse_table,
    "upload": parse_upload,
    "needs": parse_needs,
}

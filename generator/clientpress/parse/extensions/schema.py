"""The extensions that stand on schemas: `name`, `outcome`, `lines`, `table`, `upload`, `needs`."""

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
    """Our extensions on a schema, parsed, by short name."""
    if not any(key.startswith(PREFIX) for key in words):
        return {}
    found = extensions_on("schema", words, place, context.report)
    made = dict[str, Any]()
    if "name" in found:
        made["name"] = text_of(found, "name", place, context.report)
    for short, parse in _PARSERS.items():
        if short in found:
            where = place.child(PREFIX + short)
            made[short] = parse(found[short], where, context.report)
    if isinstance(table := made.get("table"), Table):
        made.setdefault("name", table.name)
    return {key: value for key, value in made.items() if value is not None}


def parse_outcome(value: Any, place: Place, report: Report) -> Outcome[Any, Any] | None:
    """`x-clientpress-outcome`: which items succeeded and which failed."""
    reader = Reader(value, place, report, "x-clientpress-outcome")
    if not reader.ok:
        return None
    id_ = reader.pointer("id", None)
    cases = [_case(item, where, reader) for item, where in reader.items("cases")]
    made = Outcome[Any, Any](id=id_, cases=tuple(case for case in cases if case))
    return made if reader.finish() else None


def _case(value: Any, place: Place, outer: Reader) -> Case | None:
    reader = Reader(value, place, outer.report, "a case")
    made: Case | None = None
    if reader.ok:
        result = "failed" if reader.has("failed") else "succeeded"
        if reader.has("succeeded") and result == "failed":
            reader.fail(
                "", "a case is either 'succeeded' or 'failed'", "Make two cases."
            )
        at = reader.pointer(result, None)
        when = parse_condition(reader.value("when"), place.child("when"), reader)
        made = Case(result, at, when) if when else None
        reader.finish()
    outer.ok = outer.ok and reader.ok
    return made


ARRAY_FORMATS = ("indices", "brackets", "repeat")


def parse_array_format(value: Any, place: Place, report: Report) -> str:
    """How arrays go inside of an object whose style is `deepObject`."""
    if value in ARRAY_FORMATS:
        return str(value)
    report.error("CP302", place, f"{value!r} is none of {', '.join(ARRAY_FORMATS)}")
    return ""


def parse_lines(value: Any, place: Place, report: Report) -> Lines | None:
    """`x-clientpress-lines`: JSON Lines framing."""
    reader = Reader(value, place, report, "x-clientpress-lines")
    if not reader.ok:
        return None
    made = Lines(
        item=reader.text("item"),
        id=reader.pointer("id"),
        max_lines=int(reader.number("max_lines", 0)),
        max_bytes=int(reader.number("max_bytes", 0)),
    )
    return made if reader.finish() else None


def parse_needs(value: Any, place: Place, report: Report) -> tuple[str, ...] | None:
    """`x-clientpress-needs`: properties of which one at least has to be given."""
    names = texts(value)
    if names is None:
        report.error("CP302", place, "x-clientpress-needs must be a list of properties")
    return names


def parse_stream(value: Any, place: Place, report: Report) -> Stream | None:
    """`x-clientpress-stream`: what ends a stream of events."""
    reader = Reader(value, place, report, "x-clientpress-stream")
    if not reader.ok:
        return None
    made = Stream(
        terminator=reader.text("terminator"),
        error=reader.pointer("error"),
        resume=reader.flag("resume", False),
    )
    return made if reader.finish() else None


_PARSERS: dict[str, Callable[[Any, Place, Report], Any]] = {
    "outcome": parse_outcome,
    "lines": parse_lines,
    "table": parse_table,
    "upload": parse_upload,
    "needs": parse_needs,
}

"""`x-clientpress-polling` on a status operation."""

from __future__ import annotations

from typing import Any

from clientpress.api.behaviours import Wait
from clientpress.diagnostics import Place, Report
from clientpress.parse.extensions.calls import STATUS, method_of, parse_call
from clientpress.parse.extensions.common import Reader, is_number, texts
from clientpress.parse.extensions.conditions import parse_condition
from clientpress.runtime.results.polling import Polling, Progress, Rule

_OUTCOMES = ("succeeded", "ended", "failed", "pending")


def parse_polling(value: Any, place: Place, report: Report) -> Wait | None:
    """Read the extension; None when it is wrong, which is reported."""
    reader = Reader(value, place, report, "x-clientpress-polling")
    if not reader.ok:
        return None
    rules = [
        _rule(item, rule_place, reader) for item, rule_place in reader.items("rules")
    ]
    progress = _progress(reader) if reader.has("progress") else None
    result = (
        parse_call(reader.value("result"), place.child("result"), reader, STATUS)
        if reader.has("result")
        else None
    )
    polling = Polling(
        rules=tuple(rule for rule in rules if rule),
        progress=progress,
        interval=float(reader.number("interval", 5)),
        timeout=float(reader.number("timeout", 600)),
    )
    wait = Wait(
        polling=polling,
        method=method_of(reader, "method", "wait"),
        result=result,
        summary=reader.text("summary"),
    )
    return wait if reader.finish() else None


def _rule(value: Any, place: Place, outer: Reader) -> Rule | None:
    """Read one rule."""
    reader = Reader(value, place, outer.report, "a polling rule")
    rule: Rule | None = None
    if reader.ok:
        outcome = reader.text("outcome", None, _OUTCOMES)
        when = parse_condition(reader.value("when"), place.child("when"), reader)
        reason, line = reader.pointer("reason"), reader.pointer("line")
        rule = Rule(outcome, when, reason, line) if when else None
        reader.finish()
    outer.ok = outer.ok and reader.ok
    return rule


def _progress(outer: Reader) -> Progress | None:
    """Read where an answer tells the progress."""
    place = outer.place.child("progress")
    reader = Reader(outer.value("progress"), place, outer.report, "'progress'")
    if not reader.ok:
        outer.ok = False
        return None
    reader.has("done")
    reader.has("total")
    done, total = texts(reader.value("done")), reader.value("total")
    if done is None or not all(pointer.startswith("/") for pointer in done):
        reader.fail("done", "'done' must be a JSON Pointer or a list of them")
    is_pointer = isinstance(total, str) and total.startswith("/")
    if not is_pointer and not is_number(total):
        reader.fail("total", "'total' must be a JSON Pointer or a number")
    outer.ok = reader.finish() and outer.ok
    return Progress(done=done or (), total=total) if reader.ok else None

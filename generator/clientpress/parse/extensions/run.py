"""`x-clientpress-run` on the operation that creates a batch."""

from __future__ import annotations

from typing import Any

from clientpress.api.behaviours import AddCalls, FileUpload, Lines, Listed, Run
from clientpress.diagnostics import Place, Report
from clientpress.document.data import is_array
from clientpress.parse.extensions.calls import (
    JOB,
    JOB_STATE,
    NOWHERE,
    address_of,
    method_of,
    parse_call,
    read_call,
)
from clientpress.parse.extensions.common import Reader


def parse_runs(value: Any, place: Place, report: Report) -> tuple[Run, ...]:
    """Read the extension: one run, or a list of runs with different names.

    Wrong ones are reported and left out.
    """
    if not is_array(value):
        value = [value]
        places = [place]
    else:
        places = [place.child(i) for i in range(len(value))]
        if not value:
            hint = "Write one run, or remove it."
            report.error("CP302", place, "x-clientpress-run is empty", hint)
    read = [_run(item, at, report) for item, at in zip(value, places, strict=True)]
    known = [run for run in read if run is not None]
    names = [run.method for run in known]
    for name in {name for name in names if names.count(name) > 1}:
        hint = "Give each a 'method' of its own."
        report.error("CP302", place, f"two runs are called {name!r}", hint)
    return tuple(known)


def _run(value: Any, place: Place, report: Report) -> Run | None:
    """Read one run."""
    reader = Reader(value, place, report, "x-clientpress-run")
    if not reader.ok:
        return None
    job = address_of(reader, "job", None, "$response.body#/")
    adding = _adding(reader) if reader.has("add") else None
    uploading = _uploading(reader) if reader.has("upload") else None
    if adding is None and uploading is None and reader.ok:
        hint = "Say how requests get into the batch."
        reader.fail("", "x-clientpress-run needs 'add' or 'upload'", hint)
    if adding is not None and uploading is not None:
        hint = "Make two runs, each with a 'method' of its own."
        reader.fail("upload", "a run has either 'add' or 'upload'", hint)
    status = parse_call(reader.value("status"), place.child("status"), reader, JOB)
    outcomes = [
        parse_call(item, at, reader, JOB_STATE) for item, at in reader.items("outcomes")
    ]
    added = _added(reader) if reader.has("added") else None
    created = _created(reader) if reader.has("made") else None
    per_second = float(reader.number("per_second", 0))
    method = method_of(reader, "method", "run")
    if not reader.finish() or status is None:
        return None
    return Run(
        job=job,
        status=status,
        outcomes=tuple(call for call in outcomes if call),
        adding=adding,
        uploading=uploading,
        added=added,
        made=created,
        per_second=per_second,
        method=method,
    )


def _below(outer: Reader, key: str) -> Reader:
    """A reader of an object inside of a run."""
    reader = Reader(
        outer.value(key), outer.place.child(key), outer.report, f"{key!r} of a run"
    )
    outer.ok = outer.ok and reader.ok
    return reader


def _member(reader: Reader, key: str) -> str:
    """Read a pointer that leads to a member of a body."""
    pointer = reader.pointer(key, None)
    if not pointer and isinstance(reader.value(key), str):
        reader.fail(key, f"{key!r} must lead to a member", "Write '/member'.")
    return pointer


def _adding(outer: Reader) -> AddCalls | None:
    """Read how requests are added by calls."""
    reader = _below(outer, "add")
    if not reader.ok:
        return None
    adding = AddCalls(
        call=read_call(reader, JOB),
        requests=_member(reader, "requests"),
        lines=Lines(
            id=_member(reader, "id"),
            max_lines=int(reader.number("max_items", 0)),
            max_bytes=int(reader.number("max_bytes", 0)),
        ),
        per_second=float(reader.number("per_second", 0)),
    )
    outer.ok = reader.finish() and outer.ok
    return adding


def _uploading(outer: Reader) -> FileUpload | None:
    """Read how requests are uploaded as a file."""
    reader = _below(outer, "upload")
    if not reader.ok:
        return None
    uploading = FileUpload(
        call=read_call(reader, NOWHERE),
        file=_member(reader, "file"),
        result=_member(reader, "result"),
        send=_member(reader, "send"),
    )
    outer.ok = reader.finish() and outer.ok
    return uploading


def _added(outer: Reader) -> Listed | None:
    """Read which operation lists the requests of a batch."""
    reader = _below(outer, "added")
    if not reader.ok:
        return None
    listed = Listed(call=read_call(reader, JOB), id=_member(reader, "id"))
    outer.ok = reader.finish() and outer.ok
    return listed


def _created(outer: Reader) -> Listed | None:
    """Read which operation lists the batches."""
    reader = _below(outer, "made")
    if not reader.ok:
        return None
    listed = Listed(
        call=read_call(reader, NOWHERE),
        match=_member(reader, "match"),
        id=_member(reader, "id"),
    )
    outer.ok = reader.finish() and outer.ok
    return listed

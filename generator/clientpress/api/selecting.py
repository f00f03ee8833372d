"""A part of an API: some of its operations, by tag, path or id.

A filter is `tag:NAME`, `path:/v1/batches*` or `operation:listBatches`; `*` and `?` stand for any
text and any character. An operation is taken if it matches any filter of `include` (or there is
none) and no filter of `exclude`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from clientpress.api.operations import Api, Operation
from clientpress.diagnostics import Place, Report

KINDS = ("tag", "path", "operation")


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters, as they were written."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


WHOLE = Selection()


def select(api: Api, selection: Selection, entry: str, report: Report) -> Api:
    """The part of an API that a selection leaves. Filters that match nothing are errors.

    Args:
        entry: The name of the document, for findings.
    """
    if not selection.include and not selection.exclude:
        return api
    place = Place(entry)
    kept = _matching(api.operations, selection.include, place, report)
    dropped = _matching(api.operations, selection.exclude, place, report)
    operations = tuple(
        operation
        for operation in api.operations
        if (operation.place in kept or not selection.include)
        and operation.place not in dropped
    )
    if not operations and not report.has_errors:
        message = "the filters leave no operation"
        report.error("E404", place, message, "Exclude less.")
    left_out = {o.id for o in api.operations} - {o.id for o in operations}
    return replace(api, operations=operations, left_out=tuple(sorted(left_out)))


def _matching(
    operations: Sequence[Operation],
    filters: Sequence[str],
    place: Place,
    report: Report,
) -> frozenset[Place]:
    found = set[Place]()
    for text in filters:
        kind, colon, pattern = text.partition(":")
        if not colon or kind not in KINDS:
            hint = "Write tag:NAME, path:/v1/* or operation:listThings."
            report.error("E404", place, f"{text!r} is no filter", hint)
            continue
        matches = {o.place for o in operations if _matches(o, kind, pattern)}
        if not matches:
            report.error(
                "E404",
                place,
                f"the filter {text!r} matches no operation",
                _known(operations, kind),
            )
        found |= matches
    return frozenset(found)


def _values(operation: Operation, kind: str) -> tuple[str, ...]:
    if kind == "tag":
        return operation.tags
    return (operation.path,) if kind == "path" else (operation.id,)


def _matches(operation: Operation, kind: str, pattern: str) -> bool:
    return any(fnmatchcase(value, pattern) for value in _values(operation, kind))


def _known(operations: Sequence[Operation], kind: str) -> str:
    values = dict.fromkeys(v for o in operations for v in _values(o, kind) if v)
    listed = sorted(values)
    more = ", …" if len(listed) > 12 else ""
    return (
        f"There are {', '.join(listed[:12])}{more}."
        if listed
        else f"No {kind} is there."
    )

"""A part of an API: some of its operations and webhooks, by tag, path, id or name.

A filter is `tag:NAME`, `path:/v1/batches*`, `operation:listBatches` or `webhook:newPet`; `*` and `?` stand
for any text and any character. An operation or webhook is taken if it matches a filter of `include` (or
there is none), and no filter of `exclude`. A callback is taken with its operations, unless a `webhook:`
filter names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from clientpress.api.operations import Api, Hook, Operation
from clientpress.diagnostics import Place, Report

KINDS = ("tag", "path", "operation", "webhook")


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters, as the user wrote them."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def takes_path(self, path: str) -> bool:
        """Whether a path is selected whose operations cannot be read.

        Nothing but the path is known of these, so that other kinds of filters do not match.
        """
        candidate = _Candidate(Place(""), Place(""), {"path": (path,)})

        def is_named(filters: tuple[str, ...]) -> bool:
            split = (text.partition(":") for text in filters)
            return any(_matches(candidate, kind, pattern) for kind, _, pattern in split)

        is_included = not self.include or is_named(self.include)
        return is_included and not is_named(self.exclude)


WHOLE = Selection()


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An operation or hook that may be selected.

    Attributes:
        place: Its place.
        operation: The place by which callbacks name it.
        values: The values that filters are compared with, by kind of filter.
        owners: The operations that it goes with; empty for what is selected on its own.
    """

    place: Place
    operation: Place
    values: dict[str, tuple[str, ...]]
    owners: tuple[Place, ...] = ()


def select(api: Api, selection: Selection, entry: str, report: Report) -> Api:
    """The part of an API that a selection leaves. Filters that match nothing are errors.

    Args:
        api: The whole API.
        selection: The filters.
        entry: The name of the document, for findings.
        report: Receives the findings.
    """
    if not selection.include and not selection.exclude:
        return api
    place = Place(entry)
    candidates = [*map(_operation, api.operations), *map(_hook, api.hooks)]
    kept = _matching(candidates, selection.include, place, report)
    dropped = _matching(candidates, selection.exclude, place, report)
    taken, owning = set[Place](), set[Place]()
    for candidate in candidates:
        # Operations come before the callbacks that go with them.
        by_default = (
            any(owner in owning for owner in candidate.owners)
            if candidate.owners
            else not selection.include
        )
        if (by_default or candidate.place in kept) and candidate.place not in dropped:
            taken.add(candidate.place)
            owning.add(candidate.operation)
    operations = tuple(o for o in api.operations if o.place in taken)
    hooks = tuple(hook for hook in api.hooks if hook.place in taken)
    if not operations and not hooks and not report.has_errors:
        message = "the filters leave no operation"
        report.error("CP404", place, message, "Exclude less.")
    left_out = {o.id for o in api.operations} - {o.id for o in operations}
    return replace(
        api, operations=operations, hooks=hooks, left_out=tuple(sorted(left_out))
    )


def _operation(operation: Operation) -> _Candidate:
    values = {
        "tag": operation.tags,
        "path": (operation.path,),
        "operation": (operation.id,),
    }
    return _Candidate(operation.place, operation.place, values)


def _hook(hook: Hook) -> _Candidate:
    tags = () if hook.owners else hook.operation.tags
    values = {"webhook": (hook.name,), "tag": tags}
    return _Candidate(hook.place, hook.operation.place, values, hook.owners)


def _matching(
    candidates: Sequence[_Candidate],
    filters: Sequence[str],
    place: Place,
    report: Report,
) -> frozenset[Place]:
    """The places of the candidates that match any of the filters."""
    matching = set[Place]()
    for text in filters:
        kind, colon, pattern = text.partition(":")
        if not colon or kind not in KINDS:
            hint = "Write tag:NAME, path:/v1/*, operation:listThings or webhook:newPet."
            report.error("CP404", place, f"{text!r} is no filter", hint)
            continue
        matches = {c.place for c in candidates if _matches(c, kind, pattern)}
        if not matches:
            what = "webhook" if kind == "webhook" else "operation"
            report.error(
                "CP404",
                place,
                f"the filter {text!r} matches no {what}",
                _known(candidates, kind),
            )
        matching |= matches
    return frozenset(matching)


def _matches(candidate: _Candidate, kind: str, pattern: str) -> bool:
    return any(fnmatchcase(value, pattern) for value in candidate.values.get(kind, ()))


def _known(candidates: Iterable[_Candidate], kind: str) -> str:
    """A hint with values that a filter of this kind can have."""
    values = dict.fromkeys(v for c in candidates for v in c.values.get(kind, ()) if v)
    listed = sorted(values)
    more = ", …" if len(listed) > 12 else ""
    return (
        f"There are {', '.join(listed[:12])}{more}."
        if listed
        else f"No {kind} is there."
    )

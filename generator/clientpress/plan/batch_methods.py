"""`run`: a whole batch in one call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from clientpress.api import schemas as s
from clientpress.api.behaviours import Call, Lines, Run, Uploading
from clientpress.api.operations import MediaType
from clientpress.diagnostics import Place
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.context import Context, both_types
from clientpress.plan.methods import (
    OPTIONS,
    WAIT_RAISES,
    Wished,
    beside,
    body_arguments,
    by_name,
    in_default_type,
    in_order,
    runtime,
    wait_arguments,
    wished,
)
from clientpress.plan.types import (
    Argument,
    CallPlan,
    Default,
    LineFormatPlan,
    Method,
    OperationPlan,
    OperationRef,
    OutcomesPlan,
    Passed,
    RunPlan,
)

_PREFIX = "x-clientpress-"
_SUMMARIES = {
    False: "Run a whole batch: create it, add the requests, wait, and iterate over the outcomes.",
    True: "Run a whole batch: upload the requests as a file, create it, wait, and iterate over the outcomes.",
}
_ARGUMENTS = (
    *("requests", "state", "timeout", "poll_interval", "on_progress", "resend"),
)
# How the constants of other behaviours of an operation end.
_SUFFIXES = (
    *("EVENTS", "FILE", "LINES", "MODEL", "OUTCOMES", "PAGES", "TABLES", "UPLOAD"),
    "WAIT",
)


class _Planned(NamedTuple):
    """The plan of a run, the types of its job and outcomes, and the type of a request."""

    value: RunPlan
    job: Annotation
    types: tuple[Annotation, ...]
    requests: Annotation


class BatchMethods:
    """The methods that the extensions of batches add."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def added(self, plan: OperationPlan, name: str) -> Iterator[Wished]:
        """`run`, on the operation that creates a batch."""
        place = plan.operation.place.child(_PREFIX + "run")
        several = len(plan.operation.runs) > 1
        for i, run in enumerate(plan.operation.runs):
            where = place.child(i) if several else place
            planned = self._plan(plan, run, where)
            if planned is not None:
                yield self._method(plan, name, run, planned)

    def _method(
        self, plan: OperationPlan, name: str, run: Run, planned: _Planned
    ) -> Wished:
        value, job, types, requests = planned
        kind = runtime("Running", job, *types)
        suffix = run.method.upper()
        if suffix in _SUFFIXES:
            suffix = f"RUN_{suffix}"
        constant = self._context.constant(plan, suffix, kind, value)
        polling = self._polling(run)
        plan = beside(plan, *_ARGUMENTS)
        body = plan.body
        # What takes the id of a file is no business of the caller in any kind of run.
        sends = {
            r.uploading.send.strip("/") for r in plan.operation.runs if r.uploading
        }
        whole = body is not None and body.whole is not None
        kept = tuple(x for x in body_arguments(body) if whole or x.wire not in sends)
        items = a.Generic(a.Name("Iterable", a.Origin.STANDARD), (requests,))
        path = a.Name("Path", a.Origin.STANDARD)
        given = (
            Argument(
                "requests",
                "",
                a.union(items, path),
                Default.REQUIRED,
                "The requests, each with an id of its own; or a JSON Lines file of them.",
                positional=True,
            ),
            Argument(
                "state",
                "",
                a.union(path, a.NONE),
                Default.NONE,
                "A small file that says how far the run is: another process can go on from it.",
            ),
            *wait_arguments(*polling, job),
            Argument(
                "resend",
                "",
                a.union(a.BOOL, a.NONE),
                Default.NONE,
                "What to do about a call of which an earlier run does not know whether it"
                " arrived: send it again, or take it as arrived.",
            ),
        )
        passed = (
            Passed(constant),
            Passed(tuple(x.name for x in plan.arguments)),
            Passed(replace(in_default_type(body), arguments=kept) if body else "None"),
            Passed("requests"),
            *by_name(*_ARGUMENTS[1:], "options"),
        )
        made = Method(
            "",
            "run",
            plan,
            in_order((*plan.arguments, *given, *kept, OPTIONS)),
            runtime("Run", job, *types),
            "_run",
            passed,
            awaited=True,
            summary=_SUMMARIES[run.uploading is not None],
            raises=WAIT_RAISES,
        )
        return wished(made, (run.method, f"{name}_{run.method}"), 2)

    def _polling(self, run: Run) -> tuple[float, float]:
        found = self._context.find(run.status.operation)
        polling = found.operation.polling if found else None
        return (polling.timeout, polling.interval) if polling else (600.0, 5.0)

    def _plan(self, plan: OperationPlan, run: Run, place: Place) -> _Planned | None:
        context = self._context
        context.addresses.in_answer(
            context.success_schema(plan.operation), run.job, place.child("job")
        )
        status = context.called(run.status, place.child("status"))
        watched = context.find(run.status.operation)
        if watched is None or status is None:
            return None
        if watched.operation.polling is None:
            hint = "Give it x-clientpress-polling."
            message = f"{run.status.operation!r} does not say when the batch has ended"
            where = place.child("status", "operation")
            context.report.error("E303", where, message, hint)
            return None
        outcomes, types = self._outcomes(run, watched, place)
        value = RunPlan(
            run,
            context.own_reference(plan),
            status,
            context.reference(run.status.operation, "WAIT"),
            outcomes,
        )
        listed = self._listed(run.added, place.child("added"), id=run.added_id)
        if listed:
            value = replace(value, added=listed[0], added_pages=listed[1])
        listed = self._listed(
            run.made, place.child("made"), match=run.made_match, id=run.made_id
        )
        if listed:
            value = replace(value, made=listed[0], made_pages=listed[1])
        requests: Annotation = a.JSON
        if run.adding:
            call = context.called(run.adding.call, place.child("add"), sent=True)
            lines = Lines("", run.adding.id, run.adding.max_items, run.adding.max_bytes)
            item = self._added_item(run, place)
            if call is None or item is None:
                return None
            value = replace(value, adding=call, file=LineFormatPlan(item, lines))
            requests = context.requests.form(item)
        if run.uploading:
            made = self._uploaded(plan, run.uploading, place.child("upload"))
            if made is None:
                return None
            value = replace(value, uploading=made[0], file=made[1])
            requests = context.requests.form(made[1].item)
        return _Planned(value, watched.returns, types, requests)

    def _listed(
        self, call: Call | None, place: Place, **pointers: str
    ) -> tuple[CallPlan, OperationRef] | None:
        """A paged list, with pointers to members of its items."""
        context = self._context
        planned = context.called(call, place) if call else None
        target = context.find(call.operation) if call else None
        if call is None or planned is None or target is None:
            return None
        if target.operation.pagination is None:
            message = f"{call.operation!r} is no paged list"
            hint = "Give it x-clientpress-pagination."
            context.report.error("E303", place.child("operation"), message, hint)
            return None
        item = context.item(target.operation)
        for key, pointer in pointers.items() if item else ():
            context.addresses.in_value(item, pointer, place.child(key))
        return planned, context.reference(call.operation, "PAGES")

    def _uploaded(
        self, plan: OperationPlan, uploading: Uploading, place: Place
    ) -> tuple[CallPlan, LineFormatPlan] | None:
        """The upload of a file of requests, and what its lines are."""
        context = self._context
        call = context.called(uploading.call, place, sent=True)
        target = context.find(uploading.call.operation)
        if call is None or target is None:
            return None
        answer = context.success_schema(target.operation)
        context.addresses.in_value(answer, uploading.result, place.child("result"))
        body = self._body_schema(plan)
        schema = body.schema if body else None
        if schema is None:
            message = "the operation has no body that could name the file"
            context.report.error("E303", place.child("send"), message)
        else:
            context.addresses.in_value(schema, uploading.send, place.child("send"))
        found = self._file_lines(uploading, target, place)
        return (call, found) if found else None

    def _outcomes(
        self, run: Run, watched: OperationPlan, place: Place
    ) -> tuple[tuple[OutcomesPlan, ...], tuple[Annotation, ...]]:
        context, found = self._context, list[OutcomesPlan]()
        bodies = list[tuple[list[Annotation], list[Annotation]]]()
        job = context.success_schema(watched.operation)
        for i, call in enumerate(run.outcomes):
            where = place.child("outcomes", i)
            planned = context.called(call, where, job=job)
            target = context.find(call.operation)
            if planned is None or target is None:
                continue
            outcome = context.outcome(target.operation)
            if outcome is None:
                message = (
                    f"{call.operation!r} does not say what succeeded and what failed"
                )
                hint = "Give its items x-clientpress-outcome."
                where = where.child("operation")
                context.report.error("E303", where, message, hint)
                continue
            bodies.append(context.outcome_bodies(target.operation, outcome))
            paged = target.operation.pagination is not None
            found.append(
                OutcomesPlan(
                    planned,
                    context.reference(call.operation, "PAGES" if paged else "LINES"),
                    context.reference(call.operation, "OUTCOMES"),
                    paged,
                )
            )
        return tuple(found), both_types(bodies) or (a.JSON, a.JSON)

    def _added_item(self, run: Run, place: Place) -> Annotation | None:
        """The type of one request in the body that adds requests."""
        assert run.adding
        context, rules = self._context, self._context.rules
        target = context.find(run.adding.call.operation)
        if target is None:
            return None
        body = self._body_schema(target)
        schema = body.schema if body else None
        found = rules.at(schema, run.adding.requests) if schema else None
        listed = rules.followed(found) if found else None
        if not isinstance(listed, s.Array):
            message = f"{run.adding.requests} leads to no list in the body"
            context.report.error("E303", place.child("add", "requests"), message)
            return None
        context.addresses.in_value(
            listed.items, run.adding.id, place.child("add", "id")
        )
        return rules.annotation(listed.items)

    def _file_lines(
        self, uploading: Uploading, target: OperationPlan, place: Place
    ) -> LineFormatPlan | None:
        """What `x-clientpress-lines` says about the file of the upload."""
        context, body = self._context, self._body_schema(target)
        schema = body.schema if body else None
        found = context.rules.at(schema, uploading.file) if schema else None
        lines = found.meta.extensions.get("lines") if found else None
        planned = line_format(lines, context) if isinstance(lines, Lines) else None
        if planned is None:
            message = f"{uploading.file} is no file of lines"
            hint = "Give the property x-clientpress-lines with an item."
            context.report.error("E303", place.child("file"), message, hint)
        return planned

    def _body_schema(self, target: OperationPlan | None) -> MediaType | None:
        if target is None or target.operation.body is None or target.body is None:
            return None
        wanted = target.body.media_type
        return next(m for m in target.operation.body.media if m.name == wanted)


def line_format(lines: Lines, context: Context) -> LineFormatPlan | None:
    """The format of a file of requests; None where no component has the name of the item."""
    item = context.rules.component(lines.item)
    return LineFormatPlan(item, lines) if item else None

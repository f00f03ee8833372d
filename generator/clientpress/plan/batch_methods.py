"""`run`: a whole batch in one call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clientpress.api import schemas as s
from clientpress.api.behaviours import Lines, Run
from clientpress.api.operations import MediaType
from clientpress.diagnostics import Place
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.methods import (
    OPTIONS,
    WAIT_RAISES,
    Context,
    Wished,
    by_name,
    in_order,
    runtime,
    wait_arguments,
    wished,
)
from clientpress.plan.types import (
    Argument,
    Default,
    LineFormatPlan,
    Method,
    OperationPlan,
    OutcomesPlan,
    Passed,
    RunPlan,
)

_PREFIX = "x-clientpress-"
_SUMMARIES = {
    False: "Run a whole batch: create it, add the requests, wait, and iterate over the outcomes.",
    True: "Run a whole batch: upload the requests as a file, create it, wait, and iterate over the outcomes.",
}


class BatchMethods:
    """The methods that the extensions of batches add."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def added(self, plan: OperationPlan, name: str) -> Iterator[Wished]:
        """`run`, on the operation that creates a batch."""
        for run in plan.operation.runs:
            yield from self._added(plan, name, run)

    def _added(self, plan: OperationPlan, name: str, run: Run) -> Iterator[Wished]:
        place = plan.operation.place.child(_PREFIX + "run")
        planned = self._plan(plan, run, place)
        if planned is None:
            return
        value, types, requests = planned
        job = plan.returns
        kind = runtime("Running", job, *types)
        constant = self._context.constant(plan, run.method.upper(), kind, value)
        polling = self._polling(run)
        body = plan.body
        # What takes the id of a file is no business of the caller in any kind of run.
        sends = {
            r.uploading.send.strip("/") for r in plan.operation.runs if r.uploading
        }
        kept = tuple(x for x in (body.arguments if body else ()) if x.wire not in sends)
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
            Passed(replace(body, arguments=kept) if body else "None"),
            Passed("requests"),
            *by_name("state", "timeout", "poll_interval", "on_progress", "resend"),
            *by_name("options"),
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
        yield wished(made, (run.method, f"{name}_{run.method}"), 2)

    def _polling(self, run: Run) -> tuple[float, float]:
        found = self._context.plan_of(run.status.operation, Place(""))
        polling = found.operation.polling if found else None
        return (polling.timeout, polling.interval) if polling else (600.0, 5.0)

    def _plan(
        self, plan: OperationPlan, run: Run, place: Place
    ) -> tuple[RunPlan, tuple[Annotation, ...], Annotation] | None:
        """The plan of a run, the types of its outcomes, and the type of a request."""
        context = self._context
        context.addresses.in_answer(
            context.success_schema(plan.operation), run.job, place.child("job")
        )
        status = context.called(run.status, place.child("status"))
        watched = context.plan_of(run.status.operation, place.child("status"))
        if watched is None or status is None:
            return None
        if watched.operation.polling is None:
            hint = "Give it x-clientpress-polling."
            message = f"{run.status.operation!r} does not say when the batch has ended"
            context.report.error("E303", place.child("status"), message, hint)
            return None
        outcomes, types = self._outcomes(run, place)
        value = RunPlan(
            run,
            context.reference(plan.operation.id),
            status,
            context.reference(run.status.operation, "WAIT"),
            outcomes,
        )
        requests: Annotation = a.JSON
        if run.adding:
            call = context.called(run.adding.call, place.child("add"))
            lines = Lines("", run.adding.id, run.adding.max_items, run.adding.max_bytes)
            item = self._added_item(run, place)
            if call is None or item is None:
                return None
            value = replace(value, adding=call, file=LineFormatPlan(item, lines))
            requests = context.requests.form(item)
        if run.uploading:
            call = context.called(run.uploading.call, place.child("upload"))
            found = self._file_lines(run, place)
            if call is None or found is None:
                return None
            value = replace(value, uploading=call, file=found)
            requests = context.requests.form(found.item)
        if run.added:
            listed = context.called(run.added, place.child("added"))
            pages = context.reference(run.added.operation, "PAGES") if listed else None
            value = replace(value, added=listed, added_pages=pages)
        if run.made:
            listed = context.called(run.made, place.child("made"))
            pages = context.reference(run.made.operation, "PAGES") if listed else None
            value = replace(value, made=listed, made_pages=pages)
        return value, types, requests

    def _outcomes(
        self, run: Run, place: Place
    ) -> tuple[tuple[OutcomesPlan, ...], tuple[Annotation, ...]]:
        context, found = self._context, list[OutcomesPlan]()
        types: tuple[Annotation, ...] = (a.JSON, a.JSON)
        for i, call in enumerate(run.outcomes):
            where = place.child("outcomes", i)
            planned = context.called(call, where)
            target = context.plan_of(call.operation, where)
            if planned is None or target is None:
                continue
            outcome = context.outcome(target.operation)
            if outcome is None:
                message = (
                    f"{call.operation!r} does not say what succeeded and what failed"
                )
                hint = "Give its items x-clientpress-outcome."
                context.report.error("E303", where, message, hint)
                continue
            types = context.outcome_types(target.operation, outcome)
            paged = target.operation.pagination is not None
            found.append(
                OutcomesPlan(
                    planned,
                    context.reference(call.operation, "PAGES" if paged else "LINES"),
                    context.reference(call.operation, "OUTCOMES"),
                    paged,
                )
            )
        return tuple(found), types

    def _added_item(self, run: Run, place: Place) -> Annotation | None:
        """The type of one request in the body that adds requests."""
        assert run.adding
        target = self._context.plan_of(run.adding.call.operation, place.child("add"))
        schema = self._body_schema(target)
        rules = self._context.rules
        found = (
            rules.at(schema.schema, run.adding.requests)
            if schema and schema.schema
            else None
        )
        listed = rules.followed(found) if found else None
        if not isinstance(listed, s.Array):
            message = f"{run.adding.requests} leads to no list in the body"
            self._context.report.error("E303", place.child("add", "requests"), message)
            return None
        return rules.annotation(listed.items)

    def _file_lines(self, run: Run, place: Place) -> LineFormatPlan | None:
        """What `x-clientpress-lines` says about the file of the upload."""
        assert run.uploading
        target = self._context.plan_of(
            run.uploading.call.operation, place.child("upload")
        )
        media = self._body_schema(target)
        rules = self._context.rules
        found = (
            rules.at(media.schema, run.uploading.file)
            if media and media.schema
            else None
        )
        lines = found.meta.extensions.get("lines") if found else None
        planned = (
            line_format(lines, self._context) if isinstance(lines, Lines) else None
        )
        if planned is None:
            message = f"{run.uploading.file} is no file of lines"
            hint = "Give the property x-clientpress-lines with an item."
            self._context.report.error(
                "E303", place.child("upload", "file"), message, hint
            )
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

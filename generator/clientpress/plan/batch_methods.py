"""`run`: a whole batch in one call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from msgspec import structs

from clientpress.api import schemas as s
from clientpress.api.behaviours import AddCalls, FileUpload, Lines, Listed, Run
from clientpress.api.operations import MediaType
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, escape_step
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.calls import by_name, run_to_handle
from clientpress.plan.context import Context, both_types
from clientpress.plan.descriptions import json_of, named, type_of
from clientpress.plan.methods import (
    OPTIONS,
    WAIT_PASSED,
    WAIT_RAISES,
    Wished,
    beside,
    body_arguments,
    in_default_type,
    in_order,
    own_arguments,
    runtime,
    wait_arguments,
    wished,
)
from clientpress.plan.types import (
    Argument,
    Default,
    Method,
    OperationPlan,
    Passed,
)
from clientpress.runtime.batches.outcome_values import Outcome
from clientpress.runtime.batches.plan import (
    Added,
    Adding,
    Made,
    Results,
    Running,
    Uploading,
)
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import Polling
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.wire.lines import LineFormat
from clientpress.runtime.wire.links import Link
from clientpress.runtime.wire.operation import Operation as Described

_PREFIX = "x-clientpress-"
_SUMMARIES = {
    False: "Run a whole batch: create it, add the requests, wait, and iterate over the outcomes.",
    True: "Run a whole batch: upload the requests as a file, create it, wait, and iterate over the outcomes.",
}
_ARGUMENTS = (
    *("requests", "state", "timeout", "poll_interval", "on_progress"),
    *("attempts", "resend", "job"),
)
# How the constants of other behaviours of an operation end.
_SUFFIXES = (
    *("EVENTS", "FILE", "LINES", "MODEL", "OUTCOMES", "PAGES", "TABLES", "UPLOAD"),
    "WAIT",
)


class _Upload(NamedTuple):
    """What the upload of a run is given besides the file.

    Attributes:
        plan: The operation; its arguments are arguments of the run.
        members: Members of its body that are always the same.
    """

    plan: OperationPlan
    members: dict[str, Any]


class _Planned(NamedTuple):
    """The plan of a run, the types of its job and outcomes, and the type of a request."""

    value: Running[Any, Any, Any]
    job: Annotation
    types: tuple[Annotation, ...]
    requests: Annotation
    upload: _Upload | None


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
        value, job, types, requests, upload = planned
        kind = runtime("Running", job, *types)
        suffix = run.method.upper()
        if suffix in _SUFFIXES:
            suffix = f"RUN_{suffix}"
        constant = self._context.constant(plan, suffix, kind, value)
        polling = self._polling(run)
        plan = beside(plan, *_ARGUMENTS)
        body = plan.body
        # The run itself sends the id of the uploaded file, so it is not an argument.
        sends = {
            r.uploading.send.strip("/") for r in plan.operation.runs if r.uploading
        }
        whole = body is not None and body.whole is not None
        kept = tuple(x for x in body_arguments(body) if whole or x.wire not in sends)
        uploaded, for_upload = _for_upload(
            upload, {x.name for x in own_arguments(plan)}
        )
        items = a.Generic(a.Name("Iterable", a.Origin.STANDARD), (requests,))
        path = a.Name("Path", a.Origin.STANDARD)
        given = (
            Argument(
                name="requests",
                wire="",
                annotation=a.union(items, path),
                default=Default.REQUIRED,
                doc="The requests, each with an id of its own; or a JSON Lines file of them.",
                positional=True,
            ),
            Argument(
                name="state",
                wire="",
                annotation=a.union(path, a.NONE),
                default=Default.NONE,
                doc="A small file that says how far the run is: another process can go on from it.",
            ),
            *wait_arguments(*polling, job),
            Argument(
                name="attempts",
                wire="",
                annotation=a.INT,
                default=Default.LITERAL,
                literal=(1,),
                doc="How many times requests are sent that fail: with 3, what failed is sent again"
                " twice.",
            ),
            Argument(
                name="resend",
                wire="",
                annotation=a.union(a.BOOL, a.NONE),
                default=Default.NONE,
                doc="What to do about a call of an earlier run that got no answer: send it again,"
                " or go on without it.",
            ),
            Argument(
                name="job",
                wire="",
                annotation=a.union(a.STR, a.NONE),
                default=Default.NONE,
                doc="The id of the batch that such a call created.",
            ),
        )
        call = run_to_handle(
            "run_batch",
            "Run",
            Passed(constant),
            Passed(tuple(x.name for x in plan.arguments)),
            Passed(replace(in_default_type(body), arguments=kept) if body else "None"),
            Passed("requests"),
            *for_upload,
            *by_name("state"),
            *WAIT_PASSED,
            *by_name("attempts", "resend", "job", "options"),
        )
        method = Method(
            name="",
            kind="run",
            plan=plan,
            arguments=in_order((*plan.arguments, *given, *kept, *uploaded, OPTIONS)),
            returns=runtime("Run", job, *types),
            call=call,
            summary=_SUMMARIES[run.uploading is not None],
            raises=WAIT_RAISES,
        )
        return wished(method, (run.method, f"{name}_{run.method}"), 2)

    def _polling(self, run: Run) -> tuple[float, float]:
        watched = self._context.find(run.status.operation)
        wait = watched.operation.wait if watched else None
        polling = wait.polling if wait else Polling(rules=())
        return polling.timeout, polling.interval

    def _plan(self, plan: OperationPlan, run: Run, place: Place) -> _Planned | None:
        context = self._context
        context.addresses.in_answer(
            context.success_schema(plan.operation), run.job, place.child("job")
        )
        status = context.called(run.status, place.child("status"))
        watched = context.find(run.status.operation)
        if watched is None or status is None:
            return None
        if watched.operation.wait is None:
            hint = "Give it x-clientpress-polling."
            message = f"{run.status.operation!r} does not say when the batch has ended"
            where = place.child("status", "operation")
            context.report.error("CP303", where, message, hint)
            return None
        outcomes, types = self._outcomes(run, watched, place)
        adding = self._adding(run, place.child("add"))
        upload = self._upload(run.uploading, place.child("upload"))
        uploading = self._uploading(plan, run, upload, place.child("upload"))
        entered = adding or uploading
        if entered is None:
            return None
        value = Running[Any, Any, Any](
            create=named(context.own_reference(plan), Described[Any]),
            job=run.job,
            status=status,
            polling=named(context.reference(run.status.operation, "WAIT"), Polling),
            outcomes=outcomes,
            adding=adding,
            uploading=uploading,
            added=self._added(run.added, place.child("added")),
            made=self._made(run.made, place.child("made")),
            creates_per_second=run.per_second,
        )
        item = type_of(entered.format.item) or a.JSON
        requests = context.requests.form(item)
        return _Planned(value, watched.returns, types, requests, upload)

    def _added(self, listed: Listed | None, place: Place) -> Added | None:
        call_and_pages = self._pages(listed, place) if listed else None
        if listed is None or call_and_pages is None:
            return None
        call, pages = call_and_pages
        return Added(call=call, pagination=pages, id=listed.id)

    def _made(self, listed: Listed | None, place: Place) -> Made | None:
        call_and_pages = self._pages(listed, place) if listed else None
        if listed is None or call_and_pages is None:
            return None
        call, pages = call_and_pages
        return Made(call=call, pagination=pages, match=listed.match, job=listed.id)

    def _pages(
        self, listed: Listed, place: Place
    ) -> tuple[Link, Pagination[Any]] | None:
        """The call of a paged list; the pointers lead to members of its items."""
        context, operation = self._context, listed.call.operation
        link, target = context.called(listed.call, place), context.find(operation)
        if link is None or target is None:
            return None
        if target.operation.pagination is None:
            message = f"{operation!r} is no paged list"
            hint = "Give it x-clientpress-pagination."
            context.report.error("CP303", place.child("operation"), message, hint)
            return None
        item = context.item(target.operation)
        for key, pointer in (("match", listed.match), ("id", listed.id)):
            if item and pointer:
                context.addresses.in_value(item, pointer, place.child(key))
        return link, named(context.reference(operation, "PAGES"), Pagination[Any])

    def _adding(self, run: Run, place: Place) -> Adding | None:
        """How requests are added to a batch that was created empty."""
        if run.adding is None:
            return None
        call = self._context.called(run.adding.call, place, sent=True)
        item = self._added_item(run.adding, place)
        if call is None or item is None:
            return None
        target = self._context.find(run.adding.call.operation)
        for argument in body_arguments(target.body) if target else ():
            is_given = run.adding.requests.startswith(f"/{argument.wire}")
            if argument.default is Default.REQUIRED and not is_given:
                message = (
                    f"nothing gives {run.adding.call.operation!r} its {argument.wire!r}"
                )
                self._context.report.error("CP303", place.child("operation"), message)
        return Adding(
            call=call,
            requests=run.adding.requests,
            format=_format(item, run.adding.lines),
            per_second=run.adding.per_second,
        )

    def _upload(self, uploading: FileUpload | None, place: Place) -> _Upload | None:
        """What the upload is given besides the file. Constants and defaults are sent; everything
        else is an argument of the run.
        """
        target = self._context.find(uploading.call.operation) if uploading else None
        if uploading is None or target is None or target.body is None:
            return None
        body, media = in_default_type(target.body), self._body_schema(target)
        whole = media.schema if media else None
        members, kept = dict[str, Any](), list[Argument]()
        for argument in body.arguments:
            pointer = "/" + escape_step(argument.wire)
            if pointer == uploading.file:
                continue
            schema = self._context.rules.at(whole, pointer) if whole else None
            fixed = _fixed(self._context.rules.followed(schema)) if schema else ()
            if fixed:
                members[argument.wire] = fixed[0]
            else:
                kept.append(argument)
        if body.whole is not None:
            message = (
                f"the body of {uploading.call.operation!r} is not an object of members"
            )
            self._context.report.error("CP303", place.child("operation"), message)
        return _Upload(
            replace(target, body=replace(body, arguments=tuple(kept))), members
        )

    def _uploading(
        self, plan: OperationPlan, run: Run, upload: _Upload | None, place: Place
    ) -> Uploading | None:
        """The upload of a file of requests, and what its lines are."""
        context, uploading = self._context, run.uploading
        if uploading is None:
            return None
        call = context.called(uploading.call, place, sent=True, asked=True)
        target = context.find(uploading.call.operation)
        if call is None or target is None:
            return None
        answer = context.success_schema(target.operation)
        context.addresses.in_value(answer, uploading.result, place.child("result"))
        body = self._body_schema(plan)
        schema = body.schema if body else None
        if schema is None:
            message = "the operation has no body that could name the file"
            context.report.error("CP303", place.child("send"), message)
        else:
            context.addresses.in_value(schema, uploading.send, place.child("send"))
        file_format = self._file_lines(uploading, target, place)
        if file_format is None:
            return None
        return Uploading(
            call=call,
            format=file_format,
            file=uploading.file,
            result=uploading.result,
            send=uploading.send,
            members=upload.members if upload else {},
        )

    def _outcomes(
        self, run: Run, watched: OperationPlan, place: Place
    ) -> tuple[tuple[Results[Any, Any], ...], tuple[Annotation, ...]]:
        context, sources = self._context, list[Results[Any, Any]]()
        bodies = list[tuple[list[Annotation], list[Annotation]]]()
        job = context.success_schema(watched.operation)
        for i, call in enumerate(run.outcomes):
            where = place.child("outcomes", i)
            link = context.called(call, where, job=job)
            target = context.find(call.operation)
            if link is None or target is None:
                continue
            outcome = context.outcome(target.operation)
            if outcome is None:
                message = (
                    f"{call.operation!r} does not say what succeeded and what failed"
                )
                hint = "Give its items x-clientpress-outcome."
                where = where.child("operation")
                context.report.error("CP303", where, message, hint)
                continue
            bodies.append(context.outcome_bodies(target.operation, outcome))
            name = context.reference(call.operation, "OUTCOMES")
            source = Results[Any, Any](
                call=link, outcome=named(name, Outcome[Any, Any])
            )
            if target.operation.pagination is not None:
                pages = context.reference(call.operation, "PAGES")
                source = structs.replace(
                    source, pagination=named(pages, Pagination[Any])
                )
            else:
                lines = context.reference(call.operation, "LINES")
                source = structs.replace(source, lines=named(lines, Streaming[Any]))
            sources.append(source)
        return tuple(sources), both_types(bodies) or (a.JSON, a.JSON)

    def _added_item(self, adding: AddCalls, place: Place) -> Annotation | None:
        """The type of one request in the body that adds requests."""
        context, rules = self._context, self._context.rules
        target = context.find(adding.call.operation)
        if target is None:
            return None
        body = self._body_schema(target)
        schema = body.schema if body else None
        requests = rules.at(schema, adding.requests) if schema else None
        listed = rules.followed(requests) if requests else None
        if not isinstance(listed, s.Array):
            message = f"{adding.requests} leads to no list in the body"
            context.report.error("CP303", place.child("requests"), message)
            return None
        context.addresses.in_value(listed.items, adding.lines.id, place.child("id"))
        return rules.annotation(listed.items)

    def _file_lines(
        self, uploading: FileUpload, target: OperationPlan, place: Place
    ) -> LineFormat[Any] | None:
        """What `x-clientpress-lines` says about the file of the upload."""
        context, body = self._context, self._body_schema(target)
        schema = body.schema if body else None
        file = context.rules.at(schema, uploading.file) if schema else None
        lines = file.meta.extensions.get("lines") if file else None
        planned = line_format(lines, context) if isinstance(lines, Lines) else None
        if planned is None:
            message = f"{uploading.file} is no file of lines"
            hint = "Give the property x-clientpress-lines with an item."
            context.report.error("CP303", place.child("file"), message, hint)
        return planned

    def _body_schema(self, target: OperationPlan | None) -> MediaType | None:
        if target is None or target.operation.body is None or target.body is None:
            return None
        wanted = target.body.media_type
        return next(m for m in target.operation.body.media if m.name == wanted)


def _fixed(schema: Schema) -> tuple[Any, ...]:
    """The value that a member always has, its constant or default, in a one-tuple; else empty."""
    if isinstance(schema, s.Constant):
        return (schema.value,)
    return schema.meta.default


def _for_upload(
    upload: _Upload | None, taken: set[str]
) -> tuple[tuple[Argument, ...], tuple[Passed, ...]]:
    """The arguments of a run for its upload, and how they are passed."""
    if upload is None:
        return (), ()
    plan = beside(upload.plan, *_ARGUMENTS, *taken)
    passed = list[Passed]()
    if plan.arguments:
        names = tuple(x.name for x in plan.arguments)
        passed.append(Passed(names, "upload_arguments"))
    if plan.body is not None and plan.body.arguments:
        passed.append(Passed(plan.body, "upload_body"))
    return own_arguments(plan), tuple(passed)


def line_format(lines: Lines, context: Context) -> LineFormat[Any] | None:
    """The format of a file of requests; None if no component has the name of the item."""
    item = context.rules.component(lines.item)
    return _format(item, lines) if item else None


def _format(item: Annotation, lines: Lines) -> LineFormat[Any]:
    return LineFormat(
        item=json_of(item),
        id=lines.id,
        max_lines=lines.max_lines,
        max_bytes=lines.max_bytes,
    )

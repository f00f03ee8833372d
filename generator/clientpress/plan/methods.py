"""Which methods an operation gets: one for itself, and those that its extensions add."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from msgspec import structs

from clientpress.api import schemas as s
from clientpress.api.behaviours import Stream
from clientpress.api.operations import MediaType, Parameter
from clientpress.api.schemas import Field
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.calls import (
    CORE,
    by_name,
    handle,
    paged_call,
    run,
    run_to_handle,
    runtime_call,
    whole_call,
)
from clientpress.plan.collisions import free_name
from clientpress.plan.context import Context
from clientpress.plan.descriptions import json_of
from clientpress.plan.media import bare
from clientpress.plan.reading import may_be_other
from clientpress.plan.streaming import EVENTS, describes_event, is_text, item_of
from clientpress.plan.types import (
    Argument,
    BodyPlan,
    Call,
    Default,
    Method,
    OperationPlan,
    Overload,
    Passed,
    Streamed,
)
from clientpress.runtime.calls.conditions import Status
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.wire.decoders import Text

CALLABLE = a.Name("Callable", a.Origin.STANDARD)
OPTIONS = Argument(
    name="options",
    wire="",
    annotation=a.Or((a.Name("Options", a.Origin.RUNTIME), a.NONE)),
    default=Default.NONE,
    doc="",
)


@dataclass(frozen=True, slots=True)
class Wished:
    """A method that has no name yet.

    Attributes:
        kind: What it does; with the operation's place, who it is.
        names: Names that it would like, the best first; empty for the operation's own.
        rank: As in `collisions.Wish`.
        make: Makes it once it has its name.
    """

    kind: str
    names: tuple[str, ...]
    rank: int
    make: Callable[[str], Method]


def runtime(name: str, *types: Annotation) -> Annotation:
    """A class of the runtime, with type arguments."""
    base = a.Name(name, a.Origin.RUNTIME)
    return a.Generic(base, types) if types else base


def body_arguments(body: BodyPlan | None) -> tuple[Argument, ...]:
    """The arguments for a body. The choice of the media type is one of them if the media types
    differ in nothing else.
    """
    if body is None:
        return ()
    choice = (body.choice,) if body.choice and len(ways(body)) == 1 else ()
    return (*body.own_arguments, *choice)


def ways(body: BodyPlan) -> list[tuple[BodyPlan, tuple[str, ...]]]:
    """The different ways to give a body, each with its media types; the default one comes first."""
    by_arguments = dict[object, tuple[BodyPlan, tuple[str, ...]]]()
    for one in (body, *body.others):
        how = one.whole.annotation if one.whole else one.arguments
        first, known = by_arguments.get(how, (one, ()))
        by_arguments[how] = first, (*known, one.media_type)
    return list(by_arguments.values())


def body_overloads(plan: OperationPlan) -> tuple[tuple[Argument, ...], ...]:
    """The arguments of an operation for each way to give its body; none if there is only one."""
    body = plan.body
    if body is None or body.choice is None or len(ways(body)) == 1:
        return ()
    overloads = list[tuple[Argument, ...]]()
    for one, media_types in ways(body):
        is_default = body.media_type in media_types
        choice = replace(
            body.choice,
            annotation=a.Literal(media_types),
            default=Default.LITERAL if is_default else Default.REQUIRED,
        )
        given = one.own_arguments
        if one.whole and not is_default:
            given = (_required(one.whole),)
        overloads.append((*plan.arguments, *given, choice))
    return tuple(overloads)


def _required(argument: Argument) -> Argument:
    """The argument for a body whose media type is given: it has to be given as well."""
    kind = a.without_none(argument.annotation)
    return replace(argument, annotation=kind, default=Default.REQUIRED)


def any_way(plan: OperationPlan) -> tuple[Argument, ...]:
    """The arguments for all ways to give a body; none of those for the body is required."""
    body = plan.body
    assert body is not None and body.choice is not None
    merged = dict[str, Argument]()
    for one, _ in ways(body):
        for argument in one.own_arguments:
            loose = _loose(argument)
            known = merged.get(argument.name, loose)
            is_unset = Default.UNSET in (known.default, loose.default)
            merged[argument.name] = replace(
                known,
                annotation=a.union(known.annotation, loose.annotation),
                default=Default.UNSET if is_unset else Default.NONE,
            )
    return (*plan.arguments, *merged.values(), body.choice)


def _loose(argument: Argument) -> Argument:
    if argument.default is not Default.REQUIRED:
        return argument
    kind = a.union(argument.annotation, a.UNSET_TYPE)
    return replace(argument, annotation=kind, default=Default.UNSET)


def in_default_type(body: BodyPlan) -> BodyPlan:
    """The body for a method that takes it in one way only: in its default media type."""
    return body if len(ways(body)) == 1 else replace(body, choice=None)


def in_order(arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """Arguments in the order of a signature: positional, required, the rest, `options`."""
    return tuple(
        sorted(
            arguments,
            key=lambda x: (
                x.name == "options",
                not x.positional,
                x.default is not Default.REQUIRED,
            ),
        )
    )


def beside(plan: OperationPlan, *names: str) -> OperationPlan:
    """The operation with other names for those of its arguments that are called like an argument
    of the method itself: the document's `timeout` becomes `timeout_`.
    """
    own = {x.name for x in own_arguments(plan)}

    def renamed(arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
        return tuple(
            (
                replace(x, name=free_name(x.name, own.union(names)))
                if x.name in names
                else x
            )
            for x in arguments
        )

    body = plan.body
    if body is not None:
        (whole,) = renamed((body.whole,)) if body.whole else (None,)
        (choice,) = renamed((body.choice,)) if body.choice else (None,)
        arguments = renamed(body.arguments)
        body = replace(body, whole=whole, arguments=arguments, choice=choice)
    return replace(plan, arguments=renamed(plan.arguments), body=body)


def own_arguments(plan: OperationPlan) -> tuple[Argument, ...]:
    """What the operation itself is given."""
    return (*plan.arguments, *body_arguments(plan.body))


def own_passed(
    plan: OperationPlan, *constants: str, any_way: bool = False
) -> tuple[Passed, ...]:
    """The operation, what else describes it, and its arguments and body, as the runtime takes
    them.

    Args:
        any_way: Whether the method takes the body in all ways to give it.
    """
    names = Passed(tuple(argument.name for argument in plan.arguments))
    passed = (Passed(plan.constant), *map(Passed, constants), names)
    if plan.body is None:
        return passed
    return (*passed, Passed(plan.body if any_way else in_default_type(plan.body)))


# ------------------------------------------------------------------ the operation itself
def simple(plan: OperationPlan, context: Context) -> Wished:
    """The method that calls the operation: at once, page by page, or item by item."""
    operation = plan.operation
    if operation.pagination:
        return _paged(plan, operation.pagination, context)
    media = context.sequence(operation)
    if media is None:
        return _called(plan, _single(plan))
    if context.streamed(operation) is not None:
        return _called(plan, _streamed(plan, media, context))
    if flag := stream_flag(plan, context):
        return _either(plan, media, flag, context)
    return _called(plan, _single(plan))


def streams(plan: OperationPlan, name: str, context: Context) -> Iterator[Wished]:
    """`NAME_stream`, where an answer may be a stream and no member of the body asks for it."""
    media = context.sequence(plan.operation)
    if media is None or context.streamed(plan.operation) is not None:
        return
    if plan.operation.pagination is None and stream_flag(plan, context):
        return
    wanted = _called(plan, _streamed(plan, media, context))
    yield replace(wanted, names=(f"{name}_stream",), rank=2)


def stream_flag(plan: OperationPlan, context: Context) -> Field | Parameter | None:
    """What asks for a stream: the boolean `stream` of the query, or of a JSON body."""
    for parameter in plan.operation.parameters:
        if parameter.location == "query" and _is_flag(parameter, context):
            return parameter
    body, described = plan.body, plan.operation.body
    if body is None or described is None or body.kind != "json" or body.others:
        return None
    media = next(m for m in described.media if m.name == body.media_type)
    whole = context.rules.followed(media.schema) if media.schema else None
    fields = whole.fields if isinstance(whole, s.Object) else ()
    return next((field for field in fields if _is_flag(field, context)), None)


def _is_flag(member: Field | Parameter, context: Context) -> bool:
    kind = a.without_none(context.rules.annotation(member.schema))
    return member.wire == "stream" and kind == a.BOOL


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to call an operation.

    Attributes:
        call: What is done with the operation, the constant, the arguments and the options.
        constant: What describes the behaviour to the runtime; empty for a plain call.
    """

    kind: str
    call: Callable[..., Call]
    returns: Annotation
    constant: str = ""

    def calling(self, plan: OperationPlan) -> Call:
        """What the method does."""
        constants = (self.constant,) if self.constant else ()
        passed = own_passed(plan, *constants, any_way=True)
        return self.call(*passed, *by_name("options"))


def _called(plan: OperationPlan, way: _Way) -> Wished:
    listed = body_overloads(plan)
    arguments = in_order((*(any_way(plan) if listed else own_arguments(plan)), OPTIONS))
    overloads = tuple(Overload(in_order((*o, OPTIONS)), way.returns) for o in listed)
    return Wished(
        way.kind,
        (),
        1,
        lambda name: Method(
            name=name,
            kind=way.kind,
            plan=plan,
            arguments=arguments,
            returns=way.returns,
            call=way.calling(plan),
            overloads=overloads,
        ),
    )


def _single(plan: OperationPlan) -> _Way:
    """The call whose answer is one value."""
    call: Callable[..., Call] = whole_call
    if a.BINARY in a.parts(plan.returns):
        call = partial(run_to_handle, "call_binary", "BinaryAnswer")
    elif may_be_other(plan):
        call = partial(run_to_handle, "call_loosely", "BinaryAnswer")
    return _Way("call", call, plan.returns)


def _paged(
    plan: OperationPlan, pagination: Pagination[Any], context: Context
) -> Wished:
    operation = plan.operation
    item = context.item(operation)
    item_type = context.rules.annotation(item) if item else a.JSON
    constant = context.constant(
        plan, "PAGES", runtime("Pagination", item_type), pagination
    )
    returns = runtime("Pager", item_type, a.without_binary(plan.returns))
    context.addresses.pagination(
        operation, pagination, context.success_schema(operation)
    )
    return _called(plan, _Way("pages", paged_call, returns, constant))


def _opening(name: str, state: str) -> Callable[..., Call]:
    """A function that builds the call of a class whose objects send requests when they are used."""
    return lambda *passed: handle(name, runtime_call(state, CORE, *passed))


def _streamed(
    plan: OperationPlan, media: MediaType, context: Context, member: str = ""
) -> _Way:
    """The call whose answer comes item by item.

    Args:
        member: The member of the body that asks for it.
    """
    schema = item_of(media, context.rules)
    item = context.rules.annotation(schema) if schema else a.JSON
    if media.lines is not None:
        lines = Streaming[Any](framing="jsonl", item=json_of(item))
        constant = context.constant(plan, "LINES", runtime("Streaming", item), lines)
        returns = runtime("LinesFile", item)
        return _Way("lines", _opening("LinesFile", "LinesCall"), returns, constant)
    if bare(media.name) == EVENTS:
        told = media.stream or Stream()
        is_whole = schema is not None and describes_event(schema, context.rules)
        has_text = (
            schema is not None and not media.is_json and is_text(schema, context.rules)
        )
        item = a.STR if has_text else item
        value = Streaming[Any](
            framing="sse",
            item=Text() if has_text else json_of(item),
            whole=is_whole,
            member=member,
            terminator=told.terminator,
            error=told.error,
            resume=told.resume,
        )
    else:
        value = Streaming[Any](
            framing="lines", item=json_of(item), accept=media.name, member=member
        )
    constant = context.constant(plan, "EVENTS", runtime("Streaming", item), value)
    call = _opening("Stream", "Opening")
    return _Way("stream", call, runtime("Stream", item), constant)


def _either(
    plan: OperationPlan, media: MediaType, flag: Field | Parameter, context: Context
) -> Wished:
    """The method that answers with one value, or with a stream where `stream=True` is given."""
    is_default = flag.schema.meta.default == (True,)
    of_body = plan.body.arguments if plan.body else ()
    candidates = plan.arguments if isinstance(flag, Parameter) else of_body
    given = next((x for x in candidates if x.wire == flag.wire), None)
    # Where the body is one argument, the flag is put into it.
    one = _single(plan)
    many = _streamed(plan, media, context, "" if given else flag.wire)
    if given is None:
        plan, is_default = beside(plan, flag.wire), False
        given = Argument(
            name=flag.wire,
            wire=flag.wire,
            annotation=a.BOOL,
            default=Default.LITERAL,
            doc=_FLAG_DOC,
            literal=(False,),
        )
    others = tuple(x for x in own_arguments(plan) if x.name != given.name)

    def ask(kind: Annotation, optional: bool) -> Argument:
        assert given is not None
        if optional:
            return replace(given, annotation=_with_absence(kind, given))
        return replace(given, annotation=kind, default=Default.REQUIRED)

    def overload(argument: Argument, returns: Annotation) -> Overload:
        return Overload(in_order((*others, argument, OPTIONS)), returns)

    is_optional = given.default is not Default.REQUIRED
    yes = ask(a.Literal((True,)), is_optional and is_default)
    no = ask(a.Literal((False,)), is_optional and not is_default)
    either = a.union(many.returns, one.returns)
    overloads = (
        overload(yes, many.returns),
        overload(no, one.returns),
        overload(replace(given, default=Default.REQUIRED, annotation=a.BOOL), either),
    )
    streaming = Streamed(given.name, is_default, many.calling(plan))
    return Wished(
        "call",
        (),
        1,
        lambda name: Method(
            name=name,
            kind="call",
            plan=plan,
            arguments=in_order((*others, given, OPTIONS)),
            returns=either,
            call=one.calling(plan),
            overloads=overloads,
            streaming=streaming,
        ),
    )


_FLAG_DOC = "Whether the answer comes piece by piece."


def _with_absence(kind: Annotation, argument: Argument) -> Annotation:
    """The type together with what stands for "not given"."""
    absent = [part for part in a.parts(argument.annotation) if part in _ABSENT]
    return a.union(kind, *absent)


_ABSENT = (a.NONE, a.UNSET_TYPE)


# ------------------------------------------------------------------ what extensions add
def outcomes(plan: OperationPlan, name: str, context: Context) -> Iterator[Wished]:
    """`outcomes`: what succeeded and what failed, from pages or from lines."""
    operation = plan.operation
    outcome, item = context.outcome(operation), context.item(operation)
    if outcome is None or item is None:
        return
    context.addresses.outcome(context.rules.followed(item), outcome)
    types = context.outcome_types(operation, outcome)
    paged = operation.pagination is not None
    if not paged:
        outcome = structs.replace(outcome, item=json_of(context.rules.annotation(item)))
    constant = context.constant(plan, "OUTCOMES", runtime("Outcome", *types), outcome)
    if paged:
        pages = context.constant_name(plan, "PAGES")
        passed = (*own_passed(plan, pages, constant), *by_name("options"))
        call = handle("Outcomes", runtime_call("OutcomeListing", CORE, *passed))
    else:
        lines = context.constant_name(plan, "LINES")
        passed = (*own_passed(plan, lines), *by_name("options"))
        file = runtime_call("LinesCall", CORE, *passed)
        call = handle("LineOutcomes", file, Passed(constant))
    method = Method(
        name="",
        kind="outcomes",
        plan=plan,
        arguments=in_order((*own_arguments(plan), OPTIONS)),
        returns=runtime("Outcomes", *types),
        call=call,
        summary="Iterate over the outcomes: what succeeded with its result, what failed with its error.",
    )
    yield wished(method, ("outcomes", f"{name}_outcomes"), 2)


def wished(method: Method, names: tuple[str, ...], rank: int) -> Wished:
    """A method that is complete except for its name."""
    return Wished(method.kind, names, rank, lambda name: replace(method, name=name))


def waits(plan: OperationPlan, name: str, context: Context) -> Iterator[Wished]:
    """`wait` and `progress`, on a status operation."""
    waiting = plan.operation.wait
    if waiting is None:
        return
    polling = waiting.polling
    context.addresses.polling(
        plan.operation, polling, context.success_schema(plan.operation)
    )
    note = ""
    if waiting.result:
        where = plan.operation.place.child("x-clientpress-polling", "result")
        context.called(
            waiting.result,
            where,
            answer=context.success_schema(plan.operation),
            asking=plan.operation,
        )
        target = context.find(waiting.result.operation)
        if target:
            line = f"{target.operation.method} {target.operation.path}"
            note = f"`{line}` then hands out what it made."
    constant = context.constant(plan, "WAIT", runtime("Polling"), polling)
    job = a.without_binary(plan.returns)
    plan = beside(plan, *_WAIT_NAMES)
    call = run(
        "wait",
        CORE,
        *own_passed(plan, constant),
        *WAIT_PASSED,
        *by_name("options"),
    )
    method = Method(
        name="",
        kind="wait",
        plan=plan,
        arguments=in_order(
            (
                *own_arguments(plan),
                *wait_arguments(polling.timeout, polling.interval, job),
                OPTIONS,
            )
        ),
        returns=job,
        call=call,
        summary=waiting.summary
        or "Wait until the job has ended, and return its last state.",
        note=note,
        expected=tuple(
            str(status)
            for rule in polling.rules
            if isinstance(rule.when, Status)
            for status in rule.when.statuses
        ),
        raises=WAIT_RAISES,
    )
    yield wished(method, (waiting.method, f"{name}_{waiting.method}"), 2)
    if polling.progress is None:
        return
    last = Argument(
        name="job",
        wire="",
        annotation=job,
        default=Default.REQUIRED,
        doc="",
        positional=True,
    )
    yield wished(
        Method(
            name="",
            kind="progress",
            plan=plan,
            arguments=(last,),
            returns=a.union(a.Generic(a.Name("tuple"), (a.FLOAT, a.FLOAT)), a.NONE),
            call=runtime_call("progress_of", Passed(constant), Passed("job")),
            sends=False,
            summary="How much of a job is done, and how much there is in all.",
            returns_doc="Done and total; None as long as the total is not known.",
        ),
        ("progress", f"{name}_progress"),
        3,
    )


_WAIT_NAMES = ("timeout", "poll_interval", "on_progress")
WAIT_PASSED = (
    Passed("timeout", "timeout"),
    Passed("poll_interval", "interval"),
    Passed("on_progress", "on_progress"),
)


def wait_arguments(
    timeout: float, interval: float, job: Annotation
) -> tuple[Argument, ...]:
    """The further arguments of every method that waits."""
    callback = a.Generic(CALLABLE, (a.Arguments((job,)), a.NONE))
    return (
        Argument(
            name="timeout",
            wire="",
            annotation=a.FLOAT,
            default=Default.LITERAL,
            doc="How many seconds to wait at most.",
            literal=(timeout,),
        ),
        Argument(
            name="poll_interval",
            wire="",
            annotation=a.FLOAT,
            default=Default.LITERAL,
            doc="Seconds between two looks at the job.",
            literal=(interval,),
        ),
        Argument(
            name="on_progress",
            wire="",
            annotation=a.Or((callback, a.NONE)),
            default=Default.NONE,
            doc="Called with each state of the job.",
        ),
    )


WAIT_RAISES = (
    ("JobFailedError", "The job failed; `.reason` says why, `.job` is its last state."),
    (
        "PollingTimeoutError",
        "It was still running after `timeout` seconds; `.job` is its last state.",
    ),
)

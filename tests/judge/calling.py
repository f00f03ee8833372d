"""Every method is called with made-up arguments; what it sends and what it returns is judged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2

from clientpress.document.data import is_array, is_object
from clientpress.plan.types import Argument, BodyPlan, Group, Method
from clientpress.testing.conjunctions import Impossible
from clientpress.testing.media import Media, bare, examples_beside, kind_of, media_named
from clientpress.testing.reading import At, Documents, Json, OperationObject
from clientpress.testing.schemas import REQUEST, RESPONSE, Schemas, Unusable
from clientpress.testing.synthesis import Variant
from tests.judge.answers import (
    NOTHING,
    UNJUDGED,
    Answer,
    Documented,
    answer_of,
    check_failure,
    check_result,
    documented,
    is_json,
)
from tests.judge.arguments import awaited, can_stand, check_form, drained
from tests.judge.bodies import check_body
from tests.judge.complete import Methods, attribute, streaming_methods
from tests.judge.openapi import HOST, NotJudged, OpenApiCore
from tests.judge.packages import Package, as_files, is_file
from tests.judge.values import (
    MOST_ROUNDS,
    Values,
    has_comma,
    rounds,
    with_files,
    with_undeclared,
)
from tests.judge.verdict import Verdict
from tests.judge.wire import (
    Given,
    NoForm,
    check_headers,
    check_path,
    check_query,
)

MOST_BY_OPENAPI_CORE = 80
ASYNC_EVERY = 4
MOST_ROUNDS_OF_OTHERS = 4
"""How many values are made for an answer that is not the first success."""


@dataclass(frozen=True)
class Pass:
    """A way to call a method.

    Attributes:
        everything: Whether optional arguments are given, too.
        plain: Objects as dicts instead of models.
        hard: Texts that are easy to send wrongly.
        core: Whether openapi-core judges, too; hard texts in paths are too hard for it.
        undeclared: With members that no schema declares.
        body: The media type of the body; None for the one that is sent by default.
        judged: Whether the request is judged; it was already where only the answer is new.
    """

    name: str
    variant: Variant
    everything: bool = True
    plain: bool = False
    hard: bool = True
    core: bool = False
    undeclared: bool = False
    body: Body | None = None
    judged: bool = True


REQUIRED = Pass("required", Variant.MINIMAL, everything=False, hard=False, core=True)
FULL = Pass("full", Variant.FULL)
PLAIN = Pass("plain", Variant.FULL, plain=True, hard=False, core=True, undeclared=True)
NULLS = Pass("nulls", Variant.NULLS)
# As plain objects: examples may have members that no schema declares.
EXAMPLE = Pass("example", Variant.EXAMPLE, plain=True)
ANSWER = Pass("answer", Variant.FULL, everything=False, judged=False)

UNKNOWN_SUCCESS = Documented(200, False)
"""The answer of an operation that documents no success: nothing is said about its result."""
_FORMS = ("form", "multipart")
_OPAQUE_FORM = {"text": "a form whose members are not described"}


@dataclass(frozen=True)
class Body:
    """A media type of a body, and how the package sends it."""

    media: Media
    plan: BodyPlan


@dataclass
class Call:
    """The arguments of one call, and the same as JSON.

    Attributes:
        lost: What the document allows and no argument is there for.
    """

    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    given: list[Given] = field(default_factory=list[Given])
    media: Media | None = None
    is_required: bool = False
    body: Any = None
    lost: list[str] = field(default_factory=list[str])


class Calls:
    """Calls the methods of one package."""

    def __init__(
        self, package: Package, documents: Documents, methods: Methods, verdict: Verdict
    ) -> None:
        self.package, self.documents, self.methods = package, documents, methods
        self._streaming = streaming_methods(package)
        self.verdict = verdict
        self.request = Schemas(documents, REQUEST)
        self.response = Schemas(documents, RESPONSE)
        self.asked, self.answered = Values(self.request), Values(self.response)
        self._core = OpenApiCore(documents)
        self._sent: list[httpx2.Request] = []
        self._answer = Answer(Documented(204, False), "", b"")
        self._done = set[object]()
        self._made_before: dict[tuple[str, str], Json] = {}
        transport = httpx2.MockTransport(self._handle)
        # What does not fit would otherwise be kept as it came.
        strict = package.Options(retries=0, misfit="raise")
        how: dict[str, Any] = {"base_url": HOST, "options": strict}
        self.client = package.client(
            "Client", http_client=httpx2.Client(transport=transport), **how
        )
        self._async = package.client(
            "AsyncClient", http_client=httpx2.AsyncClient(transport=transport), **how
        )

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self._sent.append(request)
        answer = self._answer
        headers = {"content-type": answer.content_type} if answer.content_type else {}
        return httpx2.Response(
            answer.of.status, headers=headers, content=answer.content
        )

    def judge(self, operations: list[OperationObject]) -> None:
        """Call everything in every way."""
        step = max(1, len(operations) // MOST_BY_OPENAPI_CORE)
        with asyncio.Runner() as runner:
            for i, operation in enumerate(operations):
                self._done.clear()
                answers = documented(self.documents, operation)
                successes = [answer for answer in answers if not answer.is_error]
                first = successes[0] if successes else UNKNOWN_SUCCESS
                for way in self._ways(operation):
                    used = replace(way, core=way.core and i % step == 0)
                    self._rounds(operation, used, first, MOST_ROUNDS)
                    if way == FULL and i % ASYNC_EVERY == 0:
                        self._done.clear()
                        self._judge(operation, way, first, runner)
                for answer in answers:
                    if answer is not first:
                        self._rounds(operation, ANSWER, answer, MOST_ROUNDS_OF_OTHERS)
                        if answer.kind == "stream" and i % ASYNC_EVERY == 0:
                            self._judge(operation, ANSWER, answer, runner)

    def _ways(self, operation: OperationObject) -> Iterator[Pass]:
        yield from (REQUIRED, FULL, PLAIN, NULLS, EXAMPLE)
        for body in self._other_bodies(operation):
            name = f"as {body.media.name}"
            yield replace(FULL, name=f"full, {name}", body=body)
            yield replace(REQUIRED, name=f"required, {name}", body=body, core=False)

    def _rounds(
        self, operation: OperationObject, way: Pass, answer: Documented, most: int
    ) -> None:
        """Call until every branch of every union was there."""
        most = most if way.variant is Variant.FULL and way.hard else 1
        for number in rounds(most, self.asked, self.answered):
            name = f"{way.name}, value {number + 1}" if number else way.name
            self._judge(operation, replace(way, name=name), answer, None)

    def _other_bodies(self, operation: OperationObject) -> Iterator[Body]:
        """The further media types of a body; tells of those that cannot be sent."""
        _, method = self.methods[operation.method.upper(), operation.path]
        plan, content = method.plan.body, None
        if operation.body is not None:
            content = operation.body.find("content")
        if plan is None or content is None or operation.body is None:
            return
        main = media_named(self.documents, operation.body, plan.media_type)
        for name in content.words():
            media = media_named(self.documents, operation.body, name)
            if main is None or media is None or name == main.name or "*" in name:
                continue
            found = [one for one in plan.others if one.media_type == name]
            found += [one for one in plan.others if bare(one.media_type) == bare(name)]
            if found:
                yield Body(media, found[0])
            elif not _is_same(media, main):
                self.verdict.calls.add(False)
                self.verdict.fail(
                    "calls",
                    operation.name,
                    f"a body cannot be sent as {name}, only as {main.name}",
                )

    def _judge(
        self,
        operation: OperationObject,
        way: Pass,
        expected: Documented,
        runner: asyncio.Runner | None,
    ) -> None:
        key = operation.method.upper(), operation.path
        streams = expected.kind == "stream" and key in self._streaming
        group, method = (self._streaming if streams else self.methods)[key]
        place = f"{operation.name} ({'async ' if runner else ''}{way.name})"
        if expected.kind == "stream" and not streams:
            self.verdict.trips.add(False)
            self.verdict.fail(
                "trips", place, f"answer {expected}: no method streams it"
            )
            return
        try:
            call = self._call(operation, method, way, expected)
        except Impossible as error:
            self.verdict.impossible[f"{operation.at} {way.name}"] = str(error)
            return
        except NoForm as error:
            self.verdict.note("skipped", f"no wire form: {error}")
            return
        except _Refused as error:
            self.verdict.calls.add(False)
            self.verdict.fail("calls", place, str(error))
            return
        self._answer = self._answered(operation, way, expected)
        if self._is_done(method, way, call):
            return
        self._sent.clear()
        result, failed = self._perform(group, method, call, runner)
        if not self._sent:
            self.verdict.calls.add(False)
            self.verdict.fail("calls", place, f"nothing was sent: {_said(failed)}")
            return
        if way.judged:
            wrong = self._wrong(operation, call, self._sent[0], way.core)
            self.verdict.calls.add(not wrong)
            for cause in wrong[:2]:
                self.verdict.fail("calls", place, cause)
        self._judge_answer(way, place, result, failed)

    def _is_done(self, method: Method, way: Pass, call: Call) -> bool:
        """Whether the same call got the same answer before."""
        key = (
            *(method.name, way.plain and call.body is not None, way.core),
            *(repr([(g.name, g.value) for g in call.given]), repr(call.body)),
            *(call.media, self._answer.of, self._answer.content),
        )
        known = repr(key) in self._done
        self._done.add(repr(key))
        return known

    def _judge_answer(
        self, way: Pass, place: str, result: Any, failed: Exception | None
    ) -> None:
        answer = self._answer
        if answer.value is UNJUDGED:
            return
        if failed is not None:
            schema = answer.of.schema
            has_class = schema is not None and self.answered.is_class(schema)
            cause = check_failure(self.package, answer, failed, has_class)
        elif answer.of.is_error:
            cause = f"no error was raised, {result!r:.80} was returned"
        elif answer.value is NOTHING and result == []:
            cause = ""  # a stream of nothing
        else:
            is_example = way.variant is Variant.EXAMPLE or self.answered.has_base
            cause = check_result(self.package, answer, result, is_example)
        self.verdict.trips.add(not cause)
        if cause:
            self.verdict.fail("trips", place, f"answer {answer.of}: {cause}")

    # -------------------------------------------------------------- arguments
    def _call(
        self,
        operation: OperationObject,
        method: Method,
        way: Pass,
        expected: Documented,
    ) -> Call:
        call = Call()
        plan = method.plan
        arguments = {
            (p.location, p.wire.lower() if p.location == "header" else p.wire): x
            for p, x in zip(plan.operation.parameters, plan.arguments, strict=True)
        }
        for parameter in operation.parameters:
            name, location = parameter.data["name"], parameter.data["in"]
            argument = arguments.get(
                (location, name.lower() if location == "header" else name)
            )
            required = parameter.data.get("required") is True or location == "path"
            # Only a part of a file that was asked for is a good answer.
            asks = expected.status == 206 and name.lower() == "range"
            if argument is None or not (required or way.everything or asks):
                continue
            self._parameter(call, parameter, argument, required, way)
        declared = {p.data["name"] for p in operation.parameters}
        for (location, wire), argument in arguments.items():
            # Some documents do not describe every parameter of their paths.
            if location == "path" and wire not in declared:
                call.arguments[argument.name] = "text"
        if plan.body is not None and operation.body is not None:
            stream = self._stream_wanted(operation, expected)
            self._body(call, operation.body, method, way, stream)
        return call

    def _stream_wanted(
        self, operation: OperationObject, expected: Documented
    ) -> bool | None:
        """What the member `stream` of a body has to be, where it decides about the answer."""
        answers = documented(self.documents, operation)
        kinds = {answer.kind for answer in answers if not answer.is_error}
        return expected.kind == "stream" if {"json", "stream"} <= kinds else None

    def _parameter(
        self, call: Call, parameter: At, argument: Argument, required: bool, way: Pass
    ) -> None:
        try:
            value = self._value(parameter, way)
            given = Given(parameter, value)
            check_form(given)
        except (Impossible, NoForm) as error:
            if required:
                raise
            self.verdict.note("skipped", f"optional parameter: {type(error).__name__}")
            return
        call.given.append(given)
        call.arguments[argument.name] = self._made(argument, value, way)

    def _value(self, parameter: At, way: Pass) -> Json:
        schema = parameter.find("schema")
        content = parameter.find("content")
        if schema is None and content is not None and content.words():
            schema = self.documents.follow(content.child(next(iter(content.words()))))
            schema = schema.find("schema") if schema else None
        if schema is None:
            return "text"
        if way.variant is Variant.EXAMPLE:
            for example in examples_beside(self.documents, parameter):
                if can_stand(parameter, example) and self._fits(
                    self.request, schema, example
                ):
                    return example
        # There is no text for null.
        is_null = way.variant is Variant.NULLS
        variant = Variant.FULL if is_null else way.variant
        value = self._parameter_value(parameter, schema, variant, way.hard)
        if parameter.data["in"] == "header" and has_comma(value):
            # A comma ends an item, and nothing is encoded.
            value = self._parameter_value(parameter, schema, variant, False)
        return value

    def _parameter_value(
        self, parameter: At, schema: At, variant: Variant, hard: bool
    ) -> Json:
        value = self.asked.for_parameter(parameter, schema, variant, hard)
        if not can_stand(parameter, value):
            value = self.asked.for_parameter(parameter, schema, Variant.FULL, hard)
        return value

    def _fits(self, schemas: Schemas, at: At, value: Json) -> bool:
        try:
            fits = schemas.is_valid(schemas.at(at), value)
        except Unusable:
            return False
        if not fits:
            self.verdict.broken.append(str(at))
        return fits

    def _made(self, argument: Argument, value: Json, way: Pass) -> Any:
        try:
            return self.package.argument(argument.annotation, value, plain=way.plain)
        except Exception as error:
            raise _Refused(
                f"argument {argument.name}: {type(error).__name__}: {error} (of {str(value)[:100]})"
            ) from error

    def _body(
        self, call: Call, body: At, method: Method, way: Pass, stream: bool | None
    ) -> None:
        main = method.plan.body
        assert main is not None
        plan = way.body.plan if way.body else main
        if way.body is not None:
            if main.choice is None:
                raise _Refused(f"nothing chooses the media type {plan.media_type}")
            call.arguments[main.choice.name] = plan.media_type
        # Who names another media type than the usual one gives a body.
        if not (body.data.get("required") is True or way.everything or way.body):
            return
        media = way.body.media if way.body else None
        media = media or media_named(self.documents, body, plan.media_type)
        if media is None:
            raise _Refused(f"the body has no media type {plan.media_type}")
        call.is_required = body.data.get("required") is True
        value = self._body_value(media, way)
        if stream is not None and media.schema is not None:
            value = self._with_stream(media.schema, value, stream)
        if value is None and not call.is_required and media.schema is not None:
            # Who gives None for a body that may be left out leaves it out.
            value = self.asked.made(media.schema, Variant.FULL, way.hard)
        if plan.whole is not None:
            self._whole(call, media, plan, plan.whole, value, way)
        else:
            self._members(call, media, method, plan, value, way)

    def _whole(
        self,
        call: Call,
        media: Media,
        plan: BodyPlan,
        argument: Argument,
        value: Json,
        way: Pass,
    ) -> None:
        """A body that is given as one argument."""
        call.media = media
        kind = kind_of(plan.media_type)
        if is_file(argument.annotation) and not isinstance(value, str):
            self.verdict.note("skipped", f"opaque body: {plan.media_type}")
            value = "<opaque/>"
        if isinstance(value, str) and kind in _FORMS:
            call.media, value = None, _OPAQUE_FORM  # what a form is made of is not said
        if kind == "multipart" and is_object(value):
            parts = self._parts(media, value)
            if parts != value:
                call.body = call.arguments[argument.name] = parts
                return
        if way.undeclared and is_object(value) and media.schema and kind == "json":
            more = {**value, **with_undeclared({})}
            value = more if self._is_valid(media.schema, more) else value
        call.body = value
        call.arguments[argument.name] = self._made(argument, value, way)

    def _members(
        self,
        call: Call,
        media: Media,
        method: Method,
        plan: BodyPlan,
        value: Json,
        way: Pass,
    ) -> None:
        """A body whose members are arguments."""
        call.media, call.body = media, value
        if not is_object(value):
            call.lost.append(
                f"{str(value)[:60]} is no object, and only members can be given"
            )
            call.body = {}
            return
        main = method.plan.body
        listed = (*(main.others if main else ()), *((main,) if main else ()), plan)
        known = {x.wire: x for one in listed for x in one.arguments}
        names = {x.name for x in method.arguments}
        parts = (
            self._parts(media, value) if kind_of(media.name) == "multipart" else value
        )
        call.body = dict[str, Any]()
        for wire, member in parts.items():
            argument = known.get(wire)
            if argument is None and (more := known.get("")):
                extra = call.arguments.setdefault(more.name, dict[str, Json]())
                extra[wire] = call.body[wire] = member
                continue
            if argument is None or argument.name not in names:
                if media.schema and self.asked.is_left_out(media.schema, wire):
                    continue
                call.lost.append(f"no argument for the member {wire} of {media.name}")
                continue
            call.body[wire] = member
            is_made = member != value[wire]  # bytes
            files = is_file(argument.annotation)
            # Other media types may have a file there; JSON has the value itself.
            as_it_is = is_made or (files and kind_of(media.name) == "json")
            call.arguments[argument.name] = (
                member if as_it_is else self._made(argument, member, way)
            )
            if files and not as_it_is:
                call.body[wire] = as_files(member)

    def _parts(self, media: Media, value: dict[str, Any]) -> dict[str, Any]:
        """The members of a form, files as bytes."""
        schema = media.schema
        if schema is None:
            return value
        return {
            name: with_files(self.request, places, member)
            for name, member in value.items()
            for places in [self.asked.members(schema, name)]
        }

    def _is_valid(self, schema: At, value: Json) -> bool:
        try:
            return self.request.is_valid(self.request.at(schema), value)
        except Unusable:
            return False

    def _with_stream(self, schema: At, value: Json, stream: bool) -> Json:
        """A body that asks for a stream, or for none, where it can."""
        if not is_object(value) or not self.asked.members(schema, "stream"):
            return value
        more = {**value, "stream": stream}
        flag = self.asked.members(schema, "stream")[0].words()
        if "stream" not in value and (flag.get("default") is True) is stream:
            return value
        return more if self._is_valid(schema, more) else value

    def _body_value(self, media: Media, way: Pass) -> Json:
        schema = media.schema
        if schema is None:
            kind = kind_of(media.name)
            return (
                {"free": "form"} if kind in ("json", "form", "multipart") else "opaque"
            )
        if way.variant is Variant.EXAMPLE:
            for example in examples_beside(self.documents, media.at):
                if self._fits(self.request, schema, example):
                    return example
        variant = way.variant
        if variant is Variant.NULLS and kind_of(media.name) in _FORMS:
            variant = Variant.FULL  # a form has no null
        value = self.asked.made(schema, variant, way.hard)
        if kind_of(media.name) in _FORMS and is_object(value):
            # A form has no null, in lists neither.
            return {
                n: [i for i in m if i is not None] if is_array(m) else m
                for n, m in value.items()
            }
        return value

    # -------------------------------------------------------------- answers
    def _answered(
        self, operation: OperationObject, way: Pass, expected: Documented
    ) -> Answer:
        if expected is UNKNOWN_SUCCESS:
            return Answer(expected, "", b"", UNJUDGED)
        try:
            return answer_of(expected, self.response, self._maker(way, expected))
        except Impossible as error:
            place = f"{operation.at}/responses/{expected} {way.name}"
            self.verdict.impossible[place] = str(error)
            return Answer(expected, "", b"", UNJUDGED)

    def _maker(self, way: Pass, expected: Documented) -> Callable[[At], Json]:
        def make(schema: At) -> Json:
            if way.variant is Variant.EXAMPLE and expected.media is not None:
                for example in examples_beside(self.documents, expected.media):
                    if self._fits(self.response, schema, example):
                        return example
            value = self._made_answer(schema, way)
            if way.undeclared:
                more = with_undeclared(value)
                if self.response.is_valid(self.response.at(schema), more):
                    return more
            return value

        return make

    def _made_answer(self, schema: At, way: Pass) -> Json:
        """A value; the same one again where nothing new is to be seen, as in most errors."""
        place = schema.words().get("$ref", schema.pointer)
        if way.judged or (schema.file, place) not in self._made_before:
            value = self.answered.made(schema, way.variant)
            if way.judged or self.answered.left:
                return value
            self._made_before[schema.file, place] = value
        return self._made_before[schema.file, place]

    def _perform(
        self, group: Group, method: Method, call: Call, runner: asyncio.Runner | None
    ) -> tuple[Any, Exception | None]:
        try:
            bound = attribute(self._async if runner else self.client, group, method)
            if runner is None:
                return drained(bound(**call.arguments)), None
            return runner.run(awaited(bound, call.arguments)), None
        except Exception as error:
            return None, error

    # -------------------------------------------------------------- verdicts
    def _wrong(
        self,
        operation: OperationObject,
        call: Call,
        request: httpx2.Request,
        use_core: bool,
    ) -> list[str]:
        path, _, query = request.url.raw_path.decode().partition("?")
        wrong = list(call.lost)
        if request.method != operation.method:
            wrong.append(f"the method is {request.method}")
        try:
            template, _, fixed = operation.path.partition("?")
            keys = self._credentials()
            # A key of the same name as a parameter is sent in its stead.
            given = [g for g in call.given if (g.location, g.name) not in keys]
            more = {name for place, name in keys if place == "query"}
            more |= {part.partition("=")[0] for part in fixed.split("&")}
            wrong += check_path(template, path, given)
            wrong += check_query(query, given, more)
            wrong += check_headers(request.headers, given)
        except NoForm as error:
            self.verdict.note("skipped", f"no wire form: {error}")
        is_absent = call.body == {} and not call.is_required and not request.content
        if call.media is not None and not is_absent:
            content_type = request.headers.get("content-type", "")
            wrong += check_body(call.media, request.content, content_type, call.body)
            wrong += self._invalid(call, request.content)
        elif request.content and call.body != _OPAQUE_FORM:
            wrong.append(f"a body was sent: {request.content[:60]!r}")
        self.verdict.note("judged", "the tables of the specification, jsonschema-rs")
        if use_core and not wrong:
            try:
                objections = self._core.errors(operation, request)
                wrong += [f"openapi-core: {objection}" for objection in objections[:1]]
                self.verdict.note("judged", "openapi-core")
            except NotJudged as error:
                self.verdict.note("skipped", str(error))
        return wrong

    def _invalid(self, call: Call, content: bytes) -> list[str]:
        schema = call.media.schema if call.media else None
        if call.media is None or schema is None or kind_of(call.media.name) != "json":
            return []
        if call.lost:
            return []  # of course: something is missing
        try:
            why = self.request.why_not(self.request.at(schema), json.loads(content))
        except (Unusable, ValueError, KeyError):
            return []
        return [f"the body is not valid: {why}"] if why else []

    def _credentials(self) -> set[tuple[str, str]]:
        """Place and name of each key."""
        schemes = self.documents.entry.find("components", "securitySchemes")
        found = [
            s for s in (schemes.words().values() if schemes else ()) if is_object(s)
        ]
        return {(str(s.get("in")), str(s.get("name"))) for s in found}


def _is_same(media: Media, other: Media) -> bool:
    """Whether two media types are JSON of the same schema, so that one of them is enough."""
    both = is_json(media.name) and is_json(other.name)
    return both and media.at.data.get("schema") == other.at.data.get("schema")


def _said(error: Exception | None) -> str:
    return f"{type(error).__name__}: {error}"[:500] if error else "and no error raised"


class _Refused(ValueError):
    """The package refuses an argument that the document allows."""

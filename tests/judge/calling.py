"""Every method is called with made-up arguments; what it sends and what it returns is judged."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx2

from clientpress.document.data import is_object
from clientpress.plan.types import Argument, BodyPlan, Group, Method
from clientpress.testing.conjunctions import Impossible
from clientpress.testing.media import Media, examples_beside, kind_of, media_named
from clientpress.testing.reading import At, Documents, Json, Operation
from clientpress.testing.schemas import REQUEST, RESPONSE, Schemas, Unusable
from clientpress.testing.synthesis import Synthesiser, Variant
from tests.judge.answers import NOTHING, UNJUDGED, Answer, answer_of, check_result
from tests.judge.arguments import (
    awaited,
    can_stand,
    check_form,
    drained,
)
from tests.judge.bodies import check_body
from tests.judge.complete import Methods, attribute
from tests.judge.openapi import HOST, NotJudged, OpenApiCore
from tests.judge.packages import Package, as_files, is_file
from tests.judge.verdict import Verdict, shape_of
from tests.judge.wire import (
    Given,
    NoForm,
    check_headers,
    check_path,
    check_query,
)

MOST_BY_OPENAPI_CORE = 80
ASYNC_EVERY = 4


@dataclass(frozen=True)
class Pass:
    """A way to call every method."""

    name: str
    variant: Variant
    everything: bool
    plain: bool = False
    body: BodyPlan | None = None
    """Another media type of the body than the one that is sent by default."""


PASSES = (
    Pass("required", Variant.MINIMAL, False),
    Pass("full", Variant.FULL, True),
    Pass("plain", Variant.FULL, True, plain=True),
    # As plain objects: examples may have members that no schema declares.
    Pass("example", Variant.EXAMPLE, True, plain=True),
)


_FORMS = ("form", "multipart")
_OPAQUE_FORM = "<a form of no members/>"


@dataclass
class Call:
    """The arguments of one call, and the same as JSON."""

    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    given: list[Given] = field(default_factory=list[Given])
    media: Media | None = None
    is_required: bool = False
    body: Any = None


class Calls:
    """Calls the methods of one package."""

    def __init__(
        self, package: Package, documents: Documents, methods: Methods, verdict: Verdict
    ) -> None:
        self.package, self.documents, self.methods = package, documents, methods
        self.verdict = verdict
        self.request, self.response = Schemas(documents, REQUEST), Schemas(
            documents, RESPONSE
        )
        self.asked, self.answered = Synthesiser(self.request), Synthesiser(
            self.response
        )
        self._core = OpenApiCore(documents)
        self._sent: list[httpx2.Request] = []
        self._answer = Answer(204, "", b"")
        transport = httpx2.MockTransport(self._handle)
        how: dict[str, Any] = {"base_url": HOST, "options": package.Options(retries=0)}
        self.client = package.client(
            "Client", http_client=httpx2.Client(transport=transport), **how
        )
        self._async = package.client(
            "AsyncClient", http_client=httpx2.AsyncClient(transport=transport), **how
        )

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        request.read()
        self._sent.append(request)
        headers = (
            {"content-type": self._answer.content_type}
            if self._answer.content_type
            else {}
        )
        return httpx2.Response(
            self._answer.status, headers=headers, content=self._answer.content
        )

    def judge(self, operations: list[Operation]) -> None:
        """Call everything in every way."""
        step = max(1, len(operations) // MOST_BY_OPENAPI_CORE)
        with asyncio.Runner() as runner:
            for i, operation in enumerate(operations):
                for way in PASSES:
                    use_core = i % step == 0 and way.name in ("required", "full")
                    run = (
                        runner if way.name == "full" and i % ASYNC_EVERY == 0 else None
                    )
                    self._judge(operation, way, use_core, None)
                    if run is not None:
                        self._judge(operation, way, False, run)
                for way in self._other_bodies(operation):
                    self._judge(operation, way, False, None)

    def _other_bodies(self, operation: Operation) -> list[Pass]:
        """One pass for each further media type of the body."""
        _, method = self.methods[operation.method.upper(), operation.path]
        body = method.plan.body
        return [
            Pass(f"full, as {other.media_type}", Variant.FULL, True, body=other)
            for other in (body.others if body else ())
            if "*" not in other.media_type
        ]

    def _judge(
        self,
        operation: Operation,
        way: Pass,
        use_core: bool,
        runner: asyncio.Runner | None,
    ) -> None:
        group, method = self.methods[operation.method.upper(), operation.path]
        place = f"{operation.name} ({'async ' if runner else ''}{way.name})"
        try:
            call = self._call(operation, method, way)
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
        self._answer = self._answered(operation, way)
        self._sent.clear()
        result, failed = self._perform(group, method, call, runner)
        if not self._sent:
            self.verdict.calls.add(False)
            self.verdict.fail("calls", place, f"nothing was sent: {failed}")
            return
        wrong = self._wrong(operation, call, self._sent[0], use_core)
        self.verdict.calls.add(not wrong)
        for cause in wrong[:2]:
            self.verdict.fail("calls", place, cause)
        if self._answer.value is UNJUDGED:
            return
        if failed:
            self.verdict.trips.add(False)
            self.verdict.fail(
                "trips",
                place,
                f"answer {self._answer.status} {self._answer.content_type}: {failed}",
            )
        elif self._answer.value is not _NOTHING:
            is_example = way.variant is Variant.EXAMPLE
            cause = check_result(self.package, self._answer, result, is_example)
            self.verdict.trips.add(not cause)
            if cause:
                self.verdict.fail(
                    "trips", place, f"answer {self._answer.status}: {cause}"
                )

    # -------------------------------------------------------------- arguments
    def _call(self, operation: Operation, method: Method, way: Pass) -> Call:
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
            if argument is None or not (required or way.everything):
                continue
            self._parameter(call, parameter, argument, required, way)
        if plan.body is not None and operation.body is not None:
            self._body(call, operation.body, method, way)
        return call

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
        value = self.asked.make(schema, way.variant, flat=True)
        if not can_stand(parameter, value):
            value = self.asked.make(schema, Variant.FULL, flat=True)
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

    def _body(self, call: Call, body: At, method: Method, way: Pass) -> None:
        plan = way.body or method.plan.body
        assert plan is not None and method.plan.body is not None
        choice = method.plan.body.choice
        if way.body is not None and choice is not None:
            call.arguments[choice.name] = way.body.media_type
        if not (body.data.get("required") is True or way.everything):
            return
        media = media_named(self.documents, body, plan.media_type)
        if media is None:
            raise _Refused(f"the body has no media type {plan.media_type}")
        call.is_required = body.data.get("required") is True
        value = self._body_value(media, way)
        if plan.whole is not None:
            call.media = media
            if is_file(plan.whole.annotation) and not isinstance(value, str):
                self.verdict.note("skipped", f"opaque body: {plan.media_type}")
                value = "<opaque/>"
            if isinstance(value, str) and kind_of(plan.media_type) in _FORMS:
                call.media, value = None, _OPAQUE_FORM
            as_file = {part.wire for part in plan.parts if part.file}
            if as_file and is_object(value):
                call.body = value = {
                    n: as_files(v) if n in as_file else v for n, v in value.items()
                }
                call.arguments[plan.whole.name] = value
                return
            call.body = value
            call.arguments[plan.whole.name] = self._made(plan.whole, value, way)
            return
        sent: dict[str, Any] = {}
        for argument in plan.arguments:
            if is_object(value) and argument.wire in value:
                made = self._made(argument, value[argument.wire], way)
                call.arguments[argument.name] = made
                files = is_file(argument.annotation)
                sent[argument.wire] = made if files else value[argument.wire]
        call.body = sent
        call.media = media

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
        return self.asked.make(schema, way.variant)

    # -------------------------------------------------------------- answers
    def _answered(self, operation: Operation, way: Pass) -> Answer:
        def examples(media: At, schema: At) -> Json:
            for example in examples_beside(self.documents, media):
                if way.variant is Variant.EXAMPLE and self._fits(
                    self.response, schema, example
                ):
                    return example
            return self.answered.make(schema, way.variant)

        try:
            return answer_of(self.documents, operation, examples)
        except Impossible as error:
            self.verdict.impossible[f"{operation.at}/responses {way.name}"] = str(error)
            return Answer(204, "", b"", UNJUDGED)

    def _perform(
        self, group: Group, method: Method, call: Call, runner: asyncio.Runner | None
    ) -> tuple[Any, str]:
        try:
            bound = attribute(self._async if runner else self.client, group, method)
            if runner is None:
                return drained(bound(**call.arguments)), ""
            return runner.run(awaited(bound, call.arguments)), ""
        except Exception as error:
            return None, f"{type(error).__name__}: {error}"[:500]

    # -------------------------------------------------------------- verdicts
    def _wrong(
        self, operation: Operation, call: Call, request: httpx2.Request, use_core: bool
    ) -> list[str]:
        path, _, query = request.url.raw_path.decode().partition("?")
        wrong = list[str]()
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
                for objection in self._core.errors(operation, request)[:1]:
                    # The tables and jsonschema-rs have agreed, so one of the judges is wrong.
                    self.verdict.note(
                        "skipped", f"openapi-core disagrees: {shape_of(objection)}"
                    )
                    break
                else:
                    self.verdict.note("judged", "openapi-core")
            except NotJudged as error:
                self.verdict.note("skipped", str(error))
        return wrong

    def _invalid(self, call: Call, content: bytes) -> list[str]:
        schema = call.media.schema if call.media else None
        if call.media is None or schema is None or kind_of(call.media.name) != "json":
            return []
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


_NOTHING = NOTHING


class _Refused(ValueError):
    """The package refuses an argument that the document allows."""

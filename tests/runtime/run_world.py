"""Two services for batches, played in memory in a time of their own, and what describes them.

One takes requests in calls and hands out results in pages; the other takes files and hands out
files. Neither looks for ids that come twice: that is what the tests look at.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec.structs import replace

from clientpress.runtime.batches.flow import Ended
from clientpress.runtime.batches.outcomes import Case, Outcome
from clientpress.runtime.batches.plan import (
    Added,
    Adding,
    Link,
    Made,
    Results,
    Running,
    Uploading,
)
from clientpress.runtime.batches.run import EndedRun, Run
from clientpress.runtime.calls.conditions import At
from clientpress.runtime.calls.core import Core
from clientpress.runtime.calls.effects import Close, Effect, Sleep
from clientpress.runtime.results.pagination import Pagination
from clientpress.runtime.results.polling import Polling, Rule
from clientpress.runtime.results.streaming import Streaming
from clientpress.runtime.values.decoding import Json
from clientpress.runtime.values.jsontypes import JsonValue
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire.decoders import Raw
from clientpress.runtime.wire.json_body import JsonBody
from clientpress.runtime.wire.lines import LineFormat
from clientpress.runtime.wire.messages import Failure, Headers, Read, Request, Response
from clientpress.runtime.wire.multipart_body import MultipartBody, Part
from clientpress.runtime.wire.operation import Operation
from clientpress.runtime.wire.parameters import Parameter

from .simulation import Simulation


class Ask(ApiModel):
    """A request."""

    id: str
    prompt: str


class Answered(ApiModel):
    """A line or item of results."""

    id: str
    reply: str | None = None
    error: str | None = None


# ------------------------------------------------------------------ descriptions
JOB = Parameter("job", "path")
TOKEN = Parameter("token", "query")
CREATE: Operation[JsonValue] = Operation(
    id="create",
    method="POST",
    path="/batches",
    body=JsonBody(required=True),
    results={"200": Json(JsonValue)},
)
STATUS: Operation[JsonValue] = Operation(
    id="status",
    method="GET",
    path="/batches/{job}",
    parameters=(JOB,),
    results={"200": Json(JsonValue)},
)
LIST: Operation[JsonValue] = Operation(
    id="list",
    method="GET",
    path="/batches",
    parameters=(TOKEN,),
    results={"200": Json(JsonValue)},
)
ADD: Operation[JsonValue] = Operation(
    id="add",
    method="POST",
    path="/batches/{job}/requests",
    parameters=(JOB,),
    body=JsonBody(required=True),
    results={"200": Json(JsonValue)},
)
ADDED: Operation[JsonValue] = Operation(
    id="added",
    method="GET",
    path="/batches/{job}/requests",
    parameters=(JOB, TOKEN),
    results={"200": Json(JsonValue)},
)
RESULTS: Operation[Any] = Operation(
    id="results",
    method="GET",
    path="/batches/{job}/results",
    parameters=(JOB, TOKEN),
    results={"200": Json("dict[str, Any]")},
)
UPLOAD: Operation[JsonValue] = Operation(
    id="upload",
    method="POST",
    path="/files",
    body=MultipartBody(parts=(Part("file", file=True),), required=True),
    results={"200": Json(JsonValue)},
)
CONTENT: Operation[bytes] = Operation(
    id="content",
    method="GET",
    path="/files/{file}/content",
    parameters=(Parameter("file", "path"),),
    results={"200": Raw()},
)


def pages(items: str) -> Pagination[Any]:
    return Pagination(
        kind="cursor",
        items=f"$response.body#/{items}",
        next="$response.body#/token",
        send="$request.query.token",
    )


OUTCOME: Outcome[str, str] = Outcome(
    id="/id",
    cases=(
        Case("failed", "/error", At("/error", "present")),
        Case("succeeded", "/reply", At("/reply", "present")),
    ),
    item=Json(Answered),
)
POLLING = Polling(
    rules=(
        Rule("failed", At("/status", "eq", "failed"), "/why"),
        Rule("succeeded", At("/status", "eq", "done")),
        Rule("ended", At("/status", "eq", "expired")),
    )
)
FORMAT: LineFormat[Ask] = LineFormat(item=Json(Ask), id="/id", max_lines=3)
BY_JOB = {"job": "$job"}
ADDED_REQUESTS = Added(
    call=Link(operation=ADDED, parameters=BY_JOB),
    pagination=pages("requests"),
    id="/id",
)


def adding(
    *, added: bool = True, per_second: float = 0.0, format: LineFormat[Ask] = FORMAT
) -> Running[JsonValue, str, str]:
    """The service that takes requests in calls."""
    call = Link(operation=ADD, parameters=BY_JOB)
    return Running(
        create=CREATE,
        job="$response.body#/id",
        status=Link(operation=STATUS, parameters=BY_JOB),
        polling=POLLING,
        outcomes=(
            Results(
                call=Link(operation=RESULTS, parameters=BY_JOB),
                outcome=OUTCOME,
                pagination=pages("results"),
            ),
        ),
        adding=Adding(
            call=call, requests="/requests", format=format, per_second=per_second
        ),
        added=ADDED_REQUESTS if added else None,
    )


def uploading(
    *, made: bool = True, format: LineFormat[Ask] = FORMAT
) -> Running[JsonValue, str, str]:
    """The service that takes files."""
    lines: Streaming[Answered] = Streaming(framing="jsonl", item=Json(Answered))
    return Running(
        create=CREATE,
        job="$response.body#/id",
        status=Link(operation=STATUS, parameters=BY_JOB),
        polling=POLLING,
        outcomes=tuple(
            Results(
                call=Link(operation=CONTENT, parameters={"file": f"$job#/{name}"}),
                outcome=OUTCOME,
                lines=lines,
            )
            for name in ("output_file_id", "error_file_id")
        ),
        uploading=Uploading(call=Link(operation=UPLOAD), format=format),
        made=(
            Made(
                call=Link(operation=LIST),
                pagination=pages("batches"),
                match="/input_file_id",
                job="/id",
            )
            if made
            else None
        ),
    )


# ------------------------------------------------------------------ the services
class Killed(Exception):
    """The process was killed."""


class World(Simulation):
    """Both services at once, and a transport to them.

    A request whose prompt is "bad" fails. `refuse` answers requests before the service does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, list[Any]] = {}
        self.jobs: dict[str, dict[str, Any]] = {}
        self.uploads = 0
        self.polls_needed = 1
        self.refuse: list[Response | Failure | None] = []
        self.lose: list[bool] = []
        """Whether the answer to a POST is lost, in order."""

    # what a transport does
    def send(self, request: Request) -> Response | Failure:
        self.sent.append(request)
        if self.refuse and (refused := self.refuse.pop(0)) is not None:
            return refused
        made = self._answer(request)
        if request.method == "POST" and self.lose and self.lose.pop(0):
            return Failure("broken", "The connection was reset", True, "read")
        if not request.stream:
            return made
        return replace(made, body=b"", handle=made.body)

    def drain(self, response: Response, chunks: Iterator[bytes | Failure]) -> None:
        pass

    def chunks(self, response: Response) -> Iterator[bytes | Failure]:
        handle: bytes = response.handle
        for place in range(0, len(handle), 7):
            yield handle[place : place + 7]

    def do(self, effect: Effect) -> Any:
        """What a flow asks for."""
        if isinstance(effect, Request):
            return self.send(effect)
        if isinstance(effect, Sleep):
            return self.sleep(effect.seconds)
        if isinstance(effect, Read):
            return self.read(effect)
        if isinstance(effect, Close):
            return self.close_response(effect.response)
        return effect.do()

    # what a service does
    def _answer(self, request: Request) -> Response:
        url = urlsplit(request.url)
        parts = url.path.removeprefix("/v1/").split("/")
        token = parse_qs(url.query).get("token", ["0"])[0]
        body = b"" if request.body is None else b"".join(request.body.chunks())
        match request.method, parts:
            case "POST", ["files"]:
                return _json(self._store(_file_in(request, body)))
            case "POST", ["batches"]:
                return _json(self._create(json.loads(body)))
            case "GET", ["batches"]:
                return _page("batches", list(self.jobs.values())[::-1], token)
            case "GET", ["batches", job]:
                return _json(self._look_at(self.jobs[job]))
            case "POST", ["batches", job, "requests"]:
                self.jobs[job]["asked"] += json.loads(body)["requests"]
                return _json({})
            case "GET", ["batches", job, "requests"]:
                asked = [{"id": each["id"]} for each in self.jobs[job]["asked"]]
                return _page("requests", asked, token)
            case "GET", ["batches", job, "results"]:
                results = [_result(each) for each in self.jobs[job]["asked"]]
                return _page("results", results[::-1], token)
            case "GET", ["files", file, "content"]:
                lines = [json.dumps(each) + "\n" for each in self.files[file]]
                return Response(200, Headers(), "".join(lines).encode())
            case _:
                raise AssertionError(request.url)

    def _store(self, content: bytes) -> dict[str, str]:
        self.uploads += 1
        name = f"file-{self.uploads}"
        self.files[name] = [json.loads(line) for line in content.splitlines()]
        return {"id": name}

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        file = body.get("input_file_id")
        job: dict[str, Any] = {
            "id": f"batch-{len(self.jobs) + 1}",
            "name": body["name"],
            "status": "running",
            "asked": list(self.files[file]) if file else [],
            "looks": 0,
            "input_file_id": file,
            "output_file_id": None,
            "error_file_id": None,
        }
        self.jobs[job["id"]] = job
        return job

    def _look_at(self, job: dict[str, Any]) -> dict[str, Any]:
        job["looks"] += 1
        if job["looks"] > self.polls_needed and job["status"] == "running":
            job["status"] = "done"
            results = [_result(each) for each in job["asked"]]
            for name, key in (("output", "reply"), ("error", "error")):
                lines = [each for each in results if key in each]
                if lines:
                    self.files[f"{name}-{job['id']}"] = lines
                    job[f"{name}_file_id"] = f"{name}-{job['id']}"
        return job

    @property
    def asked(self) -> list[str]:
        """Ids of all requests in jobs: those that have to be paid."""
        return [each["id"] for job in self.jobs.values() for each in job["asked"]]


def _result(asked: dict[str, Any]) -> dict[str, Any]:
    if asked["prompt"] == "bad":
        return {"id": asked["id"], "error": "bad prompt"}
    return {"id": asked["id"], "reply": asked["prompt"].upper()}


def _json(value: object) -> Response:
    return Response(200, Headers(), json.dumps(value).encode())


def _page(name: str, items: list[Any], token: str) -> Response:
    start = int(token)
    end = start + 2
    more = {"token": str(end)} if end < len(items) else {}
    return _json({name: items[start:end], **more})


def _file_in(request: Request, body: bytes) -> bytes:
    """The only part of a multipart body."""
    assert request.body is not None
    boundary = request.body.content_type.partition("boundary=")[2].encode()
    _, part, end = body.split(b"--" + boundary)
    assert end == b"--\r\n"
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


# ------------------------------------------------------------------ driving
def drive(
    flow: Generator[Effect, Any, list[Ended]],
    world: World,
    stop_at: int | None = None,
    *,
    done: bool = False,
) -> list[Ended]:
    """Run a flow; kill it at the effect of a number, before or after that is done.

    Raises Killed.
    """
    outcome: Any = None
    number = 0
    while True:
        try:
            effect = flow.send(outcome)
        except StopIteration as stop:
            made: list[Ended] = stop.value
            return made
        if number == stop_at:
            if done:
                world.do(effect)
            flow.close()
            raise Killed
        outcome = world.do(effect)
        number += 1


def outcomes_of(
    core: Core, running: Running[JsonValue, str, str], ended: list[Ended], world: World
) -> list[Any]:
    """The outcomes of jobs that have ended."""
    return list(Run(EndedRun(core, running, ended, None), lambda: world))

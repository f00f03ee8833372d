"""An API that is only a document."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping, Sequence
from threading import Lock
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import httpx2

from clientpress.testing.answers import NOT_GIVEN, Answer, Failure, Reply
from clientpress.testing.checking import Checker
from clientpress.testing.documented import Answers
from clientpress.testing.findings import (
    Finding,
    RequestMismatch,
    UnusedAnswers,
    finding,
)
from clientpress.testing.loading import DocumentLike, open_document
from clientpress.testing.reading import Json, Operation
from clientpress.testing.requests import SentRequest, without_secrets
from clientpress.testing.routing import Route, Router
from clientpress.testing.security import Security

__all__ = ["FakeApi"]

P = ParamSpec("P")
C = TypeVar("C")

Answering = Callable[[SentRequest], Any]
"""A function that answers: with an `Answer`, or with the JSON of one."""
_TOKEN = (
    b'{"access_token": "a-made-up-token", "token_type": "Bearer", "expires_in": 3600}'
)


class _Planned:
    """An answer that a user gave, and how often it is given."""

    def __init__(
        self, answer: Answer | Answering, times: int | None, checked: bool
    ) -> None:
        self.answer, self.times, self.checked = answer, times, checked
        self.given = 0

    def is_over(self, is_last: bool) -> bool:
        most = self.times or (None if is_last else 1)
        return most is not None and self.given >= most

    @property
    def is_unused(self) -> bool:
        return self.given < (self.times or 1)


class FakeApi(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport for `httpx2.Client` and `httpx2.AsyncClient` that answers every operation of an
    OpenAPI document, and raises `RequestMismatch` for requests that break it.

    Args:
        document: The path of an OpenAPI document, or a document.
        base_url: Where the API is, if it is not at the servers of the document. The host of a
            request is never looked at.
        strict: Whether the end of a `with` block raises `UnusedAnswers` if answers were given that
            nobody asked for.
        credentials: Whether requests need the credentials that the document asks for.
        undeclared: Whether there may be query parameters that the document does not declare.

    Attributes:
        requests: What was sent, without secrets, in order. Requests for tokens are not among it.

    Raises:
        DocumentError: The document cannot be used.
    """

    def __init__(
        self,
        document: DocumentLike,
        *,
        base_url: str = "",
        strict: bool = False,
        credentials: bool = True,
        undeclared: bool = False,
    ) -> None:
        self._documents = open_document(document)
        self._security = Security(self._documents)
        self._router = Router(self._documents, base_url)
        self._checker = Checker(
            self._documents,
            self._security,
            is_open=undeclared,
            asks_for_credentials=credentials,
        )
        self._answers = Answers(self._documents)
        self._planned: dict[str, list[_Planned]] = {}
        self._lock = Lock()
        self._strict, self._uses = strict, 0
        self.requests: list[SentRequest] = []

    def __repr__(self) -> str:
        return f"FakeApi({self._documents.entry.file!r})"

    # -------------------------------------------------------------- what it answers
    def answers(
        self,
        operation: str,
        answer: Answer | Answering | None = None,
        /,
        *,
        status: int | None = None,
        json: Any = NOT_GIVEN,
        content: bytes | str | Sequence[bytes] | None = None,
        example: str = "",
        media_type: str = "",
        headers: Mapping[str, str] | None = None,
        failure: Failure | None = None,
        times: int | None = None,
        checked: bool = True,
    ) -> None:
        """Say what an operation answers, instead of what the document shows.

        Several answers are given in the order in which they were said: each as often as `times`
        says, or else once, the last one from then on.

        Args:
            operation: An operationId, or `METHOD /path` as in the document.
            answer: An `Answer`, or a function that is called with the `SentRequest` and returns an
                `Answer` or the JSON of one. The other arguments are those of `Answer`.
            times: How often it is given. Afterwards the next one is, or what the document shows.
            checked: Whether the answer has to be one that the document describes.

        Raises:
            AnswerMismatch: The document does not describe such an answer.
            LookupError: The document has no such operation.
        """
        found = self._router.named(operation)
        said: Answer | Answering = Answer(
            status=status,
            json=json,
            content=content,
            example=example,
            media_type=media_type,
            headers=dict(headers or {}),
            failure=failure,
        )
        if answer is not None:
            if said != Answer():
                raise TypeError("give an answer, or what it is made of")
            said = answer
        if times is not None and times < 1:
            raise ValueError("times must be at least 1")
        if isinstance(said, Answer):
            self._answers.reply(found, said, checked=checked)
        with self._lock:
            listed = self._planned.setdefault(found.name, [])
            listed.append(_Planned(said, times, checked))

    def reset(self) -> None:
        """Forget all answers and requests."""
        with self._lock:
            self._planned.clear()
            self.requests.clear()

    def unused(self) -> list[str]:
        """The operations that have answers which nobody asked for, with their number."""
        with self._lock:
            counts = {
                name: sum(each.is_unused for each in listed)
                for name, listed in self._planned.items()
            }
        return [
            f"{self._router.by_name[name].id or name}: {n}"
            for name, n in counts.items()
            if n
        ]

    def verify(self) -> None:
        """Raise `UnusedAnswers` if answers were given that nobody asked for."""
        left = self.unused()
        if left:
            raise UnusedAnswers(f"answers that nobody asked for: {', '.join(left)}")

    # -------------------------------------------------------------- clients
    def client(
        self, make: Callable[P, C], /, *arguments: P.args, **named: P.kwargs
    ) -> C:
        """A client of a generated package that sends to this API: `api.client(Client)`.

        Credentials that are not given are made up. Both kinds of client can be made.
        """
        is_async = hasattr(make, "__aenter__")
        cls = httpx2.AsyncClient if is_async else httpx2.Client
        named.setdefault("http_client", cls(transport=self, auth=_MadeUp(self)))
        if "base_url" in inspect.signature(make).parameters:
            named.setdefault("base_url", self._router.address)
        return make(*arguments, **named)

    def add_credentials(self, request: httpx2.Request) -> None:
        """Give a request what its operation asks for, if it has nothing of that."""
        route = self._router.find(request.method, request.url)
        if not isinstance(route, Route):
            return
        _, alternatives = self._security.alternatives(route.operation)
        if any(all(s.is_met(request) for s in each) for each in alternatives):
            return
        for scheme in alternatives[0]:
            if not scheme.is_met(request):
                scheme.add(request)

    # -------------------------------------------------------------- as a transport
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request. Raises RequestMismatch."""
        request.read()
        return self._handle(request).response(request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request. Raises RequestMismatch."""
        await request.aread()
        return self._handle(request).response(request)

    def _handle(self, request: httpx2.Request) -> Reply:
        url, headers = without_secrets(request, self._security)
        route = self._router.find(request.method, request.url)
        if not isinstance(route, Route):
            if request.method == "POST" and self._security.is_token_url(request.url):
                head = (("content-type", "application/json"),)
                return Reply(200, head, (_TOKEN,))
            raise RequestMismatch(
                f"{request.method} {url}", (self._unknown(request, route),)
            )
        operation = route.operation
        values, found = self._checker.check(route, request)
        sent = SentRequest(
            method=request.method,
            url=url,
            operation_id=operation.id or operation.name,
            parameters=values,
            headers=headers,
            content=request.content,
        )
        with self._lock:
            self.requests.append(sent)
        if found:
            name = f" ({operation.id})" if operation.id else ""
            raise RequestMismatch(f"{request.method} {url}{name}", tuple(found))
        return self._reply(operation, sent)

    def _unknown(self, request: httpx2.Request, others: list[Operation]) -> Finding:
        if others:
            there = ", ".join(dict.fromkeys(o.method for o in others))
            message = f"the path has no {request.method}; there is {there}"
            return finding(self._documents, others[0].at, message)
        near = self._router.nearest(request.method, request.url)
        hint = f"; the nearest is {near.name}" if near else ""
        paths = self._documents.entry.find("paths")
        return finding(self._documents, paths, f"the path is not in the document{hint}")

    def _reply(self, operation: Operation, sent: SentRequest) -> Reply:
        planned = self._next(operation)
        answer: Any = planned.answer if planned else Answer()
        if not isinstance(answer, Answer):
            made = answer(sent)
            answer = made if isinstance(made, Answer) else Answer(json=made)
        parameters: dict[str, Json] = dict(sent.parameters)
        return self._answers.reply(
            operation,
            answer,
            accept=sent.headers.get("accept", ""),
            parameters=parameters,
            checked=planned.checked if planned else True,
        )

    def _next(self, operation: Operation) -> _Planned | None:
        with self._lock:
            listed = self._planned.get(operation.name, [])
            for i, planned in enumerate(listed):
                if not planned.is_over(i == len(listed) - 1):
                    planned.given += 1
                    return planned
        return None

    # -------------------------------------------------------------- as a context
    def __enter__(self) -> Self:
        self._uses += 1  # clients of httpx2 enter their transports, too
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._uses -= 1
        if self._strict and self._uses == 0 and kind is None:
            self.verify()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self.__exit__(kind, error, traceback)


class _MadeUp(httpx2.Auth):
    """Adds credentials to requests that have none."""

    def __init__(self, api: FakeApi) -> None:
        self._api = api

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        self._api.add_credentials(request)
        yield request

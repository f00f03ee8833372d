"""A fake API, made from a document."""

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
from clientpress.testing.reading import Json, OperationObject
from clientpress.testing.requests import SentRequest, without_secrets
from clientpress.testing.routing import Route, Router
from clientpress.testing.security import Security

__all__ = ["FakeApi"]

P = ParamSpec("P")
C = TypeVar("C")

Answering = Callable[[SentRequest], Any]
"""A function that returns an `Answer`, or the JSON of its body."""
_TOKEN = (
    b'{"access_token": "a-made-up-token", "token_type": "Bearer", "expires_in": 3600}'
)


class _Planned:
    """An answer of the user, and how often it was given."""

    def __init__(
        self, answer: Answer | Answering, times: int | None, checked: bool
    ) -> None:
        self.answer, self.times, self.checked = answer, times, checked
        self.given = 0

    def is_over(self, is_last: bool) -> bool:
        """Whether the next answer is due."""
        most = self.times or (None if is_last else 1)
        return most is not None and self.given >= most

    @property
    def is_unused(self) -> bool:
        return self.given < (self.times or 1)


class FakeApi(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport for `httpx2.Client` and `httpx2.AsyncClient` that answers as an OpenAPI document describes.

    It raises `RequestMismatch` for requests that the document does not allow.

    Args:
        document: The path of an OpenAPI document, or a document.
        base_url: The address of the API, if it is not one of the document's servers. The host of a
            request is ignored.
        strict: Whether the end of a `with` block raises `UnusedAnswers` if answers are left that no
            request needed.
        credentials: Whether requests need the credentials that the document requires.
        undeclared: Whether requests may have query parameters that the document does not declare.

    Attributes:
        requests: The requests, without secrets, in order. Requests for tokens are not among them.

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

    # -------------------------------------------------------------- answers of users
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
        """Set what an operation answers, instead of what the document describes.

        Several answers are given in the order in which they were set: each of them `times` times. Without `times`,
        an answer is given once, and the last one from then on.

        Args:
            operation: An operationId, or `METHOD /path` as in the document.
            answer: An `Answer`, or a function that is called with the `SentRequest` and returns an `Answer`
                or the JSON of its body. Instead, the members of `Answer` can be given as arguments.
            status: As in `Answer`, and so are the arguments up to `failure`.
            times: How often it is given. Then the next answer follows, or what the document describes.
            checked: Whether the document has to describe the answer.

        Raises:
            AnswerMismatch: The document does not describe the answer.
            LookupError: The document has no such operation.
            TypeError: There is an answer, and arguments for another one.
            ValueError: `times` is less than 1.
        """
        target = self._router.named(operation)
        planned: Answer | Answering = Answer(
            status=status,
            json=json,
            content=content,
            example=example,
            media_type=media_type,
            headers=dict(headers or {}),
            failure=failure,
        )
        if answer is not None:
            if planned != Answer():
                raise TypeError("give an answer, or what it is made of")
            planned = answer
        if times is not None and times < 1:
            raise ValueError("times must be at least 1")
        if isinstance(planned, Answer):
            self._answers.reply(target, planned, checked=checked)
        with self._lock:
            listed = self._planned.setdefault(target.name, [])
            listed.append(_Planned(planned, times, checked))

    def reset(self) -> None:
        """Forget all answers and requests."""
        with self._lock:
            self._planned.clear()
            self.requests.clear()

    def unused(self) -> list[str]:
        """The operations with answers that no request needed, and the number of these answers."""
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
        """Check that every answer was needed.

        Raises:
            UnusedAnswers: Some were not.
        """
        left = self.unused()
        if left:
            raise UnusedAnswers(f"answers that nobody asked for: {', '.join(left)}")

    # -------------------------------------------------------------- clients
    def client(
        self, make: Callable[P, C], /, *arguments: P.args, **named: P.kwargs
    ) -> C:
        """A client of a generated package that sends to this API: `api.client(Client)`.

        It works for both kinds of clients. Credentials that are not given are invented.
        """
        is_async = hasattr(make, "__aenter__")
        cls = httpx2.AsyncClient if is_async else httpx2.Client
        named.setdefault(
            "http_client", cls(transport=self, auth=_InventedCredentials(self))
        )
        if "base_url" in inspect.signature(make).parameters:
            named.setdefault("base_url", self._router.address)
        return make(*arguments, **named)

    def add_credentials(self, request: httpx2.Request) -> None:
        """Add invented credentials to a request that has none of those its operation requires."""
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
        """Answer a request.

        Raises:
            RequestMismatch: The document does not allow the request.
        """
        request.read()
        return self._handle(request).response(request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a request.

        Raises:
            RequestMismatch: The document does not allow the request.
        """
        await request.aread()
        return self._handle(request).response(request)

    def _handle(self, request: httpx2.Request) -> Reply:
        """Check a request, keep it, and answer it."""
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
        values, findings = self._checker.check(route, request)
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
        if findings:
            name = f" ({operation.id})" if operation.id else ""
            raise RequestMismatch(f"{request.method} {url}{name}", tuple(findings))
        return self._reply(operation, sent)

    def _unknown(
        self, request: httpx2.Request, others: list[OperationObject]
    ) -> Finding:
        """The finding about a request without an operation."""
        if others:
            methods = ", ".join(dict.fromkeys(o.method for o in others))
            message = f"the path has no {request.method}; there is {methods}"
            return finding(self._documents, others[0].at, message)
        near = self._router.nearest(request.method, request.url)
        hint = f"; the nearest is {near.name}" if near else ""
        paths = self._documents.entry.find("paths")
        return finding(self._documents, paths, f"the path is not in the document{hint}")

    def _reply(self, operation: OperationObject, sent: SentRequest) -> Reply:
        """The next answer of an operation."""
        planned = self._next(operation)
        answer: Any = planned.answer if planned else Answer()
        if not isinstance(answer, Answer):
            result = answer(sent)
            answer = result if isinstance(result, Answer) else Answer(json=result)
        parameters: dict[str, Json] = dict(sent.parameters)
        return self._answers.reply(
            operation,
            answer,
            accept=sent.headers.get("accept", ""),
            parameters=parameters,
            checked=planned.checked if planned else True,
        )

    def _next(self, operation: OperationObject) -> _Planned | None:
        """The next answer that the user set, if one is left."""
        with self._lock:
            listed = self._planned.get(operation.name, [])
            for i, planned in enumerate(listed):
                if not planned.is_over(i == len(listed) - 1):
                    planned.given += 1
                    return planned
        return None

    # -------------------------------------------------------------- as a context
    def __enter__(self) -> Self:
        self._uses += 1  # httpx2 clients enter their transports too
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


class _InventedCredentials(httpx2.Auth):
    """Adds invented credentials to requests that have none."""

    def __init__(self, api: FakeApi) -> None:
        self._api = api

    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response, None]:
        self._api.add_credentials(request)
        yield request

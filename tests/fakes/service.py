"""What all fake services share: `FakeApi` on a real port, a store with a clock, pages and refusals.

A fake service is a document, a store and a handler for each operation. `FakeApi` finds the operation,
checks the request, and checks what the handler answers; a handler only does what the document does
not say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx2

from clientpress.testing import (
    Answer,
    AnswerMismatch,
    FakeApi,
    RequestMismatch,
    SentRequest,
)
from clientpress.testing.loading import open_document
from clientpress.testing.reading import Documents
from tests.fakes.faults import Received
from tests.fakes.serving import Host

JsonObject: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[SentRequest], Any]
T = TypeVar("T")

SPECS = Path(__file__).parents[2] / "specs"


class Refused(Exception):
    """A request that the service refuses, with the status and the body that say so."""

    def __init__(self, status: int, body: JsonObject) -> None:
        super().__init__(status, body)
        self.status, self.body = status, body


@cache
def described(name: str) -> Documents:
    """A document of `specs`, read once."""
    return open_document(SPECS / f"{name}.yaml")


def disagreements(
    name: str, operation: str, status: int, body: bytes, *, is_lines: bool = False
) -> list[str]:
    """What a document of `specs` does not allow about this answer of an operation.

    Args:
        is_lines: Whether the body is JSON Lines.
    """
    texts = body.splitlines() if is_lines else [body]
    try:
        values = [json.loads(text) for text in texts]
        value = values if is_lines else values[0]
        FakeApi(described(name)).answers(operation, status=status, json=value)
    except ValueError as error:
        return [f"the body is not JSON: {error}"]
    except AnswerMismatch as error:
        return [found.message for found in error.findings]
    return []


# ------------------------------------------------------------------ services
class Service(Host):
    """A fake service. It runs as long as its context, whose end raises what went wrong in it.

    Args:
        name: The document in `specs`.
        handlers: What is done by the ids of operations. They return an `Answer` or the JSON of one,
            or raise `Refused`. Other operations are answered with the document's examples.
        api_key: The only key that is accepted; None takes every call, with and without a key.
        open_paths: Paths that need no key.
        undescribed: Operations whose answers the document does not describe in full.
    """

    plain = "detail"
    """The member that holds the text of a plain error."""

    def __init__(
        self,
        name: str,
        handlers: Mapping[str, Handler],
        api_key: str | None = None,
        open_paths: Sequence[str] = (),
        undescribed: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.api_key = api_key or ""
        self._open_paths = open_paths
        self._broken: list[Exception] = []
        self._api = FakeApi(described(name), credentials=False, undeclared=True)
        for operation, handle in handlers.items():
            is_checked = operation not in undescribed
            self._api.answers(operation, _refusing(handle), checked=is_checked)

    def answer(self, received: Received) -> httpx2.Response:
        """What a handler answers, or why it is not asked."""
        given = received.header("authorization") or ""
        is_open = not self.api_key or received.path in self._open_paths
        if not is_open and given != f"Bearer {self.api_key}":
            return _response(self.unauthorized(given))
        url = self.base_url + received.target
        headers = list(received.headers)
        request = httpx2.Request(
            received.method, url, headers=headers, content=received.body
        )
        try:
            return self._api.handle_request(request)
        except RequestMismatch as error:
            return _response(self._mismatch([f.message for f in error.findings]))
        except Exception as error:  # the thread of the server would keep it to itself
            self._broken.append(error)
            return httpx2.Response(500, text=str(error))
        finally:
            self._api.requests.clear()

    def __exit__(self, *how: object) -> None:
        super().__exit__(*how)
        if self._broken:
            raise ExceptionGroup("the fake service is not as documented", self._broken)

    def _mismatch(self, messages: list[str]) -> Refused:
        if messages[0].startswith("the path "):
            status = HTTPStatus(404 if "not in the document" in messages[0] else 405)
            return Refused(status, {self.plain: status.phrase})
        return self.mismatch(messages)

    # -------------------------------------------------------------- what differs
    def unauthorized(self, given: str) -> Refused:
        """How a request is refused whose Authorization is not the right one."""
        said = "Invalid API key" if given else "Not authenticated"
        return Refused(401, {self.plain: said})

    def mismatch(self, messages: list[str]) -> Refused:
        """How a request is refused that the document does not allow: here as FastAPI does."""
        return Refused(
            422, {self.plain: [_validation(message) for message in messages]}
        )


def _refusing(handle: Handler) -> Handler:
    def answer(sent: SentRequest) -> Any:
        try:
            return handle(sent)
        except Refused as refused:
            return Answer(status=refused.status, json=refused.body)

    return answer


def _response(refused: Refused) -> httpx2.Response:
    return httpx2.Response(refused.status, json=refused.body)


def place_of(message: str) -> tuple[list[str | int], str]:
    """The place that a finding begins with, such as `body`, `file`; and what it says about it."""
    where, _, said = message.partition(": ")
    steps = where.replace("'", "").replace(" ", "/").split("/")
    if not said or steps[0] not in ("query", "header", "body"):
        return ["body"], message
    return [int(step) if step.isdigit() else step for step in steps], said


def _validation(message: str) -> JsonObject:
    """An error of FastAPI."""
    place, said = place_of(message)
    missing = re.fullmatch(r'"(.*)" is a required property', said)
    if missing:
        place, said = [*place, missing[1]], "Field required"
    bound = r".* is greater than the maximum of (\S+)"
    said = re.sub(bound, r"Input should be less than or equal to \1", said)
    return {"type": "value_error", "loc": place, "msg": said}


# ------------------------------------------------------------------ stores
@dataclass(kw_only=True)
class Store:
    """What a service keeps; its ids are the same in every run.

    Args:
        clock: Seconds since 1970.
    """

    clock: Callable[[], float]
    made: int = 0

    def uuid(self) -> UUID:
        """A new id."""
        self.made += 1
        return uuid5(NAMESPACE_URL, f"{type(self).__name__}/{self.made}")

    def seconds(self) -> int:
        """The time, as OpenAI's API has it."""
        return int(self.clock())

    def moment(self, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
        """The time as text."""
        return as_text(self.clock(), form)


def as_text(seconds: float, form: str) -> str:
    """A time as text."""
    return datetime.fromtimestamp(seconds, UTC).strftime(form)


def record_of(records: Mapping[str, T], record_id: object, refused: Refused) -> T:
    """The record with an id. Raises Refused if there is none."""
    if str(record_id) not in records:
        raise refused
    return records[str(record_id)]


class Named(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str:
        """The id."""
        ...


N = TypeVar("N", bound=Named)


def page_after(
    entries: Sequence[N], after: object, limit: int, refused: Refused
) -> tuple[Sequence[N], bool]:
    """The entries after the one with an id, and whether there are more behind them.

    Args:
        after: The id; nothing for the first page.
        refused: What is raised if there is no such entry.
    """
    ids = [entry.id for entry in entries]
    if after and after not in ids:
        raise refused
    start = ids.index(str(after)) + 1 if after else 0
    return entries[start : start + limit], start + limit < len(ids)
